/* related_markets - strategy E: what must pay, since markets are tied */

/* "Above 60" cannot be yes where "above 50" is no: NO of the first and YES of
 * the second together pay a dollar at least.  Which tokens of a component pay
 * so is known from its relations (related.c), all of them read and approved by
 * a person; what the best portfolio of them is, over depth, a linear program
 * says (related_plan.c).  Of that portfolio the set that earns most is taken,
 * sized like any other basket: equal shares of its tokens, lots, minimum, gas,
 * the price of the capital until the last market has paid, and a premium for
 * markets that are judged against each other.  What is left of the portfolio
 * is found again by the next look; where it has no such set, the best of all
 * is taken.
 *
 * What a set pays at least is told with it, since its legs do not say it: NO of
 * three of which one at most is yes pays two dollars, of five four.  A set is
 * one that pays more than its parts do (related.c), so whatever earns in parts
 * is bought in parts. */

#include "scanner/related.h"
#include "scanner/strategy.h"

/* Why nothing of this market is bought. */
static enum reason
shut(const struct sight *s, uint32_t market)
{
    const struct universe_market *m = universe_market(s->universe, market);

    if (m->m.other)
        return REASON_AUGMENTED;
    if (!m->m.open || m->resolved)
        return REASON_CLOSED;
    /* Overdue: their results may be challenged, one by one. */
    if (m->m.ends.ns > 0 && m->m.ends.ns < s->wall.ns)
        return REASON_WINDOW;
    if (m->m.liquidity.micros < s->conf->liquidity_min.micros)
        return REASON_LOW_LIQUIDITY;
    if (!m->m.fee_known)
        return REASON_FEE_UNKNOWN;
    return m->m.proposed ? REASON_PROPOSED : REASON_none;
}

static uint32_t
open_markets(const struct sight *s, const struct kin *k)
{
    uint32_t open = 0;

    for (uint32_t i = 0; i < k->count; i++)
        if (k->market[i] != MAP_NONE &&
            shut(s, k->market[i]) == REASON_none)
            open |= UINT32_C(1) << i;
    return open;
}

static bool
is_within(struct related_set set, uint32_t yes, uint32_t no)
{
    return (set.yes & ~yes) == 0 && (set.no & ~no) == 0;
}

static enum reason
gate(const struct sight *s, uint32_t place)
{
    const struct kin *k = related_kin(s->related, place);
    uint32_t open = open_markets(s, k);
    enum reason why = k->suspended > 0 ? REASON_TEXT_CHANGED
                                       : REASON_INCOMPLETE;

    for (uint32_t i = 0; i < k->sets; i++)
        if (is_within(k->set[i], open, open))
            return REASON_none;
    for (uint32_t i = 0; k->sets > 0 && i < k->count; i++)
        if (k->market[i] != MAP_NONE && (open >> i & 1) == 0)
            why = shut(s, k->market[i]);
    return why;
}

/* Its index of bit i of a component. */
static uint32_t
token_of(const struct kin *k, uint32_t i, bool yes)
{
    return 2 * k->market[i] + (yes ? 0 : 1);
}

/* What the set costs at the best prices; 0 and *missing where one has none. */
static int64_t
sum_of(const struct sight *s, const struct kin *k, struct related_set set,
       uint32_t *missing)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < k->count; i++) {
        bool yes = (set.yes >> i & 1) != 0;

        if (!yes && (set.no >> i & 1) == 0)
            continue;
        uint32_t token = token_of(k, i, yes);
        if (s->tops[token].ask == 0) {
            *missing = token;
            return 0;
        }
        sum += s->tops[token].ask;
    }
    return sum;
}

/* At the best prices, of each dollar it pays. */
static bool
clears(const struct sight *s, struct related_set set, int64_t sum)
{
    return set.pays * (int64_t)(MICROS - s->conf->gross_min.ppm) >= sum;
}

