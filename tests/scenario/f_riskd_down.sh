#!/bin/sh
# f_riskd_down - live: ten thousand opportunities with riskd down; the executor
# hears them all, begins nothing, and the exchange gets no order.  With riskd
# back the next ones are taken up, and it trades again
# faults: F-082
set -eu
name=f_riskd_down
. "$(dirname "$0")/lib.sh"
begin
made release flood

control() {
    DUTCHBOOK_VAR=$var deploy/control.sh "$@" >/dev/null
}

# counted NAME: the executor's own number, as it last published it.
counted() {
    sed -n "s/.*\"src\":\"executor\".*\"name\":\"$1\",\"value\":\([0-9]*\)[^0-9].*/\1/p" \
        "$var/counters" | tail -1
}
more_counted() {
    [ "$(counted "$1")" -ge "$2" ]
}
placed() {
    venue GET /simex/placed | sed -n 's/.*"placed":\([0-9]*\).*/\1/p'
}
# at_rest: whatever was begun has its end, so that nothing is half done when
# riskd goes, and no reservation waits for it until lease_kill.
at_rest() {
    at_least "$(counted groups)" "SELECT count(*) FROM fact_arb_execution"
}
# By its own word it may begin nothing: its lease is over.
unready() {
    "$arb" status -c "$config" | grep -q '^executor *up *[0-9]* *no '
}

live_up 120
"$arb" tail counter -c "$config" --seconds 500 >"$var/counters" 2>&1 &
tail=$!
flood=
trap 'code=$?; kill $tail $flood 2>/dev/null || true; deploy/down.sh "$var"
    exit $code' EXIT
until_true 90 filled 1
[ "$(placed)" -gt 0 ] || fail "the exchange does not count orders"

control stop dutchbook:scanner
until_true 60 more_counted groups 1
sleep 2 # Counters are said every half second.
until_true 120 at_rest
control stop dutchbook:riskd
until_true 60 unready
before=$(placed)
begun=$(counted groups)
skipped=$(counted skip_no_lease)
"$build/release/flood" -c "$config" >"$var/said" 2>"$var/flood.log" &
flood=$!
until_true 120 more_counted skip_no_lease $((skipped + 10000))
[ "$(counted groups)" = "$begun" ] || fail "groups were begun"
[ "$(placed)" = "$before" ] || fail "orders with riskd down"
echo "$(($(counted skip_no_lease) - skipped)) heard, no order"

control start dutchbook:riskd
until_true 60 more_counted groups $((begun + 1))
kill $flood
wait $flood || fail "$(cat "$var/flood.log")"
[ "$(cat "$var/said")" -ge 10000 ] || fail "only $(cat "$var/said") were said"
control start dutchbook:scanner
more_filled
[ "$(placed)" -gt "$before" ] || fail "filled without an order"
ends
