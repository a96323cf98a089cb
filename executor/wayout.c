/* wayout - the ways out of a group, priced on fresh books, and which is taken
 */

/* What the ways are worth ways.c says, of the numbers gathered here.  The
 * filled ratio allows a branch, value picks within it: completing is only
 * taken where it is worth no less than going back, and going back sells or
 * hedges, whatever brings more.  Once a group has stood naked for too long or
 * with too much, completing it at up to the patch limit is a way back too,
 * unless too little of it filled. */

#include "executor/state.h"
#include "executor/ways.h"

#include "common/must.h"

/* Average paid for a share, rounded up; of a pair that was split, what it
 * was meant to bring. */
static struct price
paid(const struct group_slot *g, uint32_t i)
{
    const struct leg_sum *s = &g->sums[i];
    struct price p = { 0 };

    if (group_sells(g))
        return g->m.legs.at[i].limit;
    if (s->bought.micros > 0)
        must(muldiv_up(s->cost.micros, MICROS, s->bought.micros, &p.micros));
    return p;
}

static struct way_book
book_of(const struct turn *t, const struct hash *token)
{
    const struct executor *x = t->x;
    const struct universe_market *market = executor_market(x, token);
    const struct book *b = group_book(t->g, token);
    struct way_book w = { .token = *token };

    if (market == NULL || b == NULL)
        return w;
    w.book = b;
    w.young = book_age(b, t->in->wall).ms < x->strategy.book_age_max.ms;
    w.fees = fee_of(&market->m);
    w.tick = b->tick.micros > 0 ? b->tick : market->m.tick;
    return w;
}

/* What completing a leg takes: shares to buy or, of split pairs, to sell. */
static struct qty
missing_of(const struct group_slot *g, uint32_t i)
{
    int64_t held = group_held(g, i).micros;

    return (struct qty){ group_sells(g) ? held - group_sets(g).micros
                                        : g->m.target.micros - held };
}

/* Of related markets what is told, of a conversion what is left of what it
 * gives at the prices meant; every other set is a dollar. */
static struct money
set_worth(const struct turn *t)
{
    const struct group_slot *g = t->g;
    const struct legs *legs = &g->m.legs;
    enum shape shape = shape_of(g->m.strategy, legs);
    struct qty gives = { MICROS };

    if (shape == SHAPE_RELATED && g->m.pays > 0)
        gives.micros *= shape_pays(shape, legs, g->m.pays);
    if (shape == SHAPE_CONVERT) {
        gives.micros *= shape_pays(shape, legs, 0);
        for (uint32_t i = shape_bought(legs); i < legs->count; i++)
            gives.micros += legs->at[i].limit.micros;
        gives = convert_made(gives, t->x->strategy.c_fee);
    }
    return (struct money){ gives.micros };
}

/* The legs it is about now.  What a conversion takes or gives is in no set,
 * and is not hedged: it would be converted, or sold, all the same; nor is
 * what is sold because everything is. */
static void
gather(const struct turn *t, struct ppm more, struct way_ask *a)
{
    const struct group_slot *g = t->g;
    uint32_t first = group_first(g);
    enum shape shape = shape_of(g->m.strategy, &g->m.legs);
    bool converts = shape == SHAPE_CONVERT || shape == SHAPE_MINT;

    *a = (struct way_ask){
        .more = more,
        .less = t->x->conf.unwind_limit,
        .may_hedge = t->x->conf.hedge && !g->no_hedge && !converts &&
                     !group_is_sale(g),
        .settled = group_has_ended(g),
        .wall = t->in->wall,
        .set = set_worth(t),
        .count = group_last(g) - first,
    };
    if (g->convert.gone.micros == 0 && !group_is_sale(g) &&
        group_sets(g).micros > 0)
        a->sets = group_sets(g);
    for (uint32_t i = 0; i < a->count; i++) {
        const struct leg *l = &g->m.legs.at[first + i];
        const struct hash half = executor_half(t->x, &l->token);

        a->leg[i] = (struct way_leg){
            .side = l->side,
            .meant = l->limit,
            .paid = paid(g, first + i),
            .held = group_held(g, first + i),
            .missing = missing_of(g, first + i),
            .surplus = { group_held(g, first + i).micros - a->sets.micros },
            .own = book_of(t, &l->token),
            .other = book_of(t, &half),
        };
    }
}

