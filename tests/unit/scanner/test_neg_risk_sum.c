/* test_neg_risk_sum - strategy A through the engine: each gate and threshold
 * from both sides */
#include "tests/unit/scanner/world.h"

static const int64_t day_ns = INT64_C(86400000000000);

/* Three outcomes at 30, 30 and 36 cents: a set costs 96. */
static struct world *
open_event(void)
{
    struct world *w = world_open();

    world_start(w);
    world_heartbeat(w);
    world_event(w, "e1", 0, 3);
    return w;
}

static void
fill_books(struct world *w)
{
    world_book(w, 0, 290000, 300000, 100);
    world_book(w, 2, 290000, 300000, 100);
    world_book(w, 4, 350000, 360000, 100);
}

static void
set_market(struct world *w, struct market *m)
{
    WORLD_SAY(w, market, m);
}

static void
a_sum_of_96_cents_opens(void **state)
{
    struct world *w = open_event();
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    fill_books(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->state, OPP_STATE_opened);
    assert_int_equal(m->rev, 1);
    assert_int_equal(m->strategy, STRATEGY_A);
    assert_string_equal(m->event.s, "e1");
    assert_int_equal(m->legs.count, 3);
    assert_int_equal(m->gross.ppm, 40000);
    assert_int_equal(m->sets.micros, 100 * MICROS);
    assert_int_equal(m->cost.micros, 96 * MICROS);
    /* 96 dollars at 4 % for a day, up. */
    assert_int_equal(m->lock.micros, 10521);
    assert_int_equal(m->profit.micros, 4 * MICROS - 10521);
    assert_int_equal(m->peak.micros, m->profit.micros);
    assert_int_equal(m->opened.ns, w->in.wall.ns);
    assert_int_equal(m->ttl.ms, 2000);
    assert_memory_equal(m->legs.at[2].token.b, world_token(4).b, 32);
    world_close(w);
}

static void
no_outcome_may_lack_an_ask(void **state)
{
    struct world *w = open_event();

    (void)state;
    fill_books(w);
    world_forget(w);
    world_change(w, 2, SIDE_sell, 300000, 0);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[0].reason, REASON_NO_ASK);
    assert_true(world_count(w, SCANNER_blocked_NO_ASK) > 0);
    world_close(w);
}

static void
no_book_may_be_missing(void **state)
{
    struct world *w = open_event();

    (void)state;
    world_book(w, 0, 290000, 300000, 100);
    world_book(w, 2, 290000, 300000, 100);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_BOOK_UNUSABLE) > 0);
    world_close(w);
}

static void
a_crossed_book_is_refused(void **state)
{
    struct world *w = open_event();

    (void)state;
    world_book(w, 0, 290000, 300000, 100);
    world_book(w, 2, 300000, 300000, 100);
    world_book(w, 4, 350000, 360000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BOOK_CROSSED), 1);
    world_close(w);
}

static void
gross_min_is_met_at_97_cents_and_missed_above(void **state)
{
    struct world *w = open_event();

    (void)state;
    world_book(w, 0, 290000, 300000, 100);
    world_book(w, 2, 290000, 300000, 100);
    world_book(w, 4, 350000, 371000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_below_gross), 1);
    world_change(w, 4, SIDE_sell, 370000, 100);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].gross.ppm, 30000);
    world_close(w);
}

static void
depth_min_is_met_at_50_shares_and_missed_below(void **state)
{
    struct world *w = open_event();

    (void)state;
    fill_books(w);
    world_change(w, 0, SIDE_sell, 300000, 49);
    assert_int_equal(w->opportunity[1].reason, REASON_BELOW_SHARES);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_SHARES), 1);
    world_forget(w);
    world_change(w, 0, SIDE_sell, 300000, 50);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_opened);
    assert_int_equal(w->opportunity[0].sets.micros, 50 * MICROS);
    world_close(w);
}

static void
a_plain_event_is_not_for_this_strategy(void **state)
{
    struct world *w = world_open();
    struct market m;

    (void)state;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 3; i++) {
        m = world_market(i, "e1", i, 3);
        m.neg_risk = i != 1;
        set_market(w, &m);
    }
    fill_books(w);
    assert_int_equal(w->told, 0);
    m = world_market(1, "e1", 1, 3);
    set_market(w, &m);
    assert_int_equal(w->told, 1);
    world_close(w);
}

