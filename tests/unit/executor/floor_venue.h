/* floor_venue - a small live venue and the shell in front of it: typed words,
 * matches by the floor's books, trades settled step by step, and mischief */
#ifndef TESTS_EXECUTOR_FLOOR_VENUE_H
#define TESTS_EXECUTOR_FLOOR_VENUE_H

#include "tests/unit/executor/floor_chain.h"
#include "tests/unit/executor/floor_peers.h"

#include "executor/trades.h"

enum { FLOOR_PAGE = 4 };

static inline struct floor_vorder *
floor_vorder(struct floor *f, const struct hash *id)
{
    for (uint32_t i = 0; i < f->venue.orders; i++)
        if (hash_equal(&f->venue.order[i].i.order, id))
            return &f->venue.order[i];
    return NULL;
}

static inline void
floor_stream(struct floor *f, const struct schema *sc, const void *m)
{
    if (f->venue.stream && f->venue.told &&
        !floor_chance(f, f->venue.deaf_permille))
        floor_tell(f, SOURCE_executor, 0, sc, m);
}

/* --- matching ------------------------------------------------------------ */
static inline void
floor_trade(struct floor *f, struct floor_vorder *o, struct price price,
            struct qty qty)
{
    struct floor_vtrade *t;

    assert_true(f->venue.trades < FLOOR_TRADES);
    t = &f->venue.trade[f->venue.trades++];
    *t = (struct floor_vtrade){ .i = o->i };
    (void)snprintf(t->m.trade.s, sizeof t->m.trade.s, "trade-%u",
                   f->venue.trades);
    t->m.order = o->i.order;
    t->m.token = o->i.token;
    t->m.side = o->i.side;
    t->m.price = price;
    t->m.fee_rate = f->venue.fee_rate;
    t->m.qty = qty;
    t->m.matched = f->wall;
    t->next.ns = f->mono.ns + f->venue.settle.ms * 1000000;
    o->matched.micros += qty.micros;
    floor_stream(f, &venue_trade_schema, &t->m);
}

static inline void
floor_match(struct floor *f, struct floor_vorder *o)
{
    struct floor_token *t = floor_token(f, &o->i.token);
    bool buys = o->i.side == SIDE_buy;
    struct levels *side = buys ? &t->asks : &t->bids;
    int64_t left = (int64_t)o->i.maker;

    for (uint32_t i = 0; i < side->count && left > 0; i++) {
        struct level *l = &side->at[i];
        int64_t most = left, cost = 0;

        if (buys ? l->price.micros > o->i.price.micros
                 : l->price.micros < o->i.price.micros)
            return;
        if (buys)
            assert_true(muldiv_down(left, MICROS, l->price.micros, &most));
        if (most > l->size.micros)
            most = l->size.micros;
        if (most <= 0)
            continue;
        l->size.micros -= most;
        t->seq++;
        floor_trade(f, o, l->price, (struct qty){ most });
        assert_true(muldiv_up(most, l->price.micros, MICROS, &cost));
        left -= buys ? cost : most;
    }
}

/* Its bytes arrive; a second time they are known. */
static inline struct floor_vorder *
floor_arrive(struct floor *f, const struct intent *i)
{
    struct floor_vorder *o = floor_vorder(f, &i->order);

    if (o == NULL) {
        assert_true(f->venue.orders < FLOOR_ORDERS);
        o = &f->venue.order[f->venue.orders++];
        *o = (struct floor_vorder){ .i = *i };
        o->rests = f->venue.rest_all || i->post_only;
        if (!o->rests)
            floor_match(f, o);
    }
    o->times++;
    return o;
}

/* --- the shell ------------------------------------------------------------ */
/* What is placed must be an intent on disk, under a grant it fits. */
static inline const struct intent *
floor_intent(struct floor *f, const struct hash *id)
{
    const struct intent *i = executor_intent(f->x, id);
    bool written = false;

    assert_non_null(i);
    assert_non_null(executor_grant(f->x, &i->auth));
    for (uint32_t k = f->facts; k > 0 && !written; k--) {
        const struct floor_fact *fact = &f->fact[k - 1];

        written = fact->schema == &intent_schema &&
                  memcmp(fact->m, i, sizeof *i) == 0;
    }
    assert_true(written);
    assert_int_equal(i->mode, MODE_live);
    assert_false(f->latched);
    return i;
}

