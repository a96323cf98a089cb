#!/bin/sh
# migrate - what it takes to bring a database that another release filled up
# to this one: migrate.sh ROWS [FIRST]
# ROWS scans of a month, in the tables as they were before migration FIRST
# (011, days); then a recorder comes, and its log says how long it took.  Not
# part of make bench: 5000000 rows take 30 GB and half an hour.
set -eu
cd "$(dirname "$0")/../.."
rows=$1
first=${2:-011}
bin=$(cd "${BUILD:-build}/release" && pwd)
mkdir -p var
var=$(mktemp -d "$PWD/var/migrate.XXXXXX")
recorder=
trap '[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
    deploy/pg.sh stop "$var"; rm -rf "$var"' EXIT
trap 'exit 130' INT TERM

sql() {
    deploy/pg.sh psql "$var" -qAtv ON_ERROR_STOP=1 -c "$1"
}

# size: MB of the server's folder, without its log of changes.
size() {
    du -sm --exclude=pg_wal "$(cat "$var/run/pg.dir")/data" | cut -f1
}

# record FOLDER: a recorder with those migrations, until its database is open.
record() {
    printf 'base: "%s/deploy/dutchbook.yaml"\ncommon:\n  var: "%s"\n' "$PWD" \
        "$var" >"$var/run/config.yaml"
    "$bin/recorder" -c "$var/run/config.yaml" -s "recorder.database=$(
        cat "$var/run/pg.conninfo")" -s "recorder.migrations=$1" \
        >"$var/recorder.log" 2>&1 &
    recorder=$!
    most=$(size)
    until grep -q 'database open' "$var/recorder.log"; do
        kill -0 "$recorder" || { cat "$var/recorder.log"; exit 1; }
        sleep 1
        now=$(size)
        [ "$now" -le "$most" ] || most=$now
    done
    kill "$recorder"
    wait "$recorder" || true
    recorder=
}

deploy/pg.sh start "$var"
mkdir "$var/old"
for f in recorder/migrations/*.sql; do
    [ "$(basename "$f" | cut -c1-3)" -ge "$first" ] || cp "$f" "$var/old"
done
record "$var/old"
# Four legs each, two levels a side: about 2 kB, as those of a demo.
sql "INSERT INTO fact_arb_scan (scan_id, scanned_at, strategy, event_id,
    market_ids, legs, book_snapshot, state, rev, cost_usd, fees_usd, lock_usd,
    peak_usd, reason, src, n, crc)
    SELECT (lpad(to_hex(1790000000000 + i * 500), 12, '0') || '7' ||
            substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15)
           )::uuid,
        now() - (($rows - i) * (30 * 86400.0 / $rows)) * interval '1 s', 'A',
        (i % 300)::text, ARRAY['a', 'b', 'c', 'd'], legs, books, 'closed', 2,
        100, 1, 0.1, 3, 'GONE', 'scanner', i, i
    FROM generate_series(1, $rows::bigint) i,
        (SELECT jsonb_agg(jsonb_build_object('token', md5(k::text) ||
             md5((k + 9)::text), 'side', 'buy', 'limit', 0.1 * k, 'avg',
             0.1 * k, 'size', 100 * k, 'depth', 170 * k, 'fee', 0.01 * k,
             'book_run', 1, 'book_seq', 77 * k, 'epoch', 16777216 + k,
             'age', 3, 'hash', md5((k + 5)::text))) AS legs
         FROM generate_series(1, 4) k) l,
        (SELECT jsonb_object_agg(md5(k::text), jsonb_build_object('bids',
             jsonb_build_array(ARRAY[0.1 * k, 100], ARRAY[0.09 * k, 300]),
             'asks', jsonb_build_array(ARRAY[0.11 * k, 100],
                                       ARRAY[0.12 * k, 300]))) AS books
         FROM generate_series(1, 4) k) b"
sql "CHECKPOINT"
before=$(size)
echo "$rows scans, in $before MB"
began=$(date +%s)
record "$PWD/recorder/migrations"
echo "migrated in $(($(date +%s) - began)) s; $((most - before)) MB more at most"
[ "$(sql "SELECT count(*) FROM fact_arb_scan")" = "$rows" ]
