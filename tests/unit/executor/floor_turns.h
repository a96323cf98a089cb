/* floor_turns - the executor's turns: what it is handed, what becomes of what
 * it says, how it starts again, how time passes */
#ifndef TESTS_EXECUTOR_FLOOR_TURNS_H
#define TESTS_EXECUTOR_FLOOR_TURNS_H

#include "tests/unit/executor/floor_feed.h"
#include "tests/unit/executor/floor_settle.h"

static inline void
floor_keep_fact(struct floor *f, const struct said *s)
{
    assert_true(f->facts < FLOOR_FACTS);
    f->fact[f->facts++] = (struct floor_fact){
        s->schema, floor_copy(s->schema, s->msg), f->mono, f->wall, f->turns
    };
}

static inline void
floor_check_intent(struct floor *f, const struct intent *m)
{
    struct floor_auth *a = floor_auth(f, &m->auth);
    const struct leg *l;

    assert_non_null(a);
    assert_true(a->open);
    assert_false(f->latched);
    assert_true(uuid_equal(&a->grant.group, &m->group));
    assert_true(f->mono.ns < a->asked.ns + 2000 * 1000000LL);
    assert_true(m->leg < a->grant.legs.count);
    assert_false(a->ordered[m->leg]);
    a->ordered[m->leg] = true;
    l = &a->grant.legs.at[m->leg];
    assert_true(hash_equal(&l->token, &m->token));
    assert_int_equal(l->side, m->side);
    assert_true(m->qty.micros > 0 && m->qty.micros <= l->size.micros);
    if (floor_splits(a->grant.kind, a->grant.strategy, &a->grant.legs))
        assert_true(m->qty.micros <= a->split.micros);
    if (m->side == SIDE_buy)
        assert_true(m->price.micros <= l->limit.micros);
    else
        assert_true(m->price.micros >= l->limit.micros);
    f->intents++;
    f->last_intent = *m;
}

/* A split adds exposure: none after a kill, and one a grant. */
static inline void
floor_check_settle(struct floor *f, const struct settle *m)
{
    const struct floor_auth *a = floor_auth(f, &m->auth);

    f->said_merges += m->kind == SETTLE_KIND_merge;
    if (m->kind != SETTLE_KIND_split)
        return;
    f->said_splits++;
    assert_non_null(a);
    /* On chain it takes its time, and cannot be called back. */
    assert_true(m->mode == MODE_live || !f->latched);
    assert_true(m->mode == MODE_live ||
                f->mono.ns < a->asked.ns + 2000 * 1000000LL);
    assert_false(a->ordered[0] || a->ordered[1]);
    assert_int_equal(a->split.micros, 0);
}

static inline void
floor_look(struct floor *f, const struct said *s)
{
    switch (s->schema->type) {
    case TYPE_intent:
        floor_check_intent(f, s->msg);
        return;
    case TYPE_order:
        f->orders_sent +=
            ((const struct order *)s->msg)->state == ORDER_STATE_sent;
        return;
    case TYPE_execution:
        f->executions++;
        f->last_execution = *(const struct execution *)s->msg;
        return;
    case TYPE_group:
        f->last_group = *(const struct group *)s->msg;
        if (f->last_group.state != GROUP_STATE_done)
            assert_true(f->last_group.deadline.ns > f->wall.ns ||
                        f->last_group.state == GROUP_STATE_holding);
        assert_true(f->last_group.state == GROUP_STATE_done ||
                    f->last_group.deadline.ns > 0);
        return;
    case TYPE_fill:
        if (s->routes & ROUTE_FACTS) {
            f->said_fills++;
            f->last_fill = *(const struct fill *)s->msg;
        }
        return;
    case TYPE_settle:
        if (s->routes & ROUTE_FACTS)
            floor_check_settle(f, s->msg);
        return;
    case TYPE_position:
        f->positions++;
        f->last_position = *(const struct position *)s->msg;
        return;
    default:
        return;
    }
}

/* How a turn's output fares: as usual, lost altogether (a crash before the
 * journal), or journalled and never sent (a crash after it). */
enum floor_turn { TURN_SENT, TURN_LOST, TURN_JOURNALLED };

static inline void
floor_take(struct floor *f, enum floor_turn how)
{
    if (++f->turns == f->crash_at) {
        how = f->crash_journalled ? TURN_JOURNALLED : TURN_LOST;
        f->crash_now = true;
    }
    for (size_t i = 0; i < outbox_count(f->out) && how != TURN_LOST; i++) {
        const struct said *s = outbox_at(f->out, i);

        floor_look(f, s);
        if (s->routes & ROUTE_FACTS)
            floor_keep_fact(f, s);
        if (how == TURN_JOURNALLED)
            continue;
        if (s->routes & ROUTE_RISK && !floor_chance(f, f->lose_permille))
            floor_on_risk(f, s);
        if (s->schema == &venue_call_schema)
            floor_on_call(f, s->msg);
        if (s->routes & ROUTE_SNAP && !floor_chance(f, f->lose_permille))
            floor_on_snap(f, s);
    }
    outbox_clear(f->out);
}

