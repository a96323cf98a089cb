#!/bin/sh
# b_stage - stage 1 entered by a sign-off and nothing less, and taken back by
# a rule: shadow, a kill, an incident with the state, over a kill -9 too
set -eu
name=b_stage
. "$(dirname "$0")/lib.sh"
begin
pid=
trap 'kill -9 $pid 2>/dev/null || true' EXIT

mkdir "$var/rules"
cat >"$var/rules/rules.yaml" <<'RULES'
may:
  kind: require
  metric: phase_days
  op: ">="
  threshold: 0
  for: 0s
  severity: critical
  action: block
  phases: [signoff]
  source: "a scenario: nothing else is asked"
back:
  kind: alarm
  metric: phase_days
  op: ">="
  threshold: 0
  for: 5s
  severity: critical
  action: rollback
  phases: [P1]
  source: "a scenario: nobody stays in stage 1 for long"
RULES
make_config() {
    cat <<CONF
base: "$home/deploy/profiles/live_safe_atomic_v1.yaml"
common:
  var: "$var"
riskd:
  rules: "$var/rules"
  order_max: $1
CONF
}
make_config 2 >"$var/stage1.yaml"
make_config 3 >"$var/other.yaml"
config=$var/stage1.yaml
for role in viewer operator; do
    "$arb" keys role $role -c "$config" >/dev/null
done

start() {
    rm -f "$var/run/riskd.ready"
    "$DUTCHBOOK_BIN/riskd" -c "$config" >>"$var/riskd.log" 2>&1 &
    pid=$!
    until_true 30 test -f "$var/run/riskd.ready"
}

# refused WORDS OPTION...: stage 1 is not entered, and that is said why.
refused() {
    words=$1
    shift
    ! "$arb" stage enter 1 --signoff "$var" "$@" >"$var/said" 2>&1 ||
        fail "entered: $*"
    grep -q "$words" "$var/said" ||
        fail "does not say '$words': $(cat "$var/said")"
}

# A word goes as far as the stage is, and no further.
word_to_1() {
    "$arb" stage 1 -c "$config" --key "$var/keys/ctl/operator.key" >"$var/said"
}

start
refused 'there is no sign-off' -c "$config"
# A phase begins with the rules' first look at it.
until_true 30 "$arb" go-no-go --stage 1 -c "$config" --write "$var"
refused 'other configuration' -c "$var/other.yaml"
refused 'does not allow it' -c "$config" --key "$var/keys/ctl/viewer.key"
cp "$var/stage1_signoff.json" "$var/good"
sed -i 's/"data":"0x../"data":"0x00/' "$var/stage1_signoff.json"
refused 'other data' -c "$config"
cp "$var/good" "$var/stage1_signoff.json"
"$arb" stage enter 1 --signoff "$var" -c "$config" ||
    fail "a good sign-off is refused"
word_to_1 || fail "not in stage 1"

until_true 60 grep -q 'taken back' "$var/riskd.log"
incident=$(echo "$var"/incidents/*-stage1)
grep -q '"stage_now":"0"' "$incident/incident.json" || fail "no incident"
grep -q 'back phase_days' "$incident/incident.md" || fail "no cause"
[ -n "$(ls "$incident/state/riskd")" ] || fail "no state backed up"
# The same, had riskd died before it was written.
rm "$incident/incident.json"
kill -9 "$pid"
wait "$pid" || true # Until it is gone, it holds riskd.run.
start
until_true 30 test -f "$incident/incident.json"
! word_to_1 || fail "the stage came back"
grep -q 'needs a sign-off' "$var/said" || fail "$(cat "$var/said")"
refused 'not under a kill' -c "$config"
ends
