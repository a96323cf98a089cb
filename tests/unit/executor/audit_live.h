/* audit_live - what must hold between an executor, riskd and a venue when
 * everything is over */
#ifndef TESTS_EXECUTOR_AUDIT_LIVE_H
#define TESTS_EXECUTOR_AUDIT_LIVE_H

#include "tests/unit/executor/audit.h"

/* Every order at the venue is an intent on disk, no bytes were taken twice by
 * another id, nothing rests. */
static inline void
audit_venue_orders(const struct floor *f)
{
    for (uint32_t i = 0; i < f->venue.orders; i++) {
        const struct floor_vorder *o = &f->venue.order[i];
        uint32_t intents = 0, same = 0;

        assert_false(o->rests);
        for (uint32_t k = 0; k < f->facts; k++)
            intents += f->fact[k].schema == &intent_schema &&
                       memcmp(f->fact[k].m, &o->i, sizeof o->i) == 0;
        assert_int_equal(intents, 1);
        for (uint32_t k = 0; k < f->venue.orders; k++)
            same += uuid_equal(&f->venue.order[k].i.auth, &o->i.auth) &&
                    f->venue.order[k].i.leg == o->i.leg;
        assert_int_equal(same, 1);
    }
}

/* Each of our orders ended once in our facts. */
static inline void
audit_live_orders(const struct floor *f)
{
    for (uint32_t i = 0; i < f->facts; i++) {
        const struct intent *a = f->fact[i].m;
        uint32_t ends = 0;

        if (f->fact[i].schema != &intent_schema)
            continue;
        for (uint32_t k = i + 1; k < f->facts; k++) {
            const struct order *o = f->fact[k].m;

            if (f->fact[k].schema == &order_schema &&
                hash_equal(&a->order, &o->order))
                ends += o->state == ORDER_STATE_filled ||
                        o->state == ORDER_STATE_cancelled ||
                        o->state == ORDER_STATE_rejected;
        }
        assert_int_equal(ends, 1);
    }
}

/* Each trade of the venue is a fill, in its last state, once. */
static inline void
audit_trades(const struct floor *f)
{
    uint32_t news = 0, settled = 0;

    for (uint32_t i = 0; i < f->venue.trades; i++) {
        struct text name = trades_name(&f->venue.trade[i].m);
        enum fill_state last = FILL_STATE_failed; /* Never heard of: void. */

        for (uint32_t k = 0; k < f->facts; k++) {
            const struct fill *m = f->fact[k].m;

            if (f->fact[k].schema == &fill_schema &&
                text_equal(&m->fill_id, &name)) {
                last = m->state;
                assert_int_equal(m->qty.micros,
                                 f->venue.trade[i].m.qty.micros);
                news++;
            }
        }
        assert_int_equal(last, f->venue.trade[i].m.state);
        settled += fill_is_settled(f->venue.trade[i].m.state);
    }
    assert_int_equal(settled, f->venue.trades);
    assert_true(news >= f->venue.trades || f->venue.fail_permille > 0);
}

/* The venue holds what riskd's ledger says is held. */
static inline void
audit_holdings(const struct floor *f)
{
    for (uint32_t i = 0; i < 2 * f->markets; i++)
        assert_int_equal(f->venue.shares[i], f->token[i].shares);
}

static inline void
audit_live(struct floor *f)
{
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
    audit_groups(f);
    audit_live_orders(f);
    audit_venue_orders(f);
    audit_trades(f);
    audit_holdings(f);
}

#endif /* TESTS_EXECUTOR_AUDIT_LIVE_H */
