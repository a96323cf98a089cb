#!/bin/sh
# run - splits, merges and redeems on a real EVM, by each kind of wallet
#
# Installs a node (anvil), the compiled ConditionalTokens and Safe, and a
# compiler, pinned by package-lock.json, under the build folder (npm is needed,
# once), builds the player and runs run.mjs, which starts the node on a free port of the
# loopback and stops it.  Exit 0 when every play went as it should.
#
# BUILD  build folder (build)      VARIANT  of the player (asan)
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
variant=${VARIANT:-asan}
here=tests/chain
there=$build/chain

make --no-print-directory -s BUILD="$build" VARIANT="$variant" \
    "$build/$variant/chain_play" || exit 1
mkdir -p "$there"
if ! cmp -s $here/package-lock.json "$there/installed"; then
    rm -rf "$there/node_modules" "$there/installed"
    cp $here/package.json $here/package-lock.json $here/.npmrc "$there/"
    (cd "$there" && npm ci --omit=dev --ignore-scripts --no-progress \
        --loglevel=error) ||
        { echo "run.sh: the node cannot be installed" >&2; exit 1; }
    cp $here/package-lock.json "$there/installed"
fi
cp $here/*.mjs $here/Contracts.sol tests/vectors/chain_flows.json "$there/"
rm -rf "$there/play"
mkdir -p "$there/play"
[ ! -f "$there/contracts.json" ] || cp "$there/contracts.json" "$there/play/"

timeout -k 5 240 node "$there/run.mjs" "$build/$variant/chain_play" \
    "$there/play"
code=$?
[ ! -f "$there/play/contracts.json" ] ||
    cp "$there/play/contracts.json" "$there/"
[ $code = 0 ] || tail -n 40 "$there/play/player.log" >&2
rm -rf "$there/play/var"
exit $code
