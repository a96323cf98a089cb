#!/bin/sh
# f_names - a feed of its own, and an exchange whose name leads nowhere at first,
# whose certificate then has expired, is another's, is one of nobody it trusts,
# and whose name is lost again: feed says which of these it is, of the listing
# and of the channel, takes nothing from there, goes on, and is connected again
# when it is over
# faults: F-191
set -eu
name=f_names
. "$(dirname "$0")/lib.sh"

# Where a file of ours can be laid over those of /etc, unseen by others, the
# exchange has a name that can be taken away.
if [ -z "${SCENARIO_ALONE:-}" ] &&
    unshare --mount mount --bind /etc/hosts /etc/hosts 2>/dev/null; then
    SCENARIO_ALONE=1 exec unshare --mount -- "$0"
fi
host=localhost
[ -z "${SCENARIO_ALONE:-}" ] || host=exchange.test
simex=
feed=
rm -rf "$var"
mkdir -p "$var/run" "$var/far"
trap 'code=$?; kill $simex $feed 2>/dev/null || true; exit $code' EXIT
trap 'exit 130' INT TERM

authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$var/$1.key" -out "$var/$1.crt" 2>/dev/null
}
# certificate FILE AUTHORITY NAME DAYS
certificate() {
    echo "subjectAltName=DNS:$3" >"$var/extension"
    openssl req -newkey rsa:2048 -nodes -subj /CN=exchange \
        -keyout "$var/$1.key" -out "$var/request" 2>/dev/null
    openssl x509 -req -in "$var/request" -CA "$var/$2.crt" \
        -CAkey "$var/$2.key" -CAcreateserial -days "$4" \
        -extfile "$var/extension" -out "$var/$1.crt" 2>/dev/null
}
# exchange CERTIFICATE: from now on it shows this one; on the port it had.
exchange() {
    [ -z "$simex" ] || { kill $simex && wait $simex || true; }
    sleep 0.3
    : >"$var/feed.log" # What it said of the one before.
    rm -f "$var/run/simex.json"
    "$DUTCHBOOK_BIN/simex" -c deploy/profiles/demo.yaml -s "simex.var=$var" \
        -s "simex.port=${port:-0}" -s "simex.host=$host" \
        -s "simex.cert=$var/$1.crt" -s "simex.key=$var/$1.key" \
        >>"$var/simex.log" 2>&1 &
    simex=$!
    until_true 60 [ -s "$var/run/simex.json" ]
    port=$(sed -n 's/.*"port": *\([0-9]*\).*/\1/p' "$var/run/simex.json")
}
names() {
    cat "$var/$1" >/etc/hosts
}
# says WORDS WHERE...: of each of these; and feed is the one it was.
says() {
    words=$1
    shift
    for where; do
        until_true 90 grep -E "($where).*($words)" "$var/feed.log"
        grep -oE "($where).*($words)" "$var/feed.log" | head -1
    done
    kill -0 $feed || { tail "$var/feed.log"; fail "feed is gone"; }
    ! grep 'is up' "$var/feed.log" || fail "connected all the same"
}
listing='listing, page'
channel='connection . is down|libwebsockets'
# well: connected again.
well() {
    until_true 90 grep 'connection 0 is up' "$var/feed.log"
}

authority ours
authority theirs
certificate good ours $host 30
certificate old ours $host -1
certificate other ours elsewhere.test 30
certificate strange theirs $host 30
if [ $host != localhost ]; then
    echo "127.0.0.1 localhost" >"$var/hosts_without"
    echo "127.0.0.1 localhost $host" >"$var/hosts"
    cp "$var/hosts_without" "$var/hosts_now"
    mount --bind "$var/hosts_now" /etc/hosts
    echo "nameserver 127.0.0.1" >"$var/resolv.conf"
    mount --bind "$var/resolv.conf" /etc/resolv.conf
fi
exchange good
"$DUTCHBOOK_BIN/feed" -c deploy/dutchbook.yaml -s "common.var=$var/far" \
    -s "feed.gamma_url=https://$host:$port" \
    -s "feed.clob_url=https://$host:$port" \
    -s "feed.ws_url=wss://$host:$port/ws/market" \
    -s "feed.ca_file=$var/ours.crt" \
    -s feed.discover_ms=300 -s feed.backoff_least=20 -s feed.backoff_most=400 \
    -s feed.min_liquidity_usd=0 \
    >>"$var/feed.log" 2>&1 &
feed=$!
nowhere='resolve|not known|temporary failure'
if [ $host != localhost ]; then
    says "$nowhere" "$listing"
    names hosts
else
    echo "no mount here: the name of the exchange stays"
fi
well
exchange old
says 'expired' "$listing" "$channel"
exchange good
well
exchange other
says '[Hh]ost ?name|subject name' "$listing" "$channel"
exchange good
well
exchange strange
says 'issuer' "$listing" "$channel"
exchange good
well
if [ $host != localhost ]; then
    names hosts_without
    exchange good # Whoever was connected has to look the name up again.
    says "$nowhere" "$channel"
    names hosts
    well
fi
kill $feed
wait $feed || fail "feed did not end well"
ends
