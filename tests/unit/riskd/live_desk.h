/* live_desk - a desk that trades live, and what is done on it */
#ifndef TESTS_RISKD_LIVE_DESK_H
#define TESTS_RISKD_LIVE_DESK_H

#include <stdio.h>

#include "tests/unit/riskd/desk.h"

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
granted(struct desk *d, struct authorize *m)
{
    m->mode = MODE_live;
    HEAR(d, authorize, m);
    assert_int_equal(d->said[TYPE_grant], 1);
    return d->grant;
}

static inline struct grant
buy(struct desk *d, uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 0, 400000, 100);
    return granted(d, &m);
}

static inline struct grant
sell(struct desk *d, uint32_t n, int64_t price, int64_t shares)
{
    struct authorize m = desk_ask(n, 1, 0, price, shares);
    m.kind = GRANT_KIND_unwind;
    m.legs.at[0].side = SIDE_sell;
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

static inline void
release(struct desk *d, const struct grant *g)
{
    struct release r = { .auth = g->auth,
                         .leg = legs_cap,
                         .evidence = EVIDENCE_venue_terminal };
    HEAR(d, release, &r);
    assert_true(d->ack.ok);
}

#endif /* TESTS_RISKD_LIVE_DESK_H */
