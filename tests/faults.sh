#!/bin/sh
# faults - which test covers which fault of tests/faults.txt, what of that
# passed in the last `make check` here, and what nobody covers: faults.sh [-v]
#   Each test says so itself, in a line of its own: "faults: F-008 F-014" in a
#   comment, before the function (unit tests) or at the head (scenarios).
#   A row: its number, how many tests declare it, of these in how many files
#   that passed, and that failed; "-" = not run here.  Below it the steps of an
#   order's life at which the live plays killed and stopped somebody.
# BUILD  build folder (build), whose check/ has what passed
set -eu
cd "$(dirname "$0")/.."
check=${BUILD:-build}/check
grep -rnE '^(#|/\*) faults: ' tests --include='test_*.c' --include='*.sh' \
    --exclude=faults.sh |
    awk -v verbose="${1:-}" -v check="$check" '
# As check.sh names the step that runs a file.
function step_of(path, part, n) {
    n = split(path, part, "/")
    sub(/\.(c|sh)$/, "", part[n])
    if (part[2] == "unit") return part[n - 1] "-" part[n]
    return part[n] == "run" ? part[2] : part[n]
}
function seen(row, how, many) {
    return many[row] > 0 ? sprintf("%3d %s", many[row], how) : "        "
}
BEGIN {
    while ((getline step < (check "/passed")) > 0) { passed[step] = 1; ran++ }
    while ((getline step < (check "/failed")) > 0) { failed[step] = 1; ran++ }
}
# A declaration: "file:line:# faults: F-001 ..."
NR == FNR {
    split($0, part, ":")
    file = part[1]; sub(/.*\//, "", file); sub(/\.(c|sh)$/, "", file)
    tests[part[1]]++
    declared++
    for (i = 2; i <= NF; i++)
        if ($i ~ /^F-[0-9]+$/) {
            count[$i]++
            if (index(who[$i] " ", " " file " ") == 0) {
                who[$i] = who[$i] " " file
                good[$i] += step_of(part[1]) in passed
                bad_in[$i] += step_of(part[1]) in failed
            }
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
    if (bad_in[row] > 0) broken++
    else if (good[row] > 0) well++
    printf "%s %3d %s%s  %s\n", row, count[row],
           ran ? seen(row, "ok  ", good) : "  -     ",
           (bad_in[row] > 0 ? seen(row, "FAIL", bad_in) : ""), text
    if (verbose == "-v" && count[row] > 0) printf "          %s\n", who[row]
    next
}
{ printf "\n%s\n", $0 }
END {
    printf "\n%d rows: %d covered, %d cannot happen, %d by nobody; ", rows,
           covered, none, rows - covered - none
    if (ran)
        printf "in the last check: %d rows with a test that passed and none " \
               "that failed, %d with one that failed; ", well, broken
    for (f in tests) files++
    printf "%d declarations in %d files\n%s", declared, files, missing
    for (row in unknown) { bad = 1; print "no such row: " row }
    exit bad
}' - tests/faults.txt
for play in f_live_steps f_live_stops f_live_chain f_live_relay; do
    [ ! -s "$check/$play.log" ] ||
        awk -v play=$play '
            /^(kill|killed|stop) at / { sub(/:$/, "", $3); all = all " " $3; n++ }
            END { if (n) printf "%s: %d steps:%s\n", play, n, all }
        ' "$check/$play.log"
done
