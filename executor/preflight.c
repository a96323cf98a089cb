/* preflight - the opportunity again, on fresh books, before riskd is asked */

/* The scanner's books may be a message old and the feed's a few seconds; what
 * counts is whether the same terms still hold on books whose age is proved.
 * Shares we already took in paper are off these books.  The legs are then
 * ordered shallowest first: whoever fails, fails before the deep legs. */

#include "executor/state.h"

#include "common/bond.h"
#include "common/must.h"
#include "common/payout.h"
#include "common/planted.h"
#include "common/terms.h"

static struct qty
scaled(struct qty q, struct bps size)
{
    struct qty out = { 0 };

    if (!muldiv_down(q.micros, size.bps, 10000, &out.micros))
        return (struct qty){ 0 };
    return out;
}

/* Gates a leg must pass beside its book's. */
static enum reason
check_leg(const struct turn *t, const struct universe_market *market,
          const struct book *b)
{
    const struct executor *x = t->x;

    if (market == NULL)
        return REASON_INCOMPLETE;
    if (!market->m.open || market->resolved)
        return REASON_CLOSED;
    if (market->m.proposed)
        return REASON_PROPOSED;
    if (!b->usable)
        return b->why_not;
    if (book_age(b, t->in->wall).ms >= x->strategy.book_age_max.ms &&
        !PLANTED(stale_book))
        return REASON_BOOK_OLD;
    return REASON_none;
}

static bool
is_approved(const struct executor *x, const struct text *event)
{
    for (uint32_t i = 0; i < x->strategy.a_approved.count; i++)
        if (text_equal(&x->strategy.a_approved.at[i], event))
            return true;
    return false;
}

static enum reason
check_pair(const struct turn *t, const struct universe_market *first)
{
    const struct group_slot *g = t->g;

    if (executor_market(t->x, &g->m.legs.at[1].token) != first)
        return REASON_INCOMPLETE;
    return first->m.mirrored && !book_is_mirror(&g->books[0], &g->books[1])
               ? REASON_MIRROR_BROKEN
               : REASON_none;
}

static enum reason
check_event(const struct universe_market *first)
{
    if (!first->m.neg_risk)
        return REASON_NOT_NEG_RISK;
    return first->m.augmented || first->m.other ? REASON_AUGMENTED
                                                : REASON_none;
}

/* NO is bought and YES sold, each of another outcome, and all of them are
 * known: the conversion gives YES of those that are not, too. */
static enum reason
check_conversion(const struct turn *t, const struct universe_market *first)
{
    const struct group_slot *g = t->g;
    const struct universe_event *e = universe_event(t->x->universe,
                                                    first->event);
    enum reason why = check_event(first);

    if (why != REASON_none)
        return why;
    if (first->m.event_size != e->count)
        return REASON_INCOMPLETE;
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        const struct leg *l = &g->m.legs.at[i];
        const struct universe_market *m = executor_market(t->x, &l->token);

        if (m->event != first->event ||
            !hash_equal(&l->token, l->side == SIDE_buy ? &m->m.no
                                                       : &m->m.yes))
            return REASON_INCOMPLETE;
        for (uint32_t k = 0; k < i; k++)
            if (executor_market(t->x, &g->m.legs.at[k].token) == m)
                return REASON_INCOMPLETE;
    }
    return REASON_none;
}

static enum reason
check_whole(const struct turn *t, const struct universe_market *first)
{
    const struct group_slot *g = t->g;
    enum reason why = check_event(first);
    int64_t sum = 0;

    if (why != REASON_none)
        return why;
    if (first->m.event_size != g->m.legs.count)
        return REASON_INCOMPLETE;
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        const struct level *ask = book_best(&g->books[i].asks);

        if (ask == NULL)
            return REASON_NO_ASK;
        sum += ask->price.micros;
    }
    if (sum < t->x->strategy.a_min_sum.micros &&
        !is_approved(t->x, &g->m.event))
        return REASON_SUM_TOO_LOW;
    return REASON_none;
}

