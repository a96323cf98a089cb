#!/bin/sh
# a_demo - what a new user sees: the demo trades, accounts, and leaves nothing
set -eu
name=a_demo
. "$(dirname "$0")/lib.sh"
begin

DEMO_SECONDS=30 deploy/demo.sh "$var" || fail "the demo is not good"
[ -s "$var/demo.json" ] || fail "no demo.json"
grep -q '"ok":true' "$var/demo.json" || fail "demo.json is not ok"
grep -q '"FILLED":' "$var/demo.json" || fail "nothing was filled"
for s in A B C E F G; do
    grep -q "\"found\":{[^}]*\"$s\":" "$var/demo.json" ||
        fail "nothing of strategy $s was found"
    grep -q "\"near_misses\":{[^}]*\"$s\":" "$var/demo.json" ||
        fail "no near miss of strategy $s was there"
done
! ls "$var"/run/*.ready >/dev/null 2>&1 || fail "a process is still ready"
! [ -s "$var/run/supervisord.pid" ] ||
    ! kill -0 "$(cat "$var/run/supervisord.pid")" 2>/dev/null ||
    fail "supervisord still runs"
! [ -e "$var/run/pg.conninfo" ] || fail "PostgreSQL was not stopped"
"$arb" replay --verify -c "$config" || fail "the replay says something else"
"$arb" replay -c "$config" --set strategy.B=true,false --json |
    grep -q '"settings":"strategy.B=true".*"found_as_recorded":true' ||
    fail "a replay finds other opportunities"

# The same market in place of feed, five times as fast, for another scanner.
found() {
    "$arb" replay --var "$1" -c "$config" --json | head -1 |
        sed 's/.*"opportunities":{\([^}]*\)}.*/\1/' |
        tr ',' '\n' | awk -F: '{ n += $2 } END { print n + 0 }'
}
mkdir "$var/again"
"$DUTCHBOOK_BIN/scanner" -c "$config" -s common.var="$var/again" \
    2>"$var/log/again.log" &
scanner=$!
trap 'code=$?; kill $scanner ${replay:-} 2>/dev/null || true
    deploy/down.sh "$var"; exit $code' EXIT
until_true 30 [ -s "$var/again/run/scanner.ready" ]
"$arb" replay --bus -c "$config" --var "$var/again" --recording "$var" \
    --speed 5 2>"$var/log/replay.log" &
replay=$!
until_true 60 grep -q 'the recording is over' "$var/log/replay.log"
sleep 1
kill $replay
kill $scanner
wait $replay || fail "the replay did not end well"
wait $scanner || fail "its scanner did not end well"
before=$(found "$var")
again=$(found "$var/again")
echo "$before opportunities recorded, $again found again"
[ "$before" -gt 0 ] && [ $((again * 2)) -ge "$before" ] ||
    fail "a market replayed on the bus has other opportunities"
ends
