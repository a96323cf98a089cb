#!/bin/sh
# g_related - a person reads the texts of markets and ties them; what they then
# pay, a dollar or two, is found and traded on paper, nothing else is, and a
# text that is not the one that was read ends it
set -eu
name=g_related
. "$(dirname "$0")/lib.sh"
begin

relations=$var/relations.yaml
echo '# Nothing is approved yet.' >"$relations"
cat >"$var/related.yaml" <<CONF
base: "$home/deploy/profiles/demo.yaml"
strategy:
  A: false
  B: false
  C: false
  E: true
  after_end: 0
  disputes: 0
  e_gas: 0
  e_risk: 0
scanner:
  relations: "$relations"
CONF

# What is not begun has not crashed either (A-062).
code=0
echo 'no: relation' >"$var/bad.yaml"
"$DUTCHBOOK_BIN/scanner" -c "$var/related.yaml" -s common.var="$var/never" \
    -s scanner.relations="$var/bad.yaml" 2>"$var/bad" || code=$?
[ "$code" = 2 ] || fail "bad relations: $code: $(cat "$var/bad")"
[ ! -e "$var/never/run/scanner.run" ] || fail "a start refused is a run"

control() {
    DUTCHBOOK_VAR=$var deploy/control.sh "$@" >/dev/null
}

# approve EVENT MARKETS KIND: as some of which exactly one comes true, or one at
# most.
approve() {
    texts=$("$arb" relations review -c "$config" --markets "$2" |
        sed -n 's/^ *--texts //p')
    "$arb" relations approve -c "$config" --id "of-$1" --kind "$3" \
        --markets "$2" --texts "$texts" --source 'the exchange' \
        --cutoff 'the end of the event' --void 'none is' --by ada >/dev/null
}

soon='-s simex.plant_every=800 -s simex.warmup=1000 -s simex.resolve_at=0'
# Two A, then NO of three where one at most comes true.
DEMO_PROFILE=$var/related.yaml DEMO_SECONDS=120 DEMO_MISCHIEF= \
    SIMEX_FLAGS="$soon -s simex.plant_more=true -s simex.plant=AAE" \
    deploy/up.sh "$var"

# planted STRATEGY: EVENT MARKETS of those where something was planted that it
# would find: of at most eight markets, all of which are known.
planted() {
    sed -n '/"strategy":"'"$1"'".*"expect":"found"/s/.*"event_id":"\([^"]*\)","market_ids":\[\([^]]*\)\].*/\1 \2/p' \
        "$var/simex/planted.jsonl" | tr -d '"' | sort -u |
        awk 'split($2, at, ",") >= 3 && split($2, at, ",") <= 8'
}
are_four() {
    [ "$(planted A | wc -l)" -ge 4 ] && [ "$(planted E | wc -l)" = 1 ]
}
until_true 90 are_four
planted A | sed 's/$/ exhaustive/' >"$var/events"
planted E | sed 's/$/ exclusive/' >>"$var/events"
while read -r event markets kind; do
    approve "$event" "$markets" "$kind"
done <"$var/events"
[ "$(sql 'SELECT count(*) FROM fact_arb_scan')" = 0 ] ||
    fail "something was found that nobody approved"
"$arb" relations list -c "$config" --check >"$var/list"
[ "$(grep -c 'ex[a-z]*ive  by ada.*  holds$' "$var/list")" = \
    "$(wc -l <"$var/events")" ] || fail "not all hold: $(cat "$var/list")"

# No restart: it reads them again.
before=$(pid_of scanner)
control signal HUP dutchbook:scanner
until_true 60 at_least 2 "SELECT count(*) FROM fact_arb_execution
    WHERE strategy = 'E' AND status = 'FILLED'"

until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_execution e
    JOIN fact_arb_scan s USING (scan_id)
    WHERE e.status = 'FILLED' AND s.set_pays_usd = 2"
[ "$(pid_of scanner)" = "$before" ] || fail "the scanner was started anew"
# What was found was approved, and planted then; decoys of those events (fees
# that eat it, a leg that moved, too few shares) were not.
sed -n '/"state":"opened".*"expect":"found"/s/.*"event_id":"\([^"]*\)".*"opened_ms":\([0-9]*\),"closed_ms":\([0-9]*\).*/\1 \2 \3/p' \
    "$var/simex/planted.jsonl" >"$var/planted"
sql "SELECT event_id, floor(extract(epoch FROM scanned_at) * 1000)::bigint
    FROM fact_arb_scan" | tr '|' ' ' >"$var/found"
while read -r event at; do
    grep -q "^of-$event:" "$relations" || fail "$event was not approved"
    awk -v event="$event" -v at="$at" '
        $1 == event && at >= $2 - 100 && at <= $3 + 1500 { ok = 1 }
        END { exit !ok }' "$var/planted" ||
        fail "$event at $at: nothing was planted"
done <"$var/found"
echo "$(wc -l <"$var/found") found, all of them planted"

# Of a text that is not the one that was read nothing holds.
sed -i 's/^    "0x.\{8\}/    "0x00000000/' "$relations"
"$arb" relations list -c "$config" --check >"$var/list"
! grep -q '  holds$' "$var/list" || fail "holds still: $(cat "$var/list")"
heard() {
    [ "$(grep -c "scanner $1" "$var/log/scanner.log")" -ge "$2" ]
}
# Nor does scanner trade on it; and a file with a mistake changes nothing.
control signal HUP dutchbook:scanner
until_true 60 heard 'INFO relations: ' 3
echo 'of-nobody: 1' >>"$relations"
control signal HUP dutchbook:scanner
until_true 60 heard 'ERROR .*the relations before stay in force' 1
sed -i '/^of-nobody/d' "$relations"
open="SELECT count(*) FROM fact_arb_scan WHERE strategy = 'E'"
until_true 60 at_least 1 "$open AND reason = 'TEXT_CHANGED' OR
    (SELECT count(*) FROM fact_arb_scan WHERE closed_at IS NULL) = 0"
found=$(sql "$open")
sleep 5
[ "$(sql "$open")" = "$found" ] || fail "traded on texts nobody read"

# What was found follows from what was tied then, not from that file.
echo 'of-nobody: 1' >>"$relations"
"$arb" replay --verify -c "$config" || fail "the replay is another"
ends
