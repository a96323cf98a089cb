/* live_desk - a desk that trades live, and what is done on it */
#ifndef TESTS_RISKD_LIVE_DESK_H
#define TESTS_RISKD_LIVE_DESK_H

#include <stdio.h>

#include "tests/unit/riskd/desk_trade.h"

static inline struct desk *
live_desk(void)
{
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    d->conf.stage = 1;
    desk_open(d);
    return d;
}

static inline struct grant
buy(struct desk *d, uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 0, 400000, 100);
    m.mode = MODE_live;
    return granted(d, &m);
}

static inline struct grant
sell(struct desk *d, uint32_t n, int64_t price, int64_t shares)
{
    struct authorize m = ask_sale(n, 0, price, shares);
    m.mode = MODE_live;
    return granted(d, &m);
}

/* Restarted before and after: what is true must not depend on it. */
static inline bool
hear(struct desk *d, struct fill *f, enum fill_state state)
{
    f->state = state;
    desk_assert_recalls(d);
    HEAR(d, fill, f);
    desk_assert_recalls(d);
    return d->said[TYPE_ack] == 1 && d->ack.ok;
}

/* Holds 100 of token 0, bought for 40.005 by group 1, which is over. */
static inline void
hold_100(struct desk *d)
{
    struct grant g = buy(d, 1);
    struct fill f = desk_fill(&g, 0, "b", 400000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_confirmed));
    release_all(d, &g);
}

#endif /* TESTS_RISKD_LIVE_DESK_H */