/* Sets one field of market 1 and expects the reason's counter. */
#define REFUSES(field, value, counter)                         \
    do {                                                       \
        struct world *w = open_event();                        \
        struct market m = world_market(1, "e1", 1, 3);         \
                                                               \
        m.field = value;                                       \
        fill_books(w);                                         \
        assert_int_equal(w->told, 1);                          \
        world_forget(w);                                       \
        set_market(w, &m);                                     \
        assert_int_equal(w->told, 1);                          \
        assert_int_equal(w->opportunity[0].state,              \
                         OPP_STATE_closed);                    \
        assert_int_equal(w->opportunity[0].reason,             \
                         REASON_##counter);                    \
        assert_true(world_count(w,                             \
                    SCANNER_blocked_##counter) > 0);           \
        world_close(w);                                        \
    } while (0)

static void
each_gate_of_the_records_closes_with_its_reason(void **state)
{
    (void)state;
    REFUSES(augmented, true, AUGMENTED);
    REFUSES(other, true, AUGMENTED);
    REFUSES(event_size, 4, INCOMPLETE);
    REFUSES(event_size, 2, INCOMPLETE);
    REFUSES(open, false, CLOSED);
    REFUSES(liquidity.micros, 999999999, LOW_LIQUIDITY);
    REFUSES(fee_known, false, FEE_UNKNOWN);
    REFUSES(proposed, true, PROPOSED);
}

static void
a_thousand_dollars_of_liquidity_are_enough(void **state)
{
    struct world *w = open_event();
    struct market m = world_market(1, "e1", 1, 3);

    (void)state;
    m.liquidity.micros = 1000 * (int64_t)MICROS;
    set_market(w, &m);
    fill_books(w);
    assert_int_equal(w->told, 1);
    world_close(w);
}

static void
a_resolved_market_ends_it(void **state)
{
    struct world *w = open_event();
    struct resolution r = { .payout_yes = { MICROS }, .final = true };

    (void)state;
    fill_books(w);
    r.market = world_market(1, "e1", 1, 3).market;
    world_forget(w);
    WORLD_SAY(w, resolution, &r);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_CLOSED);
    world_close(w);
}

static void
an_event_that_is_not_whole_waits_for_its_last_market(void **state)
{
    struct world *w = world_open();
    struct market m;

    (void)state;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 2; i++) {
        m = world_market(i, "e1", i, 3);
        set_market(w, &m);
    }
    world_book(w, 0, 290000, 300000, 100);
    world_book(w, 2, 290000, 300000, 100);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_INCOMPLETE) > 0);
    m = world_market(2, "e1", 2, 3);
    set_market(w, &m);
    world_book(w, 4, 350000, 360000, 100);
    assert_int_equal(w->told, 1);
    world_close(w);
}

static void
one_outcome_alone_is_no_event(void **state)
{
    struct world *w = world_open();
    struct market m = world_market(0, "e1", 0, 1);

    (void)state;
    world_start(w);
    world_heartbeat(w);
    m.neg_risk = true;
    set_market(w, &m);
    world_book(w, 0, 900000, 910000, 100);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_INCOMPLETE) > 0);
    world_close(w);
}

static void
thirty_two_outcomes_are_traded_and_thirty_three_are_not(void **state)
{
    for (uint32_t n = 32; n <= 33; n++) {
        struct world *w = world_open();

        (void)state;
        world_start(w);
        world_heartbeat(w);
        world_event(w, "big", 0, n);
        for (uint32_t i = 0; i < n; i++)
            world_book(w, 2 * i, 0, n == 32 ? 30000 : 29000, 1000);
        assert_int_equal(w->told, n == 32);
        assert_int_equal(world_count(w, SCANNER_blocked_TOO_MANY_LEGS) > 0,
                         n == 33);
        world_close(w);
    }
}

static void
a_sum_below_the_floor_is_too_good_unless_approved(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct world *w = world_open();

        (void)state;
        if (i == 1) {
            w->strategy.a_approved.count = 2;
            text_set(&w->strategy.a_approved.at[0], "e0");
            text_set(&w->strategy.a_approved.at[1], "e1");
        }
        world_start(w);
        world_heartbeat(w);
        world_event(w, "e1", 0, 3);
        world_book(w, 0, 0, 300000, 100);
        world_book(w, 2, 0, 300000, 100);
        world_book(w, 4, 0, i == 2 ? 300000 : 299000, 100);
        assert_int_equal(w->told, i > 0);
        assert_int_equal(world_count(w, SCANNER_blocked_SUM_TOO_LOW),
                         i == 0);
        world_close(w);
    }
}

