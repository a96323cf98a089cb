#!/bin/sh
# run - the rules of the house, checked: tests/lint/run.sh [ROOT]
# Prints file:line: rule for each breach; exit 1 if there is one.  Each rule is
# explained in its script.  With no ROOT the linter is first tested itself.
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || "$here/selftest.sh" || exit 1
cd "${1:-$here/../..}" || exit 2
LC_ALL=C
export LC_ALL

files=$(find proto common feed scanner riskd executor recorder deploy tests \
    -name '*.[ch]' -o -name '*.def' 2>/dev/null | sort)
headers=$(echo "$files" | grep '\.h$')

{
    awk -f "$here/strip.awk" -f "$here/shape.awk" $files
    awk -f "$here/strip.awk" -f "$here/includes.awk" $files
    awk -f "$here/strip.awk" -f "$here/words.awk" $files
    awk -f "$here/strip.awk" -f "$here/switches.awk" $files pass=2 $files
    echo "$headers" | xargs -P 2 -n 12 "$here/headers.sh"
} | sort -u -t: -k1,1 -k2,2n -k3 | {
    count=0
    while IFS= read -r line; do
        echo "$line"
        count=$((count + 1))
    done
    total=$(echo "$files" | wc -l)
    [ "$count" -eq 0 ] || { echo "lint: $count in $total files"; exit 1; }
    echo "lint: $total files, no complaint"
}