static struct tail
tail_of(const struct turn *t, const struct universe_market *market)
{
    return (struct tail){
        .conf = &t->x->strategy,
        .tails = &t->x->tails,
        .market = market,
        .yes = hash_equal(&t->g->m.legs.at[0].token, &market->m.yes),
        .wall = t->in->wall,
    };
}

static enum reason
check_single(const struct turn *t, const struct universe_market *market)
{
    const struct levels *asks = &t->g->books[0].asks;
    struct tail tail = tail_of(t, market);
    struct basket_terms terms;

    if (t->g->m.strategy != STRATEGY_G)
        return bond_check(&t->x->strategy, market, &t->g->books[0],
                          t->in->wall);
    if (!tail_is_whole(t->x->universe, market->event))
        return REASON_INCOMPLETE;
    return tail_judge(&tail, (struct ppm){ 0 }, asks, &terms);
}

/* Given that the check passed. */
static struct basket_terms
terms_of_single(const struct turn *t, struct ppm rate)
{
    const struct universe_market *market =
        executor_market(t->x, &t->g->m.legs.at[0].token);
    const struct levels *asks = &t->g->books[0].asks;
    struct tail tail = tail_of(t, market);
    struct basket_terms terms;

    if (t->g->m.strategy != STRATEGY_G)
        return bond_terms(&t->x->strategy, rate, market, asks, t->in->wall);
    must(tail_judge(&tail, rate, asks, &terms) == REASON_none);
    return terms;
}

/* That they are tied, and what they pay at least, is the scanner's to know,
 * and whoever approved it. */
static enum reason
check_related(const struct turn *t)
{
    const struct legs *legs = &t->g->m.legs;

    for (uint32_t i = 0; i < legs->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (executor_market(t->x, &legs->at[i].token) ==
                executor_market(t->x, &legs->at[k].token))
                return REASON_INCOMPLETE;
    return REASON_none;
}

/* What must hold of the legs together. */
static enum reason
check_legs(const struct turn *t, const struct universe_market *first)
{
    switch (shape_of(t->g->m.strategy, &t->g->m.legs)) {
    case SHAPE_MERGE:
    case SHAPE_SPLIT:
        return check_pair(t, first);
    case SHAPE_CONVERT:
    case SHAPE_MINT:
        return check_conversion(t, first);
    case SHAPE_WHOLE:
        return check_whole(t, first);
    case SHAPE_SINGLE:
        return check_single(t, first);
    case SHAPE_RELATED:
        return check_related(t);
    case SHAPE_NONE:
        return REASON_INCOMPLETE;
    }
    unreachable();
}

/* The legs for basket_size; lock = until the last market pays. */
static enum reason
gather(const struct turn *t, struct basket_leg legs[legs_cap],
       struct ms *lock)
{
    const struct executor *x = t->x;
    const struct group_slot *g = t->g;
    const struct universe_market *first = NULL;

    lock->ms = 0;
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        const struct leg *l = &g->m.legs.at[i];
        const struct universe_market *market = executor_market(t->x,
                                                               &l->token);
        enum reason why = check_leg(t, market, &g->books[i]);

        if (why != REASON_none)
            return why;
        if (first == NULL)
            first = market;
        (void)payout_locks(&x->strategy, market->m.ends, t->in->wall, lock);
        legs[i] = (struct basket_leg){
            .book = &g->books[i],
            .token = l->token,
            .side = l->side,
            .fees = fee_of(&market->m),
            .min_size = market->m.min_size,
        };
    }
    return check_legs(t, first);
}

