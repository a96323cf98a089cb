/* play - seeded random requests, fills, releases and settlements on a desk,
 * and a naive model of what was promised to compare with */
#ifndef TESTS_RISKD_PLAY_H
#define TESTS_RISKD_PLAY_H

#include <stdio.h>

#include "tests/unit/riskd/desk.h"

enum { GRANTS = 400, TOKENS = 12, PAST = 64 };

/* What the test itself knows of a grant. */
struct known {
    struct grant g;
    int64_t filled[legs_cap]; /* Shares. */
    int64_t left[legs_cap];   /* Money, of bought legs. */
    bool closed[legs_cap];
    bool any_filled;
    bool splits;
    int64_t made;             /* Shares split so far. */
};

enum heard { HEARD_authorize, HEARD_fill, HEARD_release, HEARD_settle };
struct past {
    enum heard kind;
    union {
        struct authorize authorize;
        struct fill fill;
        struct release release;
        struct settle settle;
    } m;
};

struct play {
    struct desk *d;
    uint64_t seed;
    struct known known[GRANTS];
    uint32_t count;
    uint32_t serial, splits;
    struct past past[PAST];
    uint32_t past_count;
    uint32_t facts_checked;
    int64_t sum[account_end_];
    int64_t held[TOKENS][strategy_end_];
    int64_t event[3];
};

static inline uint64_t
draw(struct play *p)
{
    uint64_t z = p->seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline int64_t
pick(struct play *p, int64_t least, int64_t most)
{
    return least + (int64_t)(draw(p) % (uint64_t)(most - least + 1));
}

static const char *const events[] = { "north", "south", "west" };

static inline void
remember(struct play *p, enum heard kind, const void *m, size_t size)
{
    struct past *at = &p->past[p->past_count++ % PAST];
    at->kind = kind;
    memcpy(&at->m, m, size);
}

static inline uint32_t
token_index(const struct hash *token)
{
    uint32_t n;
    memcpy(&n, token->b + 8, sizeof n);
    return n;
}

static inline void
add_line(struct play *p, const struct ledger_entry *e)
{
    p->sum[e->account] += e->amount.micros;
    if (e->account == ACCOUNT_shares) {
        p->held[token_index(&e->token)][e->strategy] += e->amount.micros;
    }
    for (int i = 0; i < 3; i++) {
        if ((e->account == ACCOUNT_reserved ||
             e->account == ACCOUNT_position) &&
            strcmp(e->event.s, events[i]) == 0) {
            p->event[i] += e->amount.micros;
        }
    }
}

/* Every reference's lines sum to 0, the facts' sums are what riskd says. */
static inline void
add_up_the_facts(struct play *p)
{
    struct desk *d = p->d;
    while (p->facts_checked < d->facts_count) {
        const struct fact *f = &d->facts[p->facts_checked];
        if (f->schema != &ledger_entry_schema) {
            p->facts_checked++;
            continue;
        }
        struct uuid ref = ((const struct ledger_entry *)f->msg)->ref;
        int64_t sum = 0;
        for (; p->facts_checked < d->facts_count; p->facts_checked++) {
            f = &d->facts[p->facts_checked];
            const struct ledger_entry *e = f->msg;
            if (f->schema != &ledger_entry_schema ||
                !uuid_equal(&e->ref, &ref)) {
                break;
            }
            sum += e->account == ACCOUNT_shares || e->account == ACCOUNT_fees
                       ? 0
                       : e->amount.micros;
            add_line(p, e);
        }
        assert_int_equal(sum, 0);
    }
    struct risk_state s = desk_state(d);
    assert_int_equal(s.cash.micros, p->sum[ACCOUNT_cash]);
    assert_int_equal(s.reserved.micros, p->sum[ACCOUNT_reserved]);
    assert_int_equal(s.exposure.micros, p->sum[ACCOUNT_position]);
    assert_int_equal(s.realised.micros, -p->sum[ACCOUNT_realised]);
    assert_true(p->sum[ACCOUNT_fees] >= 0);
    assert_int_equal(s.equity.micros, s.cash.micros + s.reserved.micros +
                                          s.exposure.micros);
    assert_int_equal(s.equity.micros,
                     d->capital.initial_usd.micros + s.realised.micros);
    assert_true(s.high_water.micros >= s.equity.micros);
    assert_true(s.reserved.micros >= 0);
    assert_true(s.exposure.micros >= 0);
}

/* What is promised is covered: money for what may still be bought, shares
 * for what may still be sold. */
static inline void
compare_promises(struct play *p)
{
    static int64_t selling[TOKENS][strategy_end_];
    int64_t least = 0;
    memset(selling, 0, sizeof selling);
    for (uint32_t i = 0; i < p->count; i++) {
        const struct known *k = &p->known[i];
        bool may_split = k->splits && !k->closed[0] && !k->closed[1];
        least += may_split ? k->g.reserved.micros - k->made : 0;
        for (uint32_t n = 0; n < k->g.legs.count; n++) {
            const struct leg *leg = &k->g.legs.at[n];
            int64_t rest =
                (k->splits ? k->made : leg->size.micros) - k->filled[n];
            if (k->closed[n] || rest <= 0) {
                least += k->closed[n] ? 0 : k->left[n];
            } else if (leg->side == SIDE_buy) {
                least += k->left[n];
                assert_true((wide)k->left[n] * MICROS >=
                            (wide)rest * leg->limit.micros);
            } else {
                selling[token_index(&leg->token)][k->g.strategy] += rest;
            }
        }
    }
    assert_true(p->sum[ACCOUNT_reserved] >= least);
    for (uint32_t t = 0; t < TOKENS; t++) {
        for (int s = 0; s < strategy_end_; s++) {
            assert_true(p->held[t][s] >= selling[t][s]);
        }
    }
}

static inline void
check_limits_after_a_grant(struct play *p)
{
    int64_t equity = desk_state(p->d).equity.micros;
    assert_true(p->sum[ACCOUNT_cash] >= 0);
    assert_true((p->sum[ACCOUNT_reserved] + p->sum[ACCOUNT_position]) * 10 <=
                equity * 8);
    for (int i = 0; i < 3; i++) {
        assert_true(p->event[i] * 2 <= equity);
    }
}

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
    m.state = pick(p, 0, 1) ? FILL_STATE_confirmed : FILL_STATE_matched;
    HEAR(p->d, fill, &m);
    assert_true(p->d->ack.ok);
    assert_int_equal(p->d->ack.reason, REASON_none);
    remember(p, HEARD_fill, &m, sizeof m);
    k->filled[n] += m.qty.micros;
    k->left[n] -= buys ? cost.micros + m.fee.micros : 0;
    k->any_filled = true;
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
    switch (pick(p, 0, 14)) {
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
    case 13: desk_pass(p->d, pick(p, 1, 4000000)); break;
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
