#!/bin/sh
# d_no_room - the disk of the executor's journals has no inode left, or no
# block, or is read-only: it ends rather than do what it cannot write down, names
# the place, and nothing is ordered until there is room again; and no process can
# have one more descriptor while connections break: they end, start again, and
# trade on, nothing doubled or lost
# faults: F-110 F-116 F-119 F-120
set -eu
name=d_no_room
. "$(dirname "$0")/lib.sh"
alone_in --mount "$0" # A disk that nobody else sees, and that goes with us.
begin

disk=$var/journal/executor
mkdir -p "$disk"
mount -t tmpfs -o size=64m,nr_inodes=40,mode=0700 none "$disk"
umount_disk() {
    deploy/down.sh "$var"
    umount "$disk"
}
trap 'code=$?; umount_disk; exit $code' EXIT

control() {
    DUTCHBOOK_VAR=$var deploy/control.sh "$@"
}
orders() {
    sql "SELECT count(*) FROM fact_arb_order"
}
trades() {
    count=$(orders)
    until_true 120 at_least $((count + 1)) \
        "SELECT count(*) FROM fact_arb_order"
}
down() {
    "$arb" status -c "$config" --json |
        grep -q '"executor":{"up":false\|"executor":{"up":true,[^}]*"ready":false'
}
# stands WHAT WORDS: it is down, has said so, and nothing is ordered.
stands() {
    until_true 120 grep -q "$2" "$var/log/executor.log"
    until_true 60 down
    count=$(orders)
    sleep 4
    [ "$(orders)" = "$count" ] || fail "orders with $1"
    echo "$1: $(grep "$2" "$var/log/executor.log" | tail -n 1)"
}
goes_on() {
    control restart dutchbook:executor >/dev/null
    trades
}

printf 'base: "%s"\ncommon:\n  segment_mb: 1\n' \
    "$home/tests/scenario/paper.yaml" >"$var/profile.yaml"
profile=$var/profile.yaml
paper_up '-s simex.warmup=1000 -s simex.plant_every=400'
trades

i=0
while true 2>/dev/null >"$disk/$i"; do
    i=$((i + 1))
done
stands "no inode" 'No space left on device'
rm "$disk"/[0-9] "$disk"/[0-9][0-9]
: >"$var/log/executor.log"
goes_on

dd if=/dev/zero of="$disk/0" bs=64k 2>/dev/null || true
! echo 1 2>/dev/null >"$disk/1" || fail "there is still room"
stands "no block" 'No space left on device'
rm "$disk/0" "$disk/1"
: >"$var/log/executor.log"
goes_on

control stop dutchbook:executor >/dev/null
mount -o remount,ro "$disk"
control start dutchbook:executor >/dev/null || true
stands "a read-only disk" 'Read-only file system'
mount -o remount,rw "$disk"
goes_on

# The journal's sync and ZeroMQ's accept end a process that has none; one that
# did without meanwhile gets them back.
descriptors() {
    for p in feed riskd executor recorder; do
        prlimit --pid "$(pid_of $p)" --nofile="$1:" 2>/dev/null || true
    done
}
descriptors 3
kill -9 "$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$var/run/simex.json")" \
    "$(pid_of scanner)"
until_true 60 grep -q 'Too many open files' "$var/log/executor.log"
echo "no descriptor: $(grep 'open files' "$var/log/executor.log")"
sleep 3
descriptors 1024
trades
control stop dutchbook:feed >/dev/null
"$arb" account -c "$config" || fail "the account is not good"
ends
