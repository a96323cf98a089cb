#!/bin/sh
# f_live_kill9 - live: executor, signer and riskd are killed with -9, and
# stopped for a while, at any step of an order's life; afterwards the venue
# holds to the micro what the ledger says, and no order was sent twice
# faults: F-008 F-016 F-023
set -eu
name=f_live_kill9
. "$(dirname "$0")/lib.sh"
begin

live_up 90
until_true 90 filled 1
n=0
for pause in 0.3 1.1 2.3 0.7 3.1 1.7; do
    n=$((n + 1))
    sleep $pause
    p=executor
    [ $((n % 3)) != 0 ] || p=riskd
    before=$(pid_of $p)
    victim=$before
    [ $((n % 3)) != 2 ] || victim=$(signer_pid)
    kill -9 "$victim"
    echo "killed $p's $victim"
    until_true 60 restarted $p "$before"
    sleep 2
done
for whose in "pid_of executor" signer_pid; do
    victim=$($whose)
    kill -STOP "$victim"
    echo "stopped $victim for 4 s"
    sleep 4
    kill -CONT "$victim" 2>/dev/null || true
    sleep 2
done
more_filled
live_account
ends
