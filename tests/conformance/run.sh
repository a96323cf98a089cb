#!/bin/sh
# run - the official clients, unmodified, against the simulated exchange, and
# the dashboards against Grafana's own types
#
# Installs them, and the Node they run on, pinned by package-lock.json, under
# the build folder (npm is needed, once), starts a simulated exchange and runs
# each client's script against it.  Exit 0 when all of them are content.
#
# BUILD  build folder (build)      SIMEX  the exchange (bin/simex)
# ARB    what signs (bin/arb)
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
simex=${SIMEX:-bin/simex}
arb=${ARB:-bin/arb}
here=tests/conformance
there=$build/conformance

for program in "$simex" "$arb"; do
    [ -x "$program" ] ||
        { echo "run.sh: no $program: make release first" >&2; exit 1; }
done
mkdir -p "$there"
if ! cmp -s $here/package-lock.json "$there/installed"; then
    rm -rf "$there/node_modules" "$there/installed"
    cp $here/package.json $here/package-lock.json $here/.npmrc "$there/"
    tries=3 # The network is not ours.
    until (cd "$there" &&
           timeout 180 npm ci --omit=dev --no-progress --loglevel=error); do
        tries=$((tries - 1))
        [ $tries -gt 0 ] ||
            { echo "run.sh: the clients cannot be installed" >&2; exit 1; }
    done
    cp $here/package-lock.json "$there/installed"
fi
cp $here/*.mjs "$there/"
node=$there/node_modules/.bin/node
"$node" --version | grep -q '^v24\.' ||
    { echo "run.sh: no Node 24 in $there" >&2; exit 1; }

# The test key's own address, and a wallet contract of each type.
accounts="[0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=10000, \
1:0x70997970C51812dc3A010C7d01b50e0d17dc79C8=100, \
2:0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC=100, \
3:0x90F79bf6EB2c4f870365E785982E1f101E93b906=100]"
var=$(mktemp -d) || exit 1
"$simex" -s simex.var="$var" -s simex.plant_every=0 -s simex.resolve_at=0 \
    -s simex.accounts="$accounts" -s simex.mined=300 \
    -s simex.confirmed=300 >"$there/simex.log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid 2>/dev/null; rm -rf "$var"' EXIT
tries=100
until [ -s "$var/run/simex.json" ]; do
    tries=$((tries - 1))
    kill -0 $pid 2>/dev/null && [ $tries -gt 0 ] ||
        { echo "run.sh: the exchange does not start" >&2
          tail "$there/simex.log" >&2; exit 1; }
    sleep 0.1
done
host=$(sed 's/.*"clob":"\([^"]*\)".*/\1/' "$var/run/simex.json")

failed=0
timeout 120 "$node" "$there/grafana.mjs" deploy/grafana/dashboards || failed=1
for client in clob_v2 sdk same; do
    timeout 120 "$node" "$there/$client.mjs" "$host" "$arb" || failed=1
done
kill -0 $pid || { echo "run.sh: the exchange died" >&2; failed=1; }
exit $failed
