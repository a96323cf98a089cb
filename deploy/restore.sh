#!/bin/sh
# restore - a backup into a folder that holds nothing yet
#   restore.sh BACKUP.tar.gz VAR
# Every file is compared with the sums that were taken.  The database is put
# back as it was; where the backup has none, the recorder fills it from the
# journals.  The configuration of then is put into VAR/restored, and keys are
# yours to bring: nothing live starts without them.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
if [ $# -ne 2 ] || [ ! -r "$1" ]; then
    echo "usage: restore.sh BACKUP.tar.gz VAR" >&2
    exit 2
fi
from=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
if [ -d "$2" ] && [ -n "$(ls -A "$2")" ]; then
    echo "$2 is not empty: nothing is restored over what is there" >&2
    exit 1
fi
mkdir -p "$2"
set -- "$2"
. "$home/deploy/env.sh"

work=$(mktemp -d "$var/restore.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if ! tar -C "$work" -xzf "$from" ||
   ! head -1 "$work/about" | grep -qx 'dutchbook backup 1'; then
    echo "$from: not a backup of this kind, or damaged" >&2
    exit 1
fi
if ! (cd "$work" && sha256sum --quiet -c sums) ||
   [ "$(wc -l <"$work/sums")" != \
     "$(find "$work" -type f ! -name sums | wc -l)" ]; then
    echo "$from: what is in it is not what was saved" >&2
    exit 1
fi
sed 's/^/    /' "$work/about"
(cd "$work/var" && tar -cf - .) | tar -C "$var" -xf -
mkdir "$var/restored"
mv "$work/deploy" "$work/about" "$var/restored/"
if [ -s "$work/database.dump" ]; then
    "$home/deploy/pg.sh" start "$var"
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    conninfo=$(cat "$var/run/pg.conninfo")
    "$home/deploy/pg.sh" psql "$var" -qAtc \
        "SELECT 'CREATE ROLE dutchbook_reader LOGIN' WHERE NOT EXISTS (SELECT
         FROM pg_roles WHERE rolname = 'dutchbook_reader')" |
        "$home/deploy/pg.sh" psql "$var" -q
    "$bin/pg_restore" --exit-on-error -O -d "$conninfo" \
        "$work/database.dump"
    "$home/deploy/pg.sh" halt "$var"
fi
echo "restored to $var; keys are yours to bring, then start it as always"
