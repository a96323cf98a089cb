#!/bin/sh
# f_kill_switch - arb kill while trading: no intent after it, whatever is
# restarted; the latch holds with every process dead, and without its file
# faults: F-040 F-042 F-052
set -eu
name=f_kill_switch
. "$(dirname "$0")/lib.sh"
begin

paper_up
until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_order"
"$arb" kill -c "$config" --reason 'a scenario' --json |
    grep -q '"killed":true' || fail "not killed"
killed=$(date +%s%3N)
kill -9 "$(pid_of executor)" "$(pid_of riskd)"
sleep 15
late=$(sql "SELECT count(*) FROM fact_arb_order WHERE intended_at >
            to_timestamp($killed / 1000.0)")
[ "$late" = 0 ] || fail "$late intents after the kill"
"$arb" status -c "$config" | grep -q KILLED || fail "no KILLED in status"
# The file goes, and everybody who saw it, at one moment: the facts remember.
both="$(pid_of executor) $(pid_of riskd)"
kill -STOP $both
rm "$var/latch"
kill -9 $both
until_true 60 test -f "$var/latch"
"$arb" status -c "$config" | grep -q KILLED || fail "the kill is forgotten"
deploy/down.sh "$var"
"$arb" kill -c "$config" --reason 'again, all dead' --json |
    grep -q '"kill_gen":3' || fail "no third generation with all dead"
ends
