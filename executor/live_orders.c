/* live_orders - one order at the venue, from its place to its end */

/* An order ends by evidence only: refused for a reason that proves it; or gone
 * from the venue, with every trade of it known (as many shares as the venue
 * said, found again by looks at all trades) and settled; or not found for so
 * long, with no doubt in between, that it never was.  An acknowledged cancel is
 * not evidence: a trade may have won. */

#include "executor/state.h"

#include "common/must.h"
#include "common/planted.h"

enum {
    SENDS_MOST = 3,        /* The same bytes, when none had left. */
    MISSED_LEAST = 3,
    DUST = 10000,          /* 0.01 share: the venue rounds what it says. */
    DELAY_MOST = 15000,    /* ms: the longest a venue holds an order back. */
    DECIMALS_MOST = 100    /* Times what was asked: it is in base units. */
};

struct placed *
live_order(struct executor *x, const struct hash *id, struct group_slot **g)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        *g = &x->slots[i];
        if (!(*g)->used || (*g)->m.mode != MODE_live)
            continue;
        for (uint32_t k = 0; k < (*g)->orders_count; k++)
            if (hash_equal(&(*g)->orders[k].intent.order, id))
                return &(*g)->orders[k];
    }
    *g = NULL;
    return NULL;
}

static void
step(struct turn *t, struct placed *p, enum order_state to, enum reason why)
{
    struct to ack = { 0, requests_id(t->x->requests) };

    if (p->order.state == to || !order_step(p, to, why, t->in->wall))
        return;
    if (to == ORDER_STATE_unknown)
        executor_count(t->x, EXECUTOR_unknown);
    outbox_trace(t->out, t->g->trace);
    say_order(t->out, &p->order, &ack);
}

static void
look_soon(struct executor *x, struct placed *p, struct nanos mono)
{
    p->track.pause = x->conf.look_first;
    p->track.next = mono;
}

static void
mark_gone(struct executor *x, struct placed *p, struct nanos mono)
{
    struct live *l = &x->live;

    if (p->track.gone)
        return;
    p->track.gone = true;
    p->track.gone_at = mono;
    p->track.sweeps = 0;
    l->sweep_due = true;
    l->sweep_pause = x->conf.look_first;
    l->sweep_next = mono;
}

/* From a word that only makes sense where the venue has, or had, it. */
static void
mark_accepted(struct turn *t, struct placed *p, const struct venue_order *m)
{
    struct qty said = m->matched;

    if (said.micros / DECIMALS_MOST > p->intent.qty.micros)
        said.micros /= MICROS;
    if (said.micros > p->track.said.micros)
        p->track.said = said;
    p->track.accepted = true;
    p->track.delayed = m->delayed;
    p->track.missed = 0;
    if (m->state == ORDER_STATE_live)
        step(t, p, ORDER_STATE_live, REASON_none);
}

static bool
rests(const struct placed *p)
{
    return p->intent.tif == TIF_GTC || p->intent.tif == TIF_GTD;
}

static void
heard_matched(struct turn *t, struct placed *p, const struct venue_order *m,
              const struct live_call *c)
{
    bool placed = c != NULL && c->op == VENUE_OP_place;

    mark_accepted(t, p, m);
    step(t, p, ORDER_STATE_matched, REASON_none);
    if (!placed || !rests(p))
        mark_gone(t->x, p, t->in->mono);
    look_soon(t->x, p, t->in->mono);
}

static void
heard_rejected(struct turn *t, struct placed *p, const struct venue_order *m,
               const struct live_call *c)
{
    struct executor *x = t->x;

    if (c == NULL || c->op != VENUE_OP_place) {
        mark_accepted(t, p, m); /* It was there, and is no more. */
        p->track.why = m->reason;
        mark_gone(x, p, t->in->mono);
    } else if (p->track.accepted || p->track.traded.micros > 0) {
        executor_alarm(x, false, REASON_CONFLICT,
                       "refused, and yet it was there");
        look_soon(x, p, t->in->mono);
    } else if (m->reason != REASON_NOT_SENT) {
        p->track.refused = true;
        p->track.why = m->reason;
    } /* Else the end of the call decides whether it goes again. */
}

