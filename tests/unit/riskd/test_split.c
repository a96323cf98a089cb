/* test_split - a dollar split and both halves sold: what it reserves, and what
 * may be split of it */
#include "tests/unit/riskd/split_desk.h"

static void
a_split_reserves_a_dollar_a_share_and_nothing_else(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    assert_int_equal(g.reserved.micros, 100 * MICROS);
    assert_int_equal(desk_state(d).reserved.micros, 100 * MICROS);
    split(d, &g, 1, 100 * MICROS);
    struct risk_state s = desk_state(d);
    assert_int_equal(s.reserved.micros, 0);
    assert_int_equal(s.exposure.micros, 100 * MICROS);
    assert_int_equal(s.cash.micros, 4900LL * MICROS);
    assert_true(sell(d, &g, 0, "y", 580000, 100 * MICROS));
    desk_restart(d);
    assert_true(sell(d, &g, 1, "n", 460000, 100 * MICROS));
    let_go(d, &g, legs_cap, EVIDENCE_venue_terminal);
    s = desk_state(d);
    assert_int_equal(s.exposure.micros, 0);
    assert_int_equal(s.realised.micros, 4 * MICROS - 10000);
    assert_int_equal(s.cash.micros, 5000LL * MICROS + s.realised.micros);
    desk_free(d);
}

/* Sets one limit so that exactly 100 shares pass. */
static struct desk *
desk_limited(int which)
{
    struct desk *d = desk_conf();
    switch (which) {
    case 0: d->conf.trade_max.ppm = 20000; break;
    case 1: d->conf.event_max.ppm = 20000; break;
    case 2: d->conf.unsettled_max.ppm = 20000; break;
    case 3: d->conf.position_max = USD(100); break;
    case 4: d->conf.shares_max.micros = 100 * MICROS; break;
    case 5: d->conf.order_max.micros = 55769230; break; /* 58 of 104. */
    default:
        d->capital.initial_usd = USD(100);
        d->conf.trade_max.ppm = d->conf.event_max.ppm = 2 * MICROS;
        d->conf.unsettled_max.ppm = 2 * MICROS;
        break;
    }
    desk_open(d);
    return d;
}

static void
every_limit_applies_to_what_is_reserved(void **state)
{
    (void)state;
    static const enum reason why[] = {
        REASON_TRADE_LIMIT,    REASON_EVENT_LIMIT,  REASON_UNSETTLED_LIMIT,
        REASON_POSITION_LIMIT, REASON_SHARES_LIMIT, REASON_ORDER_LIMIT,
        REASON_CAPITAL
    };
    for (int i = 0; i < 7; i++) {
        struct desk *d = desk_limited(i);
        struct authorize m = ask_split(1, 100 * MICROS + (i == 5 ? 4 : 1));
        denied(d, &m, why[i]);
        assert_int_equal(d->denial.reasons.count, 1);
        m = ask_split(2, 100 * MICROS);
        (void)granted(d, &m);
        desk_free(d);
    }
}

static void
what_is_not_such_a_pair_of_sales_must_be_held(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    const struct authorize good = ask_split(1, 100 * MICROS);
    struct authorize m = good;
    m.legs.count = 3;
    m.legs.at[2] = m.legs.at[1];
    m.legs.at[2].token = desk_token(2);
    denied(d, &m, REASON_NOT_HELD);
    m = good;
    m.attempt = 2;
    m.legs.count = 1;
    m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 1000000;
    denied(d, &m, REASON_BELOW_GROSS); /* And not held. */
    assert_int_equal(d->denial.reasons.at[1].code, REASON_NOT_HELD);
    m = good;
    m.attempt = 3;
    m.legs.at[1].size.micros--;
    denied(d, &m, REASON_NOT_HELD);
    m = good;
    m.attempt = 4;
    m.legs.at[1].side = SIDE_buy;
    denied(d, &m, REASON_BAD_INPUT); /* And not held. */
    m = good;
    m.attempt = 5;
    m.strategy = STRATEGY_A;
    denied(d, &m, REASON_NOT_HELD);
    m = good;
    m.kind = GRANT_KIND_unwind;
    denied(d, &m, REASON_NOT_HELD);
    m.kind = GRANT_KIND_patch;
    denied(d, &m, REASON_NOT_FOUND); /* No group to complete. */
    assert_int_equal(d->denial.reasons.at[1].code, REASON_NOT_HELD);
    m = good;
    m.attempt = 6;
    m.legs.at[1].token = m.legs.at[0].token;
    denied(d, &m, REASON_BAD_INPUT);
    m = good;
    m.attempt = 7;
    m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 569999;
    denied(d, &m, REASON_BELOW_GROSS); /* 0.029999 */
    assert_int_equal(desk_state(d).reserved.micros, 0);
    m.attempt = 8;
    m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 570000;
    (void)granted(d, &m);
    desk_free(d);
}

