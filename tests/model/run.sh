#!/bin/sh
# run - the protocols, searched by SPIN: tests/model/run.sh [quick] [MODEL...]
#
# A model's head says all: its properties, the small configuration of `quick`,
# and its rules: "drop N P: words" is the model without rule N, in which
# property P must be found violated.  The model as it is must show no error and
# must have been searched to its end.  `quick` searches the small configuration,
# and the model without its first rule.
#
# BUILD  where to build (build)      JOBS  how many at once (2)
set -u
cd "$(dirname "$0")" || exit 2
quick=
[ "${1:-}" = quick ] && { quick=1; shift; }
build=${BUILD:-../../build}
case $build in /*) ;; *) build=$(cd ../.. && pwd)/$build ;; esac
out=$build/model
jobs=${JOBS:-2}
mkdir -p "$out"

# search MODEL DROP DEFINES...: builds its own verifier; its words in a file.
search() {
    dir=$out/$1.$2
    mkdir -p "$dir"
    here=$PWD
    model=$1
    drop=$2
    shift 2
    level=-O2
    [ -n "$quick" ] && level=-O0
    (cd "$dir" && spin -DDROP="$drop" "$@" -a "$here/$model.pml" &&
        gcc $level -w -DSAFETY -DCOLLAPSE -DMEMLIM=12000 -o pan pan.c &&
        ./pan -E -m200000) >"$dir/log" 2>&1
}

# The number of a property, as the model defines it.
number() {
    sed -n "s/^#define $2 \\([0-9]*\\)\$/\\1/p" "$1.pml"
}

states() {
    sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$1"
}

report() {
    log=$out/$1.$2/log
    found=$(sed -n 's/.*assertion violated (*\([0-9]*\)&&.*/\1/p' "$log" |
        head -1)
    if [ "$2" = 0 ]; then
        what="the design holds"
        grep -q 'errors: 0' "$log" && ! grep -qE \
            'search depth too small|out of memory|not completed|reached MEM' \
            "$log"
    else
        what="$3 violated without: $4"
        [ "$found" = "$(number "$1" "$3")" ]
    fi
    if [ $? = 0 ]; then word=ok; else word=FAIL; fi
    printf '%-4s %-8s %s (%s states)\n' $word "$1" "$what" "$(states "$log")"
    [ $word = ok ] || { tail -5 "$log"; echo "see $log"; return 1; }
}

[ $# -gt 0 ] || set -- kill scope stage order journal
list=$out/list
for m; do
    printf '%s|0||\n' "$m"
    sed -n "s/^ \\* drop \\([0-9]*\\) \\([A-Z0-9a-z]*\\): \\(.*\\)/$m|\\1|\\2|\\3/p" \
        "$m.pml" | if [ -n "$quick" ]; then head -1; else cat; fi
done >"$list"

running=0
while IFS='|' read -r m drop property words; do
    size=
    [ -n "$quick" ] &&
        size=$(sed -n 's/^ \* quick: //p' "$m.pml")
    # What is missed without a rule may need the larger one.
    [ "$drop" = 0 ] || size=
    search "$m" "$drop" $size &
    running=$((running + 1))
    [ $running -lt "$jobs" ] || { wait; running=0; }
done <"$list"
wait

failed=0
while IFS='|' read -r m drop property words; do
    report "$m" "$drop" "$property" "$words" || failed=$((failed + 1))
done <"$list"
[ $failed = 0 ] || { echo "$failed failed"; exit 1; }
echo "all $(wc -l <"$list") searches as expected"
