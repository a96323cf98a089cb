#!/bin/sh
# f_network - live: the network to the venue is slow and loses packets, then
# goes away without a word, with orders and their answers on it, and comes back:
# nothing is sent on what is not known, nothing is doubled or lost, and the
# venue is as the ledger says.  A network of its own; where the kernel has
# netem it delays and loses, else the exchange answers late.
# faults: F-132
set -eu
name=f_network
. "$(dirname "$0")/lib.sh"
alone_in --net "$0"
begin

ip link set lo up
orders() {
    sql "SELECT count(*) FROM fact_arb_order"
}
live_up 90 "" "-s simex.resolve_at=0"
until_true 90 filled 1
if tc qdisc add dev lo root netem delay 40ms 20ms loss 2% 2>/dev/null; then
    echo "netem: 40 ms, give or take 20, 2 % lost"
else
    mischief 'at 0 slow 80 30'
    echo "no netem here: answers come 80 ms late"
fi
more_filled
for seconds in 2 8; do
    ip link set lo down
    sleep $seconds
    count=$(orders)
    [ $seconds -lt 8 ] || { sleep 3; [ "$(orders)" = "$count" ] ||
        fail "orders with no network"; }
    ip link set lo up
    more_filled
    echo "away for $seconds s, and traded again"
done
tc qdisc del dev lo root 2>/dev/null || true
live_account 10
ends
