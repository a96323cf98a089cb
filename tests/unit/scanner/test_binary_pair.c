/* test_binary_pair - strategy B through the engine: both ways, its gates */
#include "tests/unit/scanner/world.h"

static struct world *
open_market(bool mirrored)
{
    struct world *w = world_open();
    struct market m = world_market(0, "pair", 0, 1);

    world_start(w);
    world_heartbeat(w);
    m.mirrored = mirrored;
    WORLD_SAY(w, market, &m);
    return w;
}

static void
both_asks_at_97_cents_are_bought_and_merged(void **state)
{
    struct world *w = open_market(false);
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 80);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->strategy, STRATEGY_B);
    assert_string_equal(m->event.s, "pair");
    assert_int_equal(m->legs.count, 2);
    assert_int_equal(m->legs.at[0].side, SIDE_buy);
    assert_memory_equal(m->legs.at[1].token.b, world_token(1).b, 32);
    assert_int_equal(m->sets.micros, 80 * MICROS);
    assert_int_equal(m->gross.ppm, 30000);
    /* 77.6 dollars at 4 % for the minute until they are merged, up. */
    assert_int_equal(m->lock.micros, 6);
    world_close(w);
}

static void
a_micro_above_97_cents_is_not_enough(void **state)
{
    struct world *w = open_market(false);

    (void)state;
    world_book(w, 0, 390000, 401000, 100);
    world_book(w, 1, 560000, 570000, 80);
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
both_bids_at_103_cents_are_sold_from_a_split(void **state)
{
    struct world *w = open_market(false);
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    world_book(w, 0, 460000, 470000, 100);
    world_book(w, 1, 570000, 580000, 80);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->legs.at[0].side, SIDE_sell);
    assert_int_equal(m->legs.at[0].limit.micros, 460000);
    assert_int_equal(m->cost.micros, 80 * MICROS);
    assert_int_equal(m->gross.ppm, 30000);
    world_forget(w);
    world_change(w, 0, SIDE_buy, 460000, 0);
    world_change(w, 0, SIDE_buy, 459000, 100);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[0].reason, REASON_NO_BID);
    assert_int_equal(w->told, 1);
    world_close(w);
}

static void
each_way_has_its_own_opportunity(void **state)
{
    struct world *w = open_market(false);

    (void)state;
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 80);
    assert_int_equal(scanner_open_count(w->x), 1);
    /* In one frame from one to the other. */
    world_forget(w);
    struct book_snapshot a = world_snapshot(w, 0, 460000, 470000, 100);
    struct book_snapshot b = world_snapshot(w, 1, 570000, 580000, 80);
    a.more = true;
    WORLD_SAY(w, book_snapshot, &a);
    assert_int_equal(w->told, 0);
    WORLD_SAY(w, book_snapshot, &b);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[0].reason, REASON_GONE);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_opened);
    assert_int_equal(w->opportunity[1].legs.at[0].side, SIDE_sell);
    world_close(w);
}

static void
books_of_a_mirrored_market_must_mirror_each_other(void **state)
{
    struct world *w = open_market(true);

    (void)state;
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_MIRROR_BROKEN), 1);
    /* In order again there is nothing to be had. */
    world_book(w, 1, 600000, 610000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_MIRROR_BROKEN), 1);
    world_close(w);
}

static void
a_side_that_is_missing_has_its_reason(void **state)
{
    struct world *w = open_market(false);

    (void)state;
    world_book(w, 0, 390000, 0, 100);
    world_book(w, 1, 0, 570000, 100);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_NO_ASK) > 0);
    assert_true(world_count(w, SCANNER_blocked_NO_BID) > 0);
    world_close(w);
}

static void
a_crossed_book_is_refused(void **state)
{
    struct world *w = open_market(false);

    (void)state;
    world_book(w, 0, 400000, 400000, 100);
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BOOK_CROSSED), 1);
    world_close(w);
}

static void
gates_of_the_record_close_it(void **state)
{
    for (int i = 0; i < 5; i++) {
        struct world *w = open_market(false);
        struct market m = world_market(0, "pair", 0, 1);
        struct resolution r = { .market = m.market,
                                .payout_yes = { MICROS }, .final = true };
        const enum reason why[] = { REASON_CLOSED, REASON_LOW_LIQUIDITY,
                                    REASON_FEE_UNKNOWN, REASON_PROPOSED,
                                    REASON_CLOSED };

        (void)state;
        world_book(w, 0, 390000, 400000, 100);
        world_book(w, 1, 560000, 570000, 100);
        assert_int_equal(w->told, 1);
        world_forget(w);
        m.open = i != 0;
        m.liquidity.micros -= i == 1 ? 4000 * (int64_t)MICROS + 1 : 0;
        m.fee_known = i != 2;
        m.proposed = i == 3;
        if (i < 4)
            WORLD_SAY(w, market, &m);
        else
            WORLD_SAY(w, resolution, &r);
        assert_int_equal(w->told, 1);
        assert_int_equal(w->opportunity[0].reason, why[i]);
        world_close(w);
    }
}

static void
fees_of_both_legs_count(void **state)
{
    struct world *w = open_market(false);
    struct market m = world_market(0, "pair", 0, 1);

    (void)state;
    m.fee_rate.ppm = 70000; /* 0.0168 + 0.017157 a pair of 0.97. */
    WORLD_SAY(w, market, &m);
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_NET), 1);
    world_change(w, 1, SIDE_sell, 570000, 0);
    world_change(w, 1, SIDE_sell, 565000, 100);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].fees.micros, 1680000 + 1720430);
    world_close(w);
}

static void
switched_off_it_is_silent(void **state)
{
    struct world *w = world_open();
    struct market m = world_market(0, "pair", 0, 1);

    (void)state;
    w->strategy.B = false;
    world_start(w);
    world_heartbeat(w);
    WORLD_SAY(w, market, &m);
    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 0);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_asks_at_97_cents_are_bought_and_merged),
        cmocka_unit_test(a_micro_above_97_cents_is_not_enough),
        cmocka_unit_test(both_bids_at_103_cents_are_sold_from_a_split),
        cmocka_unit_test(each_way_has_its_own_opportunity),
        cmocka_unit_test(books_of_a_mirrored_market_must_mirror_each_other),
        cmocka_unit_test(a_side_that_is_missing_has_its_reason),
        cmocka_unit_test(a_crossed_book_is_refused),
        cmocka_unit_test(gates_of_the_record_close_it),
        cmocka_unit_test(fees_of_both_legs_count),
        cmocka_unit_test(switched_off_it_is_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
