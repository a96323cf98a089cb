/* floor_peers - a small riskd that reserves, books and frees, and checks what
 * it is told */
#ifndef TESTS_EXECUTOR_FLOOR_PEERS_H
#define TESTS_EXECUTOR_FLOOR_PEERS_H

#include "common/shape.h"
#include "tests/unit/executor/floor_road.h"

static inline void
floor_ack(struct floor *f, uint64_t req, bool ok)
{
    struct ack a = { ok, ok ? REASON_none : REASON_CONFLICT };

    floor_tell(f, SOURCE_riskd, req, &ack_schema, &a);
}

static inline struct floor_auth *
floor_auth(struct floor *f, const struct uuid *auth)
{
    for (uint32_t i = 0; i < f->auths; i++)
        if (uuid_equal(&f->auth[i].grant.auth, auth))
            return &f->auth[i];
    return NULL;
}

static inline void
floor_deny(struct floor *f, const struct authorize *m, uint64_t req,
           enum reason why)
{
    struct denial d = { .group = m->group, .attempt = m->attempt };

    d.reasons.count = 1;
    d.reasons.at[0].code = why;
    text_set(&d.rule, "test");
    floor_tell(f, SOURCE_riskd, req, &denial_schema, &d);
}

/* A dollar a share is split before these are sold. */
static inline bool
floor_splits(enum grant_kind kind, enum strategy strategy,
             const struct legs *legs)
{
    return kind == GRANT_KIND_normal && strategy == STRATEGY_B &&
           legs->count == 2 && legs->at[0].side == SIDE_sell &&
           legs->at[1].side == SIDE_sell &&
           legs->at[0].size.micros == legs->at[1].size.micros;
}

/* What it sells is made by converting, and sold under other grants. */
static inline bool
floor_converts(enum grant_kind kind, enum strategy strategy,
               const struct legs *legs)
{
    enum shape shape = shape_of(strategy, legs);

    return kind == GRANT_KIND_normal &&
           (shape == SHAPE_CONVERT || shape == SHAPE_MINT);
}

/* Shares a grant may still sell of a leg. */
static inline int64_t
floor_promised(const struct floor_auth *a, uint32_t k)
{
    const struct grant *g = &a->grant;
    int64_t size = g->legs.at[k].size.micros;

    if (!a->open || a->closed[k] || g->legs.at[k].side != SIDE_sell ||
        floor_converts(g->kind, g->strategy, &g->legs))
        return 0;
    if (floor_splits(g->kind, g->strategy, &g->legs))
        size = a->split.micros;
    return size - a->filled[k].micros;
}

/* Shares nobody was promised. */
static inline int64_t
floor_free(struct floor *f, const struct hash *token)
{
    int64_t free = floor_token(f, token)->shares;

    for (uint32_t i = 0; i < f->auths; i++)
        for (uint32_t k = 0; k < f->auth[i].grant.legs.count; k++)
            if (hash_equal(&f->auth[i].grant.legs.at[k].token, token))
                free -= floor_promised(&f->auth[i], k);
    return free;
}

static inline void
floor_on_authorize(struct floor *f, const struct authorize *m, uint64_t req)
{
    struct floor_auth *a;

    f->last_authorize = *m;
    assert_true(m->attempt >= 1 && m->legs.count >= 1);
    for (uint32_t i = 0; i < m->legs.count; i++) {
        assert_true(m->legs.at[i].size.micros > 0);
        assert_true(m->legs.at[i].limit.micros > 0);
        assert_true(m->legs.at[i].limit.micros < MICROS);
        if (m->kind != GRANT_KIND_unwind)
            assert_true(m->legs.at[i].age.ms < f->strategy.book_age_max.ms);
        if (m->kind == GRANT_KIND_normal)
            assert_true(m->legs.at[i].depth.micros >=
                        f->strategy.depth_min.micros);
    }
    for (uint32_t i = 0; i < f->auths; i++) {
        a = &f->auth[i];
        if (uuid_equal(&a->grant.group, &m->group) &&
            a->grant.kind == m->kind && a->grant.attempt == m->attempt) {
            struct grant g = a->grant;

            g.ttl.ms -= (f->mono.ns - a->asked.ns) / 1000000;
            if (!a->open || g.ttl.ms < 0)
                g.ttl.ms = 0;
            floor_tell(f, SOURCE_riskd, req, &grant_schema, &g);
            return;
        }
    }
    if (f->latched || m->epoch != f->run) {
        floor_deny(f, m, req, f->latched ? REASON_LATCHED : REASON_EPOCH);
        return;
    }
    if (f->deny_next != REASON_none || floor_chance(f, f->deny_permille)) {
        floor_deny(f, m, req, f->deny_next != REASON_none ? f->deny_next
                                                          : REASON_BREAKER);
        f->deny_next = REASON_none;
        return;
    }
    for (uint32_t i = 0; i < m->legs.count; i++)
        if (m->legs.at[i].side == SIDE_sell &&
            !floor_splits(m->kind, m->strategy, &m->legs) &&
            !floor_converts(m->kind, m->strategy, &m->legs) &&
            m->legs.at[i].size.micros >
                floor_free(f, &m->legs.at[i].token)) {
            f->not_held++;
            floor_deny(f, m, req, REASON_NOT_HELD);
            return;
        }
    assert_true(f->auths < FLOOR_AUTHS);
    a = &f->auth[f->auths++];
    memset(a, 0, sizeof *a);
    a->open = true;
    a->asked = f->mono;
    a->grant = (struct grant){
        .auth = uuid_make(f->wall, SOURCE_riskd, 1, f->auths),
        .group = m->group, .attempt = m->attempt, .epoch = m->epoch,
        .kill_gen = f->kill_gen, .kind = m->kind, .mode = m->mode,
        .strategy = m->strategy, .event = m->event, .legs = m->legs,
        .ttl = { 2000 },
    };
    if (floor_chance(f, f->shrink_permille))
        for (uint32_t i = 0; i < m->legs.count; i++)
            a->grant.legs.at[i].size.micros =
                a->grant.legs.at[i].size.micros / 4 * 3 + 1;
    floor_tell(f, SOURCE_riskd, req, &grant_schema, &a->grant);
}

