/* test_convert - NO bought and converted, dollars split and converted, and
 * what that gives sold: only what riskd has booked, at bids looked at again. */
#include "tests/unit/executor/convert_paper.h"

enum { WAIT = 2000 };

static void
no_of_all_becomes_dollars_once_the_conversion_is_done(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    go(f, &m);
    floor_run(f, 900); /* Bought, and being converted. */
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->executions, 0);
    assert_int_equal(all_shares(f), 400 * MICROS);
    floor_run(f, WAIT);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_convert);
    assert_int_equal(f->last_settle.cash.micros, 300 * MICROS);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_int_equal(f->last_execution.cost.micros, 288 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 12 * MICROS);
    assert_int_equal(f->intents, 4);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
yes_of_the_others_is_sold_when_it_is_there(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    go(f, &m);
    floor_run(f, 900);
    assert_int_equal(f->last_authorize.legs.count, 4);
    assert_int_equal(f->intents, 2); /* Only what is bought. */
    floor_run(f, WAIT);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->last_intent.side, SIDE_sell);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 6 * MICROS);
    assert_true(f->last_execution.naked_time.ms > 0);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
dollars_become_yes_of_all_and_that_is_sold(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 0, 27);

    (void)state;
    go(f, &m);
    floor_run(f, 900);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->settles, 0);
    floor_run(f, WAIT);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->last_settle.cash.micros, -100 * MICROS);
    assert_int_equal(f->last_execution.cost.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 8 * MICROS);
    assert_int_equal(f->intents, 4);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
a_fee_of_the_conversion_leaves_fewer_shares_and_dollars(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->strategy.c_fee.ppm = 10000;
    floor_again(f);
    go(f, &m);
    floor_run(f, WAIT + 900);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->last_settle.made.micros, 99 * MICROS);
    assert_int_equal(f->last_settle.cash.micros, 99 * MICROS);
    /* 99 + 99 x 0.50 - 144 */
    assert_int_equal(f->last_execution.pnl.micros, 4500000);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
what_finds_no_bid_is_kept_when_the_hold_is_over(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    go(f, &m);
    floor_run(f, 900);
    floor_book(f, 4, 23, 27, 100); /* More than 5 % below what was meant. */
    floor_book(f, 6, 24, 27, 100);
    floor_run(f, WAIT);
    assert_int_equal(f->intents, 3); /* Within: one is sold. */
    assert_int_equal(f->executions, 0);
    floor_run(f, 31000);
    assert_ended(f, EXEC_STATUS_ERROR, REASON_NO_BID);
    assert_int_equal(f->last_execution.naked.micros, 100 * MICROS);
    assert_int_equal(f->token[4].shares, 100 * MICROS);
    assert_int_equal(f->token[6].shares, 0);
    finish(f);
}

