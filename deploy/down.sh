#!/bin/sh
# down - stops what up.sh started; harmless when nothing runs
#   down.sh [VAR]
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
[ -d "${1:-$home/var}/run" ] || exit 0
. "$home/deploy/env.sh"

if running; then
    control shutdown >/dev/null || true
    i=0
    while running && [ $i -lt 600 ]; do
        sleep 0.1
        i=$((i + 1))
    done
fi
await_gone || echo "a process does not go away; see $var/run" >&2
"$home/deploy/pg.sh" stop "$var"
rm -f "$var/run/simex.supervisor"
