/* bonds - what F or G has already that is like what it asks for; signals */
/*
 * Bonds fail together: those of one event, those about one thing, and those
 * that end on one day, when the same news decides them.  Held at cost, and
 * reserved.  So do tails of G; how sure one is comes from the signals that
 * riskd hears itself.  What nobody tells us of (any more) counts as like
 * everything.
 */
#include "riskd/engine.h"

#include "common/bond.h"
#include "common/payout.h"
#include "common/shape.h"

struct likeness {
    const struct market *m;
    struct question *a;
};

static void
add(struct likeness *k, const struct riskd *x, const struct hash *token,
    int64_t amount)
{
    const struct universe *u = x->marks.universe;
    uint32_t t = universe_token(u, token);
    const struct market *m =
        t == MAP_NONE ? NULL : &universe_market(u, t / 2)->m;
    if (amount <= 0) {
        return;
    }
    if (m == NULL || text_equal(&m->event, &k->m->event)) {
        k->a->bond_event.micros += amount;
    }
    if (m == NULL || text_equal(&m->tag, &k->m->tag)) {
        k->a->bond_tag.micros += amount;
    }
    if (m == NULL || utc_day(m->ends) == utc_day(k->m->ends)) {
        k->a->bond_day.micros += amount;
    }
}

void
riskd_look_at_bonds(const struct riskd *x, struct question *a)
{
    struct likeness k = { a->leg[0].market, a };
    bool live = a->m->mode == MODE_live;
    uint32_t cap;
    if (shape_of(a->m->strategy, &a->m->legs) != SHAPE_SINGLE) {
        return;
    }
    a->bonds = ledger_strategy(x->books[live].ledger, a->m->strategy);
    if (k.m == NULL) {
        return;
    }
    const struct lot *lots = ledger_lots(x->books[live].ledger, &cap);
    for (uint32_t i = 0; i < cap; i++) {
        if (lots[i].used && lots[i].strategy == a->m->strategy) {
            add(&k, x, &lots[i].token, lots[i].cost.micros);
        }
    }
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && p->open && (p->grant.mode == MODE_live) == live &&
            p->grant.strategy == a->m->strategy) {
            add(&k, x, &p->grant.legs.at[0].token, p->legs[0].left.micros);
        }
    }
}

void
riskd_on_signal(struct riskd *x, const struct signal *m,
                const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (!text_is_sane(&m->event) || !tails_put(&x->tails, m)) {
        x->counters[RISKD_markets_refused]++;
    }
}

void
riskd_look_at_tail(const struct riskd *x, struct question *a,
                   struct nanos wall)
{
    const struct universe *u = x->marks.universe;
    uint32_t token = universe_token(u, &a->m->legs.at[0].token);
    if (a->m->strategy != STRATEGY_G) {
        return;
    }
    a->tail_least = x->strategy.g_chance_min;
    a->tail_yield = x->strategy.g_yield_min;
    a->tail_unknown = REASON_INCOMPLETE;
    if (token == MAP_NONE) {
        return;
    }
    struct tail t = { &x->strategy, &x->tails, universe_market(u, token / 2),
                      token % 2 == 0, wall };
    if (tail_is_whole(u, t.market->event)) {
        a->tail_unknown = tail_chance(&t, &a->tail_chance);
    }
}

void
riskd_tell_bond(const struct riskd *x, const struct question *a,
                struct nanos wall, struct metric_order *o)
{
    const struct market *m = a->leg[0].market;
    o->tail_chance = a->tail_chance;
    if (m == NULL || a->m->kind != GRANT_KIND_normal ||
        shape_of(a->m->strategy, &a->m->legs) != SHAPE_SINGLE) {
        return;
    }
    o->bond = true;
    o->bond_wait = payout_wait(&x->strategy, m->ends, wall);
    o->bond_annual = bond_annual(&x->strategy, m, &a->m->legs.at[0], wall);
}
