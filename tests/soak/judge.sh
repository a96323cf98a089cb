#!/bin/sh
# judge - what report.sh lets pass, and what not: samples made up
# faults: F-121
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Half an hour of five processes.  Scanner is what the test says: KiB at first,
# KiB more a minute, descriptors more a minute, seconds a life, and whether what
# is more was allocated at the start.
samples() {
    awk -v kib="$1" -v more="$2" -v fds="$3" -v life="$4" \
        -v had="${5:-0}" 'BEGIN {
        OFS = "\t"
        n = split("feed scanner riskd executor recorder", name, " ")
        for (t = 0; t <= 1800; t += 10)
            for (i = 1; i <= n; i++) {
                s = name[i] == "scanner"
                age = s ? t % life : t
                # The first minute fills tables; now and then there is work.
                now = (s ? kib : 30000) + (age < 60 ? age : 60) * 100
                print t, name[i], 100 * i + (s ? int(t / life) : 0), \
                    int(now + (s ? more * age / 60 : 0) + \
                        (t % 70 ? 0 : 9000)), \
                    int(40 + (s ? fds * age / 60 : 0)), \
                    int(200000 + (s && !had ? more * age / 60 : 0))
            }
    }' >"$dir/samples"
}
# hop FIRST LAST SAMPLES
hop() {
    printf 'feed_scan\t%d\t%d\t%d\t%d\n' "$1" "$2" "$3" "$3" >"$dir/hops"
}
says() {
    if "$here/report.sh" "$dir/samples" "$dir/hops" >"$dir/said"; then
        echo "passes, and should not: $1" >&2
        exit 1
    fi
    grep -q "$1" "$dir/said" || { cat "$dir/said"; exit 1; }
}
passes() {
    "$here/report.sh" "$dir/samples" "$dir/hops" >"$dir/said" ||
        { cat "$dir/said"; exit 1; }
}

hop 500 700 5000
samples 20000 0 0 2000
passes
samples 20000 100 0.1 2000
passes
samples 20000 0 0 500
passes
samples 20000 1000 0 2000
says 'scanner: grew from [0-9]* to [0-9]* KiB'
samples 20000 1000 0 2000 1
passes
samples 20000 0 2 2000
says 'scanner: grew from [0-9]* to [0-9]* descriptors'
samples 20000 0 0 100
says 'scanner: no life long enough'
samples 300000 0 0 2000
says 'scanner: out of its bounds'
samples 20000 0 0 2000
hop 500 9000 5000
says 'feed_scan: became slower'
hop 500 9000 50
passes
grep -v recorder "$dir/samples" >"$dir/less"
mv "$dir/less" "$dir/samples"
says 'recorder: out of its bounds'
echo "soak: eleven judgements, all right"
