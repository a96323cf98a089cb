/* wayout - completing and unwinding, priced on fresh books */

/* Both ways are walked on the same books.  Completing makes full sets, worth
 * $1 each; unwinding keeps the sets there are and sells the surplus.  The
 * limits +5 % and -5 % say how far either may go, the books say which is
 * worth more, and completing is only taken where it is worth no less.
 *
 * A group that sells split pairs is naked in what it still holds of one side.
 * Both ways sell that: completing all of it or nothing, at the price meant or
 * 5 % below; unwinding what there is a bid for.  It never buys. */

#include "executor/state.h"

#include "common/must.h"

struct way {
    struct legs legs;
    bool possible;
    int64_t worth;       /* Of all sets afterwards, and money in or out. */
};

/* Keeps the levels a limit allows. */
static void
cut_at(struct levels *side, bool is_bids, struct price limit)
{
    uint32_t count = 0;

    while (count < side->count &&
           (is_bids ? side->at[count].price.micros >= limit.micros
                    : side->at[count].price.micros <= limit.micros))
        count++;
    side->count = count;
}

static struct price
tick_of(const struct book *b, const struct market *m)
{
    return b->tick.micros > 0 ? b->tick : m->tick;
}

static void
add_leg(struct way *w, const struct book *b, const struct leg *leg,
        const struct walk *walk, struct nanos wall)
{
    struct leg *l = &w->legs.at[w->legs.count++];

    *l = *leg;
    l->book_run = b->run;
    l->book_seq = b->seq;
    l->epoch = b->epoch;
    l->book_hash = b->hash;
    l->age = book_age(b, wall);
    l->depth = walk->took;
    l->avg = (struct price){ 0 };
    if (l->side == SIDE_buy)
        must(muldiv_up(walk->cost_up.micros, MICROS, walk->took.micros,
                       &l->avg.micros));
    else
        must(muldiv_down(walk->cost_down.micros, MICROS, walk->took.micros,
                         &l->avg.micros));
}

/* What completing a leg takes: shares to buy or, of split pairs, to sell. */
static struct qty
missing_of(const struct group_slot *g, uint32_t i)
{
    int64_t held = group_held(g, i).micros;

    return (struct qty){ group_sells(g) ? held - group_sets(g).micros
                                        : g->m.target.micros - held };
}

/* Trades what is missing of one leg, all of it or the way is not possible. */
static void
complete_leg(const struct turn *t, uint32_t i, struct ppm more,
             struct way *w, int64_t *held)
{
    const struct executor *x = t->x;
    struct group_slot *g = t->g;
    const struct leg *leg = &g->m.legs.at[i];
    const struct universe_market *market = executor_market(x, &leg->token);
    struct book *b = &g->books[i];
    bool buys = leg->side == SIDE_buy;
    struct levels *side = buys ? &b->asks : &b->bids;
    struct qty missing = missing_of(g, i);
    struct leg l = { .token = leg->token, .side = leg->side };
    struct price tick;
    struct fee_schedule fees;
    struct walk walk;

    if (policy_is_dust(missing, leg->limit))
        return;
    w->possible = false;
    if (market == NULL || !b->usable || book_is_crossed(b) ||
        tick_of(b, &market->m).micros <= 0 ||
        book_age(b, t->in->wall).ms >= x->strategy.book_age_max.ms)
        return;
    fees = fee_of(&market->m);
    tick = tick_of(b, &market->m);
    cut_at(side, !buys, buys ? policy_patch_price(leg->limit, more, tick)
                             : policy_unwind_price(leg->limit, more, tick));
    walk = book_walk(side, missing);
    if (walk.took.micros < missing.micros)
        return;
    l.limit = walk.worst;
    l.size = buys ? policy_buy_size(missing, l.limit)
                  : policy_sell_size(missing);
    if (l.size.micros == 0 || !fee_walk_up(&fees, side, l.size, &l.fee))
        return;
    add_leg(w, b, &l, &walk, t->in->wall);
    walk = book_walk(side, l.size);
    w->worth += buys ? -walk.cost_up.micros : walk.cost_down.micros;
    w->worth -= l.fee.micros;
    *held += buys ? l.size.micros : -l.size.micros;
    w->possible = true;
}

static void
complete(const struct turn *t, struct ppm more, struct way *w)
{
    const struct group_slot *g = t->g;
    int64_t sets = INT64_MAX;

    w->legs.count = 0;
    w->worth = 0;
    w->possible = true;
    for (uint32_t i = 0; i < g->m.legs.count && w->possible; i++) {
        int64_t held = group_held(g, i).micros;

        complete_leg(t, i, more, w, &held);
        if (held < sets)
            sets = held;
    }
    w->possible = w->possible && w->legs.count > 0;
    w->worth += sets;
}

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

static void
unwind_leg(const struct turn *t, uint32_t i, struct qty surplus,
           struct way *w)
{
    const struct executor *x = t->x;
    struct group_slot *g = t->g;
    const struct leg *leg = &g->m.legs.at[i];
    const struct universe_market *market = executor_market(x, &leg->token);
    struct book *b = &g->books[i];
    struct leg l = { .token = leg->token, .side = SIDE_sell };
    struct fee_schedule fees;
    struct walk walk;

    if (policy_is_dust(surplus, leg->limit) || market == NULL || !b->usable ||
        book_is_crossed(b) || tick_of(b, &market->m).micros <= 0)
        return;
    fees = fee_of(&market->m);
    l.limit = policy_unwind_price(paid(g, i), x->conf.unwind_limit,
                                  tick_of(b, &market->m));
    cut_at(&b->bids, true, l.limit);
    walk = book_walk(&b->bids, surplus);
    l.size = policy_sell_size(walk.took);
    if (l.size.micros == 0 ||
        !fee_walk_up(&fees, &b->bids, l.size, &l.fee))
        return;
    walk = book_walk(&b->bids, l.size);
    add_leg(w, b, &l, &walk, t->in->wall);
    w->worth += walk.cost_down.micros - l.fee.micros;
    w->possible = true;
}

static void
unwind(const struct turn *t, struct way *w)
{
    const struct group_slot *g = t->g;
    int64_t sets = group_sets(g).micros;

    w->legs.count = 0;
    w->worth = sets;
    w->possible = false;
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        unwind_leg(t, i, (struct qty){ group_held(g, i).micros - sets }, w);
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
    if (t->g->m.state == GROUP_STATE_holding)
        t->g->next = after(t->in->mono, t->x->conf.hold_retry);
    else
        group_hold(t, branch);
}

void
wayout_complete(struct turn *t, bool within_patch_limit)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);
    struct ppm more = { 0 };
    struct way on, back;

    if (is_over(t))
        return;
    if (within_patch_limit ||
        (!g->patched && policy_row(m.base, g->m.target) == BRANCH_patch))
        more = x->conf.patch_limit;
    complete(t, more, &on);
    unwind(t, &back);
    if (!on.possible || on.worth < back.worth) {
        no_way(t, BRANCH_hold);
        return;
    }
    if (more.ppm > 0)
        g->patched = true;
    group_authorize(t, GRANT_KIND_patch, &on.legs);
}

void
wayout_unwind(struct turn *t)
{
    struct way back;

    if (is_over(t))
        return;
    unwind(t, &back);
    if (back.possible)
        group_authorize(t, GRANT_KIND_unwind, &back.legs);
    else
        no_way(t, BRANCH_unwind);
}
