#!/bin/sh
# a_up_down - an operator's first hour: up twice, look, down twice
set -eu
name=a_up_down
. "$(dirname "$0")/lib.sh"
begin

# A word that nobody knows is not taken for paper.
for words in MODE=shadow WALLET=2 "MODE=live WALLET=4"; do
    code=0
    env $words deploy/up.sh "$var" 2>/dev/null || code=$?
    [ $code = 2 ] || fail "$words: $code"
done
deploy/up.sh "$var"
! MODE=live deploy/up.sh "$var" 2>/dev/null || fail "paper became live"
deploy/up.sh "$var" || fail "a second up is not harmless"
until_true 60 "$arb" status -c "$config"
"$arb" status -c "$config" --json | grep -q '"executor":{"up":true' ||
    fail "status does not show the executor"
until_true 60 at_least 1 "SELECT count(*) FROM fact_arb_scan"
# What a stranger on the machine must not get at.
[ "$(stat -c %a "$var/run")" = 700 ] || fail "others may enter $var/run"
for p in feed scanner riskd executor recorder; do
    of=/proc/$(pid_of $p)
    grep -q '^NoNewPrivs:[^0-9]*1$' "$of/status" || fail "$p may gain rights"
    grep -q 'core file size *0 *0 ' "$of/limits" || fail "$p may dump core"
done
"$arb" history scans -c "$config" -n 5 | grep -q row || fail "no history"
# A person's terminal, which becomes smaller; q leaves it as it was.
cat >"$var/terminal.sh" <<-SH
	stty rows 40 cols 120
	was=\$(stty -g) tty=\$(tty)
	(sleep 4; stty rows 12 cols 50 <"\$tty") &
	"$arb" top -c "$config" && echo "it ended well"
	wait
	[ "\$(stty -g)" != "\$was" ] || echo "it is as it was"
SH
(sleep 8; printf q; sleep 2) |
    timeout 60 script -qec "sh '$var/terminal.sh'" "$var/typescript" >"$var/seen"
grep -q 'it ended well' "$var/seen" || fail "top does not end"
grep -q 'it is as it was' "$var/seen" || fail "top leaves another terminal"
escape=$(printf '\033')
grep -q "$escape\[?1049l" "$var/seen" || fail "top leaves its screen"
tr -d '\r' <"$var/seen" | awk 'BEGIN { RS = "\033\\[H" }
    index($0, "\033[J") { frame = $0 } END { printf "%s", frame }' |
    sed "/$escape\[J/{s/$escape\[J.*//;q}" |
    sed "s/$escape\[[0-9;?]*[A-Za-z]//g" >"$var/frame"
[ "$(wc -l <"$var/frame")" -le 12 ] || fail "the last frame is too high"
[ "$(LC_ALL=C.UTF-8 wc -L <"$var/frame")" -le 50 ] || fail "it is too wide"
grep -q scanner "$var/frame" || fail "there is nothing to see in it"
deploy/down.sh "$var"
deploy/down.sh "$var" || fail "a second down is not harmless"
! MODE=live deploy/up.sh "$var" 2>/dev/null || fail "live on paper's capital"
if "$arb" status -c "$config" >/dev/null; then
    fail "status says up when all is down"
fi
ends