static void
a_split_is_booked_once_and_only_within_its_reservation(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    struct settle s = split_of(&g, 1, 100 * MICROS + 1);
    refuses(d, &s, REASON_CAPITAL);
    split(d, &g, 1, 60 * MICROS);
    uint32_t facts = d->facts_count;
    s = split_of(&g, 1, 60 * MICROS);
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    assert_int_equal(facts, d->facts_count);
    desk_restart(d);
    HEAR(d, settle, &s);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    s = split_of(&g, 2, 40 * MICROS + 1);
    refuses(d, &s, REASON_CAPITAL);
    split(d, &g, 2, 40 * MICROS);
    s = split_of(&g, 3, 1);
    refuses(d, &s, REASON_CAPITAL);
    assert_int_equal(desk_state(d).exposure.micros, 100 * MICROS);
    desk_free(d);
}

/* Each of 100 splits rounds against one leg; the sum is the same. */
static void
many_small_splits_use_up_the_reservation_to_the_micro(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 301);
    m.legs.at[0].fee.micros = m.legs.at[1].fee.micros = 0;
    struct grant g = granted(d, &m);
    for (uint32_t i = 0; i < 100; i++) {
        split(d, &g, i, 3);
    }
    split(d, &g, 100, 1);
    struct settle s = split_of(&g, 101, 1);
    refuses(d, &s, REASON_CAPITAL);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).exposure.micros, 301);
    desk_free(d);
}

static void
a_split_that_cannot_be_true_books_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    const struct settle good = split_of(&g, 1, 50 * MICROS);
    struct settle bad[9] = { good, good, good, good, good,
                             good, good, good, good };
    bad[0].cash.micros++;
    bad[1].cash.micros--;
    bad[2].cash.micros = 50 * MICROS;
    bad[3].pair = (struct hash){ { 0 } };
    bad[4].pair = bad[4].token;
    bad[5].auth = (struct uuid){ { 0 } };
    bad[6].ref = bad[6].auth; /* Would not be remembered. */
    bad[7].qty.micros = INT64_MIN;
    bad[7].cash.micros = INT64_MIN;
    bad[8].kind = SETTLE_KIND_merge; /* Takes no grant. */
    bad[8].cash.micros = 0;
    for (int i = 0; i < 9; i++) {
        refuses(d, &bad[i], REASON_BAD_INPUT);
    }
    books(d, &good);
    desk_free(d);
}

static void
a_split_under_a_grant_that_is_not_its_own_is_refused(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    struct authorize other = ask_split(2, 100 * MICROS);
    other.legs.at[0].token = desk_token(8);
    other.legs.at[1].token = desk_token(9);
    struct grant og = granted(d, &other);
    struct authorize buys = desk_ask(3, 2, 0, 450000, 100);
    buys.strategy = STRATEGY_B;
    struct grant bg = granted(d, &buys);
    struct authorize shows = ask_split(4, 100 * MICROS);
    shows.mode = MODE_shadow;
    struct grant sg = granted(d, &shows);
    struct settle s = split_of(&g, 1, 50 * MICROS);
    s.auth = og.auth;
    refuses(d, &s, REASON_CONFLICT);
    s.auth = bg.auth;
    refuses(d, &s, REASON_CONFLICT);
    s.auth = sg.auth;
    refuses(d, &s, REASON_CONFLICT);
    s.auth = desk_uuid(99);
    refuses(d, &s, REASON_CONFLICT);
    s.auth = g.auth;
    s.pair = desk_token(2);
    refuses(d, &s, REASON_CONFLICT);
    s = split_of(&g, 1, 50 * MICROS);
    s.mode = MODE_live;
    refuses(d, &s, REASON_CONFLICT);
    s = split_of(&g, 1, 50 * MICROS);
    s.token = g.legs.at[1].token; /* Either may be called yes. */
    s.pair = g.legs.at[0].token;
    books(d, &s);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_reserves_a_dollar_a_share_and_nothing_else),
        cmocka_unit_test(every_limit_applies_to_what_is_reserved),
        cmocka_unit_test(what_is_not_such_a_pair_of_sales_must_be_held),
        cmocka_unit_test(
            a_split_is_booked_once_and_only_within_its_reservation),
        cmocka_unit_test(many_small_splits_use_up_the_reservation_to_the_micro),
        cmocka_unit_test(a_split_that_cannot_be_true_books_nothing),
        cmocka_unit_test(a_split_under_a_grant_that_is_not_its_own_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
