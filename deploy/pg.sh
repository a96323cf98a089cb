#!/bin/sh
# pg - a private PostgreSQL for one var folder, on a unix socket only
#   pg.sh start VAR     makes and starts it, writes VAR/run/pg.conninfo
#   pg.sh halt VAR      stops it; its data stay
#   pg.sh stop VAR      the same, and tidies up
#   pg.sh psql VAR ...  opens psql on it
# As root it runs as user postgres.  When that user cannot reach VAR, or its
# path is too long for a socket or holds what would need quotes, the folder is
# made under /var/tmp, named in VAR/run/pg.dir, and removed when it stops.
set -eu

usage() {
    echo "usage: pg.sh start|halt|stop|psql VAR (a folder that is there)" >&2
    exit 2
}
[ $# -ge 2 ] && [ -d "$2" ] || usage
verb=$1
var=$(cd "$2" && pwd)
shift 2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)

owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups \
            --no-new-privs -- env -i PATH="$PATH" LANG=C.UTF-8 "$@"
    else
        "$@"
    fi
}

make_tmp() {
    d=$(mktemp -d /var/tmp/dutchbook.XXXXXX)
    [ "$(id -u)" != 0 ] || chown postgres "$d"
    echo "$d"
}

# The folder used before, else VAR/pg if it will do, else one in /var/tmp.
choose_dir() {
    if [ -s "$var/run/pg.dir" ]; then
        cat "$var/run/pg.dir"
        return
    fi
    case $var in
    *[!A-Za-z0-9/._+-]*) make_tmp; return ;;
    esac
    mkdir -p "$var/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$var/pg"
    chmod 700 "$var/pg"
    if [ "${#var}" -le 80 ] && owner test -x "$var/pg" -a -w "$var/pg"; then
        echo "$var/pg"
        return
    fi
    rmdir "$var/pg"
    make_tmp
}

case $verb in
start)
    mkdir -p "$var/run"
    dir=$(choose_dir)
    echo "$dir" >"$var/run/pg.dir"
    cd /
    if [ ! -s "$dir/data/PG_VERSION" ]; then
        owner "$bin/initdb" -D "$dir/data" -U dutchbook -A trust -E UTF8 \
            --locale=C.UTF-8 --no-sync >/dev/null
    fi
    # A server that was killed may keep its number, and so its lock, a while.
    tries=0
    until "$bin/pg_isready" -q -h "$dir" -p 5432; do
        if [ $tries -ge 15 ]; then
            echo "PostgreSQL did not start; the end of $dir/server.log:" >&2
            tail -5 "$dir/server.log" >&2
            exit 1
        fi
        [ $tries = 0 ] || sleep 1
        tries=$((tries + 1))
        owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/server.log" \
            -o "-k $dir -p 5432 -c listen_addresses='' \
                -c unix_socket_permissions=0700 \
                -c max_locks_per_transaction=512" start >/dev/null 2>&1 || true
    done
    (umask 077
     echo "host=$dir port=5432 user=dutchbook dbname=dutchbook" \
         >"$var/run/pg.conninfo")
    "$bin/psql" -h "$dir" -U dutchbook -d postgres -qAt <<-SQL
	SELECT 'CREATE DATABASE dutchbook'
	WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'dutchbook')
	\gexec
	SQL
    ;;
halt | stop)
    [ -s "$var/run/pg.dir" ] || exit 0
    dir=$(cat "$var/run/pg.dir")
    cd /
    if [ -d "$dir/data" ] &&
       owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null; then
        owner "$bin/pg_ctl" -D "$dir/data" -m fast -w -t 60 stop >/dev/null
    fi
    # One that was killed leaves its pid file, which names its shared memory.
    if [ -s "$dir/data/postmaster.pid" ]; then
        id=$(sed -n '7s/^ *[0-9]* *\([0-9]*\) *$/\1/p' \
            "$dir/data/postmaster.pid")
        [ -z "$id" ] || ipcrm -m "$id" 2>/dev/null || true
    fi
    [ "$verb" = stop ] || exit 0
    # The journals have every fact; the recorder fills an empty database.
    case $dir in
    /var/tmp/dutchbook.*) rm -rf "$dir" "$var/run/pg.dir" ;;
    esac
    rm -f "$var/run/pg.conninfo"
    ;;
psql)
    if ! [ -s "$var/run/pg.conninfo" ]; then
        echo "PostgreSQL does not run for $var; make up starts it" >&2
        exit 1
    fi
    exec "$bin/psql" "$(cat "$var/run/pg.conninfo")" "$@"
    ;;
*) usage ;;
esac
