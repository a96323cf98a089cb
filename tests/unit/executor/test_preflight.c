/* test_preflight - the opportunity again on fresh books: stale, too old, too
 * dear, refused; shallowest leg first. */
#include "tests/unit/executor/floor.h"

/* Everything is over: no group, no reservation, books agree. */
static void
assert_quiet(struct floor *f)
{
    floor_run(f, 3000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(f->said_fills, f->fills);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
}

static void
what_is_gone_on_fresh_books_is_stale(void **state)
{
    struct floor *f = floor_new();
    struct opportunity m = floor_opportunity(f, 1, 'a');

    (void)state;
    floor_book(f, 0, 22, 29, 200);
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_BELOW_GROSS);
    assert_int_equal(f->auths, 0);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_book_of_five_seconds_is_too_old_to_authorize(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->token[2].age.ms = 5000;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_BOOK_OLD);
    f->token[2].age.ms = 4980;
    floor_run(f, 10000);
    floor_open(f, 2, 'a');
    floor_run(f, 400);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_quiet(f);
    floor_destroy(f);
}

static void
what_may_be_challenged_by_now_is_stale(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->market[2].proposed = true;
    f->market[2].rev++;
    floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[2]);
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_PROPOSED);
    assert_int_equal(f->auths, 0);
    assert_quiet(f);
    floor_destroy(f);
}

/* What ends in days, and then pays years later, is worth less than it costs to
 * wait for it. */
static void
capital_is_locked_until_the_payout_is_expected(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->strategy.disputes.ppm = MICROS;
    f->strategy.dispute_time.ms = INT64_C(3) * 365 * 86400000;
    floor_again(f);
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_BELOW_NET);
    assert_quiet(f);
    floor_destroy(f);
}

static void
an_unusable_book_or_a_silent_feed_is_stale(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->token[2].down = true;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    f->feed_silent = true;
    floor_open(f, 2, 'c');
    floor_run(f, 3100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_TIMEOUT);
    f->feed_silent = false;
    assert_quiet(f);
    floor_destroy(f);
}

static void
cash_that_buys_no_basket_skips_it_without_asking(void **state)
{
    struct floor *f = floor_new();
    struct risk_state m = { .mode = MODE_paper, .cash = { 1000000 } };

    (void)state;
    floor_now(f, SOURCE_riskd, 0, &risk_state_schema, &m);
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_SKIP_CAPITAL);
    assert_int_equal(f->auths, 0);
    m.cash.micros = 46 * MICROS; /* Buys half. */
    floor_now(f, SOURCE_riskd, 0, &risk_state_schema, &m);
    floor_open(f, 2, 'c');
    floor_run(f, 400);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 50 * MICROS);
    assert_quiet(f);
    floor_destroy(f);
}

static void
legs_go_out_shallowest_first(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_book(f, 0, 22, 23, 400);
    floor_book(f, 2, 22, 23, 300);
    floor_book(f, 4, 22, 23, 100);
    floor_open(f, 1, 'a');
    floor_run(f, 300);
    for (uint32_t i = 1; i < 4; i++)
        assert_true(f->last_authorize.legs.at[i - 1].depth.micros <=
                    f->last_authorize.legs.at[i].depth.micros);
    assert_true(hash_equal(&f->last_authorize.legs.at[0].token,
                           &f->token[4].token));
    assert_quiet(f);
    floor_destroy(f);
}

/* 20 shares at 40 pay after fees, 100 at 48 only before them: that is depth
 * enough for a basket of the 20. */
static void
depth_beyond_the_limit_is_depth_and_not_order(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->market[4].fee_rate.ppm = 100000;
    f->market[4].fee_exponent = 1;
    floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[4]);
    floor_book(f, 8, 38, 0, 100);
    floor_level(&f->token[8].asks, 400000, 20);
    floor_level(&f->token[8].asks, 480000, 100);
    floor_book(f, 9, 43, 49, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 400);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 20 * MICROS);
    assert_int_equal(f->last_authorize.legs.at[0].depth.micros,
                     120 * MICROS);
    assert_int_equal(f->last_authorize.legs.at[0].limit.micros, 400000);
    assert_int_equal(f->last_authorize.legs.at[1].depth.micros, 60 * MICROS);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_denial_ends_the_group_with_its_reason(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->deny_next = REASON_EVENT_LIMIT;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_EVENT_LIMIT);
    assert_string_equal(f->last_execution.error.s, "test");
    f->deny_next = REASON_CAPITAL;
    floor_open(f, 2, 'c');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_SKIP_CAPITAL);
    assert_int_equal(f->intents, 0);
    assert_quiet(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_gone_on_fresh_books_is_stale),
        cmocka_unit_test(a_book_of_five_seconds_is_too_old_to_authorize),
        cmocka_unit_test(what_may_be_challenged_by_now_is_stale),
        cmocka_unit_test(capital_is_locked_until_the_payout_is_expected),
        cmocka_unit_test(an_unusable_book_or_a_silent_feed_is_stale),
        cmocka_unit_test(cash_that_buys_no_basket_skips_it_without_asking),
        cmocka_unit_test(legs_go_out_shallowest_first),
        cmocka_unit_test(depth_beyond_the_limit_is_depth_and_not_order),
        cmocka_unit_test(a_denial_ends_the_group_with_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
