#!/bin/sh
# f_settle - what resolves while feed is down is paid once feed is back: the
# market is in no listing any more, and the executor asks for what it holds
# faults: F-027
set -eu
name=f_settle
. "$(dirname "$0")/lib.sh"
begin

# What simex answers to a GET.
gamma() {
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
        "$1" | timeout 5 openssl s_client -quiet -connect "localhost:$port" \
        2>/dev/null
}

held="SELECT DISTINCT event_id FROM fact_arb_execution
    WHERE status = 'FILLED' AND strategy = 'A'"

# An event we hold all of is closed and paid; its id goes to $event.
has_ended() {
    for event in $(sql "$held"); do
        ! gamma "/events/$event" | grep -q '"umaResolutionStatus":"resolved"' ||
            return 0
    done
    return 1
}

paid() {
    sql "SELECT count(*) FROM fact_arb_settlement
        JOIN dim_market USING (market_id)
        WHERE kind = 'resolve' AND event_id = '$event'"
}

is_paid() {
    [ "$(paid)" = "$legs" ]
}

control() {
    DUTCHBOOK_VAR=$var deploy/control.sh "$@" >/dev/null
}

soon='-s simex.plant_every=1500 -s simex.warmup=1000 -s simex.resolve_at=0.25'
DEMO_SECONDS=60 DEMO_MISCHIEF= SIMEX_FLAGS=$soon deploy/up.sh "$var"
port=$(sed -n 's/.*"port": *\([0-9]*\).*/\1/p' "$var/run/simex.json")
until_true 40 at_least 1 "SELECT count(*) FROM ($held) AS e"
control stop dutchbook:feed
until_true 60 has_ended
has_ended
legs=$(sql "SELECT count(*) FROM dim_market WHERE event_id = '$event'")
echo "event $event of $legs markets resolved while feed was down"
[ "$legs" -ge 2 ] || fail "an event of $legs markets"
[ "$(paid)" = 0 ] || fail "paid before anybody could know"
control start dutchbook:feed
until_true 30 is_paid
echo "paid"
cash=$(sql "SELECT count(*) FROM (SELECT sum(cash_usd) = min(shares) AS ok
    FROM fact_arb_settlement JOIN dim_market USING (market_id)
    WHERE kind = 'resolve' AND event_id = '$event') AS s WHERE ok")
[ "$cash" = 1 ] || fail "a full set was not paid a dollar a share"
# Nobody is paid twice, whoever starts again.
for p in executor feed riskd; do
    control restart dutchbook:$p
    until_true 20 [ -s "$var/run/$p.ready" ]
done
sleep 3
is_paid || fail "paid $(paid) times for $legs markets"
control stop dutchbook:feed
"$arb" account -c "$config" || fail "the account is not good"
ends
