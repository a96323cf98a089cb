#!/bin/sh
# run - so many worlds, seeds 1 to N, under ASan, the first three twice, which
# must be the same to the byte; those that once failed; and some of what can
# happen to riskd and the executor at each of their records: run.sh N [SECONDS]
# faults: F-001 F-002 F-010 F-012 F-013 F-020 F-026 F-029 F-040 F-071 F-079
# faults: F-019 F-023 F-034 F-081 F-082 F-091 F-094 F-104
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
make --no-print-directory BUILD="$build" VARIANT=asan "$build/asan/world"
TEST_SECONDS=400 tests/run_one.sh "$build/asan/world" records 5 8 31 &
records=$!
trap 'kill $records 2>/dev/null || true' EXIT
TEST_SECONDS=400 tests/run_one.sh "$build/asan/world" file tests/world/failed.txt
TEST_SECONDS=400 tests/run_one.sh "$build/asan/world" seeds 1 "${1:-10}" "${2:-40}" 3
wait $records