static inline enum floor_fate
floor_fate(struct floor *f)
{
    struct floor_venue *v = &f->venue;

    if (v->fates > 0) {
        v->fates--;
        return v->fate;
    }
    if (floor_chance(f, v->fate_permille))
        return (enum floor_fate)(floor_random(f) % FATE_END);
    return FATE_taken;
}

static inline void
floor_placed_word(struct floor *f, struct floor_answer *a,
                  const struct hash *id, enum floor_fate fate)
{
    struct venue_order m = { .call = a->done.call, .order = *id };
    const struct floor_vorder *o = floor_vorder(f, id);

    m.state = ORDER_STATE_unknown;
    m.reason = REASON_UNANSWERED;
    if (fate == FATE_taken) {
        m.reason = o->rests || o->matched.micros > 0 ? REASON_none
                                                     : REASON_NO_FILL;
        m.state = o->rests ? ORDER_STATE_live
                  : o->matched.micros > 0 ? ORDER_STATE_matched
                                          : ORDER_STATE_rejected;
        m.matched = o->matched;
    } else if (fate != FATE_answer_lost && fate != FATE_lost) {
        m.state = ORDER_STATE_rejected;
        m.reason = a->done.reason;
    }
    floor_word(f, a, &venue_order_schema, &m);
}

static inline void
floor_end_of(struct floor *f, enum floor_fate fate, struct venue_done *d)
{
    switch (fate) {
    case FATE_taken:
    case FATE_silent:
    case FATE_END:
        return;
    case FATE_answer_lost:
    case FATE_lost:
        d->end = CALL_END_unknown;
        d->reason = REASON_UNANSWERED;
        return;
    case FATE_not_sent:
        d->end = CALL_END_not_sent;
        d->reason = REASON_NOT_SENT;
        return;
    case FATE_refused:
        d->end = CALL_END_refused;
        d->reason = f->venue.fate_why != REASON_none ? f->venue.fate_why
                                                     : REASON_BALANCE;
        return;
    case FATE_down:
        d->end = CALL_END_refused;
        d->reason = REASON_VENUE_DOWN;
        d->status = 425;
        return;
    case FATE_throttled:
        d->end = CALL_END_refused;
        d->reason = REASON_THROTTLED;
        d->retry.ms = 2000;
        return;
    }
}

static inline void
floor_on_place(struct floor *f, const struct venue_call *m,
               struct floor_answer *a)
{
    enum floor_fate fate = floor_fate(f);
    bool arrives = fate == FATE_taken || fate == FATE_answer_lost ||
                   fate == FATE_silent;

    assert_true(m->orders.count >= 1 && m->orders.count <= 15);
    f->venue.placed++;
    floor_end_of(f, fate, &a->done);
    for (uint32_t i = 0; i < m->orders.count; i++) {
        const struct hash *id = &m->orders.at[i].token;
        const struct intent *intent = floor_intent(f, id);

        if (arrives)
            (void)floor_arrive(f, intent);
        if (fate != FATE_silent)
            floor_placed_word(f, a, id, fate);
    }
    if (fate == FATE_silent)
        a->done.call = 0;
}

static inline void
floor_cancel_one(struct floor *f, struct floor_answer *a,
                 struct floor_vorder *o)
{
    struct venue_order m = { .call = a->done.call, .order = o->i.order,
                             .state = ORDER_STATE_cancelled };

    if (!o->rests) {
        m.state = ORDER_STATE_unknown;
        m.reason = REASON_NOT_FOUND;
    }
    o->rests = false;
    floor_word(f, a, &venue_order_schema, &m);
}

static inline void
floor_on_cancel(struct floor *f, const struct venue_call *m,
                struct floor_answer *a)
{
    f->venue.cancels++;
    f->venue.cancel_alls += m->op == VENUE_OP_cancel_all;
    if (f->venue.no_cancels) {
        a->done.end = CALL_END_refused;
        a->done.reason = REASON_THROTTLED;
        a->done.retry.ms = 500;
        return;
    }
    for (uint32_t i = 0; i < m->orders.count; i++) {
        struct floor_vorder *o = floor_vorder(f, &m->orders.at[i].token);

        if (o != NULL)
            floor_cancel_one(f, a, o);
    }
    for (uint32_t i = 0;
         m->op == VENUE_OP_cancel_all && i < f->venue.orders; i++)
        if (f->venue.order[i].rests)
            floor_cancel_one(f, a, &f->venue.order[i]);
}

