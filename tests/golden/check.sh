#!/bin/sh
# check - the shipped configuration is what the programs print, every profile
# is good, a bad file is refused with its place, and a recording finds what
# it found before: check.sh BIN_FOLDER
set -eu
cd "$(dirname "$0")/../.."
bin=$1
out=$(mktemp)
trap 'rm -rf "$out" "$out.yaml" "$out.jsonl" "$out.d"' EXIT
good=0

"$bin/arb" check-config -c tests/golden/empty.yaml --print >"$out"
diff -u deploy/dutchbook.yaml "$out" ||
    { echo "deploy/dutchbook.yaml: run make golden"; exit 1; }
good=$((good + 1))

# Grafana's JSON is what deploy/dashboards says.
mkdir -p "$out.d/dashboards" "$out.d/provisioning/alerting"
"$bin/arb" dashboards --grafana "$out.d"
for f in dashboards provisioning/alerting; do
    diff -ru "deploy/grafana/$f" "$out.d/$f" ||
        { echo "deploy/grafana: run make golden"; exit 1; }
    good=$((good + 1))
done

for f in deploy/dutchbook.yaml deploy/profiles/*.yaml; do
    "$bin/arb" check-config -c "$f" >/dev/null
    for p in feed scanner riskd executor recorder simex; do
        "$bin/$p" -n -c "$f" >/dev/null 2>&1 ||
            { echo "$p -n refuses $f"; exit 1; }
    done
    good=$((good + 1))
done

# Which strategies each stage and mode has.
while read -r profile on; do
    has=$("$bin/arb" check-config -c "deploy/profiles/$profile.yaml" --print |
        sed -n 's/^  \([A-H]\): true$/\1/p' | tr -d '\n')
    [ "$has" = "$on" ] ||
        { echo "$profile has strategies $has, not $on"; exit 1; }
    good=$((good + 1))
done <<TABLE
monitor ABFG
paper ACEFG
live_shadow_atomic_v1 B
live_safe_atomic_v1 B
live_constrained_atomic_v1 B
live_scaled_atomic_v1 B
demo ABCEFG
TABLE

# What a process prints as its configuration reads back to itself.
for p in feed scanner riskd executor recorder; do
    "$bin/$p" -nv -c deploy/dutchbook.yaml >"$out.yaml"
    "$bin/$p" -nv -c "$out.yaml" >"$out"
    cmp "$out" "$out.yaml" || { echo "$p -nv does not read back"; exit 1; }
    good=$((good + 1))
done

# tests/golden/*.in are refused with exactly the complaints of their .ok.
for f in tests/golden/*.in; do
    if "$bin/arb" check-config -c "$f" >"$out" 2>&1; then
        echo "$f was accepted"
        exit 1
    fi
    diff -u "${f%.in}.ok" "$out"
    good=$((good + 1))
done
# A recording says what it said before: gates, sizes and fees of a listing;
# a wrong hash, an old book, a broken line; and the same without the listing.
"$bin/arb" scan --capture tests/golden/scan.jsonl --json \
    --markets tests/golden/scan.gamma.json -c deploy/dutchbook.yaml >"$out"
diff -u tests/golden/scan.ok "$out"
"$bin/arb" scan --capture - --json --min-gross 0.01 --min-net 0.01 \
    --min-shares 20 --fee-rate 0.01 -c deploy/dutchbook.yaml \
    <tests/golden/scan.jsonl >"$out"
diff -u tests/golden/scan_bare.ok "$out"
# What others recorded: four lines of it are refused, the rest says the same.
"$bin/arb" capture import tests/golden/import.jsonl --stated >"$out.jsonl" \
    2>"$out" && { echo "import.jsonl was taken whole"; exit 1; }
"$bin/arb" scan --capture "$out.jsonl" --listed -c deploy/dutchbook.yaml \
    >>"$out"
diff -u tests/golden/import.ok "$out"
good=$((good + 3))

# Strategy G's chances against a count that was made up.
"$bin/arb" tail-end --backtest tests/golden/tail_end.csv >"$out"
diff -u tests/golden/tail_end.ok "$out"
good=$((good + 1))

# What is mistyped is refused by name, with what was expected.
tests/golden/usage.sh "$bin" >"$out"
diff -u tests/golden/usage.ok "$out"
good=$((good + 1))

echo "golden: $good good"
