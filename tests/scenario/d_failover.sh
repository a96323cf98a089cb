#!/bin/sh
# d_failover - PostgreSQL is away while as many facts come as in
# FAILOVER_MINUTES of the demo (5; 60 is an hour), then slow, then its server freezes and a
# replica takes over that lacks the last rows: the recorder's memory does not
# grow, it says that the database went back, and afterwards every fact is in
# its table exactly once
# faults: F-101 F-103 F-104 F-105
set -eu
name=d_failover
. "$(dirname "$0")/lib.sh"
begin
made release swell

# What there is of servers, if anything fails.
away() {
    for d in "${replica:-}" "${primary:-}"; do
        [ -n "$d" ] && [ -s "$d/data/postmaster.pid" ] || continue
        signal KILL "$d"
    done
    deploy/down.sh "$var"
    case ${primary:-} in /var/tmp/dutchbook.*) rm -rf "$primary" ;; esac
}
trap 'code=$?; away; exit $code' EXIT

# signal NAME DIR: to a server and all it started.
signal() {
    pid=$(head -1 "$2/data/postmaster.pid")
    for p in "$pid" $(ps -o pid= --ppid "$pid"); do
        kill -"$1" "$p" 2>/dev/null || true
    done
}

# as_owner COMMAND...: as the user whose server it is.
as_owner() {
    (cd / && if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups \
            --no-new-privs -- env -i PATH="$PATH" LANG=C.UTF-8 "$@"
    else
        "$@"
    fi) 9>&-
}

server() {
    as_owner "$bin/pg_ctl" -D "$1/data" -w -t 60 -l "$1/server.log" \
        -o "-k $1 -p 5432 -c listen_addresses='' -c shared_buffers=32MB \
            -c unix_socket_permissions=0700 -c max_locks_per_transaction=512" \
        start >/dev/null
}

committed() {
    sql "SELECT sum(committed) FROM journal_cursor"
}

# level: all that there is of the scanner's facts is in the tables.
level() {
    [ "$(sql "SELECT committed FROM journal_cursor WHERE src = 'scanner'")" \
        -ge "$many" ]
}

more() {
    [ "$(committed)" -gt "$1" ]
}

# Of the recorder, in KiB.
memory() {
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$recorder/status"
}

control() {
    supervisorctl -s "unix://$var/run/supervisor.sock" "$@" >/dev/null
}

bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
paper_up '-s simex.plant_every=800'
until_true 90 at_least 2 "SELECT count(*) FROM fact_arb_execution"
until_true 90 at_least 4 "SELECT count(*) FROM fact_arb_scan
    WHERE closed_at IS NOT NULL"
primary=$(cat "$var/run/pg.dir")

echo "away, while ${FAILOVER_MINUTES:-5} minutes of facts come"
recorder=$(pid_of recorder)
deploy/pg.sh halt "$var"
control stop dutchbook:scanner
many=$((${FAILOVER_MINUTES:-5} * 60 * 39)) # The demo's facts a second.
bytes=$("$build/release/swell" "$var/journal/scanner/facts" $many)
control start dutchbook:scanner
until_true 90 [ -s "$var/run/scanner.ready" ]
sleep 3
away_kib=$(memory)
began=$(date +%s%N)
deploy/pg.sh start "$var"
until_true 500 level
took=$((($(date +%s%N) - began) / 1000000))
grown=$(($(memory) - away_kib))
echo "$many facts, $bytes bytes in the journal: $((bytes / many)) each;" \
    "caught up in $took ms; the recorder had $away_kib KiB, $grown more then"
[ $grown -lt 65536 ] || fail "the recorder grew by $grown KiB"

echo "slow: each commit takes a second"
sql "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON journal_cursor
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()"
before=$(committed)
until_true 90 more $((before + 60))
sql "DROP TRIGGER slow ON journal_cursor; DROP FUNCTION public.slow()"

echo "a replica follows, and falls behind"
replica=$primary/replica
as_owner mkdir -m 700 "$replica"
as_owner "$bin/pg_basebackup" -h "$primary" -U dutchbook -R -X stream \
    -c fast -D "$replica/data"
server "$replica"
sed "s|^host=[^ ]*|host=$primary,$replica|; s|port=5432|port=5432,5432|
     s|\$| target_session_attrs=read-write connect_timeout=2|" \
    "$var/run/pg.conninfo" >"$var/run/pg.two"
cat "$var/run/pg.two" >"$var/run/pg.conninfo"
as_owner "$bin/pg_ctl" -D "$replica/data" -m fast -w stop >/dev/null
before=$(committed)
until_true 90 more $((before + 100))

echo "the first freezes, the second takes over"
signal STOP "$primary"
server "$replica"
as_owner "$bin/pg_ctl" -D "$replica/data" -w promote >/dev/null
went_back() {
    grep -q 'the database went back' "$var/log/recorder.log"
}
until_true 120 went_back
signal KILL "$primary"
before=$(committed)
until_true 90 more $((before + 100))
control stop dutchbook:feed
"$arb" account -c "$config" || fail "the account is not good"
"$arb" rebuild -c "$config" --schema again ||
    fail "the tables made anew are others"
grep 'the database went back' "$var/log/recorder.log"
ends
