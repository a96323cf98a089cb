#!/bin/sh
# f_live_chain - live: the executor dies at every step of a transaction's life
# (common/crash.h), nodes go away, drop it, revert it, undo its block; each
# split and merge is done once all the same, and every dollar is where the
# venue, the chain and the ledger say
#   WALLET=3: of a deposit wallet, whose relayer goes away and loses things, too
#   (f_live_relay)
# faults: F-220
set -eu
name=${name:-f_live_chain}
. "$(dirname "$0")/lib.sh"
begin

# A Safe: all that an account of its own does, and an envelope.
WALLET=${WALLET:-2}
export WALLET
other='at 7 chain_revert 1'
[ "$WALLET" != 3 ] || other='at 2 relay_lose 1
at 3 relay_busy 1
at 5 relay_drop 1
at 8 relay_away 2
at 11 relay_lose 1' # One that fails may come until its deadline: unit tests.
crash_programs
cat >"$var/mischief" <<END
at 4 chain_away 1 2
at 6 chain_drop 1
at 9 chain_lose 1
at 10 chain_reorg
at 12 chain_away all 1
$other
END
pairs='-s simex.plant=BS -s simex.events=150 -s simex.warmup=500'
live_up 60 "$var/mischief" \
    "$pairs -s simex.resolve_at=0 -s simex.plant_every=700 -s simex.block=250"
done=0
for step in logged sent mined closed; do
    before=$(pid_of executor)
    echo "executor.chain_$step kill" >"$var/crash.new"
    mv "$var/crash.new" "$DUTCHBOOK_CRASH"
    until_true 60 sh -c "[ ! -e '$DUTCHBOOK_CRASH' ]"
    until_true 60 restarted executor "$before"
    done=$((done + 1))
    echo "killed at $step: $(grep 'chain: ' "$var/log/executor.log" | tail -1 |
        sed 's/.*chain: //')"
done
count=$(sql "SELECT count(*) FROM fact_arb_settlement WHERE kind = 'merge'")
until_true 90 at_least $((count + 1)) "SELECT count(*)
    FROM fact_arb_settlement WHERE kind = 'merge'"
until_true 90 at_least 2 "SELECT count(*)
    FROM fact_arb_settlement WHERE kind = 'split'"
until_true 90 grep -q '"what":"chain_reorg"' "$var/simex/mischief.jsonl"
[ "$WALLET" = 3 ] ||
    until_true 90 grep -q 'chain: .*: reverted' "$var/log/executor.log"
live_account 4
echo "$done steps"
ends
