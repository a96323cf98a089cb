#!/bin/sh
# f_alerts - somebody is told who never answers: riskd grants as before, the
# alert waits in the journal, nothing of the address is anywhere; answered,
# rules read again, the herald killed
set -eu
name=f_alerts
. "$(dirname "$0")/lib.sh"
begin
token=t0k3n-of-nobody

paper_up
for role in operator ops_admin; do
    "$arb" keys role $role -c "$config" >/dev/null
done
# It shakes hands and reads, and that is all.
mkfifo "$var/nothing"
(cd "$var/run" && exec openssl s_server -accept 127.0.0.1:0 -cert simex.crt \
    -key simex.key >"$var/silent.log" 2>&1 <>"$var/nothing") &
silent=$!
trap 'code=$?; kill $silent 2>/dev/null || true; deploy/down.sh "$var"
    exit $code' EXIT
until_true 20 grep -q '^ACCEPT' "$var/silent.log"
port=$(sed -n 's/^ACCEPT 127.0.0.1:\([0-9]*\).*/\1/p' "$var/silent.log")
(umask 077 && echo "url: https://localhost:$port/$token" >"$var/silent")
printf 'herald:\n  webhook: "%s"\n  ca_file: "%s"\n  timeout: 2000\n' \
    "$var/silent" "$var/run/simex.crt" >>"$config"
supervisorctl -s "unix://$var/run/supervisor.sock" restart \
    dutchbook:herald >/dev/null

until_true 60 grep -q "POST /$token" "$var/silent.log"
before=$(sql "SELECT count(*) FROM fact_arb_decision WHERE granted")
until_true 90 at_least $((before + 5)) \
    "SELECT count(*) FROM fact_arb_decision WHERE granted"
until_true 60 grep -q 'webhook does not take alerts' "$var/log/herald.log"
! grep -rqs "$token" "$var/log" "$var/journal" "$var/herald" ||
    fail "the address is where others can read it"
! grep -sqa "$token" /proc/[0-9]*/cmdline || fail "the address is in an argv"

"$arb" ack all -c "$config" --reason 'seen' || fail "no answer is taken"
until_true 30 at_least 1 "SELECT count(*) FROM arb_alert WHERE acked"
until_true 30 sh -c "'$arb' status -c '$config' |
    grep -q 'health: data green'"
! "$arb" reload -c "$config" --key "$var/keys/ctl/operator.key" ||
    fail "an operator reloads"
"$arb" reload -c "$config" | grep -q 'rules are in force' || fail "no reload"
kill -9 "$(supervisorctl -s "unix://$var/run/supervisor.sock" pid \
    dutchbook:herald)"
until_true 30 sh -c "[ \$(grep -c 'INFO 1 sinks' '$var/log/herald.log') -ge 2 ]"
ends
