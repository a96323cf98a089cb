/* basket_search - the walk behind basket_size: which number of sets is best */

/* The legs' books are merged from the top: between two places where some leg
 * runs out of a level ("a stretch") every leg has one price, so its limit,
 * the share lot the venue takes, and the profit of one more set are constant.
 * Stretches get worse as one goes down, so profit over sets is concave: in
 * each stretch only the first and the last acceptable number of sets can be
 * the best, and the search ends when the next stretch earns less.
 *
 * All numbers are bounded by basket.c's checks and by the book (sizes by
 * BOOK_SIZE_MAX, legs by legs_cap), so sums fit; products go through 128
 * bits. */

#include "common/basket_search.h"

#include "common/must.h"

#include <string.h>

enum { CENT_LOT = 10000 }; /* 0.01 shares: the venue's finest size. */

static const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;

struct qty
basket_lot(struct price p)
{
    must(p.micros > 0);
    return (struct qty){ MICROS / gcd(p.micros, MICROS) * CENT_LOT };
}

bool
search_clears(const struct search *s, int64_t sum)
{
    return s->payout * MICROS + sum >=
           s->terms->gross_min.ppm * s->dollars;
}

int64_t
search_cost(enum side side, struct price p, int64_t size)
{
    wide cost = (wide)p.micros * size;

    return (int64_t)(side == SIDE_buy ? (cost + MICROS - 1) / MICROS
                                      : cost / MICROS);
}

/* Cost of capital, rounded up. */
static int64_t
lock_of(const struct basket_terms *t, int64_t cost)
{
    wide yearly = (wide)cost * t->lock_rate_year.ppm * t->lock.ms;
    wide unit = (wide)MICROS * year_ms;

    return (int64_t)((yearly + unit - 1) / unit);
}

static int64_t
share_up(int64_t whole, struct ppm share)
{
    return (int64_t)(((wide)whole * share.ppm + MICROS - 1) / MICROS);
}

/* Beyond this fee, where an order spends what so many sets cost at its limit
 * at any better price.  riskd reserves the same. */
static int64_t
more_fees(const struct search *s, uint32_t i, int64_t sets, int64_t fee)
{
    struct price limit = level_of(&s->at[i])->price;
    struct money most = { 0 };

    if (s->terms->spends)
        must(fee_most(&s->legs[i].fees, limit,
                      (struct money){ search_cost(SIDE_buy, limit, sets) },
                      &most));
    return most.micros > fee ? most.micros - fee : 0;
}

/* What so many sets, ending in this stretch, cost and bring.  A conversion's
 * fee leaves fewer shares to sell; since the dearest bids come first, that is
 * at most the same part of the proceeds. */
static void
weigh(const struct search *s, int64_t sets, struct worth *w)
{
    const struct basket_terms *t = s->terms;
    int64_t paid = 0, got = 0, at_limit = 0, back = s->payout * sets;
    int64_t more = 0; /* Fees of what better prices add. */

    memset(w, 0, sizeof *w);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct cursor *c = &s->at[i];
        struct price p = level_of(c)->price;
        struct qty inside = { c->inside + sets - s->low };
        struct money fee;

        must(fee_up(&s->legs[i].fees, p, inside, &fee));
        *(s->legs[i].side == SIDE_buy ? &paid : &got) +=
            c->cost + search_cost(s->legs[i].side, p, inside.micros);
        if (s->legs[i].side == SIDE_buy) {
            at_limit += search_cost(SIDE_buy, p, sets);
            more += more_fees(s, i, sets, c->fee + fee.micros);
        }
        w->fees += c->fee + fee.micros;
    }
    w->outlay = at_limit + (back < 0 ? -back : 0) + w->fees + more;
    if (t->kind == BASKET_CONVERT)
        w->fees += share_up((back > 0 ? back : 0) + got, t->convert_fee);
    w->fees += t->fixed.micros;
    w->cost = paid + (back < 0 ? -back : 0);
    w->gain = back + got - paid;
    w->lock = lock_of(t, w->cost);
    w->profit = w->gain - w->fees - w->lock -
                share_up(sets * s->dollars, t->risk);
}

/* Whether every leg of so many sets is an order the venue takes. */
static bool
is_big_enough(const struct search *s, int64_t sets)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct cursor *c = &s->at[i];
        int64_t inside = c->inside + sets - s->low;

        if (sets < s->legs[i].min_size.micros ||
            c->cost + search_cost(SIDE_sell, level_of(c)->price, inside) <
                BASKET_LEG_MIN)
            return false;
    }
    return true;
}

static bool
is_within_terms(struct search *s, int64_t sets, struct worth *w)
{
    const struct basket_terms *t = s->terms;

    weigh(s, sets, w);
    if (t->cost_max.micros > 0 && w->outlay > t->cost_max.micros) {
        s->short_of_money = true;
        return false;
    }
    if (w->profit <= 0 ||
        (wide)w->profit * MICROS <
            (wide)t->net_min.ppm * sets * s->dollars ||
        (wide)w->profit * MICROS < (wide)t->yield_min.ppm * w->cost) {
        s->short_of_net = true;
        return false;
    }
    return true;
}

/* The share lot every buy takes at this stretch's limits: what the lots of
 * the prices have in common is the lot of the prices' common divisor. */
