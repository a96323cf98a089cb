#!/bin/sh
# run - fuzz for a while: tests/fuzz/run.sh SECONDS [TARGET]
#
# Builds the fuzzers (clang, ASan, UBSan) and runs each for SECONDS, or only
# TARGET ("wire").  Seeds are in tests/fuzz/corpus/<target>/; what is found on
# the way is kept under the build folder and used next time.  For each: how often
# it ran, and what it reached of the functions it entered.  Exit 1 if one
# crashed, hung, leaked, ran out of memory or did not build; the input that did
# it is named, to be made a seed.
#
# BUILD  where to build (build)      JOBS  how many at once (2)
set -u
cd "$(dirname "$0")/../.." || exit 2
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET]}
only=${2:-}
build=${BUILD:-build}
jobs=${JOBS:-2}
out=$build/fuzz
flags="-fsanitize=address,undefined -fno-sanitize-recover=all"

case $seconds in
*[!0-9]* | '') echo "run.sh: SECONDS must be a number: $seconds" >&2; exit 2 ;;
esac

# Prints what follows "KEY:" in the first lines of a fuzzer.
hint() {
    sed -n -E "1,9s/.*$2: *([0-9]+).*/\\1/p" "$1" | head -n 1
}

build_all() {
    want=fuzzers
    [ -n "$only" ] && want=$out/fuzz_$only
    ${MAKE:-make} -s -k -j"$jobs" -f Makefile -f tests/fuzz/fuzz.mk \
        BUILD="$build" VARIANT=fuzz CC=clang EXTRA_CFLAGS=-Wno-error \
        CFLAGS_fuzz="-O1 -g $flags -fsanitize=fuzzer-no-link" \
        LDFLAGS_fuzz="$flags -fsanitize=fuzzer" "$want"
}

# Runs one fuzzer; its log tells the rest.
fuzz_one() {
    name=$1
    mkdir -p "$out/corpus/$name" "$out/crash"
    seeds=tests/fuzz/corpus/$name
    [ -d "$seeds" ] || seeds=
    max=$(hint "tests/fuzz/fuzz_$name.c" max_len)
    timeout -k 5 $((seconds + 60)) "$out/fuzz_$name" \
        -max_total_time="$seconds" -max_len="${max:-4096}" -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -print_coverage=1 -verbosity=1 \
        -artifact_prefix="$out/crash/$name-" \
        "$out/corpus/$name" $seeds >"$out/$name.log" 2>&1
    echo $? >"$out/$name.rc"
}

report() {
    name=$1
    rc=$(cat "$out/$name.rc" 2>/dev/null || echo "none")
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log")
    cover=$(awk '/^COVERED_FUNC/ && !/tests\/fuzz\// {
            split($5, edges, "/"); hit += edges[1]; all += edges[2]
        }
        END {
            if (all)
                printf "%5d of %5d edges, %2d %%", hit, all, hit * 100 / all
        }' "$out/$name.log")
    [ "$rc" = 0 ] && what=ok || what="FAILED ($rc)"
    printf '%-12s %10s runs  %s  %s\n' "$name" "${runs:-?}" "${cover:-?}" \
        "$what"
    [ "$rc" = 0 ] && return 0
    grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$out/$name.log"
    echo "  log: $out/$name.log"
    return 1
}

failed=0
build_all || failed=1
running=0
names=
for source in tests/fuzz/fuzz_${only:-*}.c; do
    name=${source##*/fuzz_}
    name=${name%.c}
    rm -f "$out/$name.rc" "$out/$name.log"
    if [ ! -x "$out/fuzz_$name" ]; then
        echo "$name: did not build"
        failed=1
        continue
    fi
    names="$names $name"
    fuzz_one "$name" &
    running=$((running + 1))
    if [ "$running" -ge "$jobs" ]; then
        wait
        running=0
    fi
done
wait
for name in $names; do
    report "$name" || failed=1
done
exit $failed
