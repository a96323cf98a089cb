#!/bin/sh
# a_doctor - arb doctor: a good set-up is good, and each thing that people get
# wrong is found and named in words
set -eu
name=a_doctor
. "$(dirname "$0")/lib.sh"
begin

live_up 30
until_true 60 grep -q 'API key' "$var/log/executor.log"
"$arb" doctor -c "$config" | tee "$var/good" | tail -1 |
    grep -q 'nothing is wrong' || fail "$(cat "$var/good")"
grep -q 'ok  owner' "$var/good" || fail "the owner was not looked at"
grep -q 'ok  node' "$var/good" || fail "the node was not looked at"
[ "$(grep -c 'ok  gas' "$var/good")" = 2 ] || fail "not each node's gas"
! grep -q '/chain/' "$var/good" || fail "a node's path may be a key"
[ "$(grep -c 'ok  allowance' "$var/good")" = 3 ] || fail "not every spender"

# finds CODE WORDS SED: with the configuration changed so, it ends with CODE
# and says WORDS.
finds() {
    sed "$3" "$config" >"$var/run/bad.yaml"
    code=0
    "$arb" doctor -c "$var/run/bad.yaml" >"$var/bad" || code=$?
    [ "$code" = "$1" ] || fail "$3: exit code $code: $(cat "$var/bad")"
    grep -q "$2" "$var/bad" || fail "$3: not found: $2: $(cat "$var/bad")"
    echo "found: $(grep "$2" "$var/bad" | head -1)"
}
other=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
key='\(  key_file: .*\)'
finds 1 'BAD key .*key_file is empty' '/key_file/d'
finds 1 'BAD funder .*type 0 means' "s|$key|\\1\\n  funder: \"$other\"|"
finds 1 'BAD funder .*must be its address' \
    "s|$key|\\1\\n  signature_type: 1|"
finds 1 'BAD funder .*is no address' "s|$key|\\1\\n  funder: \"${other%C8}c8\"|"
finds 1 'BAD money .*under signature type 0' \
    "s|$key|\\1\\n  signature_type: 2\\n  funder: \"$other\"|"
finds 1 'BAD wallet .*is that its only owner' \
    "s|$key|\\1\\n  signature_type: 2\\n  funder: \"$other\"|"
finds 1 'BAD funder .*wallet of that type for this key is 0x' \
    "s|$key|\\1\\n  signature_type: 1\\n  funder: \"$other\"|"
finds 1 'BAD relayer .*obeys only Polymarket' \
    "s|$key|\\1\\n  signature_type: 3\\n  funder: \"$other\"|"
relayed="$(sed -n 's|^  clob_url: \(.*\)|\\n  relayer_url: \1|p' "$config" |
    tail -1)\\n  relayer_file: $var/keys/relayer"
(umask 077 && echo 'key: somebody' >"$var/keys/relayer")
finds 1 'BAD relayer .*does not take the key of .*: invalid authorization' \
    "s|$key|\\1\\n  signature_type: 3\\n  funder: \"$other\"$relayed|"
finds 1 'BAD chain .*chain_rpc is empty' 's|chain_rpc: .*|chain_rpc: ""|'
finds 1 'BAD node .*no answer' 's|chain_rpc: .*|chain_rpc: https://localhost:1|'
finds 1 'BAD node .*no answer' \
    's|chain_rpc_2: .*|chain_rpc_2: https://localhost:1/KEY|'
! grep -q KEY "$var/bad" || fail "the key of a node was told"
finds 1 'BAD venue' 's|clob_url: .*|clob_url: "https://localhost:1"|'
finds 1 'BAD venue .*certificate' '/^executor/,$ s|ca_file: .*|ca_file: ""|'
mischief 'at 0 allowance 600'
until_true 20 sh -c "'$arb' doctor -c '$config' | grep -q 'BAD allowance'"
chmod 644 "$var/keys/demo-wallet"
finds 1 'BAD key .*0600' ''
chmod 600 "$var/keys/demo-wallet"
# The executor says the same, and is not started again and again for it.
chmod 644 "$var/keys/demo-wallet"
code=0
"$DUTCHBOOK_BIN/executor" -c "$config" -s common.var="$var/other" \
    2>"$var/bad" || code=$?
[ "$code" = 2 ] || fail "executor with a bad key: $code"
grep -q 'expected 0600' "$var/bad" || fail "$(cat "$var/bad")"
chmod 600 "$var/keys/demo-wallet"
echo 'key: another' >>"$var/keys/relayer"
code=0
"$DUTCHBOOK_BIN/executor" -c "$config" -s common.var="$var/other" \
    -s executor.relayer_file="$var/keys/relayer" 2>"$var/bad" || code=$?
[ "$code" = 2 ] || fail "executor with a bad relayer file: $code"
grep -q 'relayer:2: expected key:' "$var/bad" || fail "$(cat "$var/bad")"
ends
