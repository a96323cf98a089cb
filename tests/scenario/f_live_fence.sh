#!/bin/sh
# f_live_fence - live: the executor is stopped between the check of the kill
# switch and the first byte of an order; arb kill does not wait for it, nothing
# leaves when it would go on, and the order's money is free again
# faults: F-034 F-041
set -eu
name=f_live_fence
. "$(dirname "$0")/lib.sh"
begin
crash_programs
live_up 60
until_true 90 filled 1
before=$(pid_of executor)
echo "executor.signed stop" >"$DUTCHBOOK_CRASH"
until_true 120 sh -c "[ ! -e '$DUTCHBOOK_CRASH' ]"
until_true 20 grep -q 'State:.*stopped' "/proc/$before/status"
from=$(date +%s%3N)
"$arb" kill -c "$config" --reason "it hangs"
took=$(($(date +%s%3N) - from))
[ "$took" -lt 4000 ] || fail "the kill took $took ms"
# Its locks are gone a moment before it is.
until_true 10 sh -c "[ ! -d /proc/$before ] ||
    grep -q 'State:.*zombie' /proc/$before/status"
until_true 60 restarted executor "$before"
# What was intended and signed is known here, and never was at the venue.
until_true 60 at_least 0 "SELECT -count(*) FROM fact_arb_order
    WHERE state NOT IN ('filled', 'cancelled', 'rejected', 'released')"
live_account 10
echo "fenced in $took ms"
ends