static void
a_bid_that_comes_back_in_time_is_taken(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    go(f, &m);
    floor_run(f, 900);
    floor_book(f, 4, 10, 27, 100);
    floor_run(f, 8000);
    assert_int_equal(f->executions, 0);
    floor_book(f, 4, 25, 27, 100);
    floor_run(f, 3000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

/* They are no sets that would be worth a dollar. */
static void
what_is_pressed_is_sold_whole_and_not_evened_out(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->conf.naked_max.micros = MICROS;
    floor_again(f);
    go(f, &m);
    floor_run(f, 900);
    floor_book(f, 4, 25, 27, 60);
    floor_book(f, 6, 25, 27, 90);
    while (f->intents < 4)
        floor_run(f, 10);
    floor_run(f, 300);
    floor_book(f, 4, 25, 27, 100);
    floor_book(f, 6, 25, 27, 100);
    floor_run(f, 3000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->intents, 6); /* The rest of both, together. */
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
what_filled_in_part_is_evened_out_and_the_sets_converted(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    go(f, &m);
    floor_run(f, 80);
    floor_book(f, 1, 71, 72, 30); /* Only 30 of the first are left. */
    floor_run(f, 4000);
    assert_ended(f, EXEC_STATUS_UNWOUND, REASON_none);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_convert);
    assert_true(f->last_settle.qty.micros <= 30 * MICROS);
    assert_true(all_shares(f) < 4 * MICROS); /* Dust of the orders. */
    finish(f);
}

/* NO of all four is three dollars a set, not one: ten more sets are worth 30
 * dollars and cost 7.50, and what is naked otherwise brings no 22. */
static void
what_is_missing_of_a_set_is_worth_what_the_set_pays(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    go(f, &m);
    floor_run(f, 80);
    floor_book(f, 1, 71, 72, 90);
    floor_run(f, 500);
    floor_book(f, 1, 69, 75, 500);
    floor_run(f, 4000);
    assert_ended(f, EXEC_STATUS_PATCHED, REASON_none);
    assert_int_equal(f->last_settle.cash.micros, 300 * MICROS);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

/* Less than what can be ordered stays behind, and is said. */
static void
what_is_left_of_the_no_is_naked_to_the_share(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    go(f, &m);
    floor_run(f, 80);
    floor_book(f, 1, 71, 72, 100);
    f->token[1].asks.at[0].size.micros -= 6100;
    floor_run(f, 4000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(f->last_settle.qty.micros, 100 * MICROS - 6100);
    assert_int_equal(all_shares(f), 3 * 6100);
    assert_int_equal(f->last_execution.naked.micros, 3 * 6100);
    finish(f);
}

/* Nor what the venue keeps of it: 29.10 dollars less 7.50 are not worth more
 * than the 21.90 that the others bring. */
static void
what_the_venue_keeps_of_a_set_is_not_worth_completing_for(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    f->strategy.c_fee.ppm = 30000;
    floor_again(f);
    go(f, &m);
    floor_run(f, 80);
    floor_book(f, 1, 71, 72, 90);
    floor_run(f, 500);
    floor_book(f, 1, 69, 75, 500);
    for (uint32_t i = 3; i < 8; i += 2)
        floor_book(f, i, 73, 74, 500);
    floor_run(f, 4000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    floor_run(f, 40000);
    assert_ended(f, EXEC_STATUS_UNWOUND, REASON_none);
    assert_int_equal(f->last_settle.cash.micros, 3 * 87300000);
    assert_int_equal(all_shares(f), 0);
    finish(f);
}

static void
a_kill_does_not_keep_what_was_bought_from_being_converted(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    go(f, &m);
    floor_run(f, 900);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_run(f, WAIT);
    assert_ended(f, EXEC_STATUS_ERROR, REASON_LATCHED);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_convert);
    assert_int_equal(f->intents, 2);
    assert_int_equal(all_shares(f), 200 * MICROS); /* YES of two. */
    finish(f);
}

static void
what_does_not_fit_its_event_is_stale(void **state)
{
    (void)state;
    for (int n = 0; n < 4; n++) {
        struct floor *f = open_c();
        struct opportunity m = conversion(f, 1, 2, 25);

        if (n == 0) /* YES bought. */
            m.legs.at[0].token = f->token[0].token;
        if (n == 1) /* NO and YES of one outcome. */
            m.legs.at[3].token = f->token[0].token;
        if (n == 2) /* Of another event. */
            m.legs.at[3].token = f->token[10].token;
        for (uint32_t i = 0; i < 4 && n == 3; i++)
            f->market[i].event_size = 5; /* One that nobody follows. */
        for (uint32_t i = 0; i < 4 && n == 3; i++)
            floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[i]);
        go(f, &m);
        floor_run(f, 500);
        assert_ended(f, EXEC_STATUS_STALE, REASON_INCOMPLETE);
        assert_int_equal(f->intents, 0);
        finish(f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_of_all_becomes_dollars_once_the_conversion_is_done),
        cmocka_unit_test(yes_of_the_others_is_sold_when_it_is_there),
        cmocka_unit_test(dollars_become_yes_of_all_and_that_is_sold),
        cmocka_unit_test(
            a_fee_of_the_conversion_leaves_fewer_shares_and_dollars),
        cmocka_unit_test(what_finds_no_bid_is_kept_when_the_hold_is_over),
        cmocka_unit_test(a_bid_that_comes_back_in_time_is_taken),
        cmocka_unit_test(what_is_pressed_is_sold_whole_and_not_evened_out),
        cmocka_unit_test(
            what_filled_in_part_is_evened_out_and_the_sets_converted),
        cmocka_unit_test(what_is_missing_of_a_set_is_worth_what_the_set_pays),
        cmocka_unit_test(what_is_left_of_the_no_is_naked_to_the_share),
        cmocka_unit_test(
            what_the_venue_keeps_of_a_set_is_not_worth_completing_for),
        cmocka_unit_test(
            a_kill_does_not_keep_what_was_bought_from_being_converted),
        cmocka_unit_test(what_does_not_fit_its_event_is_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
