#!/bin/sh
# b_sign - a person makes a key and signs offline, with no configuration and
# no process: what is asked is answered line by line, what is wrong is said
set -eu
name=b_sign
. "$(dirname "$0")/lib.sh"
begin
trap - EXIT # Nothing is started that would have to be stopped.
cd "$var"
umask 077

# says WORDS COMMAND...: it must fail and say so.
says() {
    words=$1
    shift
    ! "$@" >out 2>err || fail "was accepted: $*"
    grep -q "$words" out err || fail "does not say '$words': $(cat out err)"
}

# A key of one's own.
"$arb" keys new --key-file key >made
account=$("$arb" keys show --key-file key)
grep -qx "$account" made || fail "another account was shown"
"$arb" keys check --key-file key | grep -q 'is good' || fail "not good"
says 'never overwritten' "$arb" keys new --key-file key
[ "$("$arb" keys show --key-file key)" = "$account" ] || fail "overwritten"
ln -s key link
says 'symbolic link' "$arb" keys check --key-file link
chmod 644 key
says 'expected 0600' "$arb" keys check --key-file key
says 'expected 0600' "$arb" sign-order --key-file key
chmod 600 key
says 'key-file FILE is needed' "$arb" sign-tx
says 'new, show, check or role' "$arb" keys

# A keystore and its passphrase.
echo 'a passphrase of some length' >passphrase
echo 'another passphrase' >wrong
"$arb" keys new --key-file store --passphrase-file passphrase >made
"$arb" keys check --key-file store --passphrase-file passphrase --json |
    grep -q "\"address\":\"$(head -1 made)\"" || fail "another account"
says 'wrong passphrase' \
    "$arb" keys show --key-file store --passphrase-file wrong
says 'passphrase' "$arb" keys show --key-file store

# The order every client's documentation begins with, by a well-known key.
echo ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80 >known
token=713210456792522125946263855327069127503327285719425322896313793124555
order='{"tokenId":"'$token'83992563","side":"BUY","price":"0.5",
"size":"100","tickSize":"0.1","orderType":"GTC","salt":"909418676403",
"timestamp":"1795220242729"}'
{
    echo "$order" | tr -d '\n'
    echo
    echo 'no JSON'
    echo
    head -c 1200000 /dev/zero | tr '\0' ' '
    echo
    echo "$order" | tr -d '\n' # Its end is the end of the input.
} >lines
"$arb" sign-order --key-file known <lines >answers ||
    fail "bad lines made it fail"
[ "$(wc -l <answers)" = 5 ] || fail "not an answer a line"
[ "$(grep -c '^{"error":' answers)" = 3 ] || fail "not three errors"
id=0xcd57931415d8d039220327bf783a9b9065f4d6dab468efd514742c52aedfacd9
[ "$(grep -c "\"digest\":\"$id\"" answers)" = 2 ] || fail "another id"
sed -n 4p answers | grep -q 'more than 1048576 bytes' || fail "no limit"

# Two ends of a conversation: an answer comes before the next question.
mkfifo in
{ "$arb" sign-auth --key-file known <in >talk & } 2>/dev/null
exec 3>in
echo '{"timestamp":"1795219200"}' >&3
until_true 30 grep -q POLY_SIGNATURE talk
exec 3>&-
wait
echo '{}' >empty
! "$arb" sign-request <empty >/dev/full 2>err || fail "wrote into a full disk"
cd "$home"
ends
