#!/bin/sh
# demo - trades for DEMO_SECONDS (60) against the simulated exchange, on paper
# or, with MODE=live, with signed orders of an account made for it; then says
# what happened and stops everything it started
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/deploy/env.sh"
seconds=${DEMO_SECONDS:-60}

case $seconds in
'' | *[!0-9]* | 0*)
    echo "DEMO_SECONDS: expected a number of seconds, got '$seconds'" >&2
    exit 2
    ;;
esac
known_mode || exit 2
alone
if running; then
    echo "a pipeline is already running on $var; stop it with: make down" >&2
    exit 1
fi
# A demo begins from nothing, so that its account is its own.
await_gone
"$home/deploy/pg.sh" stop "$var"
rm -rf "$var/journal" "$var/pg" "$var/simex" "$var/log" "$var/run" \
    "$var/demo.json" "$var/latch" "$var/herald" "$var/keys/signed.log" \
    "$var/keys/api.json"

# Whatever ends this, also a terminal or a pipe that goes away, or a second
# Ctrl-C, everything that was started is stopped.
trap 'trap "" INT TERM HUP PIPE; "$home/deploy/down.sh" "$var" 9>&-' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE
"$home/deploy/up.sh" "$var"
echo "trading for $seconds s in ${MODE:-paper} mode (logs: $var/log)"
sleep "$seconds"
# No more opportunities: what is under way ends on live books.  Then no more
# market data, so that the account is of something that stands still; and the
# scanner again, to close what it left open and to give the recorder the rest.
until=$(date +%s%3N)
control stop dutchbook:scanner >/dev/null
sleep 3
control stop dutchbook:feed >/dev/null
control start dutchbook:scanner >/dev/null
"$DUTCHBOOK_BIN/arb" account -c "$DUTCHBOOK_CONFIG" --seconds "$seconds" \
    --planted "$var/simex/planted.jsonl" \
    --mischief "$var/simex/mischief.jsonl" --until "$until" \
    --write "$var/demo.json"
[ "$var" = "$home/var" ] || exit 0
cat <<'TEXT'
look further: deploy/pg.sh start var, then bin/arb history (also with an
EXEC_ID, or risk), bin/arb dashboards --html page.html, bin/arb report --out
FOLDER --day today; make down ends it
TEXT
