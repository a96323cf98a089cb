#!/bin/sh
# f_kill9 - each of the five processes is killed with -9 in turn while the
# pipeline trades; afterwards every fact is in PostgreSQL exactly once, books,
# reservations and cash agree, and what was heard, replayed, says the same.
# riskd starts from a snapshot by then.
# faults: F-016 F-021 F-026 F-027 F-028 F-032
set -eu
name=f_kill9
. "$(dirname "$0")/lib.sh"
begin

profile=$var/profile.yaml
printf 'base: "%s"\nriskd:\n  snapshot_every: 50\n' \
    "$home/tests/scenario/paper.yaml" >"$profile"
paper_up
until_true 90 at_least 1 \
    "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
# What runs out of memory is killed just so; the kernel is told whom first.
oom() {
    cat "/proc/$(pid_of "$1")/oom_score_adj"
}
for p in feed scanner recorder; do
    [ "$(oom $p)" -ge 500 ] || fail "$p is not the first to go: $(oom $p)"
done
for p in executor riskd; do
    [ "$(oom $p)" -le "$(oom feed)" ] || fail "$p goes before feed"
done
for p in executor riskd recorder scanner feed executor riskd; do
    before=$(pid_of $p)
    kill -9 "$before"
    echo "killed $p ($before)"
    until_true 60 restarted $p "$before"
    sleep 5
done
count=$(sql "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'")
until_true 120 at_least $((count + 1)) \
    "SELECT count(*) FROM fact_arb_execution WHERE status = 'FILLED'"
supervisorctl -s "unix://$var/run/supervisor.sock" stop dutchbook:feed \
    >/dev/null
# It waits for a group that lost its executor half way and is held.
"$arb" account -c "$config" || fail "the account is not good"
grep -q 'the snapshot of fact [0-9]* is loaded' "$var/log/riskd.log" ||
    fail "no snapshot was used"
"$arb" replay --verify -c "$config" || fail "the replay says something else"
# One setting changed, and the first message that differs is named.
code=0
"$arb" replay --verify -c "$config" --set executor.fill_model_share=0.9 \
    >"$var/said" || code=$?
[ $code = 1 ] || fail "a changed setting changes nothing: $code"
grep -q '^executor: fact [0-9]*, fill (run 1) differs, after input' \
    "$var/said" && grep -q 'fill.qty: recorded "[0-9.]*", replayed "' \
    "$var/said" || fail "the message is not named: $(cat "$var/said")"
ends
