#!/bin/sh
# report - what a soak's samples say of memory and descriptors, process by
# process: report.sh SAMPLES.  A life is one pid.  Growth is of the longest
# life, after its first minute.  Exit code 1 when one grew out of its bounds.
awk -F '\t' -v rss_most=262144 -v fds_most=256 '
{
    p = $2; life = p " " $3
    if (!(life in first)) { first[life] = $1; lives[p]++ }
    if ($1 - first[life] <= 60) { kib0[life] = $4; fds0[life] = $5; at0[life] = $1 }
    long = $1 - first[life]
    if (long >= longest[p]) {
        longest[p] = long
        grown[p] = $4 - kib0[life]
        fds_grown[p] = $5 - fds0[life]
        after[p] = $1 - at0[life]
    }
    if ($4 > rss[p]) rss[p] = $4
    if ($5 > fds[p]) fds[p] = $5
}
END {
    printf "%-10s %6s %9s %12s %14s %12s %12s\n", "process", "lives", \
        "longest", "most memory", "growth / hour", "descriptors", "growth"
    bad = 0
    n = split("feed scanner riskd executor recorder", order, " ")
    for (i = 1; i <= n; i++) {
        p = order[i]
        rate = after[p] >= 60 ? sprintf("%.1f MiB", \
            grown[p] / 1024 * 3600 / after[p]) : "too short"
        printf "%-10s %6d %7d s %8.1f MiB %14s %12d %12d\n", p, lives[p], \
            longest[p], rss[p] / 1024, rate, fds[p], fds_grown[p]
        if (lives[p] == 0 || rss[p] > rss_most || fds[p] > fds_most) {
            printf "%s: out of its bounds (%d KiB, %d descriptors)\n", \
                p, rss_most, fds_most
            bad = 1
        }
    }
    exit bad
}' "$1"
