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

struct group_slot *
settle_group(struct executor *x, const struct settle *m)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && x->slots[i].m.mode == m->mode &&
            group_leg(&x->slots[i], &m->token) != MAP_NONE &&
            group_leg(&x->slots[i], &m->pair) != MAP_NONE)
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
           positions_give(x->positions, m, &m->token, part,
                          g != NULL ? &g->m.event : NULL) != NULL &&
           positions_give(x->positions, m, &m->pair,
                          (struct money){ cost - part.micros },
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
           positions_take(x->positions, m->mode, &m->token, m->qty, half) !=
               NULL &&
           positions_take(x->positions, m->mode, &m->pair, m->qty, rest) !=
               NULL;
}

/* Applies a settlement to our own positions, now or from the journal. */
bool
settle_book(struct executor *x, const struct settle *m)
{
    switch (m->kind) {
    case SETTLE_KIND_resolve:
    case SETTLE_KIND_redeem:
        return positions_take(x->positions, m->mode, &m->token, m->qty,
                              m->cash) != NULL;
    case SETTLE_KIND_merge:
        return book_merge(x, m);
    case SETTLE_KIND_split:
        return book_split(x, m);
    case SETTLE_KIND_convert:
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
                        .cash = { sets.micros } };

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
    req = requests_settle(x->requests, m, in->mono, out);
    say_held(x, m->mode, &m->token, out);
    if (!hash_is_zero(&m->pair))
        say_held(x, m->mode, &m->pair, out);
    return req;
}

/* A full set is a dollar. */
void
settle_merge(struct turn *t, struct qty sets)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct settle m;

    sets.micros -= g->merged.micros;
    if (sets.micros <= 0 || requests_room(x->requests) == 0)
        return;
    m = settle_of(t, SETTLE_KIND_merge, sets);
    if (!holds(x, m.mode, &m.token, sets) || !holds(x, m.mode, &m.pair, sets))
        return;
    g->merged.micros += sets.micros;
    work_of(g->m.mode)->merge(t, &m);
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
