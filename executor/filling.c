/* filling - books become fills, orders end, their reservations are freed */

/* Orders are FAK: the venue is shown the books of the moment they arrived,
 * what is not there is cancelled.  Every fill is a fact, goes to riskd until
 * acked, and changes what is held.  When all orders have ended the rest of
 * their reservation is freed and the group is judged. */

#include "executor/state.h"

#include "common/must.h"

#include <stdio.h>

static void
book_fill(struct turn *t, struct placed *p, const struct order_fill *got,
          uint32_t n)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    const struct universe_market *market = executor_market(x,
                                                           &p->intent.token);
    const struct position *held;
    const uint8_t *id = p->intent.order.b;
    struct fill f = {
        .order = p->intent.order,
        .group = g->m.group,
        .auth = p->intent.auth,
        .leg = p->intent.leg,
        .mode = g->m.mode,
        .token = p->intent.token,
        .side = p->intent.side,
        .price = got->price,
        .qty = got->qty,
        .fee = got->fee,
        .fee_bps = got->fee_bps,
        .slippage = got->slippage,
        .impact = got->impact,
        .delay = got->delay,
        .state = FILL_STATE_confirmed,
    };

    (void)snprintf(f.fill_id.s, sizeof f.fill_id.s,
                   "%s-%02x%02x%02x%02x%02x%02x%02x%02x-%u",
                   x->venues[g->m.mode]->name, id[0], id[1], id[2], id[3],
                   id[4], id[5], id[6], id[7], n);
    must(order_fill(p, f.qty));
    recall_add(g, &f);
    requests_fill(x->requests, &f, t->in->mono, t->out);
    held = positions_fill(x->positions, &f, g->m.strategy, &g->m.event,
                          market != NULL ? &market->m.market : NULL);
    must(held != NULL);
    say_position(t->out, held, NULL);
    executor_count(x, EXECUTOR_fills);
}

static void
end_order(struct turn *t, struct placed *p, enum reason why)
{
    struct to to = { 0, requests_id(t->x->requests) };
    bool all = p->order.filled.micros == p->intent.qty.micros;

    must(order_step(p, all ? ORDER_STATE_filled : ORDER_STATE_cancelled,
                    all ? REASON_none : why, t->in->wall));
    say_order(t->out, &p->order, &to);
}

static void
fill_order(struct turn *t, struct placed *p)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    const struct universe_market *market = executor_market(x,
                                                           &p->intent.token);
    struct book *b = &g->books[p->leg];
    struct order_fill got[VENUE_FILLS];
    struct order_ask ask = {
        .id = p->intent.order,
        .token = p->intent.token,
        .side = p->intent.side,
        .limit = p->intent.price,
        .meant = g->m.legs.at[p->leg].avg,
        .qty = p->intent.qty,
        .sent = p->order.sent,
    };
    uint32_t count;

    if (market == NULL || !b->usable) {
        end_order(t, p, market == NULL ? REASON_INCOMPLETE : b->why_not);
        return;
    }
    ask.fees = fee_of(&market->m);
    count = x->venues[g->m.mode]->match(x->venue_self[g->m.mode], &ask, b,
                                        t->in->wall, got);
    for (uint32_t i = 0; i < count; i++)
        book_fill(t, p, &got[i], i);
    x->turn_fills += count;
    end_order(t, p, REASON_NO_FILL);
}

/* Frees what the orders' reservation still holds.  The first grant of a group
 * that may have to be completed is freed leg by leg: what riskd set aside for
 * the completion stays. */
static void
free_orders(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    if (g->orders_count == 0 || g->orders[0].intent.attempt > 1) {
        sending_release(x, &g->auth, EVIDENCE_venue_terminal, t->in, t->out);
    } else {
        g->allowance = g->auth;
        for (uint32_t i = 0; i < g->orders_count; i++) {
            const struct placed *p = &g->orders[i];
            struct release m = { .auth = g->auth, .leg = p->intent.leg,
                                 .evidence = EVIDENCE_venue_terminal };

            if (p->order.state == ORDER_STATE_filled ||
                requests_room(x->requests) == 0)
                continue;
            requests_release(x->requests, &m, t->in->mono, t->out);
            executor_count(x, EXECUTOR_releases);
        }
    }
    g->auth = (struct uuid){ { 0 } };
}

void
filling_go(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    outbox_trace(t->out, g->trace);
    for (uint32_t i = 0; i < g->orders_count; i++) {
        if (order_is_final(g->orders[i].order.state))
            continue;
        if (x->turn_fills >= TURN_FILLS)
            return; /* The next tick goes on with the same books. */
        fill_order(t, &g->orders[i]);
    }
    g->filling = false;
    free_orders(t);
    group_judge(t);
}

void
filling_cancel(struct turn *t, enum reason why)
{
    struct group_slot *g = t->g;

    outbox_trace(t->out, g->trace);
    for (uint32_t i = 0; i < g->orders_count; i++)
        if (!order_is_final(g->orders[i].order.state))
            end_order(t, &g->orders[i], why);
    g->filling = false;
    if (!uuid_is_zero(&g->auth))
        free_orders(t);
    group_judge(t);
}
