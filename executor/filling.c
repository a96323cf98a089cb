/* filling - books become fills, orders end, their reservations are freed */

/* Every fill is a fact, goes to riskd until acked, and changes what is held.
 * When all orders under a grant have ended the rest of their reservation is
 * freed.  That holds in every mode; the rest is the work of paper: the venue
 * is shown the books of the moment orders arrived, and what is not there is
 * cancelled, or waits for trades of others (waiting.c). */

#include "executor/sane.h"
#include "executor/state.h"

#include "common/must.h"

#include <stdio.h>

void
filling_book(struct turn *t, const struct fill *f)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    const struct universe_market *market = executor_market(x, &f->token);
    const struct position *held;
    bool failed = f->state == FILL_STATE_failed;

    if (failed)
        recall_sub(g, f);
    else
        recall_add(g, f);
    requests_fill(x->requests, f, t->in->mono, t->out);
    held = failed ? positions_unfill(x->positions, f, g->m.strategy)
                  : positions_fill(x->positions, f, g->m.strategy,
                                   &g->m.event,
                                   market != NULL ? &market->m.market : NULL);
    must(held != NULL);
    say_position(t->out, held, NULL);
    if (!failed)
        executor_count(x, EXECUTOR_fills);
}

void
filling_got(struct turn *t, struct placed *p, const struct order_fill *got,
            uint32_t n)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
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

    if (got->ghost) {
        executor_count(x, EXECUTOR_ghosts);
        return;
    }
    (void)snprintf(f.fill_id.s, sizeof f.fill_id.s,
                   "%s-%02x%02x%02x%02x%02x%02x%02x%02x-%u",
                   x->venues[g->m.mode]->name, id[0], id[1], id[2], id[3],
                   id[4], id[5], id[6], id[7], n);
    must(order_fill(p, f.qty));
    filling_book(t, &f);
}

void
filling_end(struct turn *t, struct placed *p, enum reason why)
{
    struct to to = { 0, requests_id(t->x->requests) };
    bool all = p->order.filled.micros == p->intent.qty.micros;

    must(order_step(p, all ? ORDER_STATE_filled : ORDER_STATE_cancelled,
                    all ? REASON_none : why, t->in->wall));
    say_order(t->out, &p->order, &to);
}

struct price
group_meant(const struct group_slot *g, const struct placed *p)
{
    return hash_is_zero(&p->intent.closes) ? g->m.legs.at[p->leg].avg
                                           : p->intent.price;
}

bool
filling_ask(const struct turn *t, const struct placed *p,
            struct order_ask *ask)
{
    const struct universe_market *market = executor_market(t->x,
                                                           &p->intent.token);

    if (market == NULL)
        return false;
    *ask = (struct order_ask){
        .id = p->intent.order,
        .token = p->intent.token,
        .side = p->intent.side,
        .limit = p->intent.price,
        .meant = group_meant(t->g, p),
        .qty = { p->intent.qty.micros - p->wait.matched.micros },
        .whole = p->intent.tif == TIF_FOK,
        .rests = p->intent.post_only,
        .fees = fee_of(&market->m),
        .sent = p->order.sent,
        .ends = p->intent.expires,
    };
    return true;
}

static void
take(struct turn *t, struct placed *p, const struct order_ask *ask,
     const struct book *b)
{
    struct executor *x = t->x;
    enum mode mode = t->g->m.mode;
    struct order_fill got[VENUE_FILLS];
    uint32_t count = x->venues[mode]->match(x->venue_self[mode], ask, b,
                                            t->in->wall, got);
    enum reason rest = REASON_NO_FILL;

    for (uint32_t i = 0; i < count; i++) {
        filling_got(t, p, &got[i], i);
        if (got[i].ghost)
            rest = REASON_NOT_SETTLED;
    }
    x->turn_fills += count;
    filling_end(t, p, rest);
}

static void
fill_order(struct turn *t, struct placed *p)
{
    struct book *b = group_book(t->g, &p->intent.token);
    struct order_ask ask;

    must(b != NULL);
    if (!filling_ask(t, p, &ask))
        filling_end(t, p, REASON_INCOMPLETE);
    else if (!b->usable)
        filling_end(t, p, b->why_not);
    else if (waiting_takes(t, p, &ask, b))
        take(t, p, &ask, b);
}

