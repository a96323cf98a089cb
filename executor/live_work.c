/* live_work - how a group's orders are worked at a venue */

/* Named by what is signed, before anything is sent: a price off the grid or
 * amounts the venue would refuse are refused here.  A BUY offers whole cents
 * and asks for what they buy at its limit; the venue gives more where it finds
 * better prices.  All orders go in as few batches as the venue takes.  What is
 * FAK or FOK and did not trade is gone; what rests is cancelled when its hold
 * ends, and its end proved.  What traded counts for good once it has settled,
 * and for a decision after settle_wait at the latest. */

#include "executor/sane.h"
#include "executor/state.h"

#include "common/basket.h"
#include "common/planted.h"

#include <string.h>

enum { CENT = 10000 };

static enum reason
live_check(const struct executor *x, struct nanos mono, uint32_t orders)
{
    if (!live_is_ready(x) || mono.ns < x->live.paused.ns)
        return REASON_VENUE_DOWN;
    return live_may_place(x, mono, orders) ? REASON_none : REASON_THROTTLED;
}

static bool
terms_of(const struct turn *t, const struct leg *l, const struct intent *m,
         const struct market *market, struct order_terms *terms)
{
    struct money worth = { 0 };

    *terms = (struct order_terms){
        .chain = t->x->live.id.chain,
        .version = market->order_version != 0 ? market->order_version
                                              : order_version_of(&l->token),
        .neg_risk = market->neg_risk,
        .side = l->side,
        .tif = m->tif,
        .post_only = m->post_only,
        .expiration = (uint64_t)m->expires.ns / 1000000000,
        .token = l->token,
        .price = l->limit,
        .tick = market->tick,
        .salt = m->salt,
        .timestamp = (uint64_t)(t->in->wall.ns / 1000000),
    };
    if (l->side == SIDE_sell || m->post_only) {
        terms->size = l->size;
        return true;
    }
    if (!cost_down(l->limit, l->size, &worth))
        return false;
    terms->budget.micros = worth.micros / CENT * CENT;
    return terms->budget.micros >= BASKET_LEG_MIN;
}

static enum reason
live_name(struct turn *t, const struct leg *l, struct intent *m)
{
    const struct universe_market *market = executor_market(t->x, &l->token);
    struct order_terms terms;
    struct order_draft d;
    struct why why;

    if (market == NULL || !market->m.open || market->resolved)
        return REASON_CLOSED;
    if (!price_check(l->limit, market->m.tick, &why))
        return REASON_TICK;
    if (!terms_of(t, l, m, &market->m, &terms))
        return REASON_BELOW_MINIMUM;
    if (!order_build(&terms, &t->x->live.id.wallet, &d, &why))
        return REASON_TICK;
    m->order = d.id;
    m->price = l->limit;
    m->qty = d.amounts.shares;
    m->version = terms.version;
    m->neg_risk = terms.neg_risk;
    m->stamp = terms.timestamp;
    m->maker = (uint64_t)(l->side == SIDE_buy ? d.amounts.cash.micros
                                              : d.amounts.shares.micros);
    m->taker = (uint64_t)(l->side == SIDE_buy ? d.amounts.shares.micros
                                              : d.amounts.cash.micros);
    return REASON_none;
}

static void
place(struct turn *t, uint32_t first, uint32_t count)
{
    struct group_slot *g = t->g;
    struct venue_call m = { .op = VENUE_OP_place };
    uint64_t call;

    m.orders.count = count;
    for (uint32_t i = 0; i < count; i++)
        m.orders.at[i].token = g->orders[first + i].intent.order;
    outbox_trace(t->out, g->trace);
    call = live_ask(t->x, &m, t->in, t->out);
    for (uint32_t i = 0; i < count; i++) {
        struct track *p = &g->orders[first + i].track;

        p->call = call;
        p->sends = 1;
        p->placed = p->quiet = t->in->mono;
        p->refused = call == 0;
        p->why = call == 0 ? REASON_NOT_SENT : REASON_none;
    }
}

static void
live_send(struct turn *t, uint32_t first)
{
    uint32_t count = t->g->orders_count;

    for (; first < count; first += TALK_ORDERS)
        place(t, first, count - first < TALK_ORDERS ? count - first
                                                    : TALK_ORDERS);
}

/* Whether all have ended; gone: nothing of the others can trade any more. */
static bool
have_ended(const struct group_slot *g, bool *gone)
{
    bool ended = true;

    *gone = true;
    for (uint32_t i = 0; i < g->orders_count; i++) {
        const struct placed *p = &g->orders[i];

        if (order_is_final(p->order.state))
            continue;
        ended = false;
        *gone &= p->track.gone && p->track.sweeps > 0;
    }
    return ended;
}

