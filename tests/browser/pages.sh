#!/bin/sh
# pages - the dashboards and a day's report of three weeks that never were
# (tests/unit/arb/some_days.sql), made as an operator makes them: pages.sh OUT
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
bin=${DUTCHBOOK_BIN:-$build/release}
mkdir -p "$1"
out=$(cd "$1" && pwd)
var=$out/var
rm -rf "$var"
mkdir -p "$var"
recorder=
trap 'code=$?; [ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
    deploy/pg.sh stop "$var"; exit $code' EXIT
trap 'exit 130' INT TERM
deploy/pg.sh start "$var"
printf 'base: "%s/deploy/profiles/demo.yaml"\ncommon:\n  var: "%s"\n' \
    "$PWD" "$var" >"$var/pages.yaml"
# The recorder makes the tables; nobody else is there.
"$bin/recorder" -c "$var/pages.yaml" >"$var/recorder.log" 2>&1 &
recorder=$!
tries=0
until grep -q 'database open' "$var/recorder.log"; do
    tries=$((tries + 1))
    [ $tries -le 600 ] || { cat "$var/recorder.log" >&2; exit 1; }
    sleep 0.1
done
kill "$recorder"
wait "$recorder" || true
recorder=
deploy/pg.sh psql "$var" -qv ON_ERROR_STOP=1 -f tests/unit/arb/some_days.sql
"$bin/arb" dashboards --html "$out/dashboards.html" -c "$var/pages.yaml" \
    --from 2026-03-10 --to 2026-03-30 --tz Europe/Zurich
"$bin/arb" report --day 2026-03-29 --out "$out/report" -c "$var/pages.yaml" \
    --tz Europe/Zurich >/dev/null
cp "$out/report/"*/report.html "$out/report.html" 2>/dev/null ||
    cp "$out/report/report.html" "$out/report.html"
