#!/bin/sh
# run - every benchmark, one JSON object a line on stdout: run.sh [NAME...]
# NAME: codec bus book scanner related sign rules grant replay journal signer recorder pipeline live.
# Uses the release build (make bench makes it), a folder of its own in var, and
# leaves nothing.
set -eu

cd "$(dirname "$0")/../.."
bin=$(cd "${BUILD:-build}/release" && pwd)
names=${*:-codec bus book scanner related sign rules grant replay journal signer recorder pipeline live}
mkdir -p var
dir=$(mktemp -d var/bench.XXXXXX)

# Whatever happened: nothing runs on, nothing stays.
clean() {
    for d in "$dir"/*; do
        [ ! -d "$d/run" ] || deploy/down.sh "$d" >/dev/null 2>&1 || true
    done
    rm -rf "$dir"
}
trap clean EXIT
trap 'exit 130' INT TERM

# The floor of a line printed before; the least, if there were several.
floor_of() {
    sed -n "s/.*\"name\":\"$1\".*\"baseline\":\([0-9.]*\).*/\1/p" \
        "$dir/lines" | sort -n | head -1
}

# hop_lines NAME HOPS SYNCS [PREFIX]: p50 and p99 of a way through the pipeline.  Its
# floor is so many hops of raw libzmq and so many syncs of a bare file, as
# measured in this run: what the machine takes when nobody does any work.  It
# is the same for p50 and p99, since a floor knows no bad luck.
hop_lines() {
    sed -n "s/.*\"$1\":{\"p50\":\([0-9]*\),\"p99\":\([0-9]*\),\"n\":\([0-9]*\)}.*/\1 \2 \3/p" \
        "$dir/demo/demo.json" |
    awk -v name="${4:-}$1" -v hops="$2" -v syncs="$3" \
        -v hop="$(floor_of bus_hop)" \
        -v sync="$(floor_of journal_append_sync)" '
    function line(p, value, floor) {
        printf "{\"name\":\"%s_%s\",\"value\":%d,\"unit\":\"us\",", name, p,
            value
        printf "\"baseline\":%.1f,\"ratio\":%.3f,\"samples\":%d}\n", floor,
            value / floor, $3
    }
    {
        floor = (hops * hop + syncs * sync) / 1000
        line("p50", $1, floor)
        line("p99", $2, floor)
    }'
}

# The same in live mode, on a denser market (live.yaml), until there are a
# thousand samples of each hop: from the frame to the intent, then from the
# decision to send to the venue's answer, one part after the other.  tick_intent
# and the three after it are tick to order bytes.
live() {
    [ -n "$(floor_of bus_hop)" ] || measure bus
    [ -n "$(floor_of journal_append_sync)" ] || measure journal
    dense="-s simex.plant=A -s simex.events=500 -s simex.plant_every=120"
    dense="$dense -s simex.plant_for=2000 -s simex.warmup=2000"
    dense="$dense -s simex.mined=100 -s simex.confirmed=100"
    dense="$dense -s simex.resolve_at=0 -s simex.orders_rate=0"
    MODE=live DUTCHBOOK_BIN=$bin DEMO_SECONDS=${BENCH_SECONDS:-150} \
        DEMO_MISCHIEF= DEMO_PROFILE=$PWD/tests/bench/live.yaml \
        SIMEX_FLAGS=$dense deploy/demo.sh "$dir/demo" >"$dir/demo.log" 2>&1 || {
        echo "bench: the pipeline did not trade live as it should:" >&2
        tail -5 "$dir/demo.log" >&2
        failed=1
    }
    [ -s "$dir/demo/demo.json" ] || return 0
    measure journal >/dev/null
    hop_lines feed_scan 1 0 live_
    hop_lines scan_exec 1 0 live_
    hop_lines exec_risk 2 1 live_
    hop_lines tick_intent 5 1 live_
    # The intents, on disk.
    hop_lines order_disk 0 1
    # To the signer and back; what it signs is on its disk first.
    hop_lines order_sign 2 1
    # The request made, its HMAC by the signer, TLS, the socket.
    hop_lines order_write 3 0
    # The venue: the floor knows only of the way there and back.
    hop_lines order_answer 2 0
}

# Needs the lines of bus and journal for its floors.
pipeline() {
    [ -n "$(floor_of bus_hop)" ] || measure bus
    [ -n "$(floor_of journal_append_sync)" ] || measure journal
    DUTCHBOOK_BIN=$bin DEMO_SECONDS=${BENCH_SECONDS:-30} \
        deploy/demo.sh "$dir/demo" >"$dir/demo.log" 2>&1 || {
        echo "bench: the pipeline did not trade as it should:" >&2
        tail -5 "$dir/demo.log" >&2
        failed=1
    }
    [ -s "$dir/demo/demo.json" ] || return 0
    # The disk may have been busier before than it was in between.
    measure journal >/dev/null
    # Said by one, handled by the other.
    hop_lines feed_scan 1 0
    hop_lines scan_exec 1 0
    # Asked, reserved (on disk), answered.
    hop_lines exec_risk 2 1
    # From the frame handled in scanner: told to executor, books asked of feed
    # again, riskd asked; then the intent is written.
    hop_lines tick_intent 5 1
    # What it wrote down.
    measure recorded "$dir/demo"
}

# measure NAME [DIR]
measure() {
    rm -rf "${dir:?}/$1"
    mkdir "$dir/$1"
    "$bin/bench" "${2:-$dir/$1}" "$1" 2>"$dir/log" >"$dir/new" || {
        cat "$dir/log" >&2
        exit 1
    }
    cat "$dir/new"
    cat "$dir/new" >>"$dir/lines"
}

failed=0
: >"$dir/lines"
for name in $names; do
    case $name in
    pipeline) pipeline ;;
    live) live ;;
    *) measure "$name" ;;
    esac
done
exit $failed
