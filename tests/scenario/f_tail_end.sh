#!/bin/sh
# f_tail_end - strategy G by a counter's page: nothing while it is too old, or
# the count too near a boundary; then the bin that is all but sure is bought and
# held; once the count falls, nothing more is found, not by a feed started anew
# either, until it is as high again, now by a query
set -eu
name=f_tail_end
. "$(dirname "$0")/lib.sh"
begin

pages=$var/pages
mkdir -p "$pages" "$var/run"
python3 -u -m http.server --bind 127.0.0.1 --directory "$pages" 0 \
    >"$var/pages.log" 2>&1 &
server=$!
trap 'code=$?; kill $server || true; deploy/down.sh "$var"; exit $code' EXIT
until_true 20 grep -q ' port [0-9]' "$var/pages.log"
port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$var/pages.log" | head -1)

# page COUNT [AGE]: so many so far, as of AGE seconds ago; one an hour came.
# It is put in its place whole.
page() {
    now=$(($(date +%s) - ${2:-0}))
    hours=$(awk -v last=$((now / 3600 * 3600)) 'BEGIN {
        for (h = 200; h > 0; h--)
            print "@" last - h * 3600
    }' | date -u -f - '+{"date":"%Y-%m-%dT%H:00:00Z","count":1}' | paste -sd,)
    printf '{"count":%d,"time":"%s","hours":[%s]}' "$1" \
        "$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)" "$hours" >"$pages/new"
    mv "$pages/new" "$pages/count.json"
}

# blocked WHY: scanner has refused for that.
blocked() {
    at_least 1 "SELECT coalesce(max(value), 0) FROM arb_counter
        WHERE src = 'scanner' AND name = 'blocked_$1'"
}

# kept_until COUNT COMMAND...: that count is told anew until it comes true.
kept_until() {
    count=$1
    shift
    tries=60
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "did not come true: $*"
        page "$count"
        sleep 1
    done
}

# YES of the bin the count is in; NO of those that are out of reach comes too.
found="SELECT count(*) FROM fact_arb_scan s
    JOIN dim_market m ON m.yes_token = s.legs->0->>'token'
    WHERE s.strategy = 'G' AND m.question LIKE '% 20-39 times%'"
filled="SELECT count(*) FROM fact_arb_execution
    WHERE strategy = 'G' AND status = 'FILLED'"

# Event 30018: 0-19, 20-39, ... 200+; it ends in four hours.
cat >"$var/signals.yaml" <<YAML
bells:
  event: "30018"
  url: "http://127.0.0.1:$port/count.json"
  starts: "$(date -u -d '-1 day' '+%Y-%m-%d %H:%M UTC')"
  ends: "$(date -u -d '+4 hours' '+%Y-%m-%d %H:%M UTC')"
YAML
sed "s|SIGNALS|$var/signals.yaml|; s|HOME|$home|" tests/scenario/tail_end.yaml \
    >"$var/profile.yaml"

page 15 3600
DEMO_PROFILE=$var/profile.yaml DEMO_SECONDS=60 DEMO_MISCHIEF= \
    SIMEX_FLAGS='-s simex.plant_every=0 -s simex.counts=14400000' \
    deploy/up.sh "$var"
until_true 60 blocked NO_SIGNAL
echo "an hour old: refused"
# 4 are expected, and 19 is in 0-19: it may stay there or not.
kept_until 15 blocked UNSURE
[ "$(sql "$found")" = 0 ] || fail "found what was not sure"
echo "too near the boundary: refused"
kept_until 24 at_least 1 "$found"
kept_until 24 at_least 1 "$filled"
echo "sure: found, and filled $(sql "$filled")"
# 304: the page that did not change was not sent again.
until_true 20 grep -q '" 304 ' "$var/pages.log"
page 23
until_true 30 at_least 1 "SELECT count(*) FROM fact_arb_scan
    WHERE strategy = 'G' AND reason = 'NO_SIGNAL'"
echo "taken back: closed"

# The same out of a database; and what fell before is known.
sed -i "s|^  url: .*|  query: \"SELECT page FROM counted\"\\n  database: \"$var/run/pg.conninfo\"|" \
    "$var/signals.yaml"
sql "CREATE TABLE counted (page text)"
counted() {
    page "$1"
    sql "BEGIN; DELETE FROM counted;
        INSERT INTO counted VALUES ('$(cat "$pages/count.json")'); COMMIT"
}
signals() {
    sql "SELECT coalesce(max(value), 0) FROM arb_counter
        WHERE src = 'feed' AND name = 'signals' AND run = (SELECT max(run)
        FROM arb_counter WHERE src = 'feed')"
}
counted 23
before=$(pid_of feed)
DUTCHBOOK_VAR=$var deploy/control.sh restart dutchbook:feed >/dev/null
until_true 60 restarted feed "$before"
opened=$(sql "$found")
tries=60
until [ "$(signals)" -ge 3 ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "nothing by the query"
    counted 23
    sleep 1
done
[ "$(sql "$found")" = "$opened" ] || fail "found what had been taken back"
tries=60
until [ "$(sql "$found")" -gt "$opened" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "not found by the query"
    counted 24
    sleep 1
done
echo "by a query: found as soon as it is as high as it was"
[ "$(sql "SELECT count(*) FROM fact_arb_scan WHERE strategy = 'G'
    AND event_id <> '30018'")" = 0 ] || fail "found without a signal"
ends