static inline struct input
floor_input(struct floor *f, enum source src, uint64_t req)
{
    return (struct input){
        .mono = f->mono, .wall = f->wall, .src = src, .said = f->mono,
        .run = src == SOURCE_feed ? f->feed_run : f->risk_run, .req = req,
        .trace = 77, .own_run = f->run,
    };
}

static inline void
floor_hand(struct floor *f, const struct schema *sc, const void *m,
           const struct input *in)
{
    switch (sc->type) {
#define HEARS(msg, who)                                                     \
    case TYPE_##msg:                                                        \
        executor_on_##msg(f->x, m, in, f->out);                             \
        return;
#define RECALLS(msg)
#include "executor/hears.def"
    default:
        must(false);
    }
}

static inline void
floor_recall(struct floor *f, const struct floor_fact *fact)
{
    struct input in = floor_input(f, SOURCE_executor, 0);

    in.mono = fact->mono;
    in.wall = fact->wall;
    switch (fact->schema->type) {
#define HEARS(msg, who)
#define RECALLS(msg)                                                        \
    case TYPE_##msg:                                                        \
        executor_recall_##msg(f->x, fact->m, &in);                          \
        return;
#include "executor/hears.def"
    default:
        must(false);
    }
}

static inline void floor_new_engine(struct floor *f);

/* Hands a message over at once. */
static inline void
floor_now(struct floor *f, enum source src, uint64_t req,
          const struct schema *sc, const void *m)
{
    struct input in = floor_input(f, src, req);

    floor_hand(f, sc, m, &in);
    floor_take(f, TURN_SENT);
    if (f->crash_now)
        floor_new_engine(f);
}

static inline void
floor_say_latch(struct floor *f)
{
    struct latch_state m = { .latched = f->latched, .kill_gen = f->kill_gen,
                             .clear_gen = f->latched ? f->kill_gen - 1
                                                     : f->kill_gen };

    floor_now(f, SOURCE_executor, 0, &latch_state_schema, &m);
}

static inline void
floor_new_engine(struct floor *f)
{
    struct executor_options o = { &f->conf, &f->strategy, &f->capital,
                                  f->mode, f->identity };

    executor_destroy(&f->x);
    outbox_clear(f->out);
    for (uint32_t i = 0; i < FLOOR_POST; i++) {
        free(f->post[i].m);
        f->post[i].m = NULL;
        f->post[i].used = false;
    }
    f->crash_now = false;
    f->restarts++;
    f->run++;
    f->x = executor_new(&o);
    f->venue.told = false;
    for (uint32_t i = 0; i < f->facts; i++)
        floor_recall(f, &f->fact[i]);
    /* What it said is never refused. */
    assert_int_equal(executor_counters(f->x)[EXECUTOR_recall_refused], 0);
    floor_say_latch(f);
}

/* One turn of the given fate with the next message that is due; false when
 * there is none. */
static inline bool
floor_deliver(struct floor *f, enum floor_turn how)
{
    struct floor_post *next = NULL;
    struct input in;
    void *m;

    while (f->posts_top > 0 && !f->post[f->posts_top - 1].used)
        f->posts_top--;
    for (uint32_t i = 0; i < f->posts_top; i++) {
        struct floor_post *p = &f->post[i];

        if (p->used && p->at.ns <= f->mono.ns &&
            (next == NULL || p->at.ns < next->at.ns))
            next = p;
    }
    if (next == NULL)
        return false;
    in = floor_input(f, next->src, next->req);
    in.said = next->said;
    m = next->m;
    next->used = false;
    next->m = NULL;
    floor_hand(f, next->schema, m, &in);
    free(m);
    floor_take(f, how);
    return true;
}

static inline void
floor_tick(struct floor *f, enum floor_turn how)
{
    struct input in = floor_input(f, SOURCE_executor, 0);
    struct tick tick = { f->turns };

    executor_on_tick(f->x, &tick, &in, f->out);
    floor_take(f, how);
}

static inline void
floor_advance(struct floor *f, int64_t ms)
{
    f->mono.ns += ms * 1000000;
    f->wall.ns += ms * 1000000;
}

static inline void
floor_recover(struct floor *f)
{
    if (f->crash_now)
        floor_new_engine(f);
}

/* Lets time pass: messages as they fall due, a tick every 10 ms. */
static inline void
floor_run(struct floor *f, int64_t ms)
{
    for (int64_t t = 0; t < ms; t += 10) {
        floor_advance(f, 10);
        floor_venue_step(f);
        while (floor_deliver(f, TURN_SENT))
            floor_recover(f);
        floor_tick(f, TURN_SENT);
        floor_recover(f);
    }
}

#endif /* TESTS_EXECUTOR_FLOOR_TURNS_H */