/* live_work_orders has been here in this turn. */
static void
live_group_tick(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct nanos until = after(t->in->mono, x->conf.settle_wait);
    bool gone, late;

    bool ended = have_ended(g, &gone);

    late = t->in->mono.ns >= g->until.ns ||
           ((gone || g->resting) && group_is_late(t)) ||
           (g->resting && !g->opp_alive);
    if (ended) {
        filling_free(t);
        group_judge(t);
    } else if (g->m.state == GROUP_STATE_working) {
        if (!gone && !late)
            return;
        if (!gone)
            executor_count(x, EXECUTOR_timeouts);
        group_step(t, GROUP_STATE_cancelling, g->m.branch, until);
    } else if (late) {
        g->until = until;
        if (!gone) { /* What is not known is not decided on. */
            executor_alarm(x, false, REASON_UNANSWERED,
                           "what became of an order is still not known");
            return;
        }
        executor_count(x, EXECUTOR_unsettled);
        group_judge(t);
    }
}

static void
live_resume(struct turn *t)
{
    struct group_slot *g = t->g;
    struct nanos until = after(t->in->mono, t->x->conf.settle_wait);

    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];
        struct to to = { 0, requests_id(t->x->requests) };
        enum order_state was = p->order.state;

        if (order_is_final(was))
            continue;
        p->track.accepted |= was == ORDER_STATE_live ||
                             was == ORDER_STATE_matched;
        p->track.gone = was == ORDER_STATE_matched;
        p->track.gone_at = p->track.placed = p->track.quiet = t->in->mono;
        if ((was != ORDER_STATE_intended && was != ORDER_STATE_sent) ||
            PLANTED(resumed_as_sent))
            continue;
        if (order_step(p, ORDER_STATE_unknown, REASON_RESTARTED,
                       t->in->wall))
            say_order(t->out, &p->order, &to);
    }
    if (g->m.state != GROUP_STATE_cancelling)
        group_step(t, GROUP_STATE_cancelling, g->m.branch, until);
    g->until = until;
}

static void
live_split(struct turn *t)
{
    struct settle m = settle_of(t, SETTLE_KIND_split, t->g->m.target);

    if (!live_errand_add(t->x, VENUE_OP_split, &t->g->m.group, &m))
        split_failed(t, REASON_OVERFLOW);
}

/* Where there is no room it is tried again. */
static void
live_convert(struct turn *t)
{
    struct settle m = convert_settle(t);

    t->g->next = after(t->in->mono, t->x->conf.hold_retry);
    if (!live_errand_add(t->x, VENUE_OP_convert, &t->g->m.group, &m))
        executor_count(t->x, EXECUTOR_full);
}

static void
live_merge(struct turn *t, const struct settle *m)
{
    live_add_merge(t->x, t->g, m);
}

/* First heard of: of an order that is known, open or not. */
static bool
recall_new(struct executor *x, const struct fill *m, struct group_slot *g,
           struct placed *p)
{
    const struct past_order *o = recent_find(x->live.past, &m->order);
    const struct intent *i = p != NULL ? &p->intent
                             : o != NULL ? &o->intent
                                         : NULL;

    if (i == NULL || !sane_trade(i, m) ||
        (p == NULL && m->state == FILL_STATE_failed) ||
        positions_fill(x->positions, m,
                       g != NULL ? g->m.strategy : o->strategy,
                       g != NULL ? &g->m.event : &o->event, NULL) == NULL)
        return false;
    if (g != NULL)
        recall_add(g, m);
    if (p == NULL)
        return true;
    p->track.accepted = true;
    p->track.traded.micros += m->qty.micros;
    p->track.unsettled += !fill_is_settled(m->state);
    if (!order_trade(p, m))
        executor_count(x, EXECUTOR_overfills);
    return true;
}

static bool
recall_failed(struct executor *x, const struct fill *m, struct group_slot *g,
              struct placed *p)
{
    const struct past_order *o = recent_find(x->live.past, &m->order);
    enum strategy whose = g != NULL   ? g->m.strategy
                          : o != NULL ? o->strategy
                                      : STRATEGY_none;

    if (positions_unfill(x->positions, m, whose) == NULL)
        return false;
    if (g != NULL)
        recall_sub(g, m);
    if (p != NULL)
        order_untrade(p, m);
    return true;
}

static bool
live_recall(struct executor *x, const struct fill *m, const struct input *in,
            struct group_slot *g, struct placed *p)
{
    const struct fill *known = trades_find(x->live.trades, &m->fill_id);

    (void)in;
    if (known == NULL) {
        if (!recall_new(x, m, g, p))
            return false;
    } else {
        if (m->state >= fill_state_end_ || fill_is_settled(known->state) ||
            !hash_equal(&known->order, &m->order) ||
            known->qty.micros != m->qty.micros ||
            known->price.micros != m->price.micros ||
            (m->state == FILL_STATE_failed && !recall_failed(x, m, g, p)))
            return false;
        if (p != NULL && fill_is_settled(m->state))
            p->track.unsettled -= p->track.unsettled > 0;
    }
    if (!trades_put(x->live.trades, m))
        executor_count(x, EXECUTOR_full);
    return true;
}

const struct order_work work_live = {
    .mode = MODE_live,
    .later = true,
    .check = live_check,
    .name = live_name,
    .send = live_send,
    .tick = live_group_tick,
    .resume = live_resume,
    .split = live_split,
    .merge = live_merge,
    .convert = live_convert,
    .recall = live_recall,
    .resolve = live_resolve,
};
