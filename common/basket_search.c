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

static int64_t
gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

struct qty
basket_lot(struct price p)
{
    must(p.micros > 0);
    return (struct qty){ MICROS / gcd(p.micros, MICROS) * CENT_LOT };
}

bool
search_clears(const struct search *s, int64_t sum)
{
    int64_t discount = s->buying ? MICROS - sum : sum - MICROS;

    return discount >= s->terms->gross_min.ppm;
}

int64_t
search_cost(bool buying, struct price p, int64_t size)
{
    wide cost = (wide)p.micros * size;

    return (int64_t)(buying ? (cost + MICROS - 1) / MICROS : cost / MICROS);
}

/* Cost of capital, rounded up. */
static int64_t
lock_of(const struct basket_terms *t, int64_t cost)
{
    wide yearly = (wide)cost * t->lock_rate_year.ppm * t->lock.ms;
    wide unit = (wide)MICROS * year_ms;

    return (int64_t)((yearly + unit - 1) / unit);
}

/* What so many sets, ending in this stretch, cost and bring. */
static void
weigh(const struct search *s, int64_t sets, struct worth *w)
{
    int64_t walked = 0, at_limit = 0;

    memset(w, 0, sizeof *w);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct cursor *c = &s->at[i];
        struct price p = level_of(c)->price;
        struct qty inside = { c->inside + sets - s->low };
        struct money fee;

        must(fee_up(&s->legs[i].fees, p, inside, &fee));
        walked += c->cost + search_cost(s->buying, p, inside.micros);
        at_limit += search_cost(true, p, sets);
        w->fees += c->fee + fee.micros;
    }
    w->cost = s->buying ? walked : sets;
    w->gain = s->buying ? sets - walked : walked - sets;
    w->lock = lock_of(s->terms, w->cost);
    w->profit = w->gain - w->fees - w->lock;
    w->outlay = (s->buying ? at_limit : sets) + w->fees;
}

/* Whether every leg of so many sets is an order the venue takes. */
static bool
is_big_enough(const struct search *s, int64_t sets)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct cursor *c = &s->at[i];
        int64_t inside = c->inside + sets - s->low;

        if (sets < s->legs[i].min_size.micros ||
            c->cost + search_cost(false, level_of(c)->price, inside) <
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
        (wide)w->profit * MICROS < (wide)t->net_min.ppm * sets) {
        s->short_of_net = true;
        return false;
    }
    return true;
}

/* The share lot every leg takes at this stretch's limits: what the lots of
 * the prices have in common is the lot of the prices' common divisor. */
static int64_t
lot_here(const struct search *s)
{
    int64_t common = MICROS;

    if (!s->buying || !s->terms->whole_cents)
        return CENT_LOT;
    for (uint32_t i = 0; i < s->count; i++)
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
    s->falling = true;
    if (!is_within_terms(s, first * lot, &w))
        return;
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
        c->cost += search_cost(s->buying, l->price, l->size.micros);
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

    for (uint32_t i = 0; i < s->count; i++)
        sum += level_of(&s->at[i])->price.micros;
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
