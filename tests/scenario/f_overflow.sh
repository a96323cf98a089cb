#!/bin/sh
# f_overflow - the scanner stands still while feed says far more than is kept
# for who does not listen: when it goes on it misses what was thrown away,
# drops every book, asks for all of them again, and nothing is opened on what it
# had; then it trades, and nothing is doubled or lost
# faults: F-071
set -eu
name=f_overflow
. "$(dirname "$0")/lib.sh"
begin

# counted PROCESS NAME: its own number, as it last published it.
counted() {
    sed -n "s/.*\"src\":\"$1\".*\"name\":\"$2\",\"value\":\([0-9]*\).*/\1/p" \
        "$var/counters" | tail -1
}
more_counted() {
    now=$(counted "$1" "$2") && [ "${now:-0}" -ge "$3" ]
}
filled="SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
paper_up '-s simex.resolve_at=0 -s simex.rate=3000 -s simex.warmup=1000'
"$arb" tail counter -c "$config" --seconds 500 >"$var/counters" 2>&1 &
tail=$!
trap 'code=$?; kill $tail 2>/dev/null || true; deploy/down.sh "$var"
    exit $code' EXIT
until_true 60 more_counted feed bus_out 1
until_true 120 at_least 1 "$filled"
scanner=$(pid_of scanner)
gaps=$(counted scanner bus_gaps)
resets=$(counted scanner resets)
said=$(counted feed bus_out)
kill -STOP "$scanner"
# Ten thousand are kept, and what the socket holds.
until_true 120 more_counted feed bus_out $((said + 45000))
kill -CONT "$scanner"
until_true 60 more_counted scanner bus_gaps $((gaps + 1))
until_true 60 more_counted scanner resets $((resets + 1))
echo "feed said $(($(counted feed bus_out) - said)), of which the scanner" \
    "never heard $(counted scanner bus_lost)"
count=$(sql "$filled")
until_true 120 at_least $((count + 1)) "$filled"
[ "$(pid_of scanner)" = "$scanner" ] || fail "the scanner is another one"

live_account 4
# What opened meanwhile it has missed; it has seen nothing that was not there.
"$arb" account -c "$config" --planted "$var/simex/planted.jsonl" \
    --mischief "$var/simex/mischief.jsonl" >"$var/planted" 2>&1 || true
grep -q 'planted' "$var/planted" || fail "no word of what was planted"
! grep -E 'were not planted|taken for opportunities' "$var/planted" ||
    fail "opportunities on old books"
# What feed held was the venue's book all the time, but where the exchange had
# left a change out on purpose (near misses do); the last it may not have heard.
set -- $(sed -n 's/^books .*, \([0-9]*\) mismatches (\([0-9]*\) planted)$/\1 \2/p' \
    "$var/planted")
[ $# = 2 ] && [ "$1" -le "$2" ] || fail "hash mismatches: $*"
ends
