#!/bin/sh
# f_supervision - what supervision does: supervisord killed takes everything
# with it; a mistake of the operator is not retried; PostgreSQL killed is
# started by the next up; the exchange killed comes back at its port
# faults: F-030 F-100
set -eu
name=f_supervision
. "$(dirname "$0")/lib.sh"
begin

control() {
    DUTCHBOOK_VAR=$var deploy/control.sh "$@"
}

# The pid the exchange says it has.
exchange() {
    sed 's/.*"pid":\([0-9]*\).*/\1/' "$var/run/simex.json"
}

filled() {
    sql "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
}

more_filled() {
    until_true 90 at_least $(($(filled) + 1)) \
        "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
}

paper_up '-s simex.warmup=1000'
more_filled

echo "the exchange is killed"
port=$(cut -d, -f1 "$var/run/simex.json")
before=$(exchange)
kill -9 "$before"
until_true 60 sh -c "grep -q '\"pid\":' '$var/run/simex.json' &&
    ! grep -q '\"pid\":$before,' '$var/run/simex.json'"
[ "$(cut -d, -f1 "$var/run/simex.json")" = "$port" ] || fail "another port"
more_filled

echo "PostgreSQL is killed"
kill -9 "$(head -n 1 "$(cat "$var/run/pg.dir")/data/postmaster.pid")"
sleep 1
! "$arb" history -c "$config" >/dev/null 2>&1 || fail "history without rows"
paper_up '-s simex.warmup=1000'
more_filled

echo "scanner gets a mistake in its configuration"
echo 'scanner: { bogus: 1 }' >>"$config"
control restart dutchbook:scanner >/dev/null || true
until_true 60 sh -c "DUTCHBOOK_VAR='$var' deploy/control.sh status |
    grep -q 'scanner  *EXITED'"
sleep 2
[ "$(grep -c 'scanner.bogus: expected' "$var/log/scanner.log")" = 1 ] ||
    fail "the mistake was not named once"
paper_up '-s simex.warmup=1000'
more_filled

echo "supervisord is killed, with riskd stopped"
pids=$(for p in feed scanner riskd executor recorder; do pid_of $p; done
    exchange)
kill -STOP "$(pid_of riskd)"
kill -9 "$(cat "$var/run/supervisord.pid")"
for pid in $pids; do
    until_true 60 sh -c "! kill -0 $pid 2>/dev/null"
done
paper_up '-s simex.warmup=1000'
more_filled
control stop dutchbook:feed >/dev/null
"$arb" account -c "$config" >/dev/null || fail "the account is not good"
ends
