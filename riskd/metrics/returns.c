/* returns - equity by the hour and the day, and what it says of the risk
 *
 * mean / std of the returns, times the root of how many there are in a year,
 * in whole numbers: with S the sum of n returns and Q that of their squares,
 * its square is  year S^2 (n - 1) / (n (n Q - S^2)),  and the root is taken
 * last.  Returns are millionths; one beyond +-200 % counts as that, which
 * keeps the product within 127 bits.  A flat line has no spread: no data. */
#include "riskd/metric_own.h"

#include "common/must.h"

enum { DAY_HOURS = 24, RETURN_MOST = 2 * MICROS };

struct spread {
    int64_t n, sum;
    wide squares;
};

static void
add_return(struct spread *s, int64_t before, int64_t now)
{
    int64_t r;
    if (before <= 0) {
        return;
    }
    if (!muldiv_down(now - before, MICROS, before, &r)) {
        r = now > before ? RETURN_MOST : -RETURN_MOST;
    }
    r = r > RETURN_MOST ? RETURN_MOST : r < -RETURN_MOST ? -RETURN_MOST : r;
    s->n++;
    s->sum += r;
    s->squares += (wide)r * r;
}

/* The largest integer whose square is at most x. */
static int64_t
root(wide x)
{
    wide low = 0, high = (wide)1 << 63;
    while (high - low > 1) {
        wide mid = low + (high - low) / 2;
        if (mid * mid <= x) {
            low = mid;
        } else {
            high = mid;
        }
    }
    return (int64_t)low;
}

static struct value
sharpe_of(const struct spread *s, int64_t year)
{
    must(s->n <= HOURS);
    wide below = (wide)s->n * s->squares - (wide)s->sum * s->sum;
    if (s->n < 2) {
        return too_few();
    }
    if (below <= 0) {
        return no_data();
    }
    wide above = (wide)s->sum * s->sum * (s->n - 1) * year;
    /* In two steps: above may be 124 bits, a millionth more is too much. */
    wide whole = above / (below * s->n);
    wide rest = above % (below * s->n);
    wide micro = (wide)MICROS * MICROS;
    while (micro > 1 && rest > ((wide)1 << 85)) { /* 10^12 is 40 bits. */
        rest /= 10;
        below /= 10;
    }
    wide square = whole > ((wide)1 << 85)
                      ? (wide)1 << 126
                      : whole * micro + rest * micro / (below * s->n);
    int64_t size = root(square);
    return (struct value){ VALUE_known, s->sum < 0 ? -size : size, MICROS,
                           (uint64_t)s->n, 0 };
}

/* Between the beginnings of the last hours, step by step, and now. */
static struct spread
spread_of(const struct metrics *m, const struct metric_view *v, int64_t hours,
          int64_t step, int64_t since)
{
    struct spread s = { 0 };
    int64_t now = v->wall.ns / HOUR_NS;
    const struct hour *before = NULL;
    for (int64_t at = now - hours; at <= now; at++) {
        const struct hour *h = metrics_hour(m, at);
        if (at % step != 0 || at < since) {
            continue;
        }
        if (h == NULL || !h->has_equity) {
            before = NULL; /* We were away: no return over a hole. */
            continue;
        }
        if (before != NULL) {
            add_return(&s, before->equity, h->equity);
        }
        before = h;
    }
    return s;
}

static struct value
hourly(const struct metrics *m, const struct metric_view *v, int64_t hours)
{
    struct spread s = spread_of(m, v, hours, 1, 0);
    return sharpe_of(&s, 8760);
}

struct value
metric_sharpe_20d(const struct metrics *m, const struct metric_view *v)
{
    return hourly(m, v, 20 * DAY_HOURS);
}

struct value
metric_sharpe_7d(const struct metrics *m, const struct metric_view *v)
{
    return hourly(m, v, 7 * DAY_HOURS);
}

static int64_t
phase_hour(const struct metrics *m)
{
    return (m->began + HOUR_NS - 1) / HOUR_NS;
}

/* The factor is the one that is harder to meet. */
struct value
metric_sharpe_phase(const struct metrics *m, const struct metric_view *v)
{
    struct spread s = spread_of(m, v, HOURS - 1, DAY_HOURS, phase_hour(m));
    return sharpe_of(&s, v->at_gate ? 252 : 365);
}

struct value
metric_sharpe_30d(const struct metrics *m, const struct metric_view *v)
{
    struct spread s = spread_of(m, v, HOURS - 1, DAY_HOURS, 0);
    return sharpe_of(&s, 252);
}

struct value
metric_day_mean(const struct metrics *m, const struct metric_view *v)
{
    struct spread s = spread_of(m, v, HOURS - 1, DAY_HOURS, phase_hour(m));
    return s.n == 0 ? too_few()
                    : ratio_of(s.sum, s.n * MICROS, (uint64_t)s.n);
}

struct value
metric_return_30d(const struct metrics *m, const struct metric_view *v)
{
    const struct hour *h =
        metrics_hour(m, v->wall.ns / HOUR_NS - 30 * DAY_HOURS);
    if (h == NULL || !h->has_equity) {
        return too_few();
    }
    return ratio_of(v->equity.micros - h->equity, h->equity, 1);
}
