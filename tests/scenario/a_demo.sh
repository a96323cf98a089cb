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
! ls "$var"/run/*.ready >/dev/null 2>&1 || fail "a process is still ready"
! [ -s "$var/run/supervisord.pid" ] ||
    ! kill -0 "$(cat "$var/run/supervisord.pid")" 2>/dev/null ||
    fail "supervisord still runs"
! [ -e "$var/run/pg.conninfo" ] || fail "PostgreSQL was not stopped"
ends
