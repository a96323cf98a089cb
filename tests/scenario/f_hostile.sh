#!/bin/sh
# f_hostile - who means ill: ten thousand connections that say nothing at the
# socket of commands, while arb kill is served; a venue with messages of 100 MB,
# headers and bodies without an end, bombs, depths and ways that lead elsewhere,
# which feed outlives as it was; and every process is behind its walls
# faults: F-089 F-135
set -eu
name=f_hostile
. "$(dirname "$0")/lib.sh"
begin
made release hostile
hostile=$build/release/hostile

# --- a venue, and a feed of its own -----------------------------------------
mkdir -p "$var/far"
"$hostile" venue tests/golden/scan.gamma.json >"$var/tricks" &
venue=$!
crowd=
feed=
trap 'code=$?; kill $venue $feed $crowd 2>/dev/null || true
    deploy/down.sh "$var"; exit $code' EXIT
until_true 30 [ -s "$var/tricks" ]
port=$(head -1 "$var/tricks")
"$DUTCHBOOK_BIN/feed" -c deploy/dutchbook.yaml -s "common.var=$var/far" \
    -s "feed.gamma_url=http://127.0.0.1:$port" \
    -s "feed.clob_url=http://127.0.0.1:$port" \
    -s "feed.ws_url=ws://127.0.0.1:$port/ws/market" \
    -s feed.discover_ms=200 -s feed.backoff_least=20 -s feed.backoff_most=200 \
    -s feed.dead=1000 -s feed.ping=200 -s feed.http_total=1000 \
    -s feed.min_liquidity_usd=0 >"$var/feed.log" 2>&1 &
feed=$!

# --- the five, and a crowd at the door --------------------------------------
ulimit -S -n 1024 # As machines give it; more may be asked for.
printf 'base: "%s"\nrecorder:\n  report_at: "00:00"\n  report_zone: UTC\n' \
    "$home/tests/scenario/paper.yaml" >"$var/profile.yaml"
profile=$var/profile.yaml
paper_up
for p in feed scanner riskd executor recorder; do
    pid=$(pid_of $p)
    walls=$(grep 'walls: ' "$var/log/$p.log")
    case $walls in
    *"ports yes, system calls yes"*)
        grep -q 'Seccomp:.2' "/proc/$pid/status" || fail "$p: no filter" ;;
    *no*) echo "this kernel lacks a wall: $walls" ;;
    *) fail "$p: no word of its walls" ;;
    esac
    grep -q 'NoNewPrivs:.1' "/proc/$pid/status" || fail "$p: new privileges"
done
# Of the five one may start a program, for the report of the day before.
until_true 120 sh -c "ls '$var'/reports/2*/* | grep -q ."
riskd=$(pid_of riskd)
"$hostile" crowd "$var/run/risk.ctl.sock" 10000 >"$var/crowd" &
crowd=$!
until_true 120 grep connections "$var/crowd"
cat "$var/crowd"
[ "$(cut -d' ' -f1 "$var/crowd")" -ge 1000 ] || fail "that is no crowd"
from=$(date +%s%N)
"$arb" kill -c "$config" --reason 'a crowd at the door' >"$var/killed" ||
    { cat "$var/killed"; fail "no kill"; }
echo "killed in $((($(date +%s%N) - from) / 1000000)) ms beside it"
[ "$(pid_of riskd)" = "$riskd" ] || fail "riskd is another one"
few() {
    [ "$(ls "/proc/$riskd/fd" | wc -l)" -lt 200 ]
}
until_true 60 few # Who says nothing is shown out; the crowd is still there.
kill -0 $crowd || fail "the crowd went by itself"

# --- what the venue did to feed ----------------------------------------------
played() {
    [ "$(sort -u "$var/tricks" | grep -c '^http\|^ws')" -ge 19 ]
}
until_true 180 played
kill -0 $feed || { tail "$var/feed.log"; fail "feed is gone"; }
! grep -q 'led away' "$var/tricks" || fail "feed went where it was sent"
most=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$feed/status")
[ "$most" -lt 200000 ] || fail "feed took $most KiB"
count=$(ls "/proc/$feed/fd" | wc -l)
[ "$count" -lt 100 ] || fail "feed has $count descriptors"
echo "feed: $(grep -c '^http\|^ws' "$var/tricks") tricks, $most KiB at most, \
$count descriptors"
kill $feed
wait $feed || fail "feed did not end well"
ends
