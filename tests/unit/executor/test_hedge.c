/* test_hedge - what is naked, closed by its other half or sold, and how long
 * and with how much it may stand so. */
#include "tests/unit/executor/pair.h"

static void
surplus_is_hedged_where_that_loses_less_than_selling(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 530000, 100);
    floor_run(f, 35000); /* 1 - 0.53 is more than the bid of 0.43. */
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_hedge);
    assert_int_equal(f->last_authorize.legs.count, 1);
    assert_int_equal(f->last_intent.side, SIDE_buy);
    assert_int_equal(f->last_intent.price.micros, 530000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    /* 60 - 60 x 0.45 - 50 x 0.50 - 10 x 0.53 */
    assert_int_equal(f->last_execution.pnl.micros, 2700000);
    assert_int_equal(f->last_execution.naked_dollars.micros, 4500000);
    assert_int_equal(f->token[YES].shares, 0);
    assert_int_equal(f->token[NO].shares, 0);
    assert_quiet(f);
}

static void
surplus_is_sold_where_riskd_takes_no_hedge(void **state)
{
    struct floor *f = sent(20);

    (void)state;
    floor_level(&f->token[NO].asks, 560000, 100);
    f->deny_next = REASON_BREAKER;
    floor_run(f, 200);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_hedge);
    assert_int_equal(f->intents, 2);
    floor_run(f, 3000);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_quiet(f);
}

static void
a_leg_that_is_all_or_nothing_takes_nothing_of_too_little(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    text_set(&f->conf.order_type, "FOK");
    f->conf.hedge = false;
    floor_again(f);
    floor_run(f, 3000);
    (void)sent_by(f, 59);
    floor_run(f, 3000);
    assert_int_equal(f->fills, 2); /* YES, and YES sold again. */
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 0);
    assert_quiet(f);
}

static void
without_hedging_surplus_is_only_sold(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.hedge = false;
    floor_again(f);
    floor_run(f, 3000);
    (void)sent_by(f, 20);
    floor_level(&f->token[NO].asks, 530000, 100);
    floor_run(f, 3000);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_quiet(f);
}

static void
with_too_much_naked_nothing_is_held(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.naked_max.micros = 7 * MICROS; /* 20 YES of 45 cents are 9. */
    floor_again(f);
    floor_run(f, 3000);
    (void)sent_by(f, 40);
    floor_run(f, 600);
    assert_int_equal(floor_counter(f, EXECUTOR_naked_bounds), 1);
    assert_int_equal(floor_counter(f, EXECUTOR_holds), 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.naked_dollars.micros, 9 * MICROS);
    assert_quiet(f);
}

/* faults: F-211 */
static void
after_so_long_naked_the_least_bad_way_is_taken(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.naked_ms.ms = 5000;
    floor_again(f);
    floor_run(f, 3000);
    (void)sent_by(f, 40);
    floor_level(&f->token[NO].asks, 520000, 100);
    floor_run(f, 4000); /* 0.66: held, and completed at no more than meant. */
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_run(f, 3000); /* Completing at 0.52 loses less than selling. */
    assert_int_equal(floor_counter(f, EXECUTOR_naked_bounds), 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_intent.price.micros, 520000);
    assert_in_range(f->last_execution.naked_time.ms, 5000, 6500);
    assert_quiet(f);
}

/* A basket of event "a", its orders sent; then leg 0 has only so many left. */
static struct floor *
basket(int64_t shares_left)
{
    struct floor *f = floor_new();

    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->intents, 4);
    floor_book(f, 0, 20, shares_left > 0 ? 23 : 60, shares_left);
    return f;
}

/* faults: F-213 */
static void
legs_of_a_basket_are_closed_by_their_other_halves(void **state)
{
    struct floor *f = basket(40);

    (void)state;
    for (uint32_t i = 2; i < 8; i += 2)
        floor_book(f, i, 0, 23, 200);    /* Nobody bids for a YES. */
    for (uint32_t i = 3; i < 8; i += 2)
        floor_book(f, i, 70, 77, 200);   /* 1 - 0.77 is what was paid. */
    floor_run(f, 3000);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_hedge);
    assert_int_equal(f->last_authorize.legs.count, 3);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 40 * MICROS);
    assert_int_equal(f->settles, 3); /* Each pair a dollar, at once. */
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_execution.naked.micros, 0);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(f->token[i].shares, i % 2 == 0 ? 40 * MICROS : 0);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_quiet(f);
}

/* faults: F-018 */
static void
a_hedge_survives_a_restart_at_every_step(void **state)
{
    (void)state;
    for (int64_t at = 100; at < 900; at += 20) {
        struct floor *f = basket(40);

        for (uint32_t i = 2; i < 8; i += 2)
            floor_book(f, i, 0, 23, 200);
        for (uint32_t i = 3; i < 8; i += 2)
            floor_book(f, i, 70, 77, 200);
        floor_run(f, at);
        floor_again(f);
        floor_run(f, 5000);
        assert_int_equal(floor_counter(f, EXECUTOR_recall_refused), 0);
        assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
        for (uint32_t i = 0; i < 8; i++)
            assert_int_equal(f->token[i].shares,
                             i % 2 == 0 ? 40 * MICROS : 0);
        assert_quiet(f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surplus_is_hedged_where_that_loses_less_than_selling),
        cmocka_unit_test(surplus_is_sold_where_riskd_takes_no_hedge),
        cmocka_unit_test(
            a_leg_that_is_all_or_nothing_takes_nothing_of_too_little),
        cmocka_unit_test(without_hedging_surplus_is_only_sold),
        cmocka_unit_test(with_too_much_naked_nothing_is_held),
        cmocka_unit_test(after_so_long_naked_the_least_bad_way_is_taken),
        cmocka_unit_test(legs_of_a_basket_are_closed_by_their_other_halves),
        cmocka_unit_test(a_hedge_survives_a_restart_at_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
