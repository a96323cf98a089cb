#!/bin/sh
# a_up_down - an operator's first hour: up twice, look, down twice
set -eu
name=a_up_down
. "$(dirname "$0")/lib.sh"
begin

# A word that nobody knows is not taken for paper.
for words in MODE=shadow WALLET=2 "MODE=live WALLET=4"; do
    code=0
    env $words deploy/up.sh "$var" 2>/dev/null || code=$?
    [ $code = 2 ] || fail "$words: $code"
done
deploy/up.sh "$var"
! MODE=live deploy/up.sh "$var" 2>/dev/null || fail "paper became live"
deploy/up.sh "$var" || fail "a second up is not harmless"
until_true 60 "$arb" status -c "$config"
"$arb" status -c "$config" --json | grep -q '"executor":{"up":true' ||
    fail "status does not show the executor"
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_scan"
# What a stranger on the machine must not get at.
[ "$(stat -c %a "$var/run")" = 700 ] || fail "others may enter $var/run"
for p in feed scanner riskd executor recorder; do
    of=/proc/$(pid_of $p)
    grep -q '^NoNewPrivs:[^0-9]*1$' "$of/status" || fail "$p may gain rights"
    grep -q 'core file size *0 *0 ' "$of/limits" || fail "$p may dump core"
done
"$arb" history scans -c "$config" -n 5 | grep -q row || fail "no history"
deploy/down.sh "$var"
deploy/down.sh "$var" || fail "a second down is not harmless"
! MODE=live deploy/up.sh "$var" 2>/dev/null || fail "live on paper's capital"
if "$arb" status -c "$config" >/dev/null; then
    fail "status says up when all is down"
fi
ends