static void
an_unknown_end_costs_a_year_of_capital(void **state)
{
    struct world *w = open_event();
    struct market m = world_market(1, "e1", 1, 3);

    (void)state;
    m.ends.ns = 0;
    set_market(w, &m);
    fill_books(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].lock.micros, 3840000);
    world_close(w);
}

static void
the_market_that_ends_last_decides_and_a_past_end_costs_nothing(void **state)
{
    struct world *w = open_event();
    struct market m;

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        m = world_market(i, "e1", i, 3);
        m.ends.ns = w->in.wall.ns + (i == 1 ? 10 * day_ns : -day_ns);
        set_market(w, &m);
    }
    fill_books(w);
    assert_int_equal(w->opportunity[0].lock.micros, 105206);
    m = world_market(1, "e1", 1, 3);
    m.ends.ns = w->in.wall.ns - 1;
    set_market(w, &m);
    world_forget(w);
    world_wait(w, 200);
    world_change(w, 0, SIDE_sell, 300000, 99);
    assert_int_equal(w->opportunity[0].lock.micros, 0);
    world_close(w);
}

/* 96 dollars at 4 % for ten days and the 6.4 hours of test_payout. */
static void
its_capital_is_locked_until_the_payout_is_expected(void **state)
{
    struct world *w = world_open();
    (void)state;
    w->strategy.after_end.ms = 23040000;
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 3; i++) {
        struct market m = world_market(i, "e1", i, 3);
        m.ends.ns = w->in.wall.ns + 10 * day_ns;
        set_market(w, &m);
    }
    fill_books(w);
    assert_int_equal(w->opportunity[0].lock.micros, 108011);
    world_close(w);
}

static void
fees_are_those_of_each_market(void **state)
{
    struct world *w = open_event();
    struct market m = world_market(2, "e1", 2, 3);

    (void)state;
    m.fee_rate.ppm = 50000;
    set_market(w, &m);
    fill_books(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].fees.micros, 1152000);
    assert_int_equal(w->opportunity[0].legs.at[2].fee.micros, 1152000);
    m.fee_rate.ppm = 200000; /* 4.608 dollars on a discount of 4. */
    world_forget(w);
    set_market(w, &m);
    assert_int_equal(w->opportunity[0].reason, REASON_BELOW_NET);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_NET), 1);
    world_close(w);
}

static void
switched_off_it_is_silent(void **state)
{
    struct world *w = world_open();

    (void)state;
    w->strategy.A = false;
    world_start(w);
    world_heartbeat(w);
    world_event(w, "e1", 0, 3);
    fill_books(w);
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
a_cheap_outcome_needs_its_dollar(void **state)
{
    struct world *w = world_open();

    (void)state;
    world_start(w);
    world_heartbeat(w);
    world_event(w, "e1", 0, 2);
    world_book(w, 0, 0, 10000, 99);
    world_book(w, 2, 0, 940000, 200);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_MINIMUM), 1);
    world_change(w, 0, SIDE_sell, 10000, 100);
    assert_int_equal(w->told, 1);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_of_96_cents_opens),
        cmocka_unit_test(no_outcome_may_lack_an_ask),
        cmocka_unit_test(no_book_may_be_missing),
        cmocka_unit_test(a_crossed_book_is_refused),
        cmocka_unit_test(gross_min_is_met_at_97_cents_and_missed_above),
        cmocka_unit_test(depth_min_is_met_at_50_shares_and_missed_below),
        cmocka_unit_test(a_plain_event_is_not_for_this_strategy),
        cmocka_unit_test(each_gate_of_the_records_closes_with_its_reason),
        cmocka_unit_test(a_thousand_dollars_of_liquidity_are_enough),
        cmocka_unit_test(a_resolved_market_ends_it),
        cmocka_unit_test(an_event_that_is_not_whole_waits_for_its_last_market),
        cmocka_unit_test(one_outcome_alone_is_no_event),
        cmocka_unit_test(
            thirty_two_outcomes_are_traded_and_thirty_three_are_not),
        cmocka_unit_test(a_sum_below_the_floor_is_too_good_unless_approved),
        cmocka_unit_test(an_unknown_end_costs_a_year_of_capital),
        cmocka_unit_test(
            the_market_that_ends_last_decides_and_a_past_end_costs_nothing),
        cmocka_unit_test(its_capital_is_locked_until_the_payout_is_expected),
        cmocka_unit_test(fees_are_those_of_each_market),
        cmocka_unit_test(switched_off_it_is_silent),
        cmocka_unit_test(a_cheap_outcome_needs_its_dollar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