static struct basket_terms
terms_for(const struct turn *t, struct ms lock)
{
    const struct strategy_conf *s = &t->x->strategy;
    struct ppm rate = t->x->capital.cash_rate_year;

    switch (shape_of(t->g->m.strategy, &t->g->m.legs)) {
    case SHAPE_MERGE:
    case SHAPE_SPLIT:
        return terms_of(s, rate, s->merge_time);
    case SHAPE_CONVERT:
    case SHAPE_MINT:
        return terms_of_conversion(s, rate);
    case SHAPE_SINGLE:
        return terms_of_single(t, rate);
    case SHAPE_RELATED:
        return terms_of_related(s, rate, lock, t->g->m.legs.count,
                                (uint32_t)t->g->m.pays);
    case SHAPE_WHOLE:
    case SHAPE_NONE:
        return terms_of(s, rate, lock);
    }
    unreachable();
}

/* Narrows the terms to the lease's size and the cash riskd told of. */
static enum reason
narrow(const struct turn *t, const struct basket_leg *legs, uint32_t count,
       struct basket_terms *terms, struct basket *b)
{
    const struct executor *x = t->x;
    enum reason why = basket_size(legs, count, terms, t->in->wall, b);

    if (why == REASON_none && x->lease.m.size.bps < 10000) {
        terms->sets_max = scaled(b->sets, x->lease.m.size);
        why = basket_size(legs, count, terms, t->in->wall, b);
    }
    if (why != REASON_none || !x->risk_heard || x->risk.mode != t->g->m.mode)
        return why;
    if (x->risk.cash.micros <= 0)
        return REASON_CAPITAL;
    if (terms->cost_max.micros == 0 ||
        terms->cost_max.micros > x->risk.cash.micros)
        terms->cost_max = x->risk.cash;
    return basket_size(legs, count, terms, t->in->wall, b);
}

/* What there is for an order at a leg's limit; leg.depth may lie beyond. */
static int64_t
shares_within(const struct book *b, const struct leg *l)
{
    bool buys = l->side == SIDE_buy;
    const struct levels *side = buys ? &b->asks : &b->bids;
    int64_t sum = 0;

    for (uint32_t i = 0; i < side->count; i++) {
        struct price p = side->at[i].price;

        if (buys ? p.micros > l->limit.micros : p.micros < l->limit.micros)
            break;
        sum += side->at[i].size.micros;
    }
    return sum;
}

/* What is bought stays in front of what is sold. */
static void
sort_shallowest_first(const struct book *books, struct legs *legs)
{
    uint32_t bought = shape_bought(legs);
    int64_t within[legs_cap];

    for (uint32_t i = 0; i < legs->count; i++) {
        struct leg l = legs->at[i];
        int64_t shares = shares_within(&books[i], &l);
        uint32_t j = i, first = i < bought ? 0 : bought;

        for (; j > first && within[j - 1] > shares; j--) {
            within[j] = within[j - 1];
            legs->at[j] = legs->at[j - 1];
        }
        within[j] = shares;
        legs->at[j] = l;
    }
}

void
preflight_decide(struct turn *t)
{
    struct group_slot *g = t->g;
    struct basket_leg legs[legs_cap];
    struct basket_terms terms;
    struct basket b;
    struct ms lock;
    enum reason why;

    if (executor_is_latched(t->x)) {
        group_finish(t, EXEC_STATUS_DENIED, REASON_LATCHED, "killed");
        return;
    }
    why = gather(t, legs, &lock);
    if (why == REASON_none) {
        terms = terms_for(t, lock);
        terms.spends = g->m.mode == MODE_live;
        why = narrow(t, legs, g->m.legs.count, &terms, &b);
    }
    if (why == REASON_CAPITAL) {
        group_finish(t, EXEC_STATUS_SKIP_CAPITAL, why, "");
        return;
    }
    if (why != REASON_none) {
        group_finish(t, EXEC_STATUS_STALE, why, "");
        return;
    }
    sort_shallowest_first(g->books, &b.legs);
    g->m.legs = b.legs;
    g->m.target = b.sets;
    group_authorize(t, GRANT_KIND_normal, &b.legs);
}
