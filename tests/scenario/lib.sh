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

# made VARIANT PROGRAM...: what only scenarios need is built.  The two lanes of
# make check take turns: both would make the same archives anew, should the
# version have changed.
made() {
    variant=$1
    shift
    for p; do
        set -- "$@" "$build/$variant/$p"
        shift
    done
    flock "$build" make --no-print-directory -s -j2 VARIANT="$variant" \
        BUILD="$build" "$@"
}

# Runs the scenario once more in a namespace of its own: alone_in FLAG SELF
alone_in() {
    [ -z "${SCENARIO_ALONE:-}" ] || return 0
    if ! unshare "$1" true 2>/dev/null; then
        echo "NOT RUN $name: this machine gives no namespace (unshare $1)"
        exit 0
    fi
    SCENARIO_ALONE=1 exec unshare "$1" -- "$2"
}

# Starts the pipeline on paper: paper_up [SIMEX_FLAGS]
paper_up() {
    DEMO_PROFILE=${profile:-$home/tests/scenario/paper.yaml} DEMO_SECONDS=60 \
        DEMO_MISCHIEF= SIMEX_FLAGS="-s simex.plant_every=1500 ${1:-}" \
        deploy/up.sh "$var"
}

# The pid of a process that says it is ready; waits for one on its way up.
pid_of() {
    until_true 60 [ -s "$var/run/$1.ready" ]
    cut -d' ' -f1 "$var/run/$1.ready"
}

# restarted NAME PID: it is ready, and another process than that one.
restarted() {
    [ -s "$var/run/$1.ready" ] && now=$(pid_of "$1") && [ "$now" != "$2" ]
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

# What the exchange answers: venue GET PATH, venue POST PATH BODY
venue() {
    port=$(sed -n 's/.*"port": *\([0-9]*\).*/\1/p' "$var/run/simex.json")
    printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' \
        "$1" "$2" >"$var/asked"
    printf 'Content-Length: %d\r\n\r\n%s' "$(printf %s "${3:-}" | wc -c)" \
        "${3:-}" >>"$var/asked"
    timeout 10 openssl s_client -quiet -connect "localhost:$port" \
        <"$var/asked" 2>/dev/null
}

# mischief ACT...: a script whose seconds count from now, whatever the machine
# took to get here.
mischief() {
    venue POST /simex/mischief "$(printf '%s\n' "$@")" | grep -q '"OK"' ||
        fail "the exchange does not take: $*"
}

# acts NUMBER: so many acts of mischief at least have been done.
acts() {
    [ "$(grep -c '"what":"[^m]' "$var/simex/mischief.jsonl")" -ge "$1" ]
}

# at_least NUMBER SQL: true when the answer is that or more.
at_least() {
    [ "$(sql "$2")" -ge "$1" ]
}

# --- live -------------------------------------------------------------------

# Starts the pipeline in live mode: live_up SECONDS [MISCHIEF [SIMEX_FLAGS]]
live_up() {
    MODE=live DEMO_PROFILE=${profile:-$home/tests/scenario/live.yaml} \
        DEMO_SECONDS=$1 \
        DEMO_MISCHIEF=${2:-} \
        SIMEX_FLAGS="-s simex.plant_every=1500 ${3:-}" deploy/up.sh "$var"
}

# From now on the programs of live_up can be made to end at a step: those of
# common/crash.h, by the file DUTCHBOOK_CRASH.
crash_programs() {
    made crash executor riskd
    mkdir "$var/bin"
    ln -s "$DUTCHBOOK_BIN"/* "$var/bin"
    ln -sf "$build/crash/executor" "$build/crash/riskd" "$var/bin"
    DUTCHBOOK_BIN=$var/bin
    DUTCHBOOK_CRASH=$var/crash
    export DUTCHBOOK_CRASH
}

signer_pid() {
    sed -n 's/.*executor INFO signer \([0-9]*\):.*/\1/p' \
        "$var/log/executor.log" | tail -1
}

# filled NUMBER: so many live groups at least were filled.
filled() {
    at_least "$1" "SELECT count(*) FROM fact_arb_execution
        WHERE status = 'FILLED' AND mode = 'live'"
}

# One more of them than there are now.
more_filled() {
    count=$(sql "SELECT count(*) FROM fact_arb_execution
        WHERE status = 'FILLED' AND mode = 'live'")
    until_true 120 filled $((count + 1))
}

# No more opportunities, time for what is under way, no more market data.
# Then every row, the ledger and the venue must agree, to the micro.
live_account() {
    supervisorctl -s "unix://$var/run/supervisor.sock" stop \
        dutchbook:scanner >/dev/null
    sleep "${1:-15}"
    supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:feed \
        >/dev/null
    supervisorctl -s "unix://$var/run/supervisor.sock" start \
        dutchbook:scanner >/dev/null
    # What goes to the chain takes a few blocks more.
    tries=20
    until "$arb" account -c "$config" >"$var/account" 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { cat "$var/account"; fail "not a good account"; }
        sleep 3
    done
    cat "$var/account"
    # No order at the venue without an intent, none twice.
    twice=$(sql "SELECT count(*) - count(DISTINCT order_id)
        FROM fact_arb_order")
    [ "$twice" = 0 ] || fail "$twice orders twice"
    [ -n "${foreign:-}" ] ||
        ! grep -q 'alarm:.*FOREIGN' "$var/log/executor.log" ||
        fail "an order at the venue that was not intended"
}

ends() {
    echo "ok $name"
}
