/* split_desk - a desk for those who split dollars: shared by test_split and
 * test_split_sales */
#ifndef TESTS_RISKD_SPLIT_DESK_H
#define TESTS_RISKD_SPLIT_DESK_H

#include "tests/unit/riskd/desk_trade.h"

/* Group n sells shares of tokens 0 and 1 at 0.58 and 0.46, made for it. */
static inline struct authorize
ask_split(uint32_t n, int64_t shares_micros)
{
    struct authorize m = desk_ask(n, 2, 0, 580000, 1);
    m.strategy = STRATEGY_B;
    m.legs.at[1].limit.micros = m.legs.at[1].avg.micros = 460000;
    for (int i = 0; i < 2; i++) {
        m.legs.at[i].side = SIDE_sell;
        m.legs.at[i].size.micros = shares_micros;
    }
    return m;
}

static inline void
denied(struct desk *d, const struct authorize *m, enum reason why)
{
    HEAR(d, authorize, m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, why);
}

static inline struct settle
split_of(const struct grant *g, uint32_t ref, int64_t shares_micros)
{
    return (struct settle){ .ref = desk_uuid(500 + ref),
                            .mode = MODE_paper,
                            .kind = SETTLE_KIND_split,
                            .token = g->legs.at[0].token,
                            .pair = g->legs.at[1].token,
                            .qty = { shares_micros },
                            .cash = { -shares_micros },
                            .auth = g->auth };
}

static inline void
books(struct desk *d, const struct settle *m)
{
    HEAR(d, settle, m);
    assert_int_equal(d->said[TYPE_ack], 1);
    assert_true(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_none);
    desk_assert_recalls(d);
}

static inline void
split(struct desk *d, const struct grant *g, uint32_t ref,
      int64_t shares_micros)
{
    struct settle m = split_of(g, ref, shares_micros);
    books(d, &m);
}

static inline void
refuses(struct desk *d, const struct settle *m, enum reason why)
{
    struct hash was = riskd_digest(d->x);
    HEAR(d, settle, m);
    assert_int_equal(d->said[TYPE_ack], 1);
    assert_false(d->ack.ok);
    assert_int_equal(d->ack.reason, why);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
}

static inline bool
sell(struct desk *d, const struct grant *g, uint32_t leg, const char *id,
     int64_t price, int64_t shares_micros)
{
    fill_leg(d, g, leg, id, price, shares_micros);
    desk_assert_recalls(d);
    return d->ack.ok;
}

static inline void
let_go(struct desk *d, const struct grant *g, uint64_t leg, enum evidence e)
{
    release_leg(d, g, leg, e);
    desk_assert_recalls(d);
}

#endif /* TESTS_RISKD_SPLIT_DESK_H */
