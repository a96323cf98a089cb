#!/bin/sh
# look - says how to look at what up.sh started: look.sh [VAR]
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/deploy/env.sh"

line() {
    printf '  %-30s %s\n' "$1" "$2"
}

folder=var
down='make down'
echo "up: ${MODE:-paper} trading against the simulated exchange, in $var"
if [ "$var" != "$home/var" ]; then
    folder=$var
    down="deploy/down.sh $var"
    echo "every arb here needs: -c $DUTCHBOOK_CONFIG"
fi
echo
line "bin/arb status" "who is alive, in which mode, with what money"
line "bin/arb scan" "opportunities as they open and close"
line "bin/arb history" "executions; also scans, orders, positions, days"
line "deploy/pg.sh psql $folder" "the tables: fact_arb_scan, fact_arb_execution, ..."
line "tail -f $folder/log/*.log" "what each process says"
line "deploy/control.sh status" "what supervisord says; also: restart NAME"
line "bin/arb kill" "stop all new exposure at once"
line "$down" "stop it all; the data stay"
killed=$("$DUTCHBOOK_BIN/arb" status -c "$DUTCHBOOK_CONFIG" 2>/dev/null |
    grep '^KILLED') || exit 0
cat <<TEXT

$killed
Nothing trades on $var any more until bin/arb clear lifts that, with an
admin's key; deploy/LIVE.md says when it may.
TEXT
