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
until_true 60 filled 1
n=0
for pause in 0.3 1.1 2.3 0.7 3.1 1.7; do
    n=$((n + 1))
    sleep $pause
    case $((n % 3)) in
    0) p=riskd before=$(pid_of riskd) ;;
    1) p=executor before=$(pid_of executor) ;;
    2) p=executor before=$(signer_pid) ;;
    esac
    kill -9 "$before"
    echo "killed $p's $before"
    until_true 20 restarted $p "$before"
    sleep 2
done
for victim in "$(pid_of executor)" "$(signer_pid)"; do
    kill -STOP "$victim"
    echo "stopped $victim for 4 s"
    sleep 4
    kill -CONT "$victim" 2>/dev/null || true
    sleep 2
done
count=$(sql "SELECT count(*) FROM fact_arb_execution
    WHERE status = 'FILLED' AND mode = 'live'")
until_true 60 filled $((count + 1))
live_account
ends
