/* remainder - how far a count will still grow until its end, and how likely */

/* The rate of an hour of the day is its mean over the days there are, drawn
 * towards the mean of all hours by as much as PRIOR days of that: with a
 * fortnight of hours, one hour of the day has been seen fourteen times.
 *
 * How rough it is shows in every stretch of the past that is as long as what
 * is ahead: what such stretches differ by from their expectation, beyond what
 * chance does anyway.  Those expectations were made of the same hours, so it
 * looks calmer than it is; half as much is added.
 *
 * The distribution is a walk from its top both ways, each weight a known
 * multiple of its neighbour:
 *     w(k+1) / w(k) = mean (1 + k spread) / ((k+1) (1 + mean spread))
 * and ends where a weight is nothing beside the top's. */

#include "common/remainder.h"

#include "common/calendar.h"
#include "common/must.h"

enum {
    DAY = 24,
    PRIOR = 5,              /* Days. */
    WEIGHTS_MAX = 16384,    /* Steps of the walk, each way. */
    HOUR_COUNT_MAX = 100000 /* More in an hour is no count. */
};

static const int64_t hour_ns = INT64_C(3600) * 1000000000;
/* So silent was never anything: a 50th an hour. */
static const int64_t rate_least = MICROS / 50;
/* Beyond these the walk's products would not fit. */
static const int64_t mean_most = INT64_C(1000) * MICROS;
static const int64_t spread_most = INT64_C(10) * MICROS;
static const uint64_t top = UINT64_C(1) << 56;

/* Of New York's clock. */
static uint32_t
hour_of_day(int64_t ns)
{
    int64_t s = ns / 1000000000 + calendar_newyork((struct nanos){ ns });

    return (uint32_t)(s / 3600 % DAY);
}

/* Micros an hour, by hour of the day. */
static void
read_rates(const struct hours *h, int64_t end, int64_t rate[DAY])
{
    int64_t sum[DAY] = { 0 }, seen[DAY] = { 0 }, all = 0;

    for (uint32_t i = 0; i < h->count; i++) {
        uint32_t at = hour_of_day(end - (h->count - i) * hour_ns);

        sum[at] += (int64_t)h->at[i].n;
        all += (int64_t)h->at[i].n;
        seen[at]++;
    }
    for (uint32_t i = 0; i < DAY; i++) {
        rate[i] = (sum[i] * MICROS + PRIOR * (all * MICROS / h->count)) /
                  (seen[i] + PRIOR);
        if (rate[i] < rate_least)
            rate[i] = rate_least;
    }
}

static int64_t
expect(const int64_t rate[DAY], int64_t from, int64_t until)
{
    int64_t sum = 0;

    while (from < until) {
        int64_t next = from - from % hour_ns + hour_ns;

        if (next > until)
            next = until;
        sum += (int64_t)((wide)rate[hour_of_day(from)] * (next - from) /
                         hour_ns);
        from = next;
    }
    return sum;
}

/* Over every stretch of so many of the hours. */
static int64_t
read_spread(const struct hours *h, int64_t end, const int64_t rate[DAY],
            uint32_t stretch)
{
    wide beyond = 0, square = 0;
    int64_t came = 0, meant = 0, expected[hours_cap];

    for (uint32_t i = 0; i < h->count; i++) {
        expected[i] = rate[hour_of_day(end - (h->count - i) * hour_ns)];
        came += (int64_t)h->at[i].n * MICROS;
        meant += expected[i];
        if (i >= stretch) {
            came -= (int64_t)h->at[i - stretch].n * MICROS;
            meant -= expected[i - stretch];
        }
        if (i + 1 < stretch)
            continue;
        beyond += (wide)(came - meant) * (came - meant) - (wide)meant * MICROS;
        square += (wide)meant * meant;
    }
    if (beyond <= 0)
        return 0;
    beyond = (beyond + beyond / 2) / (square / MICROS + 1);
    return beyond > spread_most ? spread_most + 1 : (int64_t)beyond;
}

bool
remainder_of(const struct hours *h, struct nanos hours_end, struct nanos from,
             struct nanos ends, struct remainder *out)
{
    int64_t ahead = ends.ns - from.ns, rate[DAY];

    if (h->count < REMAINDER_HOURS_MIN || h->count > hours_cap ||
        hours_end.ns % hour_ns != 0 ||
        hours_end.ns < hours_cap * hour_ns || hours_end.ns > from.ns ||
        from.ns - hours_end.ns >= DAY * hour_ns || ahead < 0 ||
        ahead > REMAINDER_AHEAD_MAX * hour_ns)
        return false;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->at[i].n > HOUR_COUNT_MAX)
            return false;
    read_rates(h, hours_end.ns, rate);
    out->mean = expect(rate, from.ns, ends.ns);
    out->spread = ahead == 0
                      ? 0
                      : read_spread(h, hours_end.ns, rate,
                                    (uint32_t)((ahead + hour_ns - 1) /
                                               hour_ns));
    return out->mean <= mean_most && out->spread <= spread_most;
}

/* w(k+1) / w(k) as a fraction. */
static void
step(const struct remainder *r, int64_t k, wide *over, wide *under)
{
    *over = (wide)r->mean * (MICROS + (wide)k * r->spread);
    *under = (k + 1) * ((wide)MICROS * MICROS + (wide)r->mean * r->spread);
}

bool
remainder_odds(const struct remainder *r, int64_t low, int64_t high,
               struct remainder_odds *out)
{
    wide in = 0, all = 0, over, under;
    int64_t mode = r->spread < MICROS
                       ? (int64_t)((wide)r->mean * (MICROS - r->spread) /
                                   ((wide)MICROS * MICROS))
                       : 0;
    uint64_t w = top;

    must(r->mean >= 0 && r->mean <= mean_most && r->spread >= 0 &&
         r->spread <= spread_most);
    for (int64_t k = mode; w > 0; k++) {
        if (k - mode == WEIGHTS_MAX)
            return false;
        all += w;
        in += k >= low && k <= high ? w : 0;
        step(r, k, &over, &under);
        w = (uint64_t)(w * over / under);
    }
    w = top;
    for (int64_t k = mode - 1; k >= 0 && w > 0; k--) {
        step(r, k, &over, &under);
        w = (uint64_t)(w * under / over);
        all += w;
        in += k >= low && k <= high ? w : 0;
    }
    out->in.ppm = (int64_t)(in * MICROS / all);
    out->out.ppm = (int64_t)((all - in) * MICROS / all);
    return true;
}
