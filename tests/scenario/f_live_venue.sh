#!/bin/sh
# f_live_venue - live: the venue's clock is off, allowances are gone, its
# engine restarts, its edge keeps us out: nothing is sent meanwhile, trading
# goes on afterwards; at last somebody else's order appears there: the kill
# switch is pulled, everything is cancelled, and the venue is as the ledger
set -eu
name=f_live_venue
. "$(dirname "$0")/lib.sh"
begin

cat >"$var/mischief" <<-MISCHIEF
	at 14 clock 5000 6
	at 24 allowance 3
	at 30 status 425 6
	at 38 edge 3
	at 55 foreign
MISCHIEF
said() {
    grep -q "$1" "$var/log/executor.log"
}
live_up 80 "$var/mischief"
until_true 60 filled 1
until_true 30 said "no orders: our clock and the venue's differ"
until_true 20 said "clock and the venue's agree again"
sleep 25
count=$(sql "SELECT count(*) FROM fact_arb_execution
    WHERE status = 'FILLED' AND mode = 'live'")
until_true 60 sh -c "grep -q 'alarm:.*FOREIGN' '$var/log/executor.log'"
until_true 10 said "killed: "
"$arb" status -c "$config" | grep -q KILLED || fail "not killed"
# After the kill no order is intended, whatever is found.
sleep 1
intents=$(sql "SELECT count(*) FROM fact_arb_order")
sleep 6
[ "$(sql "SELECT count(*) FROM fact_arb_order")" = "$intents" ] ||
    fail "orders after the kill"
sed -i '/FOREIGN/d' "$var/log/executor.log"
live_account 10
echo "$count filled before, none after the kill"
ends
