#!/bin/sh
# lines - what of each engine's files the worlds ran, the least covered first,
# each with its functions of which not one line ran, and a list of all lines
# that did not: lines.sh SEEDS [SECONDS]
# Functions of headers are counted where they are used, and not named.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
inline=$(grep -h -A3 '^static inline' ./*/*.h ./*/*/*.h |
    sed -n 's/^\([a-z][a-z0-9_]*\)(.*/\1/p' | sort -u | tr '\n' ' ')
find "$build/cov/obj" -name '*.gcda' -delete
"$build/cov/world" seeds 1 "$1" "${2:-40}" >"$build/cov/worlds.txt" 2>&1 ||
    echo "a world failed, those after it did not run: $build/cov/worlds.txt"
for dir in feed scanner riskd executor recorder; do
    find "$build/cov/obj/$dir" -name '*.gcda'
done | while read -r f; do
    gcov -n -f "$f" 2>/dev/null
    echo "End"
done | awk -v inline=" $inline" '
    /^Function/ { split($0, q, "\047"); name = q[2]; file = "" }
    /^File/ { split($0, q, "\047"); file = q[2]; name = "" }
    /^Lines executed/ {
        split($0, part, "[:% ]+")
        if (name != "" && part[3] + 0 == 0 && !index(inline, " " name " "))
            never = never " " name
        if (file ~ /^(feed|scanner|riskd|executor|recorder)\/.*\.c$/) {
            whole = file; share = part[3]; lines = part[5]
        }
        name = file = ""
    }
    /^End/ && whole != "" {
        printf "%6.1f %% of %4d lines  %s%s%s\n", share, lines, whole,
               never == "" ? "" : ":", never
        ran += share * lines / 100; all += lines
        whole = never = ""
    }
    END { printf "%6.1f %% of %4d lines  all\n", 100 * ran / all, all }' |
    sort -n
never=$build/cov/never.txt
for dir in feed scanner riskd executor recorder; do
    find "$build/cov/obj/$dir" -name '*.gcda' -exec gcov -t {} + 2>/dev/null
done | awk -F: '
    $3 == "Source" { source = $4 }
    $1 ~ /#####/ && source ~ /^(feed|scanner|riskd|executor|recorder)\/.*\.c$/ {
        line = $0; sub(/^[^:]*:[^:]*:/, "", line)
        printf "%s:%d:%s\n", source, $2, line
    }' >"$never"
echo "$(wc -l <"$never") lines that no world ran: $never"