/* A kill or a resolution came while the books were asked. */
static bool
is_over(struct turn *t)
{
    if (!executor_is_latched(t->x) && !t->g->resolved)
        return false;
    group_judge(t);
    return true;
}

static void
no_way(struct turn *t, enum branch branch)
{
    if (group_is_sale(t->g))
        group_finish(t, EXEC_STATUS_STALE, REASON_NO_BID,
                     "no bid within the limit");
    else if (t->g->m.state == GROUP_STATE_holding)
        t->g->next = after(t->in->mono, t->x->conf.hold_retry);
    else
        group_hold(t, branch);
}

static bool
is_patched_row(const struct group_slot *g)
{
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);

    return !g->patched && policy_row(m.base, g->m.target) == BRANCH_patch;
}

static void
take(struct turn *t, const struct way *w, bool at_more)
{
    if (w->kind == GRANT_KIND_patch && at_more)
        t->g->patched = true;
    t->g->resting = false; /* Not, if that was never answered. */
    group_authorize(t, w->kind, &w->legs);
}

/* One leg of what is missing, at the price meant and no worse.  False when the
 * venue would not let that rest. */
static bool
rest_leg(const struct turn *t, uint32_t i, struct legs *legs)
{
    const struct leg *meant = &t->g->m.legs.at[i];
    const struct universe_market *market = executor_market(t->x,
                                                           &meant->token);
    const struct book *b = &t->g->books[i];
    struct fee_schedule fees;
    struct leg *l = &legs->at[legs->count];

    if (policy_is_dust(missing_of(t->g, i), meant->limit))
        return true;
    *l = *meant;
    l->size = l->depth = policy_sell_size(missing_of(t->g, i));
    l->avg = l->limit;
    l->age = book_age(b, t->in->wall);
    if (market == NULL || !b->usable ||
        l->age.ms >= t->x->strategy.book_age_max.ms ||
        l->size.micros < market->m.min_size.micros)
        return false;
    fees = fee_of(&market->m);
    legs->count++;
    return fee_up(&fees, l->limit, l->size, &l->fee);
}

/* Once a group, while it is held: whoever comes our way pays for crossing. */
static bool
rest(struct turn *t)
{
    struct group_slot *g = t->g;
    struct legs legs = { .count = 0 };

    if (t->x->hold_type == TIF_FAK || g->rested ||
        g->m.state != GROUP_STATE_holding || !g->opp_alive)
        return false;
    for (uint32_t i = group_first(g); i < group_last(g); i++)
        if (!rest_leg(t, i, &legs))
            return false;
    if (legs.count == 0)
        return false;
    g->resting = g->rested = true;
    executor_count(t->x, EXECUTOR_rests);
    group_authorize(t, GRANT_KIND_patch, &legs);
    if (g->m.state != GROUP_STATE_authorizing)
        g->resting = false;
    return true;
}

void
wayout_complete(struct turn *t, bool within_patch_limit)
{
    struct group_slot *g = t->g;
    struct ppm more = { 0 };
    struct way_ask a;
    struct way on, back;

    if (is_over(t))
        return;
    if (within_patch_limit || is_patched_row(g))
        more = t->x->conf.patch_limit;
    gather(t, more, &a);
    ways_complete(&a, &on);
    ways_back(&a, &back);
    if (on.possible && on.worth >= back.worth)
        take(t, &on, more.ppm > 0);
    else if (!rest(t))
        no_way(t, BRANCH_hold);
}

void
wayout_back(struct turn *t)
{
    struct group_slot *g = t->g;
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);
    struct way_ask a;
    struct way on = { .possible = false }, back;
    const struct way *best;

    if (is_over(t))
        return;
    gather(t, t->x->conf.patch_limit, &a);
    if (g->convert.gone.micros == 0 && group_is_pressed(t) && !m.complete &&
        policy_row(m.base, g->m.target) != BRANCH_unwind)
        ways_complete(&a, &on);
    ways_back(&a, &back);
    best = ways_better(&on, &back);
    if (best->possible)
        take(t, best, true);
    else
        no_way(t, BRANCH_unwind);
}
