/* desk - riskd's engine on a desk: inputs in, what it says kept, restarts
 *
 * Shared by the tests of riskd.  Everything the engine says is collected;
 * its facts are kept, so that desk_restart can feed them to a new engine. */
#ifndef TESTS_RISKD_DESK_H
#define TESTS_RISKD_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/daemon.h"
#include "riskd/riskd.h"

#define DAY_NS (86400LL * 1000000000)
#define NOON (20000 * DAY_NS + DAY_NS / 2)
#define USD(v) ((struct money){ (int64_t)(v) * MICROS })

enum { FACTS_CAP = 60000, RUN = 7 };

struct fact {
    const struct schema *schema;
    void *msg;
    struct nanos mono, wall;
    uint32_t turn;
};

struct desk {
    struct riskd_conf conf;
    struct common_conf common;
    struct capital_conf capital;
    struct strategy_conf strategy;
    struct riskd *x;
    struct outbox *out;
    struct input in;
    struct fact facts[FACTS_CAP];
    uint32_t facts_count;
    uint32_t turns;  /* Inputs heard so far. */
    uint32_t synced; /* Of them outlive any crash. */
    uint8_t *image;  /* Of the engine as it was after so many facts. */
    size_t image_size;
    uint32_t image_facts, asserts;
    uint32_t said[TYPE_end_]; /* Of the last input. */
    struct grant grant;
    struct denial denial;
    struct ack ack;
    struct lease lease;
    struct snapshot_end end;
    struct command_reply reply;
    struct risk_event event;
    struct risk_state state;
    struct mark mark;
    struct alert alert;
};

