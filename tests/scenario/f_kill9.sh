#!/bin/sh
# f_kill9 - each of the five processes is killed with -9 in turn while the
# pipeline trades; afterwards every fact is in PostgreSQL exactly once and
# books, reservations and cash agree
set -eu
name=f_kill9
. "$(dirname "$0")/lib.sh"
begin

DEMO_SECONDS=60 DEMO_MISCHIEF= SIMEX_FLAGS='-s simex.plant_every=1500' \
    deploy/up.sh "$var"
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_execution"
for p in executor riskd recorder scanner feed executor riskd; do
    before=$(pid_of $p)
    kill -9 "$before"
    echo "killed $p ($before)"
    until_true 20 sh -c "[ -s '$var/run/$p.ready' ] &&
        [ \"\$(cut -d' ' -f1 '$var/run/$p.ready')\" != $before ]"
    sleep 5
done
count=$(sql "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'")
until_true 60 at_least $((count + 1)) \
    "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:feed \
    >/dev/null
# It waits for a group that lost its executor half way and is held.
"$arb" account -c "$config" || fail "the account is not good"
ends
