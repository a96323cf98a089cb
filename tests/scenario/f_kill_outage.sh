#!/bin/sh
# f_kill_outage - live: arb kill at the worst moment: the venue holds an order
# back that cannot be cancelled yet, its engine restarts, then it is not to be
# reached at all, and PostgreSQL is down.  Durable and fenced at once; what was
# held back may fill, since it was sent before; no order is sent later, all of
# them end once the venue answers, and the venue is as the ledger says
# faults: F-044 F-055 F-056
set -eu
name=f_kill_outage
. "$(dirname "$0")/lib.sh"
begin

exchange() {
    sed 's/.*"pid":\([0-9]*\).*/\1/' "$var/run/simex.json"
}
# Taken by the venue, and neither filled nor killed at once.
held_back() {
    sql "SELECT order_id FROM fact_arb_order WHERE state = 'live'
        AND tif IN ('FAK', 'FOK') ORDER BY intended_at DESC LIMIT 1"
}
is_held_back() {
    [ -n "$(held_back)" ]
}
ended() {
    at_least 1 "SELECT count(*) FROM fact_arb_order WHERE order_id = '$1'
        AND state IN ('filled', 'cancelled', 'rejected')"
}

live_up 60 "" "-s simex.plant=B -s simex.resolve_at=0 -s simex.delay=8000
    -s simex.delay_pairs=true -s simex.plant_for=40000"
until_true 120 filled 1
until_true 120 is_held_back
order=$(held_back)
deploy/pg.sh halt "$var"
mischief 'at 0 status 425 6'
from=$(date +%s%3N)
"$arb" kill -c "$config" --reason "everything is down"
killed=$(date +%s%3N)
[ $((killed - from)) -lt 4000 ] || fail "the kill took $((killed - from)) ms"
pid=$(exchange)
kill -STOP "$pid"
sleep 4
kill -CONT "$pid"
"$arb" status -c "$config" | grep -q '^KILLED' || fail "status does not say so"
deploy/pg.sh start "$var"
until_true 120 ended "$order"
sleep 4
late=$(sql "SELECT count(*) FROM fact_arb_order
    WHERE extract(epoch FROM sent_at) * 1000 > $killed")
[ "$late" = 0 ] || fail "$late orders left after the kill"
sql "SELECT 'held back: ' || state FROM fact_arb_order
    WHERE order_id = '$order'"
live_account 10
ends
