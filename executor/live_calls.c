/* live_calls - asking the venue, within what it allows */

/* Buckets: orders and cancels count orders, as the venue counts them; looks
 * have one; every request takes one of the last, whose reserve only cancels
 * may use.  What cannot go now is asked again by whoever wanted it. */

#include "executor/state.h"

#include "common/must.h"

#include <string.h>

enum { PAUSE_FIRST = 1000, PAUSE_MOST = 30000 };

static bool
is_cancel(enum venue_op op)
{
    return op == VENUE_OP_cancel || op == VENUE_OP_cancel_market ||
           op == VENUE_OP_cancel_all;
}

static uint32_t
reserve_of(const struct executor *x, enum venue_op op)
{
    return is_cancel(op) ? 0 : (uint32_t)x->conf.cancel_reserve;
}

static struct live_call *
free_call(struct executor *x)
{
    for (uint32_t i = 0; i < LIVE_CALLS; i++)
        if (x->live.call[i].call == 0)
            return &x->live.call[i];
    return NULL;
}

struct live_call *
live_find(struct executor *x, uint64_t call)
{
    for (uint32_t i = 0; i < LIVE_CALLS && call != 0; i++)
        if (x->live.call[i].call == call)
            return &x->live.call[i];
    return NULL;
}

/* Orders resting, which a cancel_all costs as well. */
static uint32_t
resting(const struct executor *x)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++)
            count += x->slots[i].orders[k].order.state == ORDER_STATE_live;
    return count;
}

/* From all buckets or from none. */
static bool
take(struct executor *x, const struct venue_call *m, struct nanos mono)
{
    struct live *l = &x->live;
    uint32_t orders = m->op == VENUE_OP_cancel_all ? resting(x)
                                                   : m->orders.count;
    struct talk_cost c = l->venue->cost(m->op, orders);

    if (c.cancels > x->conf.cancels_burst)
        c.cancels = (uint32_t)x->conf.cancels_burst;
    return rate_has(&l->orders, mono, c.orders, 0) &&
           rate_has(&l->cancels, mono, c.cancels, 0) &&
           rate_has(&l->reads, mono, c.reads, 0) &&
           rate_take(&l->all, mono, 1, reserve_of(x, m->op)) &&
           rate_take(&l->orders, mono, c.orders, 0) &&
           rate_take(&l->cancels, mono, c.cancels, 0) &&
           rate_take(&l->reads, mono, c.reads, 0);
}

bool
live_may_place(const struct executor *x, struct nanos mono, uint32_t orders)
{
    const struct live *l = &x->live;
    uint32_t calls = (orders + TALK_ORDERS - 1) / TALK_ORDERS, room = 0;

    for (uint32_t i = 0; i < LIVE_CALLS; i++)
        room += l->call[i].call == 0;
    return room > calls && rate_has(&l->orders, mono, orders, 0) &&
           rate_has(&l->all, mono, calls,
                    (uint32_t)x->conf.cancel_reserve);
}

uint64_t
live_ask(struct executor *x, struct venue_call *m, const struct input *in,
         struct outbox *out)
{
    struct live_call *c = free_call(x);

    must(m->orders.count <= legs_cap);
    if (!x->live.on || c == NULL || !take(x, m, in->mono)) {
        executor_count(x, EXECUTOR_throttled);
        return 0;
    }
    m->call = ++x->live.calls;
    *c = (struct live_call){ .call = m->call, .op = m->op,
                             .asked = in->mono };
    for (uint32_t i = 0; i < m->orders.count && i < TALK_ORDERS; i++)
        c->orders[c->count++] = m->orders.at[i].token;
    executor_count(x, EXECUTOR_calls);
    say_venue_call(out, m, NULL);
    return m->call;
}

static struct rate *
bucket_of(struct live *l, enum venue_op op)
{
    if (op == VENUE_OP_place)
        return &l->orders;
    return is_cancel(op) ? &l->cancels : &l->reads;
}

void
live_throttled(struct executor *x, const struct venue_done *m,
               struct nanos mono)
{
    struct live *l = &x->live;
    struct ms wait = m->retry;

    if (wait.ms <= 0)
        wait.ms = PAUSE_FIRST;
    if (m->reason == REASON_THROTTLED)
        rate_shut(bucket_of(l, m->op), mono, wait);
    if (m->reason != REASON_VENUE_DOWN || m->op != VENUE_OP_place)
        return;
    l->pause.ms = l->pause.ms == 0 ? PAUSE_FIRST : 2 * l->pause.ms;
    if (l->pause.ms > PAUSE_MOST)
        l->pause.ms = PAUSE_MOST;
    if (wait.ms < l->pause.ms)
        wait = l->pause;
    if (after(mono, wait).ns > l->paused.ns)
        l->paused = after(mono, wait);
}

void
live_expire(struct executor *x, const struct input *in, struct outbox *out)
{
    for (uint32_t i = 0; i < LIVE_CALLS; i++) {
        const struct live_call *c = &x->live.call[i];
        struct venue_done m = { .call = c->call, .op = c->op,
                                .end = CALL_END_unknown,
                                .reason = REASON_TIMEOUT };

        if (c->call == 0 ||
            in->mono.ns < after(c->asked, x->conf.call_wait).ns)
            continue;
        executor_count(x, EXECUTOR_timeouts);
        executor_on_venue_done(x, &m, in, out);
    }
}