static inline void
floor_say_order(struct floor *f, struct floor_answer *a,
                const struct floor_vorder *o)
{
    struct venue_order m = {
        .call = a->done.call, .order = o->i.order, .token = o->i.token,
        .side = o->i.side, .price = o->i.price, .size = o->i.qty,
        .matched = o->matched, .state = ORDER_STATE_live,
    };

    a->done.found++;
    floor_word(f, a, &venue_order_schema, &m);
}

static inline void
floor_on_look(struct floor *f, const struct venue_call *m,
              struct floor_answer *a)
{
    struct venue_order alien = { .call = m->call,
                                 .state = ORDER_STATE_live,
                                 .order = { { 0xaa } } };
    const struct floor_vorder *o;

    if (m->op == VENUE_OP_look_order) {
        o = floor_vorder(f, &m->orders.at[0].token);
        if (o != NULL && o->rests)
            floor_say_order(f, a, o);
        return;
    }
    for (uint32_t i = 0; i < f->venue.orders; i++)
        if (f->venue.order[i].rests)
            floor_say_order(f, a, &f->venue.order[i]);
    if (f->venue.foreign > 0) {
        a->done.found++;
        floor_word(f, a, &venue_order_schema, &alien);
    }
}

/* A few of a page; the cursor is the index of the next. */
static inline void
floor_on_look_trades(struct floor *f, const struct venue_call *m,
                     struct floor_answer *a)
{
    uint32_t i = (uint32_t)strtoul(m->cursor.s, NULL, 10);

    for (; i < f->venue.trades && a->done.found < FLOOR_PAGE; i++) {
        struct venue_trade t = f->venue.trade[i].m;

        if (t.matched.ns < m->since.ns || f->venue.hide_trades)
            continue;
        t.call = m->call;
        a->done.found++;
        floor_word(f, a, &venue_trade_schema, &t);
    }
    if (i < f->venue.trades)
        (void)snprintf(a->done.cursor.s, sizeof a->done.cursor.s, "%u", i);
}

static inline void
floor_on_balance(struct floor *f, const struct venue_call *m,
                 struct floor_answer *a)
{
    struct venue_balance b = { .call = m->call, .token = m->token,
                               .held = { INT64_C(1000000) * MICROS },
                               .allowance = {
                                   f->venue.allowance > 0
                                       ? f->venue.allowance : INT64_MAX } };
    const struct floor_token *t = floor_token(f, &m->token);

    if (t != NULL)
        b.held.micros = f->venue.shares[t - f->token] - f->venue.missing;
    if (b.held.micros < 0)
        b.held.micros = 0;
    a->done.found = 1;
    floor_word(f, a, &venue_balance_schema, &b);
}

static inline void
floor_on_call(struct floor *f, const struct venue_call *m)
{
    struct floor_answer a = { floor_delay(f) + 1000000,
                              { .call = m->call, .op = m->op } };
    bool looks = m->op == VENUE_OP_look_order ||
                 m->op == VENUE_OP_look_trades ||
                 m->op == VENUE_OP_look_open ||
                 m->op == VENUE_OP_look_balance;

    f->venue.looks += looks;
    if (looks && (f->venue.blind ||
                  floor_chance(f, f->venue.blind_permille))) {
        a.done.end = CALL_END_unknown;
    } else if (m->op == VENUE_OP_place) {
        floor_on_place(f, m, &a);
    } else if (m->op == VENUE_OP_look_trades) {
        floor_on_look_trades(f, m, &a);
    } else if (m->op == VENUE_OP_look_balance) {
        floor_on_balance(f, m, &a);
    } else if (looks) {
        floor_on_look(f, m, &a);
    } else if (m->op == VENUE_OP_heartbeat) {
        f->venue.heartbeats++;
    } else if (m->op == VENUE_OP_split || m->op == VENUE_OP_merge ||
               m->op == VENUE_OP_redeem || m->op == VENUE_OP_convert) {
        floor_on_chain(f, m, &a);
    } else {
        floor_on_cancel(f, m, &a);
    }
    if (a.done.call != 0)
        floor_word(f, &a, &venue_done_schema, &a.done);
}

#endif /* TESTS_EXECUTOR_FLOOR_VENUE_H */
