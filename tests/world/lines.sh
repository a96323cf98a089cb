#!/bin/sh
# lines - what of each engine's files the worlds ran: lines.sh SEEDS
# Needs gcov; the least covered first.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
find "$build/cov/obj" -name '*.gcda' -delete
"$build/cov/world" seeds 1 "$1" >/dev/null
for f in $(find "$build"/cov/obj/scanner "$build"/cov/obj/riskd \
    "$build"/cov/obj/executor "$build"/cov/obj/recorder -name '*.gcda'); do
    gcov -n "$f" 2>/dev/null
done | awk '
    /^File/ { split($0, part, "\047"); file = part[2] }
    /^Lines executed/ && file ~ /\.c$/ {
        split($0, part, "[:% ]+")
        if (!(file in seen) || part[3] > seen[file]) seen[file] = part[3]
        all[file] = part[5]
    }
    END { for (f in seen)
              printf "%6.1f %% of %4d lines  %s\n", seen[f], all[f], f }' |
    sort -n
