#!/bin/sh
# f_machine - a machine in trouble: each sync of the disk takes 300 ms longer,
# then 5 s, longer than a lease; then the wall clock is an hour ahead, and an
# hour behind: trading is slower or stands still, goes on by itself when the
# machine is well, and nothing is doubled, lost or left open
# faults: F-230
set -eu
name=f_machine
. "$(dirname "$0")/lib.sh"
begin
made release machine.so

# numbers MS SECONDS: how the machine is from now on.
numbers() {
    perl -e 'print pack("qq", @ARGV)' "$1" "$2" |
        dd of="$var/machine" conv=notrunc 2>/dev/null
}
orders() {
    sql "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
}
trades() {
    count=$(orders)
    until_true 120 at_least $((count + 1)) \
        "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
}

numbers 0 0
mkdir "$var/bin"
ln -s "$DUTCHBOOK_BIN"/* "$var/bin"
for p in feed scanner riskd executor recorder; do
    rm "$var/bin/$p"
    printf '#!/bin/sh\nMACHINE="%s" LD_PRELOAD="%s" exec "%s" "$@"\n' \
        "$var/machine" "$build/release/machine.so" "$DUTCHBOOK_BIN/$p" \
        >"$var/bin/$p"
    chmod +x "$var/bin/$p"
done
DUTCHBOOK_BIN=$var/bin
paper_up '-s simex.resolve_at=0'
trades
for p in riskd executor; do
    grep -q machine.so "/proc/$(pid_of $p)/maps" || fail "$p is as ever"
done

numbers 300 0
from=$(date +%s)
trades
echo "a sync takes 300 ms longer: traded in $(($(date +%s) - from)) s"
numbers 5000 0
sleep 6
numbers 0 0
trades
echo "a sync took 5 s for a while: traded again"
numbers 0 3600
until_true 120 at_least 1 "SELECT count(*) FROM fact_arb_execution
    WHERE executed_at > now() + interval '50 minutes' AND status = 'FILLED'"
numbers 0 0
trades
echo "the clock was an hour ahead: traded there and here"
# What the venue says is of the future then, and refused.
numbers 0 -3600
sleep 8
numbers 0 0
trades
echo "the clock was an hour behind: traded again"
! "$arb" status -c "$config" | grep -q KILLED || fail "killed"
live_account 10
ends
