/* play - seeded random requests, fills, releases and settlements on a desk */
#ifndef TESTS_RISKD_PLAY_H
#define TESTS_RISKD_PLAY_H

#include "tests/unit/riskd/play_model.h"

static inline void
ask(struct play *p)
{
    bool unwind = pick(p, 0, 3) == 0;
    uint32_t legs = (uint32_t)pick(p, 1, 4);
    uint32_t first = (uint32_t)pick(p, 0, TOKENS - 1 - legs);
    struct authorize m = desk_ask(++p->serial, legs, first,
                                  pick(p, 1, 32) * 10000 / legs * 3,
                                  pick(p, 1, 500));
    m.strategy = pick(p, 0, 1) ? STRATEGY_A : STRATEGY_B;
    m.kind = unwind ? GRANT_KIND_unwind : GRANT_KIND_normal;
    memset(&m.event, 0, sizeof m.event);
    (void)text_set(&m.event, events[pick(p, 0, 2)]);
    if (pick(p, 0, 5) == 0 && p->count > 0) {
        m.group = p->known[pick(p, 0, p->count - 1)].g.group;
        m.attempt = p->serial;
        m.kind = unwind ? GRANT_KIND_unwind : GRANT_KIND_patch;
    }
    for (uint32_t i = 0; unwind && i < legs; i++) {
        m.legs.at[i].side = SIDE_sell;
    }
    desk_lease(p->d);
    HEAR(p->d, authorize, &m);
    assert_int_equal(p->d->said[TYPE_grant] + p->d->said[TYPE_denial], 1);
    remember(p, HEARD_authorize, &m, sizeof m);
    if (p->d->said[TYPE_grant] == 0 || p->count == GRANTS) {
        return;
    }
    struct known *k = &p->known[p->count++];
    memset(k, 0, sizeof *k);
    k->g = p->d->grant;
    for (uint32_t i = 0; !unwind && i < legs; i++) {
        struct money cost;
        assert_true(cost_up(m.legs.at[i].limit, m.legs.at[i].size, &cost));
        k->left[i] = cost.micros + m.legs.at[i].fee.micros;
    }
    add_up_the_facts(p);
    check_limits_after_a_grant(p);
}

/* A dollar split and both halves sold: granted, and then split in parts. */
static inline void
ask_split(struct play *p)
{
    uint32_t first = (uint32_t)pick(p, 0, TOKENS - 2);
    struct authorize m =
        desk_ask(++p->serial, 2, first, pick(p, 1, 99) * 10000,
                 pick(p, 1, 300));
    m.strategy = STRATEGY_B;
    (void)text_set(&m.event, events[pick(p, 0, 2)]);
    m.legs.at[1].limit.micros = MICROS - m.legs.at[0].limit.micros;
    m.legs.at[1].avg = m.legs.at[1].limit;
    m.legs.at[0].side = m.legs.at[1].side = SIDE_sell;
    desk_lease(p->d);
    HEAR(p->d, authorize, &m);
    remember(p, HEARD_authorize, &m, sizeof m);
    if (p->d->said[TYPE_grant] == 0 || p->count == GRANTS) {
        return;
    }
    assert_int_equal(p->d->grant.reserved.micros, m.legs.at[0].size.micros);
    p->known[p->count++] = (struct known){ .g = p->d->grant, .splits = true };
    add_up_the_facts(p);
    check_limits_after_a_grant(p);
}

static inline void
split(struct play *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct known *k = &p->known[i];
        int64_t left = k->g.reserved.micros - k->made;
        if (!k->splits || k->closed[0] || k->closed[1] || left == 0) {
            continue;
        }
        int64_t qty = pick(p, 1, left + left / 4);
        struct settle m = { .ref = desk_uuid(5000000 + ++p->serial),
                            .mode = MODE_paper,
                            .kind = SETTLE_KIND_split,
                            .token = k->g.legs.at[0].token,
                            .pair = k->g.legs.at[1].token,
                            .qty = { qty },
                            .cash = { -qty },
                            .auth = k->g.auth };
        HEAR(p->d, settle, &m);
        assert_true(p->d->ack.ok == (qty <= left));
        k->made += p->d->ack.ok ? qty : 0;
        p->splits += p->d->ack.ok;
        remember(p, HEARD_settle, &m, sizeof m);
        return;
    }
}

