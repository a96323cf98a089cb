/* bench - what every benchmark shares: time, medians, the line printed */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdint.h>

/* CLOCK_MONOTONIC, ns. */
int64_t bench_now(void);
/* What this process took of the processor, ns. */
int64_t bench_cpu(void);
/* The middle one; sorts them. */
double bench_median(double *at, int count);
/* Prints {"name":...,"value":...,"unit":...,"baseline":...,"ratio":...};
 * ratio = value / baseline. */
void bench_line(const char *name, const char *unit, double value,
                double baseline);

enum { BENCH_ROUNDS = 31 };

/* Runs ours and floor in turn, BENCH_ROUNDS times, each doing n operations,
 * and gives the medians per operation, in ns: what disturbs the machine
 * disturbs both, and few of the rounds.  The time is that of the processor,
 * so nothing here may sleep. */
typedef void bench_fn(void *arg, uint64_t n);
struct bench_medians { double ours, floor_; };
struct bench_medians bench_turns(uint64_t n, bench_fn *ours,
                                 bench_fn *floor_, void *arg);
/* The same, printed: ns per operation, or operations per second. */
void bench_ns(const char *name, uint64_t n, bench_fn *ours, bench_fn *floor_,
              void *arg);
void bench_rate(const char *name, const char *unit, uint64_t n,
                bench_fn *ours, bench_fn *floor_, void *arg);

/* Keeps the compiler from removing what nobody reads. */
#define bench_use(p) __asm__ volatile("" : : "r"(p) : "memory")

/* Each prints its lines; dir is a folder for its files, removed by run.sh. */
void bench_codec(const char *dir);
void bench_bus(const char *dir);
void bench_journal(const char *dir);
void bench_book(const char *dir);
void bench_scanner(const char *dir);
void bench_related(const char *dir);
void bench_recorder(const char *dir);
void bench_sign(const char *dir);
void bench_signer(const char *dir);
void bench_rules(const char *dir);
void bench_grant(const char *dir);
void bench_replay(const char *dir);
void bench_recorded(const char *dir); /* The var folder of a demo. */

#endif /* TESTS_BENCH_BENCH_H */
