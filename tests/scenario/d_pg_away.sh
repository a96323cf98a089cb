#!/bin/sh
# d_pg_away - PostgreSQL stops while the pipeline trades and comes back: the
# trading goes on, and afterwards every fact is there exactly once
set -eu
name=d_pg_away
. "$(dirname "$0")/lib.sh"
begin

DEMO_SECONDS=60 DEMO_MISCHIEF= SIMEX_FLAGS='-s simex.plant_every=1500' \
    deploy/up.sh "$var"
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_execution"
deploy/pg.sh halt "$var"
sleep 10
deploy/pg.sh start "$var"
supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:feed \
    >/dev/null
"$arb" account -c "$config" || fail "the account is not good"
ends
