#!/bin/sh
# b_stage_measured - stage 1 entered on what a running pipeline has shown: each
# number of the shipped gate is asked, with shorter times, and each keeps the
# gate shut until it is measured: uptime, a crash, reconnections in sync,
# signals made again, orders as booked, latency, trades.  Then it trades live
set -eu
name=b_stage_measured
. "$(dirname "$0")/lib.sh"
begin

# The shipped rules of these numbers; a week is a quarter of a minute here.
mkdir "$var/rules"
awk '/^G-/ { on = /^G-(001|002|006|009|025|057):/ } on' \
    deploy/rules/requires.yaml |
    sed -e '/uptime_without/,/for:/s/threshold: 7/threshold: 0.00017/' \
        -e '/paper_trades/,/for:/s/threshold: 120/threshold: 3/' \
        -e '/latency_p95/,/for:/s/threshold: 500/threshold: 60000/' \
        >"$var/rules/requires.yaml"
[ "$(grep -c '^G-' "$var/rules/requires.yaml")" = 6 ] || fail "other rules"
profile=$var/profile.yaml
cat >"$profile" <<CONF
base: "$home/tests/scenario/live.yaml"
riskd:
  rules: "$var/rules"
  stage: 1
  stage_signoff: true
  uptime_every: 500
CONF

judge() {
    "$arb" go-no-go --stage 1 -c "$config" --write "$var" >"$var/judged" 2>&1
}
# says RULE VERDICT: so it is judged now.
says() {
    judge || true
    grep -q "^| $1 .* | $2 |\$" "$var/judged"
}
# column RULE N: of the last judgement; 6 is the value, 7 the sample.
column() {
    awk -F' *[|] *' -v rule="$1" -v n="$2" '$2 == rule { print $n }' \
        "$var/judged"
}
reconnected() {
    judge || true
    [ "$(column G-002 7)" -ge "$1" ]
}
live_is() {
    "$arb" status -c "$config" | grep -q "^executor .* $1 "
}

live_up 300
"$arb" keys role operator -c "$config" >/dev/null
! judge || fail "a GO of nothing"
until_true 60 says G-002 'not enough data'
says G-025 'no data' || fail "signals: $(cat "$var/judged")"
until_true 90 says G-057 pass
until_true 90 says G-001 pass

echo "the scanner crashes"
pid=$(pid_of scanner)
kill -9 "$pid"
until_true 60 restarted scanner "$pid"
until_true 60 says G-001 fail
for n in 1 2 3 4 5; do
    ! judge || fail "a GO after $n reconnections"
    mischief 'at 0 drop 1'
    until_true 60 reconnected "$n"
done
until_true 60 says G-002 pass
until_true 120 says G-009 pass
until_true 120 says G-006 pass
until_true 120 says G-001 pass
! judge || fail "a GO, and no signal was looked at again"
"$arb" consistency -c "$config" || fail "signals are not the same"
until_true 60 judge
cat "$var/judged"
live_is paper || fail "live before it may be"
"$arb" stage enter 1 --signoff "$var" -c "$config"
until_true 90 filled 1
live_is live || fail "not live"
ends
