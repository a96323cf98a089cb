#!/bin/sh
# f_damage - what is damaged on disk: a journal that was bent stops its
# owner, and with it the trading, and names the place; a torn tail is cut and
# it goes on; a latch nobody can read is on
# faults: F-051 F-112 F-113
set -eu
name=f_damage
. "$(dirname "$0")/lib.sh"
begin

soon='-s simex.warmup=1000'
facts=$var/journal/riskd/facts/0000000000000001.seg

# bend FILE OFFSET: writes one byte that was not there
bend() {
    was=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "\\$(printf %o $((was ^ 85)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

paper_up "$soon"
until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_execution"
echo "the latch is nonsense"
printf 'nonsense' >"$var/latch"
killed=$(date +%s%3N)
sleep 6
late=$(sql "SELECT count(*) FROM fact_arb_order WHERE intended_at >
            to_timestamp(($killed + 500) / 1000.0)")
[ "$late" = 0 ] || fail "$late intents under a latch nobody can read"
"$arb" status -c "$config" | grep -q '^KILLED.*cannot be believed' ||
    fail "status does not say so"
deploy/down.sh "$var"
rm "$var/latch"

echo "the tail is torn"
size=$(stat -c %s "$facts")
truncate -s $((size - 3)) "$facts"
paper_up "$soon" || fail "a torn tail stops it"
deploy/down.sh "$var"

echo "the middle is bent"
cp "$facts" "$var/good"
bend "$facts" $((size / 2))
code=0
paper_up "$soon" >"$var/said" 2>&1 || code=$?
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
halted='"executor":{"up":true,[^}]*"ready":false,"mode":"halted"'
until_true 30 sh -c "'$arb' status -c '$config' --json | grep -q '$halted'"
deploy/down.sh "$var"
cp "$var/good" "$facts"
paper_up "$soon" || fail "a mended journal does not do"
ends
