/* backtest - strategy G's chances against what came of them */

/* The naive projection is the one that G's first description used: the bin
 * that count + rate x hours falls into, with the rate of the last week, as
 * sure as it was said to be then (0.882 a day before, 0.954 four hours, 0.98
 * one); what is left goes to the other bins in equal parts. */

#include "deploy/arb/backtest/backtest.h"

#include "common/calendar.h"
#include "common/remainder.h"

#include <math.h>
#include <string.h>

const int64_t backtest_lead[BACKTEST_LEADS] = { 24, 12, 6, 4, 2, 1 };
const struct ppm backtest_band[BACKTEST_BANDS] = {
    { 0 },      { 10000 },  { 50000 },  { 100000 }, { 200000 }, { 350000 },
    { 500000 }, { 650000 }, { 800000 }, { 900000 }, { 950000 }, { 990000 }
};

static const double naive_sure[BACKTEST_LEADS] = { 0.882, 0.92, 0.945,
                                                   0.954, 0.97, 0.98 };
static const int64_t hour_ns = INT64_C(3600) * 1000000000;
enum { WEEK = 168, NOON = 12, LATE = 2 };

/* -1 when one of them is not known. */
static int64_t
sum_of(const struct series *s, int64_t from, int64_t until)
{
    int64_t sum = 0;

    if (from < s->first || until > s->first + s->count)
        return -1;
    for (int64_t h = from; h < until; h++) {
        if (s->n[h - s->first] < 0)
            return -1;
        sum += s->n[h - s->first];
    }
    return sum;
}

/* What was known at `now`. */
static bool
remainder_at(const struct series *s, int64_t now, int64_t ends,
             struct remainder *r)
{
    struct hours hours = { .count = hours_cap };

    for (uint32_t i = 0; i < hours_cap; i++)
        hours.at[i].n =
            (uint64_t)s->n[now - hours_cap + i - s->first];
    return remainder_of(&hours, (struct nanos){ now * hour_ns },
                        (struct nanos){ now * hour_ns },
                        (struct nanos){ ends * hour_ns }, r);
}

static void
note(struct backtest_band_sum band[BACKTEST_BANDS], struct ppm chance,
     bool came)
{
    uint32_t i = BACKTEST_BANDS - 1;

    while (chance.ppm < backtest_band[i].ppm)
        i--;
    band[i].outcomes++;
    band[i].came += came;
    band[i].chance += (double)chance.ppm / MICROS;
}

static void
note_traded(struct backtest_lead_sum *l, struct ppm chance, bool right)
{
    if (chance.ppm < 900000)
        return;
    l->traded++;
    l->right += right;
    l->traded_sure += (double)chance.ppm / MICROS;
}

static int64_t
bin_of(int64_t n, int64_t width)
{
    return n / width < BACKTEST_BINS ? n / width : BACKTEST_BINS - 1;
}

/* One window, some hours before its end: count then, and in the end. */
struct look {
    uint32_t lead;
    int64_t width, count, end;
    struct remainder r;
};

static bool
judge(struct backtest *b, const struct look *l)
{
    struct backtest_lead_sum *sum = &b->lead[l->lead];
    int64_t came = bin_of(l->end, l->width);
    struct remainder_odds odds[BACKTEST_BINS];

    for (int64_t i = bin_of(l->count, l->width); i < BACKTEST_BINS; i++)
        if (!remainder_odds(&l->r, i * l->width - l->count,
                            i + 1 < BACKTEST_BINS
                                ? (i + 1) * l->width - 1 - l->count
                                : INT64_MAX,
                            &odds[i]))
            return false;
    for (int64_t i = bin_of(l->count, l->width); i < BACKTEST_BINS; i++) {
        note(b->all, odds[i].in, i == came);
        if (l->lead >= LATE)
            note(b->late, odds[i].in, i == came);
        note_traded(sum, odds[i].in, i == came);
        note_traded(sum, odds[i].out, i != came);
    }
    sum->score -= log((double)(odds[came].in.ppm > 0 ? odds[came].in.ppm
                                                     : 1) / MICROS);
    sum->windows++;
    return true;
}

static void
judge_naive(struct backtest *b, const struct look *l, int64_t week)
{
    struct backtest_lead_sum *sum = &b->lead[l->lead];
    int64_t meant = bin_of(l->count + week * backtest_lead[l->lead] / WEEK,
                           l->width);
    int64_t others = BACKTEST_BINS - bin_of(l->count, l->width) - 1;
    bool right = meant == bin_of(l->end, l->width);
    double sure = naive_sure[l->lead];

    sum->naive_right += right;
    sum->naive_sure += sure;
    sum->naive -= log(right || others == 0 ? sure
                                           : (1 - sure) / (double)others);
}

static bool
run_window(struct backtest *b, const struct series *s, int64_t width,
           int64_t days, int64_t ends)
{
    int64_t starts = ends - days * 24, end = sum_of(s, starts, ends);
    int64_t least = starts < ends - 24 - hours_cap ? starts
                                                   : ends - 24 - hours_cap;

    if (sum_of(s, least, ends) < 0)
        return false;
    for (uint32_t i = 0; i < BACKTEST_LEADS; i++) {
        int64_t now = ends - backtest_lead[i];
        struct look l = { i, width, sum_of(s, starts, now), end, { 0, 0 } };

        if (now <= starts || !remainder_at(s, now, ends, &l.r) ||
            !judge(b, &l))
            continue;
        judge_naive(b, &l, sum_of(s, now - WEEK, now));
    }
    return true;
}

void
backtest_run(const struct series *s, int64_t width, int64_t days,
             struct backtest *out)
{
    memset(out, 0, sizeof *out);
    for (int64_t ends = s->first + 1; ends <= s->first + s->count; ends++) {
        int64_t there = ends * 3600 +
                        calendar_newyork((struct nanos){ ends * hour_ns });

        if (there / 3600 % 24 != NOON)
            continue;
        if (run_window(out, s, width, days, ends))
            out->windows++;
        else
            out->left_out++;
    }
}
