#!/bin/sh
# d_pg_away - PostgreSQL stops, dies, has no connection left, loses a session
# in the middle of its work, and so does the recorder, while the pipeline
# trades: the trading goes on, afterwards every fact is there exactly once, and
# tables made anew from the journals alone, at another time by the database's
# clock, are equal row by row
# faults: F-101 F-117
set -eu
name=d_pg_away
. "$(dirname "$0")/lib.sh"
begin

facts() {
    sql "SELECT count(*) FROM fact_arb_ledger"
}

# written: more facts than before.
written() {
    [ "$(facts)" -gt "$before" ]
}

# The server's first process; those it made die with it.
postmaster() {
    head -1 "$(cat "$var/run/pg.dir")/data/postmaster.pid"
}

# The session of the recorder, which is connected again.
session() {
    sql "SELECT pid FROM pg_stat_activity WHERE application_name =
        'dutchbook' AND backend_start > now() - interval '1 hour' LIMIT 1"
}

has_session() {
    [ -n "$(session)" ]
}

paper_up '-s simex.plant_every=800'
until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_execution"

echo "sessions die at any instant: was it committed?"
for pause in 0.05 0.4 0.9; do
    until_true 60 has_session
    sleep $pause
    kill -9 "$(session)" 2>/dev/null || true
    sleep 0.3
done

echo "the recorder dies at any instant"
for pause in 0.1 0.6; do
    sleep $pause
    before=$(pid_of recorder)
    kill -9 "$before"
    until_true 60 restarted recorder "$before"
done

echo "the server dies"
kill -9 "$(postmaster)"
sleep 2
deploy/pg.sh start "$var"
sql "ALTER SYSTEM SET max_connections = 6"
deploy/pg.sh halt "$var"
sleep 3
deploy/pg.sh start "$var"

echo "no connection is left"
refused() {
    grep -q 'too many clients\|connection slots' "$var/log/recorder.log"
}
# Whatever is free is taken for a while, also what the recorder leaves.
take_all() {
    for i in 1 2 3; do
        deploy/pg.sh psql "$var" -qAtc "SELECT pg_sleep(5)" \
            >/dev/null 2>&1 9>&- &
    done
    sleep 0.3
}
take_all
take_all
kill -9 "$(pid_of recorder)"
tries=0
until refused; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || fail "the recorder found a connection"
    # It was quicker than all of them, and keeps what it has.
    [ $((tries % 20)) != 0 ] || kill -9 "$(pid_of recorder)" || true
    take_all
done
reset_limit() {
    sql "ALTER SYSTEM RESET max_connections"
}
until_true 60 reset_limit

before=$(facts)
until_true 90 written
supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:feed \
    >/dev/null
"$arb" account -c "$config" || fail "the account is not good"
# Comparing takes as long as it takes: here, until somebody lets go of a table,
# after more than the 10 s that a statement is granted elsewhere.  A day's row
# that was written again meanwhile is no difference.
supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:recorder \
    >/dev/null
sql "UPDATE public.fact_arb_daily_pnl SET n = n + 1000000, equity = 0"
sql "BEGIN; LOCK TABLE public.fact_arb_order; SELECT pg_sleep(18); COMMIT" &
"$arb" rebuild -c "$config" --schema again ||
    fail "the tables made anew are others"
wait $!
sql "UPDATE public.fact_arb_fill SET fee_bps = 77 WHERE fill_id =
    (SELECT min(fill_id) FROM public.fact_arb_fill)"
! "$arb" rebuild -c "$config" --schema again >"$var/rebuilt" ||
    fail "a row that was changed is not noticed"
grep -q 'fact_arb_fill .*1 differ from the rebuilt, 1 from' "$var/rebuilt" ||
    fail "the rebuild does not say which"
ends
