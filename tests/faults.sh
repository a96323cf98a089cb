#!/bin/sh
# faults - which test covers which fault of tests/faults.txt, and what nobody
# covers: faults.sh [-v]
#   Each test says so itself, in a line of its own: "faults: F-008 F-014" in a
#   comment, before the function (unit tests) or at the head (scenarios).
set -eu
cd "$(dirname "$0")/.."
grep -rnE '^(#|/\*) faults: ' tests --include='test_*.c' --include='*.sh' \
    --exclude=faults.sh |
    awk -v verbose="${1:-}" '
# A declaration: "file:line:# faults: F-001 ..."
NR == FNR {
    split($0, part, ":")
    file = part[1]; sub(/.*\//, "", file); sub(/\.(c|sh)$/, "", file)
    tests[part[1]]++
    declared++
    for (i = 2; i <= NF; i++)
        if ($i ~ /^F-[0-9]+$/) {
            count[$i]++
            if (index(who[$i] " ", " " file " ") == 0)
                who[$i] = who[$i] " " file
            unknown[$i] = 1
        }
    next
}
/^#/ { next }
/^F-/ {
    row = $1; text = $0; sub(/^F-[0-9]+ /, "", text)
    delete unknown[row]
    rows++
    if (count[row] > 0) covered++
    else if (text ~ /n\/a:/) none++
    else missing = missing sprintf("  %s %s\n", row, text)
    printf "%s %3d  %s\n", row, count[row], text
    if (verbose == "-v" && count[row] > 0) printf "          %s\n", who[row]
    next
}
{ printf "\n%s\n", $0 }
END {
    printf "\n%d rows: %d covered, %d cannot happen, %d by nobody; ", rows,
           covered, none, rows - covered - none
    for (f in tests) files++
    printf "%d declarations in %d files\n%s", declared, files, missing
    for (row in unknown) { bad = 1; print "no such row: " row }
    exit bad
}' - tests/faults.txt
