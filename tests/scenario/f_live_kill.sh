#!/bin/sh
# f_live_kill - live: arb kill while orders are at the venue, its bucket of
# cancels empty and its channel silent: durable and fenced within a second,
# no order later than that, everything cancelled, and the venue is as the
# ledger says
# faults: F-040 F-054
set -eu
name=f_live_kill
. "$(dirname "$0")/lib.sh"
begin

cat >"$var/mischief" <<-MISCHIEF
	at 24 drain cancels
	at 24 user_freeze 4
MISCHIEF
live_up 60 "$var/mischief"
until_true 60 filled 1
sleep 10
from=$(date +%s%3N)
"$arb" kill -c "$config" --reason "to see"
took=$(($(date +%s%3N) - from))
[ "$took" -lt 1500 ] || fail "the kill took $took ms"
killed=$(date +%s%3N)
sleep 8
late=$(sql "SELECT count(*) FROM fact_arb_order
    WHERE extract(epoch FROM sent_at) * 1000 > $killed")
[ "$late" = 0 ] || fail "$late orders left after the kill"
live_account 10
ends
