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
passed=0
failed=
began=$(date +%s)

# step NAME SECONDS COMMAND...
step() {
    name=$1
    limit=$2
    shift 2
    from=$(date +%s)
    if timeout -k 10 "$limit" "$@" >"$logs/$name.log" 2>&1; then
        passed=$((passed + 1))
        printf 'ok    %-24s %4d s\n' "$name" $(($(date +%s) - from))
    else
        failed="$failed $name"
        printf 'FAIL  %-24s %4d s  (%s)\n' "$name" \
            $(($(date +%s) - from)) "$logs/$name.log"
        tail -30 "$logs/$name.log"
    fi
}

step lint 120 tests/lint/run.sh
step build-asan 900 make --no-print-directory -j2 VARIANT=asan \
    BUILD="$build" all units
for t in "$build"/asan/unit/*/test_*; do
    case $t in *.o | *.d) continue ;; esac
    [ -x "$t" ] || continue
    step "$(basename "$(dirname "$t")")-$(basename "$t")" 180 \
        tests/run_one.sh "$t"
done
step golden 60 tests/golden/check.sh "$build/asan"

if [ "$what" = all ]; then
    step build-release 900 make --no-print-directory -j2 \
        BUILD="$build" release
    [ ! -x tests/world/run.sh ] || step world 300 tests/world/run.sh 10
    step fuzz 600 make --no-print-directory BUILD="$build" fuzz T=5
    step conformance 600 env BUILD="$build" tests/conformance/run.sh
    step build-crash 900 make --no-print-directory -j2 VARIANT=crash \
        BUILD="$build" "$build/crash/executor" "$build/crash/riskd"
    step chain 300 env BUILD="$build" tests/chain/run.sh
    for s in tests/scenario/?_*.sh; do
        step "$(basename "$s" .sh)" 300 "$s"
    done
fi

total=$(($(date +%s) - began))
if [ -n "$failed" ]; then
    echo "$passed passed, failed:$failed ($total s)"
    exit 1
fi
echo "all $passed passed ($total s)"
