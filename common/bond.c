/* bond - strategy F: a share that will very likely pay, soon, and what it is
 * worth */

/* A price is no chance: at the price paid the hit rate that breaks even is
 * that price and the fee, so "it stands at 0.97, so it pays in 97 of 100" is
 * an expectation of nothing.  What is expected comes from a table by tag and
 * price (f_hits), and 1 - rate of each dollar of payout is set against the
 * profit before anything is sized.  Where nobody bids near the ask that price
 * is nobody's opinion: such asks paid far less often (f_spread_max).
 *
 * Nor is the listed end the payout (payout_wait).  The yield is that of the
 * whole wait, simple: what it earns until then, on what is paid, for as many
 * times as that fits into a year. */

#include "common/bond.h"

#include "common/payout.h"

#include <string.h>

static const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;

/* A part of "tag:price:rate", up to its end; false when it is no number from 0
 * to 1. */
static bool
number(const char *s, const char *end, int64_t *micros)
{
    return micros_parse(s, (size_t)(end - s), micros) && *micros >= 0 &&
           *micros <= MICROS;
}

struct hit_line {
    bool own;             /* Of this tag, not of any. */
    int64_t from, rate;
};

static bool
read_line(const struct text *line, const struct text *tag,
          struct hit_line *out)
{
    const char *first = strchr(line->s, ':'), *second;
    size_t size;

    if (first == NULL)
        return false;
    second = strchr(first + 1, ':');
    size = (size_t)(first - line->s);
    out->own = size == strlen(tag->s) && memcmp(line->s, tag->s, size) == 0;
    return (out->own || (size == 3 && memcmp(line->s, "any", 3) == 0)) &&
           second != NULL && number(first + 1, second, &out->from) &&
           number(second + 1, strchr(second, '\0'), &out->rate);
}

struct ppm
bond_hit(const struct strategy_conf *conf, const struct market *m,
         struct price p)
{
    struct hit_line best = { false, -1, 0 };

    for (uint32_t i = 0; i < conf->f_hits.count; i++) {
        struct hit_line l;

        if (!read_line(&conf->f_hits.at[i], &m->tag, &l) ||
            l.from > p.micros)
            continue;
        if ((l.own && !best.own) ||
            (l.own == best.own && l.from > best.from))
            best = l;
    }
    return (struct ppm){ best.rate };
}

enum reason
bond_check(const struct strategy_conf *conf, const struct universe_market *m,
           const struct book *b, struct nanos wall)
{
    const struct level *ask = book_best(&b->asks), *bid = book_best(&b->bids);
    struct ms wait = payout_wait(conf, m->m.ends, wall);

    if (ask == NULL)
        return REASON_NO_ASK;
    if (ask->price.micros < conf->f_price_min.micros ||
        ask->price.micros > conf->f_price_max.micros)
        return REASON_BELOW_GROSS;
    /* Overdue: when it pays nobody knows, and a price below a dollar is what
     * they make of a result that is, or will be, challenged. */
    if (m->m.ends.ns > 0 && m->m.ends.ns < wall.ns)
        return REASON_WINDOW;
    if (conf->f_spread_max.micros > 0 &&
        (bid == NULL || ask->price.micros - bid->price.micros >
                            conf->f_spread_max.micros))
        return REASON_UNSURE;
    return wait.ms < conf->f_wait_min.ms || wait.ms > conf->f_wait_max.ms ||
                   bond_hit(conf, &m->m, ask->price).ppm == 0
               ? REASON_BELOW_NET
               : REASON_none;
}

/* A rate of a year for so long, rounded up. */
static struct ppm
of_wait(struct ppm yearly, struct ms wait)
{
    return (struct ppm){ (int64_t)(((wide)yearly.ppm * wait.ms +
                                    year_ms - 1) / year_ms) };
}

/* Profit on each dollar of payout, after the price of the capital, is what the
 * sizing knows; a bond costs less than that dollar, so what yields enough on
 * the dollar does on the cost. */
struct basket_terms
bond_terms(const struct strategy_conf *conf, struct ppm cash_rate,
           const struct universe_market *m, const struct levels *asks,
           struct nanos wall)
{
    const struct level *ask = book_best(asks);
    struct basket_terms t = terms_of(conf, cash_rate,
                                     payout_wait(conf, m->m.ends, wall));
    struct price p = ask == NULL ? (struct price){ 0 } : ask->price;
    int64_t beyond = conf->f_annual_min.ppm - cash_rate.ppm, least;
    struct ppm money = { (int64_t)((wide)cash_rate.ppm * p.micros / MICROS) };

    t.net_min = of_wait((struct ppm){ beyond > 0 ? beyond : 0 }, t.lock);
    t.risk.ppm = MICROS - bond_hit(conf, &m->m, p).ppm;
    /* Not for the average's sake: the last share must yield that, too. */
    least = t.risk.ppm + t.net_min.ppm + of_wait(money, t.lock).ppm;
    t.gross_min.ppm = MICROS - conf->f_price_max.micros;
    if (t.gross_min.ppm < least)
        t.gross_min.ppm = least;
    if (conf->f_cost_max.micros > 0 &&
        (t.cost_max.micros == 0 ||
         conf->f_cost_max.micros < t.cost_max.micros))
        t.cost_max = conf->f_cost_max;
    return t;
}

/* Of a year, on all that is paid: the fee is, too. */
static struct ppm
yearly(int64_t profit, wide paid, struct ms wait)
{
    wide yield;

    if (paid <= 0 || wait.ms <= 0)
        return (struct ppm){ 0 };
    yield = (wide)profit * MICROS / paid * year_ms / wait.ms;
    if (yield > INT64_MAX)
        yield = INT64_MAX;
    return (struct ppm){ (int64_t)(yield < INT64_MIN ? INT64_MIN : yield) };
}

struct ppm
bond_annual(const struct strategy_conf *conf, const struct market *m,
            const struct leg *leg, struct nanos wall)
{
    struct price p = leg->avg.micros > 0 ? leg->avg : leg->limit;
    struct money cost, paid;

    if (!cost_up(p, leg->size, &cost) ||
        !cost_down((struct price){ bond_hit(conf, m, p).ppm }, leg->size,
                   &paid))
        return (struct ppm){ 0 };
    return yearly(paid.micros - cost.micros - leg->fee.micros,
                  (wide)cost.micros + leg->fee.micros,
                  payout_wait(conf, m->ends, wall));
}

void
bond_tell(const struct basket_terms *t, struct basket *b)
{
    struct outlook *o = &b->outlook;
    wide paid = (wide)b->cost.micros + b->fees.micros;

    o->hit.ppm = MICROS - t->risk.ppm;
    o->break_even.ppm = (int64_t)((paid * MICROS + b->sets.micros - 1) /
                                  b->sets.micros);
    o->exposed = t->lock;
    o->at_risk.micros = (int64_t)paid;
    o->annual = yearly(b->profit.micros + b->lock.micros, paid, t->lock);
    o->excess = yearly(b->profit.micros, paid, t->lock);
}
