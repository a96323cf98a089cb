#!/bin/sh
# f_damage - what is damaged on disk: a journal that was bent stops its
# owner, and with it the trading, and names the place; a torn tail is cut and
# it goes on; a latch nobody can read is on
# faults: F-051 F-112 F-113
set -eu
name=f_damage
. "$(dirname "$0")/lib.sh"
begin

export DEMO_SECONDS=60 DEMO_MISCHIEF=
export SIMEX_FLAGS='-s simex.plant_every=1500 -s simex.warmup=1000'
facts=$var/journal/riskd/facts/0000000000000001.seg

# bend FILE OFFSET: writes one byte that was not there
bend() {
    printf '\125' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

intents() {
    sql "SELECT count(*) FROM fact_arb_order"
}

deploy/up.sh "$var"
until_true 40 at_least 1 "SELECT count(*) FROM fact_arb_execution"
echo "the latch is nonsense"
printf 'nonsense' >"$var/latch"
sleep 1
before=$(intents)
sleep 4
[ "$(intents)" = "$before" ] || fail "intents under a latch nobody can read"
"$arb" status -c "$config" | grep -q '^KILLED.*cannot be believed' ||
    fail "status does not say so"
deploy/down.sh "$var"
rm "$var/latch"

echo "the tail is torn"
size=$(stat -c %s "$facts")
truncate -s $((size - 3)) "$facts"
deploy/up.sh "$var" || fail "a torn tail stops it"
deploy/down.sh "$var"

echo "the middle is bent"
cp "$facts" "$var/good"
bend "$facts" $((size / 2))
code=0
deploy/up.sh "$var" >"$var/said" 2>&1 || code=$?
[ $code = 1 ] || fail "up with a bent journal: $code"
grep -q "riskd did not come up" "$var/said" || fail "up does not name riskd"
grep -qE "$facts, offset [0-9]+" "$var/log/riskd.log" ||
    fail "the place is not named"
code=0
"$arb" capture verify "$(dirname "$facts")" >"$var/said" || code=$?
[ $code = 1 ] &&
    grep -qE "$facts, offset [0-9]+, last good record [0-9]+" "$var/said" ||
    fail "what can still be read is not said: $(cat "$var/said")"
DUTCHBOOK_VAR=$var deploy/control.sh status | grep -q 'riskd  *EXITED' ||
    fail "riskd is started again and again"
"$arb" status -c "$config" --json |
    grep -q '"executor":{"up":true,[^}]*"ready":false,"mode":"halted"' ||
    fail "executor goes on without riskd"
deploy/down.sh "$var"
cp "$var/good" "$facts"
deploy/up.sh "$var" || fail "a mended journal does not do"
ends