static enum reason
glance(const struct sight *s, uint32_t place, uint32_t way)
{
    const struct kin *k = related_kin(s->related, place);
    uint32_t open = open_markets(s, k), missing = MAP_NONE;
    bool any = false, priced = false;

    (void)way;
    for (uint32_t i = 0; i < k->sets; i++) {
        int64_t sum;

        if (!is_within(k->set[i], open, open))
            continue;
        any = true;
        sum = sum_of(s, k, k->set[i], &missing);
        priced |= sum > 0;
        if (sum > 0 && clears(s, k->set[i], sum))
            return REASON_none;
    }
    if (!any)
        return REASON_none; /* The gate knows why. */
    return priced ? REASON_BELOW_GROSS
                  : why_no_price(s, missing, REASON_NO_ASK);
}

/* The tokens of the best portfolio. */
static struct related_set
bought(const struct sight *s, const struct kin *k)
{
    struct related_plan plan;
    struct related_offer offer = { .most = s->conf->sets_max };
    struct related_set in = { 0, 0, 0 };
    uint32_t open = open_markets(s, k);

    for (uint32_t i = 0; i < k->count; i++) {
        if ((open >> i & 1) == 0)
            continue;
        offer.fees[i] = fee_of(&universe_market(s->universe,
                                                k->market[i])->m);
        for (uint32_t no = 0; no < 2; no++) {
            const struct book *b = &s->books[token_of(k, i, no == 0)];

            offer.asks[2 * i + no] = b->usable ? &b->asks : NULL;
        }
    }
    if (!related_best(k, &offer, &plan))
        return in;
    for (uint32_t i = 0; i < k->count; i++) {
        in.yes |= (uint8_t)((plan.shares[2 * i] > 0) << i);
        in.no |= (uint8_t)((plan.shares[2 * i + 1] > 0) << i);
    }
    return in;
}

static enum reason
size_set(const struct sight *s, const struct kin *k, struct related_set set,
         struct basket *out)
{
    struct basket_leg legs[TIE_MARKETS];
    struct basket_terms terms;
    struct ms lock = { 0 };
    uint32_t count = 0;
    bool known = true;
    enum reason why;

    for (uint32_t i = 0; i < k->count; i++) {
        bool yes = (set.yes >> i & 1) != 0;
        const struct universe_market *m;

        if (!yes && (set.no >> i & 1) == 0)
            continue;
        m = universe_market(s->universe, k->market[i]);
        known &= payout_locks(s->conf, m->m.ends, s->wall, &lock);
        legs[count++] = strategy_leg(s, m, yes ? m->yes : m->no, SIDE_buy);
    }
    terms = terms_of_related(s->conf, s->cash_rate, lock, count, set.pays);
    why = basket_size(legs, count, &terms, s->wall, out);
    out->outlook.pays = why == REASON_none ? set.pays : 0;
    if (!known)
        out->locked.ms = 0;
    return why;
}

/* The best of the sets within these tokens; true when there is one. */
static bool
best_set(const struct sight *s, const struct kin *k, struct related_set in,
         struct basket *out, enum reason *why)
{
    bool found = false;

    for (uint32_t i = 0; i < k->sets; i++) {
        uint32_t missing;
        int64_t sum = is_within(k->set[i], in.yes, in.no)
                          ? sum_of(s, k, k->set[i], &missing)
                          : 0;
        struct basket b;

        if (sum == 0 || !clears(s, k->set[i], sum))
            continue;
        *why = size_set(s, k, k->set[i], &b);
        if (*why == REASON_none &&
            (!found || b.profit.micros > out->profit.micros)) {
            *out = b;
            found = true;
        }
    }
    return found;
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct kin *k = related_kin(s->related, place);
    uint8_t open = (uint8_t)open_markets(s, k);
    enum reason why = REASON_BELOW_NET;

    (void)way;
    if (best_set(s, k, bought(s, k), out, &why) ||
        best_set(s, k, (struct related_set){ open, open, 0 }, out, &why))
        return REASON_none;
    return why;
}

const struct strategy_slot strategy_related_markets = {
    .id = STRATEGY_E,
    .scope = SCOPE_RELATED,
    .ways = 1,
    .gate = gate,
    .glance = glance,
    .look = look,
};
