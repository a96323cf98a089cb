/* play_model - what a play knows: a naive model of what was promised, and the
 * books added up again from the facts */
#ifndef TESTS_RISKD_PLAY_MODEL_H
#define TESTS_RISKD_PLAY_MODEL_H

#include <stdio.h>

#include "tests/unit/riskd/desk.h"

enum { GRANTS = 400, TOKENS = 12, PAST = 64, PENDING = 40 };

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
    int64_t selling[TOKENS][strategy_end_];
    struct fill pending[PENDING]; /* Said, not confirmed, not failed. */
    enum strategy whose[PENDING];
    uint32_t pending_count;
    uint32_t confirmed, failed;
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
             e->account == ACCOUNT_position || e->account == ACCOUNT_due) &&
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
            bool memo = e->account == ACCOUNT_shares ||
                        e->account == ACCOUNT_fees ||
                        e->account == ACCOUNT_provisional;
            sum += memo ? 0 : e->amount.micros;
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
                                          s.exposure.micros + s.due.micros);
    assert_int_equal(s.due.micros, p->sum[ACCOUNT_due]);
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
    int64_t(*selling)[strategy_end_] = p->selling;
    int64_t least = 0;
    memset(p->selling, 0, sizeof p->selling);
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
    assert_true((p->sum[ACCOUNT_reserved] + p->sum[ACCOUNT_position] +
                 p->sum[ACCOUNT_due]) * 10 <= equity * 8);
    for (int i = 0; i < 3; i++) {
        assert_true(p->event[i] * 2 <= equity);
    }
}

/* What is not confirmed adds up to what the state shows. */
static inline void
compare_provisional(struct play *p)
{
    int64_t bought = 0, due = 0;
    for (uint32_t i = 0; i < p->pending_count; i++) {
        const struct fill *m = &p->pending[i];
        struct money cost;
        assert_true(cost_up(m->price, m->qty, &cost));
        bought += m->side == SIDE_buy ? cost.micros + m->fee.micros : 0;
        due += m->side == SIDE_sell ? cost.micros : 0;
    }
    struct risk_state s = desk_state(p->d);
    assert_int_equal(s.provisional.micros, bought);
    assert_true(s.due.micros <= due && (due > 0 || s.due.micros == 0));
}

#endif /* TESTS_RISKD_PLAY_MODEL_H */