static int64_t
lot_here(const struct search *s)
{
    int64_t common = MICROS;

    if (!s->terms->whole_cents)
        return CENT_LOT;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->legs[i].side == SIDE_buy)
            common = gcd(common, level_of(&s->at[i])->price.micros);
    return basket_lot((struct price){ common }).micros;
}

static void
keep_best(struct search *s, int64_t sets, const struct worth *w)
{
    if (s->sets > 0 && w->profit <= s->worth.profit)
        return;
    s->sets = sets;
    s->worth = *w;
    memcpy(s->best, s->at, s->count * sizeof s->at[0]);
    for (uint32_t i = 0; i < s->count; i++)
        s->best[i].inside += sets - s->low;
}

/* Of the lots first..last the least that is big enough, last + 1 if none. */
static int64_t
least_big_enough(const struct search *s, int64_t lot, int64_t first,
                 int64_t last)
{
    while (first <= last) {
        int64_t middle = first + (last - first) / 2;

        if (is_big_enough(s, middle * lot))
            last = middle - 1;
        else
            first = middle + 1;
    }
    return first;
}

/* Of the lots first..last the most within the terms, given that first is. */
static int64_t
most_within_terms(struct search *s, int64_t lot, int64_t first, int64_t last)
{
    struct worth w;

    if (is_within_terms(s, last * lot, &w))
        return last;
    while (last - first > 1) {
        int64_t middle = first + (last - first) / 2;

        if (is_within_terms(s, middle * lot, &w))
            first = middle;
        else
            last = middle;
    }
    return first;
}

static bool
is_affordable(struct search *s, int64_t sets)
{
    struct worth w;

    weigh(s, sets, &w);
    return s->terms->cost_max.micros == 0 ||
           w.outlay <= s->terms->cost_max.micros;
}

/* The first lot does not pay.  Where something is to be earned first that
 * comes once, more of them may: the most there is money for. */
static void
try_beyond(struct search *s, int64_t lot, int64_t first, int64_t last)
{
    struct worth w;

    if (s->terms->fixed.micros == 0 || !is_affordable(s, first * lot))
        return;
    while (last > first && !is_affordable(s, last * lot)) {
        int64_t middle = first + (last - first) / 2;

        if (!is_affordable(s, middle * lot))
            last = middle;
        else if (middle == first)
            last = first;
        else
            first = middle;
    }
    if (is_within_terms(s, last * lot, &w))
        keep_best(s, last * lot, &w);
}

/* Sets above low up to high: the first and the last acceptable multiple of
 * the lot are the candidates. */
static void
try_stretch(struct search *s, int64_t high)
{
    int64_t lot = lot_here(s), last = high / lot;
    int64_t first = least_big_enough(s, lot, s->low / lot + 1, last);
    struct worth w;

    if (first > last)
        return;
    s->falling = s->terms->fixed.micros == 0;
    if (!is_within_terms(s, first * lot, &w)) {
        try_beyond(s, lot, first, last);
        return;
    }
    s->falling = s->sets > 0 && w.profit < s->worth.profit;
    keep_best(s, first * lot, &w);
    last = most_within_terms(s, lot, first, last);
    if (last > first && is_within_terms(s, last * lot, &w))
        keep_best(s, last * lot, &w);
}

/* The end of the stretch: where the first leg runs out of its level. */
static int64_t
stretch_end(const struct search *s)
{
    int64_t step = BOOK_SIZE_MAX;

    for (uint32_t i = 0; i < s->count; i++) {
        const struct cursor *c = &s->at[i];
        int64_t size = level_of(c)->size.micros;

        must(size > c->inside && size <= BOOK_SIZE_MAX);
        if (size - c->inside < step)
            step = size - c->inside;
    }
    return s->low + step;
}

/* Moves every leg to where the next stretch begins; false when one has no
 * further level. */
static bool
next_stretch(struct search *s, int64_t end)
{
    bool goes_on = true;

    for (uint32_t i = 0; i < s->count; i++) {
        struct cursor *c = &s->at[i];
        const struct level *l = level_of(c);
        struct money fee;

        c->inside += end - s->low;
        if (c->inside < l->size.micros)
            continue;
        if (c->at + 1 >= c->side->count) {
            goes_on = false;
            continue;
        }
        must(fee_up(&s->legs[i].fees, l->price, l->size, &fee));
        c->cost += search_cost(s->legs[i].side, l->price, l->size.micros);
        c->fee += fee.micros;
        c->within += l->size.micros;
        c->inside = 0;
        c->at++;
    }
    s->low = end;
    return goes_on;
}

static int64_t
price_sum(const struct search *s)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < s->count; i++) {
        int64_t price = level_of(&s->at[i])->price.micros;

        sum += s->legs[i].side == SIDE_buy ? -price : price;
    }
    return sum;
}

bool
search_run(struct search *s)
{
    bool goes_on = true;

    while (goes_on && search_clears(s, price_sum(s))) {
        int64_t end = stretch_end(s);

        if (!s->falling && s->low < s->sets_max)
            try_stretch(s, end < s->sets_max ? end : s->sets_max);
        goes_on = next_stretch(s, end);
        if (s->low >= s->sets_min && (s->falling || s->low >= s->sets_max))
            break;
    }
    return s->low >= s->sets_min;
}
