#!/bin/sh
# f_any_order - whoever of the five starts first waits for the others: every
# order of starting ends in trading; and one restarted at a time, while it
# trades, leaves the others as they are.  Some of the 120 orders and of the
# restarts; ORDERS=120 ROUNDS=1000 makes all of them.
# faults: F-035 F-036
set -eu
name=f_any_order
. "$(dirname "$0")/lib.sh"
begin

control() {
    supervisorctl -s "unix://$var/run/supervisor.sock" "$@" >/dev/null
}
executions() {
    sql "SELECT count(*) FROM fact_arb_execution"
}
# Another execution than those there are.
trades() {
    count=$(executions)
    until_true 120 at_least $((count + 1)) \
        "SELECT count(*) FROM fact_arb_execution"
}
all_ready() {
    for p in $1; do
        [ -s "$var/run/$p.ready" ] || return 1
    done
}
# The orders of "feed scanner riskd executor recorder", a line each, such that
# the first few begin with each of them.
orders() {
    awk 'function put(left, line,   i, n, a, rest, j) {
        n = split(left, a, " ")
        if (n == 0) { print substr(line, 2); return }
        for (i = 1; i <= n; i++) {
            rest = ""
            for (j = 1; j <= n; j++) if (j != i) rest = rest " " a[j]
            put(rest, line " " a[i])
        }
    }
    BEGIN { put("riskd executor recorder scanner feed", "") }' |
        awk '{ line[NR - 1] = $0 }
        END { for (i = 0; i < NR; i++) print line[i % 5 * 24 + int(i / 5)] }'
}

paper_up '-s simex.warmup=1000 -s simex.plant_every=800'
trades
made=0
orders | head -n "${ORDERS:-5}" >"$var/orders"
while read -r order; do
    control stop 'dutchbook:*'
    for p in $order; do
        control start "dutchbook:$p"
    done
    until_true 60 all_ready "$order"
    [ $((made % 5)) -ne 4 ] || trades
    made=$((made + 1))
done <"$var/orders"
echo "$made orders of starting"

before=$(for p in feed scanner riskd executor recorder; do pid_of $p; done)
made=0
while [ $made -lt "${ROUNDS:-5}" ]; do
    set -- riskd executor scanner recorder feed
    shift $((made % 5))
    old=$(pid_of "$1")
    control restart "dutchbook:$1"
    until_true 60 restarted "$1" "$old"
    new=$(pid_of "$1")
    before=$(for pid in $before; do
        [ "$pid" = "$old" ] && echo "$new" || echo "$pid"
    done)
    now=$(for p in feed scanner riskd executor recorder; do pid_of $p; done)
    [ "$now" = "$before" ] || fail "$1's restart took another with it"
    made=$((made + 1))
done
trades
echo "$made restarts"
control stop dutchbook:feed
"$arb" account -c "$config" || fail "the account is not good"
"$arb" replay --verify -c "$config" || fail "the replay says something else"
ends