static inline void
desk_keep(struct desk *d, const struct said *s)
{
    d->said[s->schema->type]++;
#define KEEP(name, last)                                                    \
    if (s->schema == &name##_schema)                                        \
        memcpy(&d->last, s->msg, sizeof d->last)
    KEEP(grant, grant);
    KEEP(denial, denial);
    KEEP(ack, ack);
    KEEP(lease, lease);
    KEEP(snapshot_end, end);
    KEEP(command_reply, reply);
    KEEP(risk_event, event);
    KEEP(risk_state, state);
    KEEP(mark, mark);
    KEEP(alert, alert);
#undef KEEP
    if (!(s->routes & ROUTE_FACTS)) {
        return;
    }
    assert_true(d->facts_count < FACTS_CAP);
    struct fact *f = &d->facts[d->facts_count++];
    *f = (struct fact){ s->schema, malloc(s->schema->size), d->in.mono,
                        d->in.wall, d->turns };
    assert_non_null(f->msg);
    memcpy(f->msg, s->msg, s->schema->size);
}

static inline void
desk_collect(struct desk *d)
{
    memset(d->said, 0, sizeof d->said);
    d->ack = (struct ack){ .ok = false }; /* None is not yes. */
    bool money = false;
    for (size_t i = 0; i < outbox_count(d->out); i++) {
        desk_keep(d, outbox_at(d->out, i));
        money |= (outbox_at(d->out, i)->routes & ROUTE_SYNC) != 0;
    }
    d->synced = money ? d->facts_count : d->synced;
    d->turns++;
    outbox_clear(d->out);
}

/* HEAR(d, fill, &m): from the executor, with somebody to answer. */
#define HEAR(d, name, m)                                                    \
    do {                                                                    \
        riskd_on_##name((d)->x, (m), &(d)->in, (d)->out);                    \
        desk_collect(d);                                                    \
    } while (0)

static inline void
desk_tick(struct desk *d)
{
    HEAR(d, tick, &(struct tick){ 0 });
}

static inline void
desk_pass(struct desk *d, int64_t ms)
{
    d->in.mono.ns += ms * 1000000;
    d->in.wall.ns += ms * 1000000;
}

static inline void
desk_latch(struct desk *d, bool latched, uint64_t kill_gen)
{
    struct latch_state m = { .latched = latched,
                             .kill_gen = kill_gen,
                             .clear_gen = latched ? 0 : kill_gen };
    (void)text_set(&m.actor, "tester");
    HEAR(d, latch_state, &m);
}

static inline void
desk_lease(struct desk *d)
{
    HEAR(d, lease_request, &((struct lease_request){ .clean = true,
                                                     .clock_known = true }));
}

static inline struct desk *
desk_conf(void)
{
    struct desk *d = calloc(1, sizeof *d);
    assert_non_null(d);
    d->conf = (struct riskd_conf){
        .shares_max = { 500 * MICROS },
        .trade_max = { 300000 },
        .event_max = { 500000 },
        .unsettled_max = { 800000 },
        .patch_max = { 50000 },
        .unwind_max = { MICROS }, /* Prices are not what most are about. */
        .depth_share = { MICROS },
        .reject_max = { 250000 },
        .reject_window = { 300000 },
        .ghost_max = { 100000 },
        .latency_clear = { 400 },
        .latency_window = { 300000 },
        .executions_window = { 3600000 },
        .daily_loss_max = USD(50),
        .failures_max = 3,
        .failures_pause = { 3600000 },
        .latency_max = { 500 },
        .latency_hold = { 60000 },
        .patch_allowance = { 50000 },
        .lease_ttl = { 2000 },
        .grant_ttl = { 2000 },
        .state_least = { 500 },
        .state_most = { 5000 },
        .health_every = { 60000 },
        .health_checks = 3,
        .probation_size = { 250000 },
        .probation_window = { 3600000 },
        .probation_executions = 3,
        .lease_kill = { 60000 },
        .mark_every = { 60000 },
        .markets_cap = 64,
        .grants_open = 16,
        .grants_kept = 256,
        .lots_cap = 128,
        .events_cap = 64,
        .refs_cap = 8192,
        .rules_every = { 1000 },
        .alert_window = { 600000 },
        .alert_yellow = { 86400000 },
        .alert_orange = { 14400000 },
        .alert_red = { 900000 },
        .alert_calm = { 60000 },
        .alert_quiet = { 3600000 },
    };
    d->common.mode = MODE_paper;
    d->capital.initial_usd = USD(5000);
    d->strategy.gross_min.ppm = 30000;
    d->strategy.depth_min.micros = 50 * MICROS;
    d->strategy.book_age_max.ms = 5000;
    d->capital.cash_rate_year.ppm = 40000;
    d->strategy.merge_time.ms = 60000;
    d->strategy.A = d->strategy.B = true;
    d->in = (struct input){ .mono = { 1000000000 },
                            .wall = { NOON },
                            .src = SOURCE_executor,
                            .run = RUN,
                            .req = 5,
                            .peer = 3,
                            .own_run = 1 };
    d->out = outbox_new(SOURCE_riskd, 4 << 20, 4096);
    return d;
}

static inline void
desk_start(struct desk *d)
{
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    desk_tick(d);
}

/* Open for business: not latched, leased, reconciled. */
static inline void
desk_open(struct desk *d)
{
    desk_start(d);
    desk_latch(d, false, 0);
    desk_lease(d);
}

static inline struct desk *
desk_new(void)
{
    struct desk *d = desk_conf();
    desk_open(d);
    return d;
}

static inline void
desk_free(struct desk *d)
{
    for (uint32_t i = 0; i < d->facts_count; i++) {
        free(d->facts[i].msg);
    }
    riskd_destroy(&d->x);
    outbox_destroy(&d->out);
    free(d->image);
    free(d);
}

static inline void
desk_recall(struct riskd *x, const struct fact *f)
{
    struct input in = { .mono = f->mono, .wall = f->wall };
#define RECALLS(name)                                                       \
    if (f->schema == &name##_schema)                                        \
        riskd_recall_##name(x, f->msg, &in);
#define HEARS(name, who)
#include "riskd/hears.def"
}

/* A new engine, fed the facts of the old; it has no lease and knows no latch
 * until it is told. */
static inline struct riskd *
desk_recalled(const struct desk *d)
{
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    for (uint32_t i = 0; i < d->facts_count; i++) {
        desk_recall(x, &d->facts[i]);
    }
    return x;
}

/* The last image and the facts behind it make the same engine. */
static inline void
desk_assert_loads(const struct desk *d, const struct hash *was)
{
    if (d->image == NULL || d->image_facts > d->facts_count) {
        return;
    }
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_true(riskd_load(x, d->image, d->image_size));
    for (uint32_t i = d->image_facts; i < d->facts_count; i++) {
        desk_recall(x, &d->facts[i]);
    }
    struct hash is = riskd_digest(x);
    assert_memory_equal(was->b, is.b, sizeof is.b);
    riskd_destroy(&x);
}

static inline void
desk_take_image(struct desk *d)
{
    d->image_size = riskd_save(d->x, NULL, 0);
    free(d->image);
    d->image = malloc(d->image_size);
    assert_non_null(d->image);
    assert_int_equal(riskd_save(d->x, d->image, d->image_size),
                     d->image_size);
    d->image_facts = d->facts_count;
}

static inline void
desk_assert_recalls(struct desk *d)
{
    struct riskd *x = desk_recalled(d);
    struct hash was = riskd_digest(d->x), is = riskd_digest(x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    riskd_destroy(&x);
    if (d->asserts++ < 16 || d->asserts % 8 == 0) {
        desk_assert_loads(d, &was);
        desk_take_image(d);
    }
}

static inline void
desk_restart(struct desk *d)
{
    struct riskd *x = desk_recalled(d);
    desk_assert_recalls(d);
    riskd_destroy(&d->x);
    d->x = x;
    d->in.own_run++;
    desk_latch(d, false, 0);
    desk_lease(d);
}

/* The same after a crash of the machine: what was not synced never was. */
static inline void
desk_crash(struct desk *d)
{
    while (d->facts_count > d->synced) {
        free(d->facts[--d->facts_count].msg);
    }
    free(d->image); /* It may know of more than there is. */
    d->image = NULL;
    riskd_destroy(&d->x);
    d->x = desk_recalled(d);
    desk_restart(d);
}

static inline struct hash
desk_token(uint32_t n)
{
    struct hash t = { { 1 } };
    memcpy(t.b + 8, &n, sizeof n);
    return t;
}

static inline struct uuid
desk_uuid(uint32_t n)
{
    struct uuid u = { { 9 } };
    memcpy(u.b + 8, &n, sizeof n);
    return u;
}

/* A basket of equal legs, tokens first, first + 1, ...: group n. */
static inline struct authorize
desk_ask(uint32_t n, uint32_t legs, uint32_t first, int64_t price_micros,
         int64_t shares)
{
    struct authorize m = { .group = desk_uuid(n),
                           .scan_id = desk_uuid(n + 1000000),
                           .attempt = 1,
                           .epoch = RUN,
                           .kind = GRANT_KIND_normal,
                           .mode = MODE_paper,
                           .strategy = STRATEGY_A };
    (void)text_set(&m.event, "an event");
    m.legs.count = legs;
    for (uint32_t i = 0; i < legs; i++) {
        m.legs.at[i] = (struct leg){ .token = desk_token(first + i),
                                     .side = SIDE_buy,
                                     .limit = { price_micros },
                                     .avg = { price_micros },
                                     .size = { shares * MICROS },
                                     .depth = { 1000 * MICROS },
                                     .fee = { 10000 },
                                     .age = { 100 } };
    }
    return m;
}

/* leg of the last grant, filled: shares at price. */
static inline struct fill
desk_fill(const struct grant *g, uint32_t leg, const char *id, int64_t price,
          int64_t shares_micros)
{
    struct fill m = { .group = g->group,
                      .auth = g->auth,
                      .leg = leg,
                      .mode = g->mode,
                      .token = g->legs.at[leg].token,
                      .side = g->legs.at[leg].side,
                      .price = { price },
                      .qty = { shares_micros },
                      .fee = { 5000 },
                      .state = FILL_STATE_confirmed };
    (void)text_set(&m.fill_id, id);
    return m;
}

static inline struct risk_state
desk_state(const struct desk *d)
{
    struct risk_state s;
    riskd_state(d->x, d->in.wall, d->in.mono, &s);
    return s;
}

#endif /* TESTS_RISKD_DESK_H */
