/* floor_settle - what the small venue does by itself: its stream comes and
 * goes, trades settle; and what may be freed of a reservation there */
#ifndef TESTS_EXECUTOR_FLOOR_SETTLE_H
#define TESTS_EXECUTOR_FLOOR_SETTLE_H

#include "tests/unit/executor/floor_venue.h"

static inline void
floor_settle_one(struct floor *f, struct floor_vtrade *t)
{
    int64_t sign = t->m.side == SIDE_buy ? 1 : -1;
    uint32_t token = (uint32_t)(floor_token(f, &t->m.token) - f->token);

    if (fill_is_settled(t->m.state))
        return;
    if (t->m.state == FILL_STATE_matched)
        t->m.state = FILL_STATE_mined;
    else if (floor_chance(f, f->venue.fail_permille))
        t->m.state = FILL_STATE_failed;
    else
        t->m.state = FILL_STATE_confirmed;
    if (t->m.state == FILL_STATE_confirmed)
        f->venue.shares[token] += sign * t->m.qty.micros;
    t->next.ns = f->mono.ns + f->venue.settle.ms * 1000000;
    floor_stream(f, &venue_trade_schema, &t->m);
}

static inline void
floor_venue_step(struct floor *f)
{
    struct venue_status m = { .state = f->venue.stream ? LINK_STATE_up
                                                       : LINK_STATE_down };

    if (!f->venue.on)
        return;
    if (f->venue.stream != f->venue.told) {
        f->venue.told = f->venue.stream;
        floor_post_at(f, f->mono.ns, SOURCE_executor, 0, &venue_status_schema,
                      &m);
    }
    for (uint32_t i = 0; i < f->venue.trades && !f->venue.stuck; i++)
        if (f->mono.ns >= f->venue.trade[i].next.ns)
            floor_settle_one(f, &f->venue.trade[i]);
}

/* Nothing that is freed may still trade, or be undone. */
static inline void
floor_check_release(struct floor *f, const struct release *m)
{
    for (uint32_t i = 0; i < f->venue.orders; i++) {
        const struct floor_vorder *o = &f->venue.order[i];

        if (!uuid_equal(&o->i.auth, &m->auth) ||
            (m->leg < legs_cap && o->i.leg != m->leg))
            continue;
        assert_false(o->rests);
        if (m->evidence == EVIDENCE_not_found_quiet && m->leg < legs_cap)
            assert_int_equal(o->matched.micros, 0);
    }
    for (uint32_t i = 0; i < f->venue.trades; i++) {
        const struct floor_vtrade *t = &f->venue.trade[i];

        if (uuid_equal(&t->i.auth, &m->auth) &&
            (m->leg == legs_cap || t->i.leg == m->leg))
            assert_true(fill_is_settled(t->m.state));
    }
}

/* Live, on an account of a key nobody holds. */
static inline const struct order_identity *
floor_identity(void)
{
    static struct order_identity id = { .chain = CHAIN_POLYGON };
    const struct address owner = { { 0x12, 0x34 } };
    struct why why;

    must(wallet_make(WALLET_EOA, &owner, NULL, &id.wallet, &why));
    return &id;
}

#endif /* TESTS_EXECUTOR_FLOOR_SETTLE_H */
