#!/bin/sh
# check - runs the tests and says which passed: check.sh all|quick
# Each step runs under its own time limit; its output goes to a file that is
# shown when it fails.  Exit code 0 only if every step passed.
set -u

cd "$(dirname "$0")/.."
what=${1:-all}
build=${BUILD:-build}
logs=$build/check
mkdir -p "$logs"
: >"$logs/passed"
: >"$logs/failed"
began=$(date +%s)

# step NAME SECONDS COMMAND...
step() {
    name=$1
    limit=$2
    shift 2
    from=$(date +%s)
    if timeout -k 10 "$limit" "$@" >"$logs/$name.log" 2>&1; then
        echo "$name" >>"$logs/passed"
        printf 'ok    %-24s %4d s\n' "$name" $(($(date +%s) - from))
    else
        echo "$name" >>"$logs/failed"
        printf 'FAIL  %-24s %4d s  (%s)\n' "$name" \
            $(($(date +%s) - from)) "$logs/$name.log"
        tail -30 "$logs/$name.log"
    fi
}

# The scenarios that come on odd (1) or even (0) places.  They wait more than
# they work: two at a time do not disturb each other.
scenarios() {
    place=0
    for s in tests/scenario/?_*.sh; do
        kill -0 $$ || return # Whoever asked has been interrupted.
        place=$((place + 1))
        [ $((place % 2)) -ne "$1" ] || step "$(basename "$s" .sh)" 600 "$s"
    done
}

step lint 300 tests/lint/run.sh
step build-asan 900 make --no-print-directory -j2 VARIANT=asan \
    BUILD="$build" all units
for t in "$build"/asan/unit/*/test_*; do
    case $t in *.o | *.d) continue ;; esac
    [ -x "$t" ] || continue
    step "$(basename "$(dirname "$t")")-$(basename "$t")" 300 \
        tests/run_one.sh "$t"
done
step judge 60 tests/soak/judge.sh
step golden 180 tests/golden/check.sh "$build/asan"

if [ "$what" = all ]; then
    step model 300 env BUILD="$build" tests/model/run.sh quick
    step build-release 900 make --no-print-directory -j2 \
        BUILD="$build" release
    [ ! -x tests/world/run.sh ] || step world 900 tests/world/run.sh 10
    step fuzz 600 make --no-print-directory BUILD="$build" fuzz T=4
    step conformance 600 env BUILD="$build" tests/conformance/run.sh
    step build-crash 900 make --no-print-directory -j2 VARIANT=crash \
        BUILD="$build" "$build/crash/executor" "$build/crash/riskd"
    step chain 600 env BUILD="$build" tests/chain/run.sh
    if command -v chromium >/dev/null; then
        step browser 300 env BUILD="$build" tests/browser/run.sh
    else
        echo "NOT RUN browser: there is no chromium here"
    fi
    scenarios 1 &
    scenarios 0
    wait
fi

total=$(($(date +%s) - began))
passed=$(wc -l <"$logs/passed")
if [ -s "$logs/failed" ]; then
    echo "$passed passed, failed: $(tr '\n' ' ' <"$logs/failed")($total s)"
    exit 1
fi
echo "all $passed passed ($total s)"
