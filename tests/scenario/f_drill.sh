#!/bin/sh
# f_drill - arb kill --drill on a pipeline that trades: killed, cleared too
# early, checked, cleared, on probation; and a strategy killed by itself
# faults: F-049 F-058 F-059
set -eu
name=f_drill
. "$(dirname "$0")/lib.sh"
begin

DEMO_SECONDS=90 DEMO_MISCHIEF= SIMEX_FLAGS='-s simex.plant_every=1500' \
    deploy/up.sh "$var"
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_order"
for role in viewer operator ops_admin; do
    "$arb" keys role $role -c "$config" >/dev/null
done
# Checks half a second apart instead of a minute.
printf 'riskd:\n  health_every: 500\n  probation_executions: 0\n' >>"$config"
printf '  probation_window: 3000\n' >>"$config"
(cd "$var/run" && supervisorctl -c "$home/deploy/supervisord.conf" \
    restart 'dutchbook:*' >/dev/null)
"$arb" kill --drill -c "$config" || fail "the drill did not pass"
grep -q '"passed":true' "$var"/drills/*.json || fail "no record of the drill"
"$arb" clear 1 -c "$config" --key "$var/keys/ctl/operator.key" &&
    fail "an operator clears"
"$arb" kill -c "$config" --scope strategy:B --reason 'B alone' --json |
    grep -q '"ok":true' || fail "B is not killed"
"$arb" limits -c "$config" >/dev/null || fail "no limits"
! "$arb" disable A -c "$config" --key "$var/keys/ctl/viewer.key" ||
    fail "a viewer disables"
ends
