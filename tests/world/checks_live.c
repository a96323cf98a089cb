/* checks_live - what the venue knows against what we know
 *
 * At most one order there for each intent, none without; nothing leaves that
 * is not on disk, without a live grant of this run, or after a kill; one
 * signature for a leg, for ever.  When quiet every order has ended, each trade
 * is counted once and those that failed not at all, and cash and shares are
 * the venue's to the micro. */
#include "tests/world/checks.h"

#include "common/must.h"
#include "executor/executor.h"
#include "tests/world/place.h"
#include "tests/world/venue.h"

#include <stdio.h>

enum { SENDS_MOST = 3,
       LAG_MS = 15000 };

static const struct sent *
sent_of(const struct checks *c, const struct hash *order)
{
    uint32_t i = map_find(c->orders, order);
    return i == MAP_NONE ? NULL : &c->sent[i];
}

void
live_traded_there(struct world *w, uint32_t trade)
{
    const struct simex *x = w->venue->desk->x;
    const struct desk_trade *t = desk_trade_at(w->venue->desk, trade);
    uint32_t market = t->fills[0].t.market;
    found_raided(w, x->listing->events[x->listing->markets[market].event].id);
}

/* Never rolled back: what was handed out was handed out. */
void
live_signed(struct world *w, const struct intent *m)
{
    struct clob *v = w->venue;
    for (uint32_t i = 0; i < v->given_count; i++) {
        const struct given *g = &v->given[i];
        if (g->leg == m->leg && uuid_equal(&g->auth, &m->auth)) {
            if (!hash_equal(&g->order, &m->order))
                world_fail(w, "two orders signed for one leg of one grant");
            return;
        }
    }
    must(v->given_count < GIVEN);
    v->given[v->given_count++] = (struct given){ m->auth, m->leg, m->order };
}

void
live_leaves(struct world *w, const struct hash *order)
{
    struct checks *c = w->checks;
    const struct node *n = &w->nodes[SOURCE_executor];
    uint32_t i = map_find(c->orders, order);
    if (i == MAP_NONE || c->sent[i].n >= n->log.synced)
        world_fail(w, "an order leaves whose intent is not on disk");
    struct sent *s = &c->sent[i];
    uint32_t k = map_find(c->auths, &s->auth);
    if (k == MAP_NONE)
        world_fail(w, "an order leaves without a grant");
    const struct promise *p = &c->promises[k];
    if (s->final)
        world_fail(w, "an order leaves that had ended");
    if (!w->venue->told_up || w->venue->opens != w->venue->link ||
        w->venue->trades != w->venue->link)
        world_fail(w, "an order leaves before all was gone through");
    if (w->latched)
        world_fail(w, "an order leaves after the kill");
    if (p->kill_gen != w->kill_gen)
        world_fail(w, "an order leaves under a grant from before the kill");
    if (p->epoch != n->run)
        world_fail(w, "an order leaves under the grant of another run");
    if (w->now > p->until)
        world_fail(w, "an order leaves after its grant ran out");
    told_sends(w, p->strategy);
    if (++s->sends > SENDS_MOST)
        world_fail(w, "an order leaves %u times", s->sends);
}

void
live_arrived(struct world *w)
{
    struct clob *v = w->venue;
    const struct desk *d = v->desk;
    for (; v->seen != d->next_order; v->seen++) {
        const struct desk_order *o = &d->orders[v->seen % DESK_ORDERS_CAP];
        if (o->used && !o->foreign &&
            sent_of(w->checks, &o->id) == NULL)
            world_fail(w, "an order at the venue that nobody intended");
    }
}

/* The venue is told that we live: riskd said so, two seconds ago at most. */
void
live_beats(struct world *w)
{
    if (w->now > w->lease_until)
        world_fail(w, "the heartbeat goes on without a lease");
}

void
live_alarm(struct world *w, const struct executor_alarm *a)
{
    w->checks->alarms++;
    (void)a;
}

bool
live_lags(const struct world *w)
{
    return w->venue != NULL &&
           w->now / 1000000 < w->venue->lagged_ms + LAG_MS;
}

const char *
live_unquiet(struct world *w)
{
    const struct clob *v = w->venue;
    const struct checks *c = w->checks;
    if (v == NULL)
        return NULL;
    for (uint32_t i = 0; i < c->sent_count; i++)
        if (!c->sent[i].final)
            return "an order has not ended";
    if (w->latched && v->cancelled_gen != w->kill_gen)
        return "the kill did not ask the venue to cancel everything";
    if (v->desk->live_count > 0)
        return "an order rests at the venue";
    for (uint32_t n = v->desk->first_open; n < v->desk->next_trade; n++) {
        const struct desk_trade *t = desk_trade_at(v->desk, n);
        if (t->state != STEP_CONFIRMED && t->state != STEP_FAILED)
            return "a trade has not settled";
    }
    if (venue_chain_busy(v))
        return "something is on its way to the chain";
    for (uint32_t i = 0; i < TRIPS; i++)
        if (v->trips[i].used && v->trips[i].m.op == VENUE_OP_place)
            return "orders are on their way";
    for (uint32_t i = 0; i < c->trades_count; i++)
        if (!c->trades[i].settled)
            return "a fill is not settled in our books";
    return NULL;
}

/* What each order traded, by the venue's trades. */
static void
check_orders(struct world *w)
{
    const struct clob *v = w->venue;
    const struct desk *d = v->desk;
    for (uint32_t s = 0; s < DESK_ORDERS_CAP && s < d->next_order; s++) {
        const struct desk_order *o = &d->orders[s];
        const struct sent *ours;
        int64_t traded = 0;
        if (!o->used || o->foreign)
            continue;
        for (uint32_t i = 0; i < o->trades_count; i++) {
            const struct desk_trade *t = desk_trade_at(d, o->trades[i]);
            traded += t->undone ? 0 : t->qty;
        }
        ours = sent_of(w->checks, &o->id);
        if (ours == NULL)
            world_fail(w, "an order at the venue that nobody intended");
        if (ours->filled != traded)
            world_fail(w, "an order traded %lld at the venue, %lld by our "
                       "books", (long long)traded, (long long)ours->filled);
    }
}

static bool
others_traded(const struct desk *d)
{
    for (uint32_t s = 0; s < DESK_ORDERS_CAP && s < d->next_order; s++)
        if (d->orders[s].used && d->orders[s].foreign &&
            d->orders[s].filled > 0)
            return true;
    return false;
}

void
live_quiet(struct world *w)
{
    struct clob *v = w->venue;
    struct checks *c = w->checks;
    if (v == NULL)
        return;
    check_orders(w);
    if (others_traded(v->desk))
        return;
    int64_t cash = desk_cash(v->desk, v->who);
    if (cash != c->books.cash)
        world_fail(w, "the venue has %lld in cash, riskd %lld",
                   (long long)cash, (long long)c->books.cash);
    const struct listing *l = v->desk->x->listing;
    for (uint32_t t = 0; t < 2 * l->markets_count; t++) {
        int64_t there = desk_shares(v->desk, v->who, t / 2, t % 2);
        struct hash token = l->markets[t / 2].key[t % 2];
        int64_t ours = *shares_of(&c->exec, &token);
        if (ours == 0 && place_payout(w, &token) == 0)
            continue; /* Lost: nobody pays gas to be paid nothing. */
        if (there != ours)
            world_fail(w, "the venue holds %lld of token %u of market %s, "
                       "our books say %lld", (long long)there, t % 2,
                       l->markets[t / 2].id, (long long)ours);
    }
}
