/* settle - dollars split into pairs, pairs merged into dollars, holdings paid
 * by a resolution */

/* All are settlements: a fact here, booked once by riskd under its ref.  In
 * paper a split or merge succeeds at once, live when the chain has done it; a
 * resolution pays what the market paid.  Resolutions are looked for over all
 * positions whenever something may have changed, so one that was missed is
 * found at the next occasion. */

#include "executor/state.h"

#include "common/must.h"

enum { TURN_SETTLES = 64 };

static bool
is_about(const struct group_slot *g, const struct settle *m)
{
    bool token = group_leg(g, &m->token) != MAP_NONE;

    return m->kind == SETTLE_KIND_convert
               ? token && convert_is_due(g)
               : token || group_leg(g, &m->pair) != MAP_NONE;
}

struct group_slot *
settle_group(struct executor *x, const struct settle *m)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && x->slots[i].m.mode == m->mode &&
            is_about(&x->slots[i], m))
            return &x->slots[i];
    return NULL;
}

/* The dollars are divided as the limits stand to each other, as riskd does
 * it: by halves a dear token would seem to gain what its brother loses. */
static bool
book_split(struct executor *x, const struct settle *m)
{
    const struct group_slot *g = settle_group(x, m);
    int64_t yes = 1, no = 1, cost = -m->cash.micros;
    struct money part;

    if (g != NULL) {
        yes = g->m.legs.at[group_leg(g, &m->token)].limit.micros;
        no = g->m.legs.at[group_leg(g, &m->pair)].limit.micros;
    }
    return muldiv_down(cost, yes, yes + no, &part.micros) &&
           positions_give(x->positions, m, m->qty, &m->token, part,
                          STRATEGY_B, g != NULL ? &g->m.event : NULL) !=
               NULL &&
           positions_give(x->positions, m, m->qty, &m->pair,
                          (struct money){ cost - part.micros }, STRATEGY_B,
                          g != NULL ? &g->m.event : NULL) != NULL;
}

static bool
holds(const struct executor *x, enum mode mode, const struct hash *token,
      struct qty qty)
{
    const struct position *p = positions_find(x->positions, mode, token);

    return p != NULL && p->qty.micros >= qty.micros;
}

/* Half of the dollars for each, the odd one for the second. */
static bool
book_merge(struct executor *x, const struct settle *m)
{
    struct money half = { m->cash.micros / 2 };
    struct money rest = { m->cash.micros - half.micros };

    return holds(x, m->mode, &m->pair, m->qty) &&
           positions_take(x->positions, m->mode, &m->token, m->qty, half,
                          STRATEGY_B) != NULL &&
           positions_take(x->positions, m->mode, &m->pair, m->qty, rest,
                          STRATEGY_B) != NULL;
}

/* Applies a settlement to our own positions, now or from the journal. */
bool
settle_book(struct executor *x, const struct settle *m)
{
    const struct group_slot *g;

    switch (m->kind) {
    case SETTLE_KIND_redeem:
        live_note_redeemed(x, m);
        return positions_take(x->positions, m->mode, &m->token, m->qty,
                              m->cash, STRATEGY_none) != NULL;
    case SETTLE_KIND_resolve:
        return positions_take(x->positions, m->mode, &m->token, m->qty,
                              m->cash, STRATEGY_none) != NULL;
    case SETTLE_KIND_merge:
        return book_merge(x, m);
    case SETTLE_KIND_split:
        return book_split(x, m);
    case SETTLE_KIND_gas:
        return true; /* Nothing that is held. */
    case SETTLE_KIND_convert:
        g = settle_group(x, m);
        return g != NULL && convert_book(x, g, m);
    case settle_kind_end_:
        return false;
    }
    unreachable();
}

static void
say_held(struct executor *x, enum mode mode, const struct hash *token,
         struct outbox *out)
{
    const struct position *p = positions_find(x->positions, mode, token);
    const struct universe_market *market = executor_market(x, token);
    struct position m;

    if (p == NULL)
        return;
    m = *p;
    if (market != NULL)
        m.market = market->m.market; /* Not known when it was recalled. */
    say_position(out, &m, NULL);
}

struct settle
settle_of(const struct turn *t, enum settle_kind kind, struct qty sets)
{
    const struct group_slot *g = t->g;
    const struct hash *yes = &g->m.legs.at[0].token;
    const struct universe_market *market = executor_market(t->x, yes);
    struct settle m = { .mode = g->m.mode, .kind = kind, .token = *yes,
                        .pair = g->m.legs.at[1].token, .qty = sets,
                        .cash = { sets.micros },
                        .strategy = g->m.strategy };

    if (market != NULL) {
        m.token = market->m.yes;
        m.pair = market->m.no;
        m.market = market->m.market;
    }
    return m;
}

uint64_t
settle_say(struct executor *x, const struct settle *m, const struct input *in,
           struct outbox *out)
{
    uint64_t req;

    if (!settle_book(x, m))
        executor_count(x, EXECUTOR_bad_in);
    const struct group_slot *g = settle_group(x, m);

