#!/bin/sh
# up - starts the demo pipeline and leaves it running; harmless when it runs
#   up.sh [VAR]     VAR defaults to var in the checkout
# PostgreSQL, then simex, then the five processes under supervisord, on the
# configuration VAR/run/demo.yaml (profiles/demo.yaml and simex's addresses).
# DEMO_PROFILE names another.  MODE=live: signed orders, from an account made
# for this, which simex knows by its address; the key is VAR/keys/demo-wallet,
# 0600.  WALLET=1 or 2: its proxy wallet or Safe holds the money instead; 3: a
# deposit wallet, by simex's relayer, whose key is made for this, too.
set -eu

home=$(cd "$(dirname "$0")/.." && pwd -P)
. "$home/deploy/env.sh"
known_mode || exit 2
mkdir -p "$var/run" "$var/log" "$var/simex"
chmod 700 "$var/run" "$var/log"
alone

# Each mode begins with a capital of its own, which its journals remember.
was=paper
! grep -qs '^  key_file:' "$DUTCHBOOK_CONFIG" || was=live
if [ -s "$DUTCHBOOK_CONFIG" ] && [ -d "$var/journal" ] &&
   [ $was != "${MODE:-paper}" ]; then
    echo "$var has a run in $was mode, with its capital: go on with" \
        "MODE=$was, or stop it (make down) and remove $var" >&2
    exit 1
fi

profile=demo
wallet=$var/keys/demo-wallet
relayer=$var/keys/demo-relayer
if [ "${MODE:-paper}" = live ]; then
    profile=demo-live
    mkdir -p -m 700 "$var/keys"
    [ -s "$wallet" ] ||
        "$DUTCHBOOK_BIN/arb" keys new --key-file "$wallet" >/dev/null
    account=$("$DUTCHBOOK_BIN/arb" keys show --key-file "$wallet")
    holder=$account
    if [ "${WALLET:-0}" = 3 ]; then # Where it is, only its maker can say.
        funder=0xde9051700000000000000000000000000000a11e
        holder=$account=0,3:$funder
        [ -s "$relayer" ] || (umask 077
            echo "key: $(openssl rand -hex 16)" >"$relayer")
        key=$(sed 's/key: //' "$relayer")
        SIMEX_FLAGS="-s simex.relayer_key=$key ${SIMEX_FLAGS:-}"
    elif [ "${WALLET:-0}" != 0 ]; then
        funder=$("$DUTCHBOOK_BIN/arb" keys show --key-file "$wallet" \
            --type "$WALLET")
        holder=$account=0,$WALLET:$funder
    fi
    if [ -n "${DEMO_PROFILE:-}" ]; then
        terms="-s simex.accounts=[$holder=1000000]"
    else # What stage 3 begins with, what exchanges may take, what it trades.
        terms="-s simex.accounts=[$holder=100] -s simex.allowance=200"
        terms="$terms -s simex.plant=BS -s simex.plant_every=1500"
    fi
    SIMEX_FLAGS="$terms -s simex.block=500 ${SIMEX_FLAGS:-}"
elif [ -z "${DEMO_PROFILE:-}" ]; then # Something of every strategy.
    SIMEX_FLAGS="-s simex.plant_more=true -s simex.plant_every=600 \
${SIMEX_FLAGS:-}"
fi

"$home/deploy/pg.sh" start "$var" 9>&-

if ! running; then
    await_gone || { echo "an old process does not go away" >&2; exit 1; }
    rm -f "$var/run/simex.json" "$var"/run/*.ready \
        "$var/run/supervisor.sock" "$var/simex/signals.yaml"
    cd "$var/run"
    [ -s simex.crt ] || openssl req -x509 -newkey rsa:2048 -nodes -days 30 \
        -keyout simex.key -out simex.crt -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost 2>/dev/null
    chmod 600 simex.key
    # supervisord puts %(...)s in; a path of ours may hold any other letter.
    cat >"$var/run/simex.supervisor" <<-CONF
	[program:simex]
	command="%(ENV_DUTCHBOOK_BIN)s/simex" -c "%(ENV_DUTCHBOOK_HOME)s/deploy/profiles/demo.yaml" -s "simex.var=%(ENV_DUTCHBOOK_VAR)s" -s "simex.cert=%(ENV_DUTCHBOOK_VAR)s/run/simex.crt" -s "simex.key=%(ENV_DUTCHBOOK_VAR)s/run/simex.key" -s simex.seconds=${DEMO_SECONDS:-60} -s "simex.mischief=%(ENV_DEMO_MISCHIEF)s" ${SIMEX_FLAGS:-}
	directory=%(ENV_DUTCHBOOK_HOME)s
	priority=5
	exitcodes=0,2
	redirect_stderr=true
	stdout_logfile=%(ENV_DUTCHBOOK_VAR)s/log/simex.log
	stdout_logfile_maxbytes=20MB
	CONF
    DEMO_MISCHIEF=${DEMO_MISCHIEF-$home/tests/simex/demo.mischief}
    export DEMO_MISCHIEF
    supervisord -c "$home/deploy/supervisord.conf" 9>&-
    cd "$home"
fi

await "$var/run/simex.json" simex simex
signals=
[ ! -s "$var/simex/signals.yaml" ] ||
    signals="  signals_file: \"$var/simex/signals.yaml\""
port=$(sed -n 's/.*"port": *\([0-9]*\).*/\1/p' "$var/run/simex.json")
cat >"$DUTCHBOOK_CONFIG" <<CONF
# Made by up.sh: the demo profile, on the simulated exchange of this run.
base: "${DEMO_PROFILE:-$home/deploy/profiles/$profile.yaml}"
common:
  var: "$var"
feed:
  gamma_url: https://localhost:$port
  clob_url: https://localhost:$port
  ws_url: wss://localhost:$port/ws/market
  ca_file: "$var/run/simex.crt"
$signals
executor:
  clob_url: https://localhost:$port
  user_url: wss://localhost:$port
  ca_file: "$var/run/simex.crt"
CONF
[ $profile = demo ] || cat >>"$DUTCHBOOK_CONFIG" <<CONF
  key_file: "$wallet"
  chain_rpc: https://localhost:$port/chain/1
  chain_rpc_2: https://localhost:$port/chain/2
CONF
[ $profile = demo ] || [ "${WALLET:-0}" = 0 ] || cat >>"$DUTCHBOOK_CONFIG" <<CONF
  signature_type: $WALLET
  funder: "$funder"
CONF
[ $profile = demo ] || [ "${WALLET:-0}" != 3 ] || cat >>"$DUTCHBOOK_CONFIG" <<CONF
  relayer_url: https://localhost:$port
  relayer_file: "$relayer"
CONF
control start 'dutchbook:*' >/dev/null || true
for p in $processes; do
    await "$var/run/$p.ready" $p dutchbook:$p
done