/* What the end of an order proves. */
static enum evidence
evidence_of(const struct placed *p)
{
    if (p->order.state != ORDER_STATE_rejected)
        return EVIDENCE_venue_terminal;
    return p->order.reason == REASON_NOT_FOUND ? EVIDENCE_not_found_quiet
                                               : EVIDENCE_rejected_proven;
}

/* The orders under a grant, as they ended: the least that is proven of all of
 * them.  False while one has not. */
static bool
ended_under(const struct group_slot *g, const struct uuid *auth,
            enum evidence *evidence)
{
    bool rejected = true, quiet = false;

    for (uint32_t i = 0; i < g->orders_count; i++) {
        const struct placed *p = &g->orders[i];
        enum evidence e = evidence_of(p);

        if (!uuid_equal(&p->intent.auth, auth))
            continue;
        if (!order_is_final(p->order.state))
            return false;
        rejected &= e == EVIDENCE_rejected_proven;
        quiet |= e == EVIDENCE_not_found_quiet;
    }
    *evidence = quiet ? EVIDENCE_not_found_quiet
                : rejected ? EVIDENCE_rejected_proven
                           : EVIDENCE_venue_terminal;
    return true;
}

/* The first grant of a group that may have to be completed is freed leg by
 * leg: what riskd set aside for the completion stays. */
static void
free_legs(struct turn *t, const struct uuid *auth)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    g->allowance = *auth;
    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];
        struct release m = { .auth = *auth, .leg = p->intent.leg,
                             .evidence = evidence_of(p) };

        if (!uuid_equal(&p->intent.auth, auth))
            continue;
        p->track.freed = true;
        if (p->order.state == ORDER_STATE_filled ||
            requests_room(x->requests) == 0)
            continue;
        requests_release(x->requests, &m, t->in->mono, t->out);
        executor_count(x, EXECUTOR_releases);
    }
}

void
filling_free(struct turn *t)
{
    struct group_slot *g = t->g;
    enum evidence evidence;

    if (g->orders_count == 0 && !uuid_is_zero(&g->auth))
        sending_release(t->x, &g->auth, EVIDENCE_venue_terminal, t->in,
                        t->out);
    for (uint32_t i = 0; i < g->orders_count; i++) {
        struct uuid auth = g->orders[i].intent.auth;

        if (g->orders[i].track.freed || !ended_under(g, &auth, &evidence))
            continue;
        if (g->orders[i].intent.attempt > 1) {
            sending_release(t->x, &auth, evidence, t->in, t->out);
            for (uint32_t k = i; k < g->orders_count; k++)
                if (uuid_equal(&g->orders[k].intent.auth, &auth))
                    g->orders[k].track.freed = true;
        } else {
            free_legs(t, &auth);
        }
        if (uuid_equal(&g->auth, &auth))
            g->auth = (struct uuid){ { 0 } };
    }
    if (g->orders_count == 0)
        g->auth = (struct uuid){ { 0 } };
}

void
filling_go(struct turn *t)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    outbox_trace(t->out, g->trace);
    for (uint32_t i = 0; i < g->orders_count; i++) {
        if (order_is_final(g->orders[i].order.state) || g->orders[i].wait.on)
            continue;
        if (x->turn_fills >= TURN_FILLS)
            return; /* The next tick goes on with the same books. */
        fill_order(t, &g->orders[i]);
    }
    g->filling = false;
    filling_judge(t);
}

void
filling_judge(struct turn *t)
{
    if (!group_has_ended(t->g))
        return; /* Some wait. */
    filling_free(t);
    group_judge(t);
}

/* Ends every order that has not ended. */
static void
cancel_all(struct turn *t, enum reason why)
{
    struct group_slot *g = t->g;

    outbox_trace(t->out, g->trace);
    for (uint32_t i = 0; i < g->orders_count; i++)
        if (!order_is_final(g->orders[i].order.state))
            filling_end(t, &g->orders[i], why);
    g->filling = false;
    if (!uuid_is_zero(&g->auth))
        filling_free(t);
    group_judge(t);
}