    req = requests_settle(x->requests, m, in->mono, out);
    for (uint32_t i = 0; m->kind == SETTLE_KIND_convert && g != NULL &&
                         i < g->m.legs.count; i++)
        say_held(x, m->mode, &g->m.legs.at[i].token, out);
    if (m->kind == SETTLE_KIND_convert)
        return req;
    say_held(x, m->mode, &m->token, out);
    if (!hash_is_zero(&m->pair))
        say_held(x, m->mode, &m->pair, out);
    return req;
}

/* The leg whose pair is merged where the group has only one of its tokens. */
static uint32_t
leg_closed(const struct group_slot *g, const struct settle *m)
{
    uint32_t yes = group_leg(g, &m->token), no = group_leg(g, &m->pair);

    return yes == MAP_NONE ? no : no == MAP_NONE ? yes : MAP_NONE;
}

struct qty *
settle_merged(struct group_slot *g, const struct settle *m)
{
    uint32_t leg = leg_closed(g, m);

    return leg == MAP_NONE ? &g->merged : &g->sums[leg].paired;
}

struct qty
settle_left(const struct group_slot *g, const struct settle *m)
{
    uint32_t leg = leg_closed(g, m);

    if (leg != MAP_NONE)
        return (struct qty){ group_pairs(g, leg).micros -
                             g->sums[leg].paired.micros };
    if (g->m.legs.count != 2)
        return (struct qty){ 0 };
    return (struct qty){ group_sets(g).micros - g->merged.micros };
}

/* A pair is a dollar. */
static void
merge(struct turn *t, struct settle *m)
{
    struct executor *x = t->x;

    m->qty = settle_left(t->g, m);
    m->cash.micros = m->qty.micros;
    if (m->qty.micros <= 0 || requests_room(x->requests) == 0 ||
        !holds(x, m->mode, &m->token, m->qty) ||
        !holds(x, m->mode, &m->pair, m->qty))
        return;
    settle_merged(t->g, m)->micros += m->qty.micros;
    work_of(t->g->m.mode)->merge(t, m);
}

/* The merge of a leg with the other half that closed it. */
static struct settle
merge_of_leg(const struct turn *t, uint32_t leg)
{
    const struct group_slot *g = t->g;
    const struct hash *token = &g->m.legs.at[leg].token;
    const struct universe_market *market = executor_market(t->x, token);
    struct settle m = { .mode = g->m.mode, .kind = SETTLE_KIND_merge,
                        .token = *token, .pair = g->other[leg],
                        .qty = group_pairs(g, leg) };

    m.cash.micros = m.qty.micros;
    if (market != NULL) {
        m.token = market->m.yes;
        m.pair = market->m.no;
        m.market = market->m.market;
    }
    return m;
}

void
settle_merges(struct turn *t)
{
    struct group_slot *g = t->g;
    enum shape shape = shape_of(g->m.strategy, &g->m.legs);
    struct settle m;

    if (shape == SHAPE_MERGE || shape == SHAPE_SPLIT) {
        m = settle_of(t, SETTLE_KIND_merge, group_sets(g));
        merge(t, &m);
    }
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        if (g->sums[i].hedged.micros <= 0)
            continue;
        m = merge_of_leg(t, i);
        merge(t, &m);
    }
}

/* A group that is still open on the event, or has a leg in the market, decides
 * about its shares first. */
bool
settle_waits(const struct executor *x, const struct market *m)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        const struct group_slot *g = &x->slots[i];

        if (g->used && (text_equal(&g->m.event, &m->event) ||
                        group_leg(g, &m->yes) != MAP_NONE ||
                        group_leg(g, &m->no) != MAP_NONE))
            return true;
    }
    return false;
}

bool
settle_payout(const struct position *p, const struct universe_market *market,
              struct money *cash)
{
    struct price payout = market->payout_yes;

    if (!hash_equal(&p->token, &market->m.yes))
        payout.micros = MICROS - payout.micros;
    return cost_down(payout, p->qty, cash);
}

void
settle_resolve(struct executor *x, const struct position *p,
               const struct universe_market *market, const struct input *in,
               struct outbox *out)
{
    struct settle m = {
        .ref = executor_id(x, in),
        .mode = p->mode,
        .kind = SETTLE_KIND_resolve,
        .market = market->m.market,
        .token = p->token,
        .qty = p->qty,
        .strategy = p->strategy,
    };

    if (!settle_payout(p, market, &m.cash)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    text_set(&m.evidence, "resolution");
    (void)settle_say(x, &m, in, out);
    executor_count(x, EXECUTOR_resolves);
}

void
settle_resolved(struct executor *x, const struct input *in,
                struct outbox *out)
{
    uint32_t done = 0;

    x->settle_due = false;
    for (uint32_t i = 0; i < positions_count(x->positions); i++) {
        const struct position *p = positions_at(x->positions, i);
        const struct universe_market *market;

        if (p->qty.micros <= 0)
            continue;
        market = executor_market(x, &p->token);
        if (market == NULL || !market->resolved)
            continue;
        if (settle_waits(x, &market->m))
            continue; /* Its end looks again. */
        if (done == TURN_SETTLES || requests_room(x->requests) == 0) {
            x->settle_due = true;
            return;
        }
        work_of(p->mode)->resolve(x, p, market, in, out);
        done++;
    }
}
