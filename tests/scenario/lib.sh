# lib - what the scenarios share; sourced with $name set.  Each runs on a var
# folder of its own under the build folder, with the release binaries.

home=$(cd "$(dirname "$0")/../.." && pwd)
cd "$home"
build=${BUILD:-build}
case $build in /*) ;; *) build=$home/$build ;; esac
DUTCHBOOK_BIN=${DUTCHBOOK_BIN:-$build/release}
export DUTCHBOOK_BIN
var=$build/scenario/$name
config=$var/run/demo.yaml
arb=$DUTCHBOOK_BIN/arb

fail() {
    echo "FAIL $name: $*" >&2
    exit 1
}

begin() {
    [ ! -d "$var" ] || deploy/down.sh "$var"
    rm -rf "$var"
    mkdir -p "$var"
    trap 'code=$?; deploy/down.sh "$var"; exit $code' EXIT
    trap 'exit 130' INT TERM
}

# The pid of a process that says it is ready.
pid_of() {
    cut -d' ' -f1 "$var/run/$1.ready"
}

# until_true SECONDS COMMAND...: waits for it, fails when it does not come.
until_true() {
    left=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || fail "did not come true: $*"
        sleep 0.1
    done
}

sql() {
    deploy/pg.sh psql "$var" -qAtc "$1"
}

# at_least NUMBER SQL: true when the answer is that or more.
at_least() {
    [ "$(sql "$2")" -ge "$1" ]
}

ends() {
    echo "ok $name"
}
