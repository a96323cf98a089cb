#!/bin/sh
# f_live_lost - live: answers are lost after the venue took the order, requests
# before, the venue fails, restarts and throttles, the user stream breaks off,
# repeats and is late, trades fail; afterwards everything agrees to the micro
# faults: F-008 F-009 F-011 F-014
set -eu
name=f_live_lost
. "$(dirname "$0")/lib.sh"
begin

cat >"$var/mischief" <<-MISCHIEF
	at 8 cut_after 1
	at 12 user_drop
	at 15 fail_after 1
	at 19 cut_before 1
	at 22 user_freeze 3
	at 27 status 425 3
	at 31 user_twice 20
	at 32 user_late 1500 4
	at 36 cut_after 2
	at 39 refuse balance 2
	at 42 fail 2
	at 47 retry 3
	at 50 status 503 2
	at 53 user_drop
MISCHIEF
live_up 80 "$var/mischief"
until_true 60 filled 1
sleep 55
count=$(sql "SELECT count(*) FROM fact_arb_execution
    WHERE status = 'FILLED' AND mode = 'live'")
until_true 60 filled $((count + 1))
grep -c '"what":"' "$var/simex/mischief.jsonl"
live_account 20
ends
