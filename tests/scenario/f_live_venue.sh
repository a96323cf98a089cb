#!/bin/sh
# f_live_venue - live: the venue's clock is off, allowances are gone, its
# engine restarts, its edge keeps us out: nothing is sent meanwhile, trading
# goes on afterwards; at last somebody else's order appears there: the kill
# switch is pulled, everything is cancelled, and the venue is as the ledger
# faults: F-170 F-175 F-233
set -eu
name=f_live_venue
. "$(dirname "$0")/lib.sh"
begin

said() {
    grep -q "$1" "$var/log/executor.log"
}
orders="SELECT count(*) FROM fact_arb_order"
live_up 80
until_true 90 filled 1
mischief 'at 0 clock 5000 120'
until_true 60 said "no orders: our clock and the venue's differ"
sleep 2 # What was on its way by then.
count=$(sql "$orders")
sleep 5
[ "$(sql "$orders")" = "$count" ] || fail "orders by a clock that is off"
mischief 'at 0 clock 0 0'
until_true 60 said "clock and the venue's agree again"
more_filled
mischief 'at 0 allowance 3' 'at 4 status 425 6' 'at 12 edge 3'
until_true 60 acts 5
sleep 3
more_filled
mischief 'at 0 foreign'
until_true 60 said 'alarm:.*FOREIGN'
until_true 30 said "killed: "
until_true 30 sh -c "'$arb' status -c '$config' | grep -q KILLED"
# After the kill no order is intended, whatever is found.
sleep 2
count=$(sql "$orders")
sleep 6
[ "$(sql "$orders")" = "$count" ] || fail "orders after the kill"
foreign=1
live_account 10
echo "$count orders before the kill, none after it"
ends
