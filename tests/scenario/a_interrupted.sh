#!/bin/sh
# a_interrupted - a demo that is interrupted stops everything, whether by
# Ctrl-C, a pipe that goes away or a terminal that closes; two at once are
# kept apart; and arb says what is not there
set -eu
name=a_interrupted
. "$(dirname "$0")/lib.sh"
begin

nothing_runs() {
    ! [ -s "$var/run/supervisord.pid" ] ||
        ! kill -0 "$(cat "$var/run/supervisord.pid")" 2>/dev/null ||
        fail "$1: supervisord still runs"
    ! ls "$var"/run/*.ready >/dev/null 2>&1 || fail "$1: a process is ready"
    ! [ -e "$var/run/pg.conninfo" ] || fail "$1: PostgreSQL still runs"
}

# Nothing was ever started here.
for words in status scan history account; do
    code=0
    "$arb" $words -c tests/scenario/nothing.yaml >/dev/null 2>&1 || code=$?
    [ $code = 2 ] || fail "arb $words without its configuration: $code"
    code=0
    printf 'common:\n  var: "%s"\n' "$var" >"$var/own.yaml"
    "$arb" $words -c "$var/own.yaml" >/dev/null 2>&1 || code=$?
    [ $code = 1 ] || fail "arb $words with nothing running: $code"
done
"$arb" status -c "$var/own.yaml" --json | grep -q '"up":false' ||
    fail "status --json with nothing running"
! "$arb" check-config --print >/dev/full 2>/dev/null || fail "/dev/full"

for signal in INT HUP; do
    # A shell starts what it puts behind with SIGINT ignored; env does not.
    env --default-signal=INT deploy/demo.sh "$var" >"$var.out" 2>&1 &
    demo=$!
    until_true 60 [ -s "$var/run/supervisord.pid" ]
    code=0
    deploy/demo.sh "$var" >/dev/null 2>"$var.second" || code=$?
    [ $code = 1 ] || fail "a second demo at once: $code"
    grep -q 'at work on' "$var.second" || fail "a second demo: no word"
    until_true 90 grep -q '^trading' "$var.out"
    # The group of a terminal gets it; here: the script, then its sleep.
    kill -$signal $demo
    pkill -TERM -P $demo sleep || true
    wait $demo && fail "an interrupted demo says it was good"
    nothing_runs "after $signal"
done
deploy/demo.sh "$var" 2>&1 | head -n 0
nothing_runs "after a pipe that went away"
rm -f "$var.out" "$var.second"
ends
