#!/bin/sh
# f_live_kill - live: what a held group misses rests at the venue.  There it
# fills as a maker when the crowd comes; the executor is killed with -9 while
# another rests, finds it again and ends it; at last arb kill comes while a third
# does, the bucket of cancels empty and the user channel silent: durable and
# fenced at once, no order later than that, what rested is proved cancelled, and
# the venue is as the ledger says
# faults: F-040 F-054
set -eu
name=f_live_kill
. "$(dirname "$0")/lib.sh"
begin

# Situations that outlast a hold.
cat >"$var/rests.yaml" <<END
base: "$home/tests/scenario/live.yaml"
executor:
  hold_type: GTC
  naked_max: 1000
END
profile=$var/rests.yaml
live_up 60 "" "-s simex.plant=A -s simex.plant_for=40000 -s simex.resolve_at=0"

# The one that rests: said by the venue, heard by us.
resting() {
    sql "SELECT order_id FROM fact_arb_order WHERE tif = 'GTC'
        AND state = 'live' ORDER BY intended_at DESC LIMIT 1"
}
rests() {
    [ -n "$(resting)" ]
}
# Makes one rest; a group may be in no shape for it: then another.
let_rest() {
    tries=8
    while [ $tries -gt 0 ]; do
        tries=$((tries - 1))
        mischief 'at 0 skim 1'
        left=120
        while [ $left -gt 0 ] && ! rests; do
            left=$((left - 1))
            sleep 0.1
        done
        [ $left -eq 0 ] || return 0
    done
    fail "no order ever rested"
}
# order_is ID CONDITION
order_is() {
    at_least 1 "SELECT count(*) FROM fact_arb_order
        WHERE order_id = '$1' AND $2"
}

until_true 90 filled 1
let_rest
order=$(resting)
mischief 'at 0 meet'
until_true 60 order_is "$order" "state = 'filled'"
[ "$(sql "SELECT sum(fee_usd) = 0 FROM fact_arb_fill
    WHERE order_id = '$order'")" = t ] ||
    fail "a maker paid a fee"
echo "filled while it rested: $order"

let_rest
order=$(resting)
before=$(pid_of executor)
kill -9 "$before"
until_true 60 restarted executor "$before"
until_true 90 order_is "$order" "state IN ('filled', 'cancelled')"
echo "found again after a kill -9: $order"

let_rest
order=$(resting)
mischief 'at 0 drain cancels' 'at 0 user_freeze 6'
from=$(date +%s%3N)
"$arb" kill -c "$config" --reason "to see"
took=$(($(date +%s%3N) - from))
[ "$took" -lt 4000 ] || fail "the kill took $took ms"
killed=$(date +%s%3N)
until_true 60 order_is "$order" "state = 'cancelled'"
echo "cancelled by the kill: $order"
sleep 4
late=$(sql "SELECT count(*) FROM fact_arb_order
    WHERE extract(epoch FROM sent_at) * 1000 > $killed")
[ "$late" = 0 ] || fail "$late orders left after the kill"
live_account 10
ends
