#!/bin/sh
# f_live_steps - live: executor, signer and riskd die at every step of an
# order's life, one after the other (common/crash.h names the steps); then the
# venue holds what the ledger says, to the micro, and no order was sent twice
#   ACTION=stop: they are stopped for three seconds instead (f_live_stops)
# faults: F-001 F-002 F-003 F-004 F-005 F-006 F-008 F-009 F-011 F-019 F-020
# faults: F-024
set -eu
name=${name:-f_live_steps}
. "$(dirname "$0")/lib.sh"
action=${ACTION:-kill}
begin

crash_programs
live_up 120
until_true 90 filled 1
done=0
for step in executor.unsynced executor.synced executor.intended signer.asked \
    signer.checked signer.stored signer.replied executor.signed \
    executor.sent executor.answered executor.heard executor.streamed \
    riskd.unsynced riskd.synced; do
    p=${step%%.*}
    [ "$p" != signer ] || p=executor
    before=$(pid_of $p)
    victim=$before
    [ "${step%%.*}" != signer ] || victim=$(signer_pid)
    echo "$step $action" >"$var/crash.new"
    mv "$var/crash.new" "$DUTCHBOOK_CRASH"
    until_true 120 sh -c "[ ! -e '$DUTCHBOOK_CRASH' ]"
    if [ "$action" = stop ]; then
        sleep 3
        kill -CONT "$victim" 2>/dev/null || true
    else
        until_true 60 restarted $p "$before"
    fi
    done=$((done + 1))
    echo "$action at $step ($victim)"
done
more_filled
live_account
echo "$done steps"
ends
