#!/bin/sh
# backup - everything a var folder holds that cannot be made again, as one file
#   backup.sh VAR OUT.tar.gz
# Journals, latch, the record of what was signed, incidents and drills, how far
# people were told, the configuration that ran and the shipped one, and
# PostgreSQL as a dump.  Keys are left out: whoever restores brings them.  The
# processes must be down, since journals of one moment belong together;
# PostgreSQL is started for the dump when it is not up.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
if [ $# -ne 2 ] || [ ! -d "$1/journal" ]; then
    echo "usage: backup.sh VAR OUT.tar.gz (VAR must hold a journal)" >&2
    exit 2
fi
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
. "$home/deploy/env.sh"
alone
if running || alive; then
    echo "the pipeline runs on $var; stop it first (make down)" >&2
    exit 1
fi
if [ -e "$out" ]; then
    echo "$out is there already" >&2
    exit 1
fi

work=$(mktemp -d "$var/backup.XXXXXX")
up=no
undo() {
    rm -rf "$work" "$out.part"
    [ "$up" = no ] || "$home/deploy/pg.sh" stop "$var" 9>&-
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$work/var" "$work/deploy"
# In one go: what incidents keep are links to the journals.
incidents=$var/incidents
[ -e "$incidents" ] || incidents=
cp -a "$var/journal" ${incidents:+"$incidents"} "$work/var/"
for f in latch keys/signed.log run/demo.yaml drills herald; do
    [ -e "$var/$f" ] || continue
    mkdir -p "$work/var/$(dirname "$f")"
    cp -a "$var/$f" "$work/var/$f"
done
cp -a "$home/deploy/dutchbook.yaml" "$home/deploy/profiles" \
    "$home/deploy/rules" "$work/deploy/"

# A database that never was needs no dump: the recorder makes it.
if [ -s "$var/run/pg.dir" ] || [ -d "$var/pg/data" ]; then
    [ -s "$var/run/pg.conninfo" ] || up=yes
    "$home/deploy/pg.sh" start "$var" 9>&-
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    "$bin/pg_dump" -Fc -O "$(cat "$var/run/pg.conninfo")" \
        >"$work/database.dump"
fi
{
    echo "dutchbook backup 1"
    echo "made $(date -u +%Y-%m-%dT%H:%M:%SZ) from $var"
    echo "version $(git -C "$home" describe --always --dirty 2>/dev/null ||
        echo unknown)"
    echo "keys are not in it"
} >"$work/about"
(cd "$work" && find . -type f ! -name sums -print0 | sort -z |
    xargs -0 sha256sum >sums)
tar -C "$work" -czf "$out.part" .
chmod 600 "$out.part"
mv "$out.part" "$out"
echo "$out: $(wc -l <"$work/sums") files, $(du -h "$out" | cut -f1)" \
    "(keys are not in it)"
