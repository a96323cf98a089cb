/* waiting - orders of paper that wait for trades of others */

/* Those that take, where the fill model's basis is next_trade, and those that
 * rest.  A trade is for them when feed published it after they arrived; what
 * they get of it says the fill model.  Each trade is shared out once: what one
 * order got, and what stood in front of it, is not there for another.  An end
 * takes as long as an order: until then trades still find them. */

#include "executor/state.h"

enum { VENUE_EARLY = 60000 }; /* ms: so long before, a GTD order is ended. */

bool
waiting_takes(struct turn *t, struct placed *p, const struct order_ask *ask,
              const struct book *b)
{
    enum mode mode = t->g->m.mode;
    struct order_ask seen = *ask;
    struct to to = { 0, 0 };
    enum reason why = REASON_none;
    enum order_state state = ORDER_STATE_live;

    if (seen.ends.ns > 0)
        seen.ends.ns -= (int64_t)VENUE_EARLY * 1000000;
    switch (t->x->venues[mode]->arrive(t->x->venue_self[mode], &seen, b,
                                       t->in->wall, &p->wait)) {
    case ORDER_TAKES:
        return true;
    case ORDER_CROSSES:
        p->wait.on = false;
        why = REASON_CROSSES;
        state = ORDER_STATE_rejected;
        break;
    case ORDER_WAITS:
        p->wait.arrived = t->in->mono;
        break;
    }
    to.req = requests_id(t->x->requests);
    if (order_step(p, state, why, t->in->wall))
        say_order(t->out, &p->order, &to);
    return false;
}

static bool
waits(const struct placed *p)
{
    return p->wait.on && !order_is_final(p->order.state);
}

bool
waiting_any(const struct group_slot *g)
{
    for (uint32_t i = 0; i < g->orders_count; i++)
        if (waits(&g->orders[i]))
            return true;
    return false;
}

/* Why nobody waits any longer. */
static bool
is_late(const struct turn *t)
{
    const struct group_slot *g = t->g;

    return t->in->mono.ns >= g->until.ns || g->resolved ||
           executor_is_latched(t->x) ||
           (g->resting && (group_is_late(t) || !g->opp_alive));
}

void
waiting_tick(struct turn *t)
{
    struct group_slot *g = t->g;
    struct ms latency = filling_latency(t, 0);

    outbox_trace(t->out, g->trace);
    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];

        if (waits(p) && p->wait.until.ns > 0 &&
            t->in->wall.ns >= p->wait.until.ns)
            filling_end(t, p, REASON_NO_FILL);
    }
    if (group_has_ended(g)) {
        filling_judge(t);
    } else if (is_late(t)) {
        if (latency.ms < 1)
            latency.ms = 1;
        executor_count(t->x, EXECUTOR_timeouts);
        group_step(t, GROUP_STATE_cancelling, g->m.branch,
                   after(t->in->mono, latency));
    }
}

/* To one order, what it gets of it. */
static void
offer(struct turn *t, struct placed *p, const struct trade *m,
      struct qty *left)
{
    struct executor *x = t->x;
    enum mode mode = t->g->m.mode;
    struct order_ask ask;
    struct order_fill got;

    if (!filling_ask(t, p, &ask) || p->wait.trades >= VENUE_FILLS ||
        requests_room(x->requests) == 0 || positions_room(x->positions) == 0)
        return;
    if (!x->venues[mode]->trade(x->venue_self[mode], &ask, m, t->in->wall,
                                left, &p->wait, &got))
        return;
    filling_got(t, p, &got, p->wait.trades - 1);
    if (p->wait.matched.micros == p->intent.qty.micros)
        filling_end(t, p, REASON_NOT_SETTLED);
}

void
executor_on_trade(struct executor *x, const struct trade *m,
                  const struct input *in, struct outbox *out)
{
    struct qty left = m->size;

    if (m->price.micros <= 0 || m->price.micros >= MICROS ||
        m->size.micros <= 0 || m->size.micros > INT64_MAX / MICROS ||
        m->side >= side_end_) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        struct turn t = { x, &x->slots[i], in, out };
        bool waited = t.g->used && waiting_any(t.g);

        if (!waited)
            continue;
        outbox_trace(out, t.g->trace);
        for (uint32_t k = 0; k < t.g->orders_count; k++) {
            struct placed *p = &t.g->orders[k];

            if (waits(p) && hash_equal(&p->intent.token, &m->token) &&
                in->said.ns > p->wait.arrived.ns)
                offer(&t, p, m, &left);
        }
        if (!t.g->filling)
            filling_judge(&t);
    }
}
