#!/bin/sh
# run - so many worlds, seeds 1 to N, under ASan; the first three twice, which
# must be the same to the byte: run.sh N [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
make --no-print-directory BUILD="$build" VARIANT=asan "$build/asan/world"
TEST_SECONDS=280 tests/run_one.sh "$build/asan/world" 1 "${1:-10}" "${2:-40}" 3