void
live_heard(struct executor *x, struct group_slot *g, struct placed *p,
           const struct venue_order *m, const struct live_call *c,
           const struct input *in, struct outbox *out)
{
    struct turn t = { x, g, in, out };

    switch (m->state) {
    case ORDER_STATE_live:
        /* Gone was said of a time before this look. */
        if (c != NULL && c->asked.ns > p->track.gone_at.ns)
            p->track.gone = false;
        mark_accepted(&t, p, m);
        p->track.next = after(in->mono, x->conf.look_first);
        return;
    case ORDER_STATE_matched:
        heard_matched(&t, p, m, c);
        return;
    case ORDER_STATE_cancelled:
        mark_accepted(&t, p, m);
        if (m->reason != REASON_none)
            p->track.why = m->reason;
        mark_gone(x, p, in->mono);
        return;
    case ORDER_STATE_rejected:
        heard_rejected(&t, p, m, c);
        return;
    case ORDER_STATE_unknown:
        if (c != NULL && c->op == VENUE_OP_place) {
            step(&t, p, ORDER_STATE_unknown, m->reason);
            p->track.quiet = in->mono;
        }
        look_soon(x, p, after(in->mono, x->conf.look_first));
        return;
    case ORDER_STATE_intended:
    case ORDER_STATE_sent:
    case ORDER_STATE_filled:
    case ORDER_STATE_released:
    case order_state_end_:
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
}

/* None of its bytes left: the same ones may go while the grant is good. */
static void
not_sent(struct turn *t, struct placed *p, enum reason why)
{
    struct executor *x = t->x;
    struct venue_call m = { .op = VENUE_OP_place };

    if (p->track.accepted || p->track.traded.micros > 0)
        return;
    p->track.why = why == REASON_none ? REASON_NOT_SENT : why;
    p->track.refused = true;
    if (why != REASON_NOT_SENT || p->track.sends >= SENDS_MOST ||
        p->order.state != ORDER_STATE_sent ||
        !uuid_equal(&p->intent.auth, &t->g->granted.auth) ||
        sending_check(t, &t->g->granted) != REASON_none ||
        work_live.check(x, t->in->mono, 1) != REASON_none)
        return;
    m.orders.count = 1;
    m.orders.at[0].token = p->intent.order;
    p->track.call = live_ask(x, &m, t->in, t->out);
    if (p->track.call == 0)
        return;
    p->track.refused = false;
    p->track.sends++;
    p->track.placed = t->in->mono;
    executor_count(x, EXECUTOR_replaced);
}

void
live_placed(struct executor *x, const struct live_call *c,
            const struct venue_done *m, const struct input *in,
            struct outbox *out)
{
    for (uint32_t i = 0; i < c->count; i++) {
        struct group_slot *g;
        struct placed *p = live_order(x, &c->orders[i], &g);
        struct turn t = { x, g, in, out };

        if (p == NULL || p->track.call != c->call ||
            order_is_final(p->order.state))
            continue;
        p->track.call = 0;
        if (m->end == CALL_END_not_sent)
            not_sent(&t, p, m->reason);
        else if (!p->track.accepted && !p->track.refused &&
                 p->order.state == ORDER_STATE_sent) {
            /* Not a word about it. */
            step(&t, p, ORDER_STATE_unknown, m->reason);
            p->track.quiet = in->mono;
            look_soon(x, p, after(in->mono, x->conf.look_first));
        }
    }
}

void
live_restart_quiet(struct executor *x, struct nanos mono)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++) {
            x->slots[i].orders[k].track.quiet = mono;
            x->slots[i].orders[k].track.missed = 0;
        }
}

/* Not among what is active: it was and is no more, or never was. */
static void
not_found(struct executor *x, struct placed *p, struct nanos mono)
{
    struct nanos held = after(p->track.placed, (struct ms){ DELAY_MOST });

    p->track.missed++;
    if (p->track.accepted || p->track.traded.micros > 0)
        if (!p->track.delayed || mono.ns >= held.ns)
            mark_gone(x, p, mono);
}

void
live_looked(struct executor *x, const struct live_call *c,
            const struct venue_done *m, const struct input *in)
{
    struct group_slot *g;
    struct placed *p = live_order(x, &c->orders[0], &g);

    if (p == NULL || p->track.look != c->call)
        return;
    p->track.look = 0;
    p->track.next = after(in->mono, p->track.pause);
    if (m->end != CALL_END_answered)
        return;
    p->track.looked = c->asked;
    if (m->found == 0)
        not_found(x, p, in->mono);
    else
        p->track.quiet = in->mono;
}

