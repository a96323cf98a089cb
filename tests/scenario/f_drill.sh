#!/bin/sh
# f_drill - arb kill --drill on a pipeline that trades: killed, cleared too
# early, checked, cleared, on probation; a strategy killed by itself; and all
# that is held sold
# faults: F-049 F-058
set -eu
name=f_drill
. "$(dirname "$0")/lib.sh"
begin

paper_up '-s simex.resolve_at=0'
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_order"
for role in viewer operator ops_admin; do
    "$arb" keys role $role -c "$config" >/dev/null
done
# Checks three seconds apart instead of a minute, so that a clear right after
# the kill is too early on any machine.
printf 'riskd:\n  health_every: 3000\n' >>"$config"
(cd "$var/run" && supervisorctl -c "$home/deploy/supervisord.conf" \
    restart 'dutchbook:*' >/dev/null)
"$arb" kill --drill -c "$config" || fail "the drill did not pass"
grep -q '"passed":true' "$var"/drills/*.json || fail "no record of the drill"
# What riskd was told, and what it saw of the drill itself; and who may look.
answers() {
    "$arb" rules -c "$config" --json | grep "\"rule\":\"$1\"" |
        grep -q "\"value\":\"$2\""
}
until_true 60 answers G-074 true
until_true 60 answers G-026 0
until_true 60 answers G-053 true
chmod 755 "$var" "$var/log"
until_true 60 answers G-078 false
chmod 700 "$var/log"
until_true 60 answers G-078 true
"$arb" clear 1 -c "$config" --key "$var/keys/ctl/operator.key" &&
    fail "an operator clears"
"$arb" kill -c "$config" --scope strategy:B --reason 'B alone' --json |
    grep -q '"ok":true' || fail "B is not killed"
"$arb" limits -c "$config" >/dev/null || fail "no limits"
! "$arb" disable A -c "$config" --key "$var/keys/ctl/viewer.key" ||
    fail "a viewer disables"
"$arb" disable A -c "$config" || fail "A is not disabled"
"$arb" enable A -c "$config" || fail "the key that may enable is not found"

# Baskets of A are held until their event is over.
sold() {
    at_least 1 "SELECT count(*) FROM fact_arb_execution e
        JOIN fact_arb_order o USING (exec_id) WHERE e.scan_id = e.exec_id
        AND e.status = 'UNWOUND' AND o.side = 'sell' AND o.shares_filled > 0"
}
held() {
    "$arb" positions -c "$config" | grep -q '^[1-9][0-9]* positions'
}
until_true 90 held
"$arb" flatten -c "$config" --reason 'the drill' ||
    fail "flatten is refused"
until_true 60 sold
! "$arb" resume -c "$config" --key "$var/keys/ctl/viewer.key" ||
    fail "a viewer resumes"
"$arb" resume -c "$config" || fail "not resumed"
no_orphan() {
    [ "$(sql "SELECT count(*) FROM arb_orphan")" = 0 ]
}
until_true 30 no_orphan
# A switch that does not kill, since nothing can be written: that is known, too.
riskd=$(pid_of riskd)
rm -f "$var/latch.spare"
mkdir "$var/latch.$riskd.tmp" "$var/latch.spare"
! "$arb" kill --drill -c "$config" || fail "it passed without a kill"
grep -q '"step":"kill","ok":false' "$var"/drills/*.json ||
    fail "another step did not pass"
until_true 60 answers G-074 false
rmdir "$var/latch.$riskd.tmp" "$var/latch.spare"
ends
