/* desk_trade - what is asked for, filled and released on a desk */
#ifndef TESTS_RISKD_DESK_TRADE_H
#define TESTS_RISKD_DESK_TRADE_H

#include "tests/unit/riskd/desk.h"

static inline struct grant
granted(struct desk *d, const struct authorize *m)
{
    HEAR(d, authorize, m);
    assert_int_equal(d->said[TYPE_grant], 1);
    return d->grant;
}

static inline void
fill_leg(struct desk *d, const struct grant *g, uint32_t leg, const char *id,
         int64_t price, int64_t shares_micros)
{
    struct fill f = desk_fill(g, leg, id, price, shares_micros);
    HEAR(d, fill, &f);
    assert_int_equal(d->said[TYPE_ack], 1);
}

/* One leg, or all of them: legs_cap. */
static inline void
release_leg(struct desk *d, const struct grant *g, uint64_t leg,
            enum evidence evidence)
{
    struct release r = { .auth = g->auth, .leg = leg, .evidence = evidence };
    HEAR(d, release, &r);
    assert_true(d->ack.ok);
}

static inline void
release_all(struct desk *d, const struct grant *g)
{
    release_leg(d, g, legs_cap, EVIDENCE_venue_terminal);
}

/* Group n sells what it holds of a token. */
static inline struct authorize
ask_sale(uint32_t n, uint32_t token, int64_t price, int64_t shares)
{
    struct authorize m = desk_ask(n, 1, token, price, shares);
    m.kind = GRANT_KIND_unwind;
    m.legs.at[0].side = SIDE_sell;
    return m;
}

/* Feed says that tokens 0 and 1 are one market, which takes 4 %. */
static inline void
list_market(struct desk *d)
{
    struct input was = d->in;
    struct market m = { .yes = desk_token(0), .no = desk_token(1),
                        .open = true, .fee_known = true,
                        .fee_rate = { 40000 }, .fee_exponent = 1 };
    (void)text_set(&m.market, "m0");
    (void)text_set(&m.event, "an event");
    d->in.src = SOURCE_feed;
    d->in.peer = 0;
    HEAR(d, market, &m);
    d->in = was;
}

#endif /* TESTS_RISKD_DESK_TRADE_H */
