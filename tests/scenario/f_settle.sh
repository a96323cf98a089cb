#!/bin/sh
# f_settle - what resolves while feed is down is paid once feed is back: the
# market is in no listing any more, and the executor asks for what it holds
# faults: F-027
set -eu
name=f_settle
. "$(dirname "$0")/lib.sh"
begin

held="SELECT DISTINCT event_id FROM fact_arb_execution
    WHERE status = 'FILLED' AND strategy = 'A'"

# We hold one of the two that will end: theirs are the first A planted.
holds_what_ends() {
    for event in $(grep '"strategy":"A".*"expect":"found"' \
        "$var/simex/planted.jsonl" | sed 's/.*"event_id":"\([^"]*\)".*/\1/' |
        awk '!seen[$0]++ && n++ < 2'); do
        [ "$(sql "SELECT count(*) FROM ($held) AS e
            WHERE event_id = '$event'")" != 1 ] || return 0
    done
    return 1
}

# An event we hold all of is closed and paid; its id goes to $event.
has_ended() {
    for event in $(sql "$held"); do
        ! venue GET "/events/$event" |
            grep -q '"umaResolutionStatus":"resolved"' || return 0
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

paper_up '-s simex.resolve_at=0.6'
until_true 90 holds_what_ends
control stop dutchbook:feed
until_true 120 has_ended
has_ended
legs=$(sql "SELECT count(*) FROM dim_market WHERE event_id = '$event'")
echo "event $event of $legs markets resolved while feed was down"
[ "$legs" -ge 2 ] || fail "an event of $legs markets"
[ "$(paid)" = 0 ] || fail "paid before anybody could know"
control start dutchbook:feed
until_true 90 is_paid
echo "paid"
cash=$(sql "SELECT count(*) FROM (SELECT sum(cash_usd) = min(shares) AS ok
    FROM fact_arb_settlement JOIN dim_market USING (market_id)
    WHERE kind = 'resolve' AND event_id = '$event') AS s WHERE ok")
[ "$cash" = 1 ] || fail "a full set was not paid a dollar a share"
# Nobody is paid twice, whoever starts again.
for p in executor feed riskd; do
    control restart dutchbook:$p
    until_true 60 [ -s "$var/run/$p.ready" ]
done
sleep 3
is_paid || fail "paid $(paid) times for $legs markets"
control stop dutchbook:feed
"$arb" account -c "$config" || fail "the account is not good"
ends