/* A fill within its limit, its size and its fee. */
static inline void
fill(struct play *p)
{
    if (p->count == 0) {
        return;
    }
    struct known *k = &p->known[pick(p, 0, p->count - 1)];
    uint32_t n = (uint32_t)pick(p, 0, k->g.legs.count - 1);
    const struct leg *leg = &k->g.legs.at[n];
    int64_t rest = (k->splits ? k->made : leg->size.micros) - k->filled[n];
    if (k->closed[n] || rest <= 0) {
        return;
    }
    char id[32];
    snprintf(id, sizeof id, "fill-%u", ++p->serial);
    bool buys = leg->side == SIDE_buy;
    int64_t price = buys ? pick(p, 1, leg->limit.micros)
                         : pick(p, leg->limit.micros, MICROS);
    struct fill m = desk_fill(&k->g, n, id, price, pick(p, 1, rest));
    struct money cost;
    assert_true(cost_up(m.price, m.qty, &cost));
    /* Many small fills round up more than once: the fee takes that in. */
    struct money rest_cost;
    assert_true(cost_up(leg->limit, (struct qty){ rest - m.qty.micros },
                        &rest_cost));
    int64_t spare = k->left[n] - cost.micros - rest_cost.micros;
    m.fee.micros = buys ? (spare > 0 ? pick(p, 0, spare) : 0) : 0;
    m.fee.micros = m.fee.micros > m.qty.micros ? m.qty.micros : m.fee.micros;
    if (buys && spare < 0) {
        return; /* Only by rounding; would be drawn from the allowance. */
    }
    m.state = p->pending_count == PENDING || pick(p, 0, 1)
                  ? FILL_STATE_confirmed
                  : (enum fill_state)pick(p, FILL_STATE_matched,
                                          FILL_STATE_retrying);
    HEAR(p->d, fill, &m);
    if (m.state != FILL_STATE_confirmed) {
        p->whose[p->pending_count] = k->g.strategy;
        p->pending[p->pending_count++] = m;
    }
    assert_true(p->d->ack.ok);
    assert_int_equal(p->d->ack.reason, REASON_none);
    remember(p, HEARD_fill, &m, sizeof m);
    k->filled[n] += m.qty.micros;
    k->left[n] -= buys ? cost.micros + m.fee.micros : 0;
    k->any_filled = true;
}

/* Nothing that is bought may fail while it is promised to a sale: that is
 * another test's. */
static inline bool
may_fail(const struct play *p, const struct fill *m, enum strategy whose)
{
    uint32_t t = token_index(&m->token);
    return m->side == SIDE_sell ||
           p->held[t][whose] - p->selling[t][whose] >= m->qty.micros;
}

/* What is provisional ends, or moves on. */
static inline void
follow(struct play *p)
{
    if (p->pending_count == 0) {
        return;
    }
    uint32_t i = (uint32_t)pick(p, 0, p->pending_count - 1);
    struct fill *m = &p->pending[i];
    m->state = (enum fill_state)pick(p, 0, fill_state_end_ - 1);
    if (m->state == FILL_STATE_failed && !may_fail(p, m, p->whose[i])) {
        m->state = FILL_STATE_confirmed;
    }
    bool ends = m->state == FILL_STATE_confirmed ||
                m->state == FILL_STATE_failed;
    HEAR(p->d, fill, m);
    assert_true(p->d->ack.ok);
    assert_int_equal(p->d->ack.reason, ends ? REASON_none : REASON_DUPLICATE);
    remember(p, HEARD_fill, m, sizeof *m);
    if (ends) {
        p->confirmed += m->state == FILL_STATE_confirmed;
        p->failed += m->state == FILL_STATE_failed;
        p->pending_count--;
        p->whose[i] = p->whose[p->pending_count];
        *m = p->pending[p->pending_count];
    }
}

