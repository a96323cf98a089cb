#!/bin/sh
# run - the demo for a long time, while processes are killed and stopped,
# PostgreSQL goes away and the exchange misbehaves: run.sh MINUTES [SEED]
# Afterwards the venue, the ledger and the database must agree to the micro;
# then what each process grew by, in memory and descriptors, and whether the
# pipeline became slower.  MODE=paper: without signed orders.
set -eu
minutes=${1:-30}
seed=${2:-1}
name=soak
mode=${MODE:-live}
here=$(cd "$(dirname "$0")" && pwd)
case $minutes$seed in
*[!0-9]*) echo "soak: expected MINUTES [SEED], two numbers" >&2; exit 2 ;;
esac
. "$here/../scenario/lib.sh"
begin
seconds=$((minutes * 60))
samples=$var/samples.tsv

# dice N: $face is one of 0 to N - 1; the same ones for the same seed.
dice() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    face=$((seed / 8 % 65521 % $1))
}

# One thing every 8 to 20 s that may happen at an exchange; none after which
# nobody is supposed to go on trading.
plan() {
    at=15
    while [ $at -lt $seconds ]; do
        dice 18
        case $face in
        0) what='cut_after 1' ;;
        1) what='cut_before 1' ;;
        2) what='fail_after 1' ;;
        3) what='user_drop' ;;
        4) what='user_freeze 3' ;;
        5) what='user_twice 10' ;;
        6) what='user_late 1500 4' ;;
        7) what='status 425 3' ;;
        8) what='status 503 2' ;;
        9) what='status 429 2' ;;
        10) what='fail 1' ;;
        11) what='retry 2' ;;
        12) what='drop all' ;;
        13) what='freeze any 5' ;;
        14) what='gap any' ;;
        15) what='wrong_hash any' ;;
        16) what='latency 80 4' ;;
        17) what='slow 250 3' ;;
        esac
        echo "at $at $what"
        dice 13
        at=$((at + 8 + face))
    done
}

# kib_of FIELD: of the process $pid.
kib_of() {
    sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$pid/status" 2>/dev/null
}

# Every 10 s: seconds, process, pid, KiB resident, descriptors, KiB allocated.
sample() {
    while sleep 10; do
        for p in feed scanner riskd executor recorder; do
            pid=$(pid_of $p 2>/dev/null) || continue
            kib=$(kib_of VmRSS) && all=$(kib_of VmData) || continue
            fds=$(ls "/proc/$pid/fd" 2>/dev/null | wc -l)
            [ -z "$kib" ] || [ -z "$all" ] || printf '%s\t%s\t%s\t%s\t%s\t%s\n' \
                "$(($(date +%s) - began))" $p "$pid" "$kib" "$fds" "$all"
        done >>"$samples"
    done
}

# Each process in turn, in another order each time round, so that none dies
# as often as the supervisor takes for an illness.
victims=
next_victim() {
    [ -n "$victims" ] || victims='feed scanner riskd executor recorder signer'
    set -- $victims
    dice $#
    shift $face
    victim=$1
    rest=
    for p in $victims; do
        [ $p = "$victim" ] || rest="$rest $p"
    done
    victims=$rest
}

hurt() {
    next_victim
    p=$victim
    [ $p != signer ] || [ "$mode" = live ] || p=executor
    case $p in
    signer) pid=$(signer_pid) p=executor ;;
    *) pid=$(pid_of $p) ;;
    esac
    before=$(pid_of $p)
    dice 4
    # At the end of a long one nobody dies: each lives long enough to be judged.
    [ $face -lt 2 ] || [ $seconds -lt 900 ] ||
        [ $((seconds - elapsed)) -gt 330 ] || face=0
    case $face in
    0)
        dice 6
        echo "$elapsed s: $victim stopped for $((face + 1)) s"
        kill -STOP "$pid" && sleep $((face + 1))
        kill -CONT "$pid" 2>/dev/null || true
        ;;
    1)
        echo "$elapsed s: PostgreSQL stopped for 4 s"
        deploy/pg.sh halt "$var" && sleep 4
        deploy/pg.sh start "$var"
        ;;
    *)
        echo "$elapsed s: $victim killed"
        kill -9 "$pid"
        until_true 30 restarted $p "$before"
        ;;
    esac
}

plan >"$var/mischief"
if [ "$mode" = live ]; then
    live_up "$seconds" "$var/mischief"
else
    DEMO_SECONDS=$seconds DEMO_MISCHIEF=$var/mischief \
        DEMO_PROFILE=$home/tests/scenario/paper.yaml \
        SIMEX_FLAGS='-s simex.plant_every=1500' deploy/up.sh "$var"
fi
began=$(date +%s)
sample &
sampler=$!
trap 'code=$?; kill $sampler 2>/dev/null || true
    deploy/down.sh "$var"; exit $code' EXIT
hurts=0
while dice 26 && sleep $((25 + face)) &&
    elapsed=$(($(date +%s) - began)) && [ $elapsed -lt $seconds ]; do
    hurt
    hurts=$((hurts + 1))
done
kill $sampler
live_account 20
deploy/pg.sh psql "$var" -qAt -F "$(printf '\t')" -f "$here/latency.sql" \
    >"$var/hops.tsv"
"$here/report.sh" "$samples" "$var/hops.tsv"
sql "SELECT 'executions ' || string_agg(line, ', ') FROM (SELECT
    status || ' ' || count(*) AS line FROM fact_arb_execution
    WHERE mode = '$mode' GROUP BY status ORDER BY status) s"
echo "hurt $hurts times, mischief $(grep -c '"what":"' \
    "$var/simex/mischief.jsonl") times, in $minutes minutes"
ends