static void
look(struct turn *t, struct placed *p)
{
    struct executor *x = t->x;
    struct venue_call m = { .op = VENUE_OP_look_order };

    if (p->track.look != 0 || t->in->mono.ns < p->track.next.ns)
        return;
    m.orders.count = 1;
    m.orders.at[0].token = p->intent.order;
    p->track.look = live_ask(x, &m, t->in, t->out);
    p->track.pause.ms = p->track.pause.ms == 0 ? x->conf.look_first.ms
                                               : 2 * p->track.pause.ms;
    if (p->track.pause.ms > x->conf.look_most.ms)
        p->track.pause = x->conf.look_most;
    p->track.next = after(t->in->mono, p->track.pause);
}

static bool
is_quiet(const struct executor *x, const struct placed *p, struct nanos mono)
{
    return !p->track.accepted && p->track.traded.micros == 0 &&
           p->track.missed >= MISSED_LEAST && x->live.stream &&
           mono.ns >= after(p->track.quiet, x->conf.quiet).ns &&
           x->live.swept.ns > after(p->track.quiet, x->conf.quiet).ns -
                                  3 * x->conf.look_most.ms * 1000000;
}

static void
end(struct turn *t, struct placed *p, enum order_state to, enum reason why)
{
    if (p->order.filled.micros >= p->intent.qty.micros) {
        to = ORDER_STATE_filled;
        why = REASON_none;
    }
    if (to == ORDER_STATE_rejected)
        executor_count(t->x, why == REASON_NOT_FOUND ? EXECUTOR_dead
                                                     : EXECUTOR_rejected);
    if (p->order.state == ORDER_STATE_intended)
        step(t, p, ORDER_STATE_unknown, REASON_RESTARTED);
    step(t, p, to, why);
    must(order_is_final(p->order.state));
    live_remember(t->x, t->g, p);
}

/* Everything that traded is known: what the venue said has been found, and
 * looks that began after it was gone found no more. */
static bool
is_known(const struct placed *p)
{
    bool said = p->track.said.micros > 0 ||
                p->order.state == ORDER_STATE_matched;

    if (PLANTED(cancel_is_proof))
        return true;
    if (p->track.traded.micros + DUST < p->track.said.micros ||
        (said && p->track.traded.micros == 0))
        return false;
    return p->track.sweeps >= (p->track.said.micros > 0 ? 1u : 2u);
}

static void
work(struct turn *t, struct placed *p)
{
    struct executor *x = t->x;
    enum reason why = p->track.why;

    if (p->track.call != 0)
        return;
    if (p->track.refused || (PLANTED(timeout_is_end) &&
                             p->order.state == ORDER_STATE_unknown)) {
        end(t, p, ORDER_STATE_rejected, why);
    } else if (p->track.gone) {
        if (!is_known(p) || p->track.unsettled > 0)
            x->live.sweep_due = true;
        else
            end(t, p, ORDER_STATE_cancelled,
                why != REASON_none ? why
                : p->track.traded.micros > p->order.filled.micros
                    ? REASON_NOT_SETTLED
                    : REASON_NO_FILL);
    } else {
        if (p->order.state == ORDER_STATE_unknown)
            x->live.sweep_due = true;
        look(t, p);
        if (p->order.state == ORDER_STATE_unknown &&
            is_quiet(x, p, t->in->mono))
            end(t, p, ORDER_STATE_rejected, REASON_NOT_FOUND);
    }
}

/* Asks for the end of what may still trade, again until it is proved. */
static void
cancel_rest(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct venue_call m = { .op = VENUE_OP_cancel };

    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];

        if (order_is_final(p->order.state) || p->track.gone ||
            p->track.refused || p->track.call != 0 ||
            t->in->mono.ns < p->track.cancel.ns ||
            m.orders.count == TALK_ORDERS)
            continue;
        p->track.cancel = after(t->in->mono, x->conf.cancel_every);
        m.orders.at[m.orders.count++].token = p->intent.order;
    }
    if (m.orders.count > 0 && live_ask(x, &m, t->in, t->out) != 0)
        executor_count(x, EXECUTOR_cancels);
}

bool
live_work_orders(struct turn *t, bool cancel)
{
    struct group_slot *g = t->g;
    bool all = true;

    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];

        if (order_is_final(p->order.state))
            continue;
        work(t, p);
        all &= order_is_final(p->order.state);
    }
    if (!all && cancel)
        cancel_rest(t);
    return all;
}
