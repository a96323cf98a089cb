#!/bin/sh
# usage - what arb says to who mistypes, names what is not there, or asks while
# nothing runs, and its exit code: each line of usage.txt is one: usage.sh BIN
set -eu
cd "$(dirname "$0")/../.."
var=$(mktemp -d)
trap 'rm -rf "$var"' EXIT
printf 'common:\n  var: %s/var\n' "$var" >"$var/yaml"
mkdir "$var/var"

while IFS= read -r line; do
    code=0
    timeout 60 "$1/arb" $(echo "$line" | sed "s|CONF|$var/yaml|") >"$var/said" 2>&1 \
        </dev/null || code=$?
    echo "$ arb $line: $code"
    sed "s|$var/||g" "$var/said"
done <tests/golden/usage.txt
