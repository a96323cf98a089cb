/* orders - the life of one order, as a table of allowed steps */

/* An order is intended (in the log), sent, and ends exactly once.  Unknown is
 * left only by evidence.  Only the steps in the table exist, for orders made
 * now and for orders read back from the log alike.  What never reached the
 * venue, or was not found there for long enough, ends as rejected. */

#include "executor/orders.h"

#include "common/must.h"

#include <string.h>

#define TO(state) (1u << ORDER_STATE_##state)

static const uint32_t steps[order_state_end_] = {
    [ORDER_STATE_intended] = TO(sent) | TO(released) | TO(cancelled) |
                             TO(unknown), /* After a restart. */
    [ORDER_STATE_sent] = TO(live) | TO(matched) | TO(filled) | TO(cancelled) |
                         TO(rejected) | TO(unknown),
    [ORDER_STATE_live] = TO(matched) | TO(filled) | TO(cancelled) |
                         TO(unknown),
    [ORDER_STATE_matched] = TO(filled) | TO(cancelled) | TO(unknown),
    [ORDER_STATE_unknown] = TO(sent) | TO(live) | TO(matched) | TO(filled) |
                            TO(cancelled) | TO(rejected),
};

bool
order_may(enum order_state from, enum order_state to)
{
    must(from < order_state_end_ && to < order_state_end_);
    return (steps[from] & 1u << to) != 0;
}

bool
order_is_final(enum order_state s)
{
    must(s < order_state_end_);
    return steps[s] == 0;
}

bool
order_step(struct placed *p, enum order_state to, enum reason why,
           struct nanos wall)
{
    struct order *o = &p->order;

    if (!order_may(o->state, to))
        return false;
    if (to == ORDER_STATE_filled &&
        o->filled.micros < p->intent.qty.micros)
        return false;
    if (to == ORDER_STATE_sent)
        o->sent = wall;
    else if (o->answered.ns == 0)
        o->answered = wall; /* What came later is no answer to sending. */
    o->state = to;
    o->reason = why;
    return true;
}

void
order_begin(struct placed *p, const struct intent *i, uint32_t leg)
{
    memset(p, 0, sizeof *p);
    p->intent = *i;
    p->leg = leg;
    p->order.order = i->order;
    p->order.group = i->group;
    p->order.leg = i->leg;
    p->order.auth = i->auth;
    p->order.state = ORDER_STATE_intended;
}

bool
order_fill(struct placed *p, struct qty q)
{
    if (q.micros <= 0 || order_is_final(p->order.state) ||
        q.micros > p->intent.qty.micros - p->order.filled.micros)
        return false;
    p->order.filled.micros += q.micros;
    return true;
}

/* A BUY's shares are bounded by what it may give, a SELL's by themselves. */
bool
order_trade(struct placed *p, const struct fill *m)
{
    struct money cost = { 0 };

    if (!cost_down(m->price, m->qty, &cost))
        return false;
    p->order.filled.micros += m->qty.micros;
    p->track.spent.micros += cost.micros;
    if (p->intent.side == SIDE_sell)
        return p->order.filled.micros <= p->intent.qty.micros;
    return p->track.spent.micros <= (int64_t)p->intent.maker;
}

void
order_untrade(struct placed *p, const struct fill *m)
{
    struct money cost = { 0 };

    if (!cost_down(m->price, m->qty, &cost))
        return;
    p->order.filled.micros -= m->qty.micros;
    p->track.spent.micros -= cost.micros;
}
