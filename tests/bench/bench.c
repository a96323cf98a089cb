/* bench - what every benchmark shares: time, medians, the line printed */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t
read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
bench_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t
bench_cpu(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double
bench_median(double *at, int count)
{
    qsort(at, (size_t)count, sizeof *at, by_value);
    return at[count / 2];
}

static double
once(bench_fn *f, void *arg, uint64_t n)
{
    int64_t from = read_clock(CLOCK_THREAD_CPUTIME_ID);
    f(arg, n);
    return (double)(read_clock(CLOCK_THREAD_CPUTIME_ID) - from) / (double)n;
}

void
bench_line(const char *name, const char *unit, double value, double baseline)
{
    int places = value < 1000 ? 1 : 0;
    printf("{\"name\":\"%s\",\"value\":%.*f,\"unit\":\"%s\","
           "\"baseline\":%.*f,\"ratio\":%.3f}\n", name, places, value, unit,
           places, baseline, value / baseline);
    fflush(stdout);
}

struct bench_medians
bench_turns(uint64_t n, bench_fn *ours, bench_fn *floor_, void *arg)
{
    double a[BENCH_ROUNDS], b[BENCH_ROUNDS];
    once(ours, arg, n);
    once(floor_, arg, n);
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        a[i] = once(ours, arg, n);
        b[i] = once(floor_, arg, n);
    }
    return (struct bench_medians){ bench_median(a, BENCH_ROUNDS),
                                   bench_median(b, BENCH_ROUNDS) };
}

void
bench_ns(const char *name, uint64_t n, bench_fn *ours, bench_fn *floor_,
         void *arg)
{
    struct bench_medians m = bench_turns(n, ours, floor_, arg);
    bench_line(name, "ns", m.ours, m.floor_);
}

void
bench_rate(const char *name, const char *unit, uint64_t n, bench_fn *ours,
           bench_fn *floor_, void *arg)
{
    struct bench_medians m = bench_turns(n, ours, floor_, arg);
    bench_line(name, unit, 1e9 / m.ours, 1e9 / m.floor_);
}