static inline void
floor_on_list(struct floor *f, uint64_t req)
{
    struct snapshot_end end = { .what = ASKED_grants };

    for (uint32_t i = 0; i < f->auths; i++) {
        struct grant g = f->auth[i].grant;

        if (!f->auth[i].open)
            continue;
        g.ttl.ms = 0;
        end.sent++;
        floor_tell(f, SOURCE_riskd, req, &grant_schema, &g);
    }
    floor_tell(f, SOURCE_riskd, req, &snapshot_end_schema, &end);
}

/* Its settlement went on: only forward, and what failed never was. */
static inline void
floor_on_fill_again(struct floor *f, uint32_t i, const struct fill *m)
{
    struct floor_auth *a = floor_auth(f, &m->auth);
    int64_t sign = m->side == SIDE_buy ? 1 : -1;

    if (f->fill_state[i] == m->state ||
        f->fill_state[i] == FILL_STATE_confirmed ||
        f->fill_state[i] == FILL_STATE_failed)
        return;
    f->fill_state[i] = m->state;
    if (m->state != FILL_STATE_failed)
        return;
    floor_token(f, &m->token)->shares -= sign * m->qty.micros;
    a->filled[m->leg].micros -= m->qty.micros;
}

static inline void
floor_on_fill(struct floor *f, const struct fill *m, uint64_t req)
{
    struct floor_auth *a = floor_auth(f, &m->auth);
    bool live = m->mode == MODE_live;
    struct leg *l;

    for (uint32_t i = 0; i < f->fills; i++)
        if (text_equal(&f->fill_id[i], &m->fill_id)) {
            floor_on_fill_again(f, i, m);
            floor_ack(f, req, true);
            return;
        }
    assert_non_null(a);
    assert_true(m->leg < a->grant.legs.count);
    assert_true((a->open && !a->closed[m->leg]) || f->late_fills);
    l = &a->grant.legs.at[m->leg];
    assert_true(hash_equal(&l->token, &m->token));
    assert_int_equal(l->side, m->side);
    assert_true(m->qty.micros > 0);
    assert_true(f->fills < FLOOR_FILLS);
    f->fill_state[f->fills] = m->state;
    f->fill_id[f->fills++] = m->fill_id;
    floor_ack(f, req, true);
    if (m->state == FILL_STATE_failed)
        return; /* What was said of it before comes later. */
    a->filled[m->leg].micros += m->qty.micros;
    /* A BUY at a venue spends its dollars and may get more shares. */
    if (!live || m->side == SIDE_sell)
        assert_true(a->filled[m->leg].micros <= l->size.micros);
    if (m->side == SIDE_buy)
        assert_true(m->price.micros <= l->limit.micros);
    else
        assert_true(m->price.micros >= l->limit.micros);
    floor_token(f, &m->token)->shares +=
        m->side == SIDE_buy ? m->qty.micros : -m->qty.micros;
    assert_true(live || floor_token(f, &m->token)->shares >= 0);
}

static inline bool
floor_book_split(struct floor *f, const struct settle *m)
{
    struct floor_auth *a = floor_auth(f, &m->auth);
    const struct legs *legs;

    assert_non_null(a);
    legs = &a->grant.legs;
    assert_true(a->open && !a->closed[0] && !a->closed[1]);
    assert_true(floor_splits(a->grant.kind, a->grant.strategy, legs));
    assert_true(hash_equal(&m->token, &f->market[9].yes));
    assert_true(hash_equal(&m->pair, &f->market[9].no));
    assert_string_equal(m->market.s, f->market[9].market.s);
    assert_int_equal(m->cash.micros, -m->qty.micros);
    if (f->refuse_split != REASON_none)
        return false;
    a->split.micros += m->qty.micros;
    assert_true(a->split.micros <= legs->at[0].size.micros);
    floor_token(f, &m->token)->shares += m->qty.micros;
    floor_token(f, &m->pair)->shares += m->qty.micros;
    return true;
}