static enum reason
paper_check(const struct executor *x, struct nanos mono, uint32_t orders)
{
    (void)x;
    (void)mono;
    (void)orders;
    return REASON_none;
}

static enum reason
paper_name(struct turn *t, const struct leg *l, struct intent *m)
{
    struct order_key key = { m->group, m->leg, m->attempt, m->salt };

    m->price = l->limit;
    m->qty = l->size;
    t->x->venues[t->g->m.mode]->name_order(&key, &m->order);
    return REASON_none;
}

struct ms
filling_latency(const struct turn *t, uint32_t first)
{
    struct executor *x = t->x;
    const struct group_slot *g = t->g;
    struct ms latest = { 0 };

    for (uint32_t i = first; i < g->orders_count; i++) {
        struct ms one = x->venues[g->m.mode]->answers_after(
            x->venue_self[g->m.mode], &g->orders[i].intent.order);

        if (one.ms > latest.ms)
            latest = one;
    }
    return latest;
}

/* One look at the books for all of them: at those of the latest. */
static void
paper_send(struct turn *t, uint32_t first)
{
    t->g->next = after(t->in->mono, filling_latency(t, first));
}

static void
paper_tick(struct turn *t)
{
    struct group_slot *g = t->g;

    if (g->m.state == GROUP_STATE_cancelling) {
        if (!waiting_any(g) || t->in->mono.ns >= g->until.ns)
            cancel_all(t, REASON_TIMEOUT);
    } else if (g->filling) {
        filling_go(t);
    } else if (waiting_any(g)) {
        waiting_tick(t);
    } else if (t->in->mono.ns >= g->until.ns) {
        executor_count(t->x, EXECUTOR_timeouts);
        g->want = WANT_none;
        g->books_req = 0;
        group_step(t, GROUP_STATE_cancelling, g->m.branch,
                   after(t->in->mono, t->x->conf.fill_wait));
        cancel_all(t, REASON_TIMEOUT);
    } else if (g->want == WANT_none && t->in->mono.ns >= g->next.ns) {
        group_ask_books(t, WANT_fills, false);
    }
}

/* Its orders are lost with the run that sent them: their rest is terminal. */
static void
paper_resume(struct turn *t)
{
    cancel_all(t, REASON_RESTARTED);
}

static void
paper_split(struct turn *t)
{
    struct uuid ref = executor_id(t->x, t->in);

    split_done(t, &ref, "paper: split at once");
}

static void
paper_merge(struct turn *t, const struct settle *m)
{
    struct settle done = *m;

    done.ref = executor_id(t->x, t->in);
    text_set(&done.evidence, "paper: merged at once");
    executor_count(t->x, EXECUTOR_merges);
    outbox_trace(t->out, t->g->trace);
    (void)settle_say(t->x, &done, t->in, t->out);
}

/* It takes as long as on the chain. */
static void
paper_convert(struct turn *t)
{
    struct uuid ref;

    if (!t->g->convert.asked) {
        t->g->convert.asked = true;
        t->g->next = after(t->in->mono, t->x->strategy.c_time);
        return;
    }
    ref = executor_id(t->x, t->in);
    convert_done(t, &ref, "paper: converted");
}

static bool
paper_recall(struct executor *x, const struct fill *m, const struct input *in,
             struct group_slot *g, struct placed *p)
{
    if (!sane_fill(g, p, m) ||
        positions_fill(x->positions, m, g->m.strategy, &g->m.event, NULL) ==
            NULL ||
        !order_fill(p, m->qty))
        return false;
    x->venues[m->mode]->recall(x->venue_self[m->mode], &m->token, m->side,
                               m->price, m->qty, in->wall);
    recall_add(g, m);
    return true;
}

const struct order_work work_paper = {
    .mode = MODE_paper,
    .check = paper_check,
    .name = paper_name,
    .send = paper_send,
    .tick = paper_tick,
    .resume = paper_resume,
    .split = paper_split,
    .merge = paper_merge,
    .convert = paper_convert,
    .recall = paper_recall,
    .resolve = settle_resolve,
};
