#!/bin/sh
# a_deep - a var folder too deep for a socket's path, with a space in its
# name: everything works; arb kill works from any folder, a start says that it
# is killed, and nothing is left outside
set -eu
name=a_deep
. "$(dirname "$0")/lib.sh"
deep=a_folder_somebody_named_with_much_care/and_another_below_it/with_a_third
var="$var/$deep/my var"
config=$var/run/demo.yaml
begin

paper_up '-s simex.warmup=1000'
tmp=$(cat "$var/run/pg.dir")
[ -d "$tmp/data" ] || fail "no PostgreSQL folder"
until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_execution"
until_true 30 "$arb" status -c "$config"
"$arb" scan -c "$config" --seconds 1 || fail "no scan"
DUTCHBOOK_VAR=$var deploy/control.sh status | grep -c RUNNING | grep -qx 7 ||
    fail "not seven programs run"

# Bad usage kills nothing and says so.
for bad in "--reason ''" '--reason' 'now' '-c /nowhere' '--var /nowhere'; do
    eval "$arb" kill $bad 2>&1 | grep -q 'NOT KILLED' ||
        fail "arb kill $bad does not say that nothing was killed"
done
"$arb" status -c "$config" | grep -q 'kill switch: open' || fail "killed"
(cd / && "$arb" kill --var "$var" --reason 'a scenario') |
    grep -q "killed $var, generation 1" || fail "not killed by folder"
deploy/look.sh "$var" | grep -q '^KILLED' || fail "up does not say KILLED"
"$arb" status -c "$config" --json | grep -q '"killed":true' || fail "open"
# A switch whose file is gone stays on in whoever saw it.
until_true 30 grep -q 'the kill switch is on' "$var/log/riskd.log"
rm "$var/latch"
until_true 30 test -f "$var/latch"
"$arb" status -c "$config" | grep -q KILLED || fail "lifted by rm"
deploy/down.sh "$var"
[ ! -e "$tmp" ] || fail "$tmp is left"
ends
