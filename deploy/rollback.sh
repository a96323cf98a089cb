#!/bin/sh
# rollback - back to the version, and its configuration, installed before
#   rollback.sh TARGET VAR
# TARGET is what install.sh was given, VAR the var folder that is traded on.
# The processes must be down.  Refused, and nothing changed, when the version
# before cannot read its configuration or the facts that were written since:
# then only a backup from before leads back (restore.sh).  Migrations go
# forward only, so a database that has some the version before does not know is
# set aside, as a schema of that name, and the recorder fills a new one from
# the journals: without the scans scanner no longer keeps (it says how many
# there were).  Done twice, it goes forward again.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
if [ $# -ne 2 ] || [ ! -d "$1/versions" ] || [ ! -d "$2" ]; then
    echo "usage: rollback.sh TARGET VAR" >&2
    exit 2
fi
target=$(cd "$1" && pwd -P)
set -- "$2"
. "$home/deploy/env.sh"
alone
exec 8>"$target/.lock"
flock -n 8 || { echo "another one is at work on $target" >&2; exit 1; }
if running || alive; then
    echo "the pipeline runs on $var; stop it first" >&2
    exit 1
fi
if [ ! -x "$target/previous/bin/riskd" ]; then
    echo "$target has no version before this one" >&2
    exit 1
fi
old=$(readlink "$target/previous")
new=$(readlink "$target/current")

up=no
undo() {
    [ "$up" = no ] || "$home/deploy/pg.sh" halt "$var" 8>&- 9>&-
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if ! "$target/$old/bin/arb" check-config >/dev/null; then
    echo "$old does not take its own configuration" >&2
    exit 1
fi
for p in scanner riskd executor; do
    facts=$var/journal/$p/facts
    [ -n "$(ls -A "$facts" 2>/dev/null)" ] || continue
    if ! "$target/$old/bin/arb" capture export "$facts" >/dev/null; then
        echo "$old cannot read what $p wrote since; restore.sh with a" \
            "backup from before is the way back" >&2
        exit 1
    fi
done

# Does the database know only what the version before knows?
known() {
    "$home/deploy/pg.sh" psql "$var" -qAtc "SELECT name || ' ' || digest
        FROM schema_migration ORDER BY name" | while read -r name sum; do
        echo "$sum  $target/$old/recorder/migrations/$name"
    done | sha256sum --quiet -c >/dev/null 2>&1
}
if [ -s "$var/run/pg.dir" ] || [ -d "$var/pg/data" ]; then
    [ -s "$var/run/pg.conninfo" ] || up=yes
    "$home/deploy/pg.sh" start "$var" 8>&- 9>&-
    [ "$("$home/deploy/pg.sh" psql "$var" -qAtc \
        "SELECT to_regclass('schema_migration')")" = "" ] || known || {
        aside=before_$(date -u +%Y%m%dT%H%M%SZ | tr 'TZ' '_z')
        "$home/deploy/pg.sh" psql "$var" -q -v ON_ERROR_STOP=1 --single-transaction \
            -c "ALTER SCHEMA public RENAME TO $aside; CREATE SCHEMA public"
        echo "the database is set aside as schema $aside; the recorder fills" \
            "another from the journals"
        scans=$("$home/deploy/pg.sh" psql "$var" -qAtc \
            "SELECT count(*) FROM $aside.fact_arb_scan")
        echo "scanner keeps its facts for common.journal_keep only: of $scans" \
            "scans those older than that stay in $aside.fact_arb_scan and do" \
            "not come back, nor do heartbeats, latencies and counters"
    }
fi
ln -sfn "$old" "$target/current.new"
mv -T "$target/current.new" "$target/current"
ln -sfn "$new" "$target/previous.new"
mv -T "$target/previous.new" "$target/previous"
echo "$target/$old is current again, with its configuration"