static inline void
let_go(struct play *p)
{
    if (p->count == 0) {
        return;
    }
    struct known *k = &p->known[pick(p, 0, p->count - 1)];
    bool all = pick(p, 0, 1) == 0;
    uint32_t n = (uint32_t)pick(p, 0, k->g.legs.count - 1);
    struct release m = { .auth = k->g.auth,
                         .leg = all ? legs_cap : n,
                         .evidence = k->any_filled ? EVIDENCE_venue_terminal
                                                   : EVIDENCE_never_sent };
    HEAR(p->d, release, &m);
    assert_true(p->d->ack.ok);
    remember(p, HEARD_release, &m, sizeof m);
    for (uint32_t i = 0; i < k->g.legs.count; i++) {
        k->closed[i] = k->closed[i] || all || i == n;
    }
}

static inline void
settle(struct play *p)
{
    uint32_t t = (uint32_t)pick(p, 0, TOKENS - 2);
    bool merge = pick(p, 0, 2) == 0;
    struct settle m = { .ref = desk_uuid(5000000 + ++p->serial),
                        .mode = MODE_paper,
                        .kind = merge ? SETTLE_KIND_merge
                                      : SETTLE_KIND_resolve,
                        .token = desk_token(t),
                        .qty = { pick(p, 1, 300 * MICROS) } };
    m.cash.micros = merge ? m.qty.micros : pick(p, 0, m.qty.micros);
    if (merge) {
        m.pair = desk_token(t + 1);
    }
    HEAR(p->d, settle, &m);
    if (p->d->said[TYPE_ack] == 1 && p->d->ack.ok) {
        remember(p, HEARD_settle, &m, sizeof m);
    }
}

static inline void
say_past(struct desk *d, struct past *at)
{
    switch (at->kind) {
    case HEARD_authorize: HEAR(d, authorize, &at->m.authorize); break;
    case HEARD_fill: HEAR(d, fill, &at->m.fill); break;
    case HEARD_release: HEAR(d, release, &at->m.release); break;
    case HEARD_settle: HEAR(d, settle, &at->m.settle); break;
    }
}

/* What was heard before and is heard again changes nothing. */
static inline void
repeat(struct play *p)
{
    uint32_t cap = p->past_count < PAST ? p->past_count : PAST;
    if (cap == 0) {
        return;
    }
    struct past *at = &p->past[pick(p, 0, cap - 1)];
    if (at->kind == HEARD_release && at->m.release.leg != legs_cap) {
        return; /* "This leg" is free already, or was meant to be: same. */
    }
    if (at->kind == HEARD_authorize && p->d->in.own_run > 1) {
        return; /* A denial is forgotten by a restart. */
    }
    struct hash was = riskd_digest(p->d->x);
    uint32_t facts = p->d->facts_count;
    say_past(p->d, at);
    struct hash is = riskd_digest(p->d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    assert_int_equal(facts, p->d->facts_count);
}

static inline void
step(struct play *p)
{
    switch (pick(p, 0, 16)) {
    case 0:
    case 1:
    case 2: ask(p); break;
    case 3:
    case 4:
    case 5: fill(p); break;
    case 6:
    case 7: let_go(p); break;
    case 8: settle(p); break;
    case 9: repeat(p); break;
    case 10: ask_split(p); break;
    case 11:
    case 12: split(p); break;
    case 13:
    case 14: follow(p); break;
    case 15: desk_pass(p->d, pick(p, 1, 4000000)); break;
    default: desk_restart(p->d); break;
    }
}

static inline struct play *
open_play(uint64_t seed)
{
    struct play *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->d = desk_conf();
    p->d->conf.daily_loss_max = USD(100000);
    p->d->conf.grants_open = 200;
    p->d->strategy.gross_min.ppm = 0;
    p->seed = seed;
    desk_open(p->d);
    return p;
}

static inline void
close_play(struct play *p)
{
    desk_free(p->d);
    free(p);
}

#endif /* TESTS_RISKD_PLAY_H */