/* False where it must wait: a grant may still sell these shares. */
static inline bool
floor_book_taken(struct floor *f, const struct settle *m,
                 const struct hash *token)
{
    struct floor_token *t = floor_token(f, token);

    assert_true(t->shares >= m->qty.micros);
    assert_true(uuid_is_zero(&m->auth));
    if (floor_free(f, token) < m->qty.micros)
        return false;
    t->shares -= m->qty.micros;
    return true;
}

static inline bool
floor_book_convert(struct floor *f, const struct settle *m)
{
    struct floor_auth *a = floor_auth(f, &m->auth);
    const struct legs *legs;
    int64_t bought;

    assert_non_null(a);
    legs = &a->grant.legs;
    bought = shape_bought(legs);
    assert_true(floor_converts(a->grant.kind, a->grant.strategy, legs));
    assert_true(bought > 0 || a->open);
    assert_true(m->made.micros > 0 && m->made.micros <= m->qty.micros);
    assert_int_equal(m->cash.micros, bought == 0
                                         ? -m->qty.micros
                                         : (bought - 1) * m->made.micros);
    if (f->refuse_split != REASON_none)
        return false;
    for (uint32_t i = 0; i < legs->count; i++) {
        struct floor_token *t = floor_token(f, &legs->at[i].token);

        t->shares += i < bought ? -m->qty.micros : m->made.micros;
        assert_true(t->shares >= 0);
    }
    return true;
}

static inline bool
floor_book_merge(struct floor *f, const struct settle *m)
{
    assert_int_equal(m->cash.micros, m->qty.micros);
    assert_true(floor_token(f, &m->pair)->shares >= m->qty.micros);
    if (floor_free(f, &m->pair) < m->qty.micros ||
        !floor_book_taken(f, m, &m->token))
        return false;
    return floor_book_taken(f, m, &m->pair);
}

static inline void
floor_on_settle(struct floor *f, const struct settle *m, uint64_t req)
{
    bool split = m->kind == SETTLE_KIND_split;

    for (uint32_t i = 0; i < f->settles; i++)
        if (uuid_equal(&f->settle_ref[i], &m->ref)) {
            floor_ack(f, req, true);
            return;
        }
    assert_true((m->qty.micros > 0) != (m->kind == SETTLE_KIND_gas));
    if (f->refuse_split != REASON_none) {
        assert_true(!split || !floor_book_split(f, m));
        floor_ack(f, req, false);
        return;
    }
    if (split                              ? !floor_book_split(f, m)
        : m->kind == SETTLE_KIND_convert ? !floor_book_convert(f, m)
        : m->kind == SETTLE_KIND_merge   ? !floor_book_merge(f, m)
                                         : !floor_book_taken(f, m, &m->token))
        return;
    assert_true(f->settles < FLOOR_SETTLES);
    f->settle_ref[f->settles++] = m->ref;
    f->last_settle = *m;
    floor_ack(f, req, true);
}

static inline void
floor_on_release(struct floor *f, const struct release *m, uint64_t req)
{
    struct floor_auth *a = floor_auth(f, &m->auth);

    assert_non_null(a);
    if (f->releases < FLOOR_AUTHS)
        f->release[f->releases++] = *m;
    if (a->split.micros > 0 && a->grant.mode != MODE_live)
        assert_int_equal(m->evidence, EVIDENCE_venue_terminal);
    if (a->grant.mode == MODE_live)
        f->check_release(f, m);
    if (m->leg < legs_cap) {
        a->closed[m->leg] = true;
    } else if (a->open) {
        a->open = false;
        for (uint32_t i = 0; i < a->grant.legs.count; i++)
            if (m->evidence == EVIDENCE_never_sent)
                assert_false(a->ordered[i]);
    }
    floor_ack(f, req, true);
}

static inline void
floor_on_risk(struct floor *f, const struct said *s)
{
    struct lease lease = { .epoch = f->run, .kill_gen = f->kill_gen,
                           .mode = f->latched ? MODE_halted : f->lease_mode,
                           .size = { 10000 }, .ttl = { 2000 } };

    if (f->risk_silent)
        return;
    switch (s->schema->type) {
    case TYPE_lease_request:
        f->last_lease = *(const struct lease_request *)s->msg;
        floor_tell(f, SOURCE_riskd, s->to.req, &lease_schema, &lease);
        return;
    case TYPE_authorize:
        floor_on_authorize(f, s->msg, s->to.req);
        return;
    case TYPE_list_open:
        floor_on_list(f, s->to.req);
        return;
    case TYPE_fill:
        floor_on_fill(f, s->msg, s->to.req);
        return;
    case TYPE_settle:
        floor_on_settle(f, s->msg, s->to.req);
        return;
    case TYPE_release:
        floor_on_release(f, s->msg, s->to.req);
        return;
    case TYPE_order:
        floor_ack(f, s->to.req, true);
        return;
    case TYPE_venue_balance: /* For the rules: no answer. */
        f->told_cash = ((const struct venue_balance *)s->msg)->held;
        return;
    default:
        must(false);
    }
}

#endif /* TESTS_EXECUTOR_FLOOR_PEERS_H */
