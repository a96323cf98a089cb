#!/bin/sh
# a_live_mode - arb mode: the running executor goes from live to paper, to
# shadow and back to live, between executions; each word is a row, the five
# processes go on, and at last the venue is as the ledger says
set -eu
name=a_live_mode
. "$(dirname "$0")/lib.sh"
begin

pids() {
    for p in feed scanner riskd executor recorder; do
        pid_of $p
    done
}
# mode_is MODE: the executor says so itself.
mode_is() {
    "$arb" status -c "$config" | grep -q "^executor .* $1 "
}
# to MODE: says it, and waits for an execution that began later in that mode.
to() {
    "$arb" mode executor "$1" -c "$config" --reason "to see it switch"
    until_true 60 mode_is "$1"
    since=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
    until_true 90 at_least 1 "SELECT count(*) FROM fact_arb_execution
        WHERE mode = '$1' AND executed_at > '$since'"
}
live_up 100
"$arb" keys role ops_admin -c "$config" >/dev/null
until_true 60 filled 1
before=$(pids)
to paper
to shadow
to live
[ "$(pids)" = "$before" ] || fail "a process was started again"
[ "$(sql "SELECT count(*) FROM fact_arb_command")" -ge 3 ] ||
    fail "the words were not written down"
live_account
ends
