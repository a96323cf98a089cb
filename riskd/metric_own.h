/* metric_own - what has been counted, for the files in metrics/ */
#ifndef RISKD_METRIC_OWN_H
#define RISKD_METRIC_OWN_H

#include "riskd/metric.h"

#define HOUR_NS (3600LL * 1000 * 1000 * 1000)

/* Orders and executions of a time. */
struct tally {
    uint64_t sent, filled, rejected, overdue;
    uint64_t fills, slip_in_limit, slip_over;
    int64_t slip_sum;         /* bps */
    int64_t turnover;         /* Micros. */
    uint64_t attempts, failures, trades;
    uint64_t results, wins;
    int64_t gains, losses, worst_loss;
    uint64_t openings;        /* Of the breaker. */
    uint64_t looks, looks_bad; /* At the data. */
    uint64_t up_ms, all_ms;   /* All processes up; all the time there was. */
    uint64_t reconnects, resyncs;
    uint64_t ends, ends_wrong; /* Of orders, as told and as booked. */
    uint64_t crashes;
    uint64_t kills, drills;
    uint64_t found_a, found_fg;
};

/* What feed's run told last. */
struct link_count { uint64_t run, count; };

/* How long orders of the phase took, by CELL_MS; the last cell: longer. */
enum { CELL_MS = 5, CELLS = 201 };

/* 31 days and the hour under way. */
enum { HOURS = 31 * 24 + 1, RECENT = 1024, REFS = 4096, UNKNOWNS = 64 };
struct hour {
    int64_t hour;             /* Since 1970; 0 = not used. */
    bool has_equity;
    int64_t equity;           /* When it began. */
    struct tally tally;
};

struct recent {
    int64_t at;
    int64_t took_ms;          /* < 0 = not known. */
    uint64_t what;            /* Of the sample. */
};
/* The newest; the oldest make room. */
struct recents {
    uint32_t count, next;
    struct recent at[RECENT];
};

struct metrics {
    uint64_t failures_max;
    struct hour hours[HOURS]; /* By hour % HOURS. */
    int64_t last_hour;        /* That has an equity. */
    struct recents orders, executions;
    uint64_t failures_row;

    bool phased;              /* A phase has begun: */
    uint64_t stage;
    int64_t began;            /* Wall. */
    int64_t began_equity, peak, worst_equity, worst_peak;
    struct tally phase;
    uint64_t took[CELLS];
    uint64_t clean_ms;        /* Up in this phase, and since the last crash. */

    int64_t uptime_at;        /* Wall; counted up to here. */
    struct ended_runs ended[source_end_];
    struct { uint64_t boot, counted; } cut; /* By the last start that told. */
    struct link_count reconnects, resyncs;
    struct { int64_t at; uint64_t all, same; } signals;
    struct { int64_t at; bool passed; } drill;
    struct { bool known, ok; } secluded;

    struct uuid refs[REFS];   /* Counted; the oldest make room. */
    uint32_t refs_next;
    struct { struct uuid ref; int64_t since; } unknown[UNKNOWNS];
};

typedef struct value metric_fn(const struct metrics *m,
                               const struct metric_view *v);
#define METRIC(name, unit, least, answer, help) metric_fn metric_##answer;
#include "riskd/metrics.def"

/* Answers. */
static inline struct value
ratio_of(int64_t num, int64_t den, uint64_t sample)
{
    return den > 0 ? (struct value){ VALUE_known, num, den, sample, 0 }
                   : (struct value){ .state = VALUE_nodata, .den = 1 };
}

static inline struct value
micros_of(int64_t micros)
{
    return (struct value){ VALUE_known, micros, MICROS, 1, 0 };
}

static inline struct value
count_of(uint64_t n)
{
    return (struct value){ VALUE_known, (int64_t)n, 1, 1, 0 };
}

static inline struct value
flag_of(bool b)
{
    return count_of(b);
}

static inline struct value
no_data(void)
{
    return (struct value){ .state = VALUE_nodata, .den = 1 };
}

/* Nothing has happened yet that it could be computed from. */
static inline struct value
too_few(void)
{
    return (struct value){ .state = VALUE_few, .den = 1 };
}

static inline struct value
not_asked(void)
{
    return (struct value){ .state = VALUE_unasked, .den = 1 };
}

/* A part of a whole that may be nothing yet. */
static inline struct value
share_of_all(uint64_t part, uint64_t all)
{
    return all == 0 ? too_few() : ratio_of((int64_t)part, (int64_t)all, all);
}

/* metrics/running.c: what it counts, into m and into the tally of its hour. */
void running_count(struct metrics *m, const struct occurrence *s,
                   struct tally *t);

/* metrics/switch.c: likewise. */
void switch_count(struct metrics *m, const struct occurrence *s,
                  struct tally *t);

/* metric.c */
/* The last hours of them, the one under way included; at a gate the phase. */
struct tally metrics_window(const struct metrics *m,
                            const struct metric_view *v, uint32_t hours);
const struct hour *metrics_hour(const struct metrics *m, int64_t hour);

#endif /* RISKD_METRIC_OWN_H */
