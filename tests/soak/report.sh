#!/bin/sh
# report - what a soak's samples say of memory and descriptors, process by
# process, and whether the pipeline became slower: report.sh SAMPLES HOPS (what
# latency.sql says, by tabs).  A life is one pid.  Growth is of the longest
# life, after its first two minutes: the least it had in the ninety seconds
# behind them beside the least it had in its last ninety, so that a moment's work
# is no growth.  Exit code 1 when one grew out of its bounds, or by more than half
# of what it had and some (8 MiB, 16 descriptors); or when after fifteen minutes
# there is no life long enough to tell; or when the median of a hop, of a hundred
# samples at least, became four times what it was and 5 ms more.
# Tables have their full size from the start, and are resident as far as they
# were ever used: of riskd's 218 MiB a tenth after two minutes, more with each
# grant and fill it remembers.  So memory grew only where what is allocated did.
awk -F '\t' -v rss_most=262144 -v fds_most=256 -v warm=120 -v look=90 '
# at, kib, fds, all [life, i]: the samples of a life, from 1.
{
    p = $2; life = p " " $3
    if (!(life in count)) lives[p]++
    i = ++count[life]
    at[life, i] = $1; kib[life, i] = $4; fds[life, i] = $5
    all[life, i] = $6
    long = $1 - at[life, 1]
    if (long >= longest[p]) { longest[p] = long; oldest[p] = life }
    if ($4 > rss_max[p]) rss_max[p] = $4
    if ($5 > fds_max[p]) fds_max[p] = $5
    if ($1 > ended) ended = $1
}
# The least of a life between two seconds of it.
function least(what, life, from, to, i, m, v) {
    m = -1
    for (i = 1; i <= count[life]; i++) {
        long = at[life, i] - at[life, 1]
        v = what == "kib" ? kib[life, i] \
            : what == "all" ? all[life, i] : fds[life, i]
        if (long >= from && long <= to && (m < 0 || v < m)) m = v
    }
    return m
}
END {
    printf "%-10s %6s %9s %12s %14s %12s %12s %8s\n", "process", "lives", \
        "longest", "most memory", "growth / hour", "allocated", \
        "descriptors", "growth"
    bad = 0
    n = split("feed scanner riskd executor recorder", order, " ")
    for (i = 1; i <= n; i++) {
        p = order[i]; life = oldest[p]; long = longest[p]
        judged = long >= warm + 2 * look
        rate = "too short"; more_all = more_fds = "-"
        if (judged) {
            a = least("kib", life, warm, warm + look)
            z = least("kib", life, long - look, long)
            aa = least("all", life, warm, warm + look)
            za = least("all", life, long - look, long)
            af = least("fds", life, warm, warm + look)
            zf = least("fds", life, long - look, long)
            rate = sprintf("%.1f MiB", (z - a) / 1024 * 3600 / (long - warm))
            more_all = sprintf("%+.1f MiB", (za - aa) / 1024)
            more_fds = zf - af
        }
        printf "%-10s %6d %7d s %8.1f MiB %14s %12s %12d %8s\n", p, \
            lives[p], long, rss_max[p] / 1024, rate, more_all, fds_max[p], \
            more_fds
        if (lives[p] == 0 || rss_max[p] > rss_most || fds_max[p] > fds_most) {
            printf "%s: out of its bounds (%d KiB, %d descriptors)\n", \
                p, rss_most, fds_most
            bad = 1
        }
        if (judged && z > a * 1.5 + 8192 && za > aa + 8192) {
            printf "%s: grew from %d to %d KiB\n", p, a, z
            bad = 1
        }
        if (judged && zf > af * 1.5 + 16) {
            printf "%s: grew from %d to %d descriptors\n", p, af, zf
            bad = 1
        }
        if (!judged && ended >= 900) {
            printf "%s: no life long enough to tell whether it grows\n", p
            bad = 1
        }
    }
    exit bad
}' "$1" || bad=1
awk -F '\t' '
{
    printf "%-14s p50 %d us at first, %d us at last (%d and %d samples)\n", \
        $1, $2, $3, $4, $5
    if ($4 >= 100 && $5 >= 100 && $3 > 4 * $2 + 5000) {
        print $1 ": became slower"
        bad = 1
    }
}
END { exit bad }' "$2" || bad=1
exit ${bad:-0}
