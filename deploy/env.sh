# env - names and small words that the scripts beside it share; sourced with
# $home set.  The first argument of the script is the var folder.

var=${1:-$home/var}
mkdir -p "$var"
var=$(cd "$var" && pwd -P)

DUTCHBOOK_HOME=$home
DUTCHBOOK_VAR=$var
DUTCHBOOK_BIN=${DUTCHBOOK_BIN:-$home/bin}
DUTCHBOOK_CONFIG=$var/run/demo.yaml
export DUTCHBOOK_HOME DUTCHBOOK_VAR DUTCHBOOK_BIN DUTCHBOOK_CONFIG

processes="feed scanner riskd executor recorder"

# supervisorctl: control status, control restart dutchbook:feed
control() {
    (cd "$var/run" &&
        exec supervisorctl -c "$home/deploy/supervisord.conf" "$@")
}

# Does supervisord run here?  Its folder tells it from a process that only has
# the number it had before the machine was started again.
running() {
    pid=$(cat "$var/run/supervisord.pid" 2>/dev/null) && [ -n "$pid" ] &&
        [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$var/run" ]
}

# What MODE and WALLET may be.  A word nobody knows is not taken for paper.
known_mode() {
    case ${MODE:-paper} in
    paper | live) ;;
    *)
        echo "MODE: expected paper or live, got '$MODE'" >&2
        return 1
        ;;
    esac
    case ${MODE:-paper}${WALLET:-} in
    paper | live | live[0-3]) ;;
    *)
        echo "WALLET: expected 0, 1, 2 or 3, and MODE=live, got '$WALLET'" >&2
        return 1
        ;;
    esac
}

# One start at a time on one folder.  Who is started shall not inherit the
# lock: call it with 9>&-.
alone() {
    [ -z "${DUTCHBOOK_ALONE:-}" ] || return 0
    exec 9>"$var/.lock"
    if ! flock -n 9; then
        echo "another demo or start is at work on $var" >&2
        exit 1
    fi
    DUTCHBOOK_ALONE=1
    export DUTCHBOOK_ALONE
}

# Waits up to 30 s for a file; says whose log to read when it does not come.
# What supervisord has given up, or was told to leave alone, is not waited for.
await() {
    i=0
    while [ ! -s "$1" ]; do
        i=$((i + 1))
        if [ $i -ge 300 ] || { [ $((i % 20)) = 0 ] &&
               control status "$3" | grep -qE ' (EXITED|FATAL) '; }; then
            echo "$2 did not come up; the end of $var/log/$2.log:" >&2
            tail -5 "$var/log/$2.log" >&2 || true
            echo "what did come up is stopped with: make down" >&2
            return 1
        fi
        sleep 0.1
    done
}

# Does any of the processes run, under supervisord or not?  Each holds a lock.
alive() {
    for p in $processes; do
        [ ! -e "$var/run/$p.run" ] || flock -n "$var/run/$p.run" true ||
            return 0
    done
    return 1
}

# Waits until none of the processes is left (after their supervisord died, it
# takes them a moment), and ends those that do not stop: one that is stopped
# or hangs would keep its lock, and the next one from starting.
await_gone() {
    i=0
    for p in $processes; do
        [ -e "$var/run/$p.run" ] || continue
        until flock -n "$var/run/$p.run" true; do
            i=$((i + 1))
            if [ $((i % 200)) = 0 ]; then
                kill -9 "$(cut -d' ' -f1 "$var/run/$p.ready")" || true
            fi
            [ $i -lt 1000 ] || return 1
            sleep 0.1
        done
    done
}
