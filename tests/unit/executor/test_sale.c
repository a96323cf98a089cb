/* test_sale - all that is held is sold because somebody said so: within the
 * limit, once, and what finds no buyer is said */
#include "tests/unit/executor/audit_live.h"

static void
bid_all(struct floor *f, int64_t cents)
{
    for (uint32_t i = 0; i < 4; i++)
        floor_book(f, 2 * i, cents, 40, 200);
}

/* A basket of 100 sets, bought at 23 cents a share. */
static void
hold_basket(struct floor *f)
{
    floor_open(f, 1, 'a');
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
}

static int64_t
held(const struct floor *f)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < 8; i++)
        sum += f->token[i].shares;
    return sum;
}

static void
all_that_is_held_is_sold_holding_by_holding(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_basket(f);
    bid_all(f, 22);
    floor_flatten(f, true);
    floor_run(f, 5000);
    assert_int_equal(held(f), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 4);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.cost.micros, 23 * MICROS);
    assert_true(f->last_execution.pnl.micros <= -MICROS);
    assert_true(uuid_equal(&f->last_execution.scan_id,
                           &f->last_execution.exec_id));
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->last_authorize.attempt, 1);
    floor_run(f, 100000);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 4);
    assert_int_equal(floor_counter(f, EXECUTOR_alarms), 0);
    audit(f);
    floor_destroy(f);
}

/* 23 cents less 5 %, up to the tick: 22. */
static void
nothing_is_sold_for_less_than_the_limit_and_that_is_said_once(void **state)
{
    struct floor *f = floor_new();
    struct executor_alarm a[4];

    (void)state;
    hold_basket(f);
    bid_all(f, 21);
    floor_flatten(f, true);
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_NO_BID);
    floor_run(f, 300000);
    assert_int_equal(held(f), 400 * MICROS);
    /* The first round, and unwind_tries that brought nothing more. */
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 4 * (1 + 3));
    assert_int_equal(executor_alarms(f->x, a, 4), 1);
    assert_non_null(strstr(a[0].words.s, "4 holdings"));
    assert_int_equal(a[0].reason, REASON_NO_BID);
    assert_false(a[0].kill);
    bid_all(f, 22); /* Asked again, it is tried again. */
    floor_flatten(f, false);
    floor_run(f, 100);
    floor_flatten(f, true);
    floor_run(f, 5000);
    assert_int_equal(held(f), 0);
    audit(f);
    floor_destroy(f);
}

static void
a_thin_book_takes_it_in_parts(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_basket(f);
    for (uint32_t i = 0; i < 4; i++)
        floor_book(f, 2 * i, 22, 40, 30);
    floor_flatten(f, true);
    floor_run(f, 2000);
    assert_true(held(f) > 0 && held(f) < 400 * MICROS);
    for (int i = 0; i < 4; i++) {
        bid_all(f, 22);
        floor_run(f, 70000); /* fill_model_memory. */
    }
    assert_int_equal(held(f), 0);
    audit(f);
    floor_destroy(f);
}

static void
without_a_word_under_a_kill_or_without_a_lease_nothing_is_sold(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_basket(f);
    bid_all(f, 30);
    floor_run(f, 60000);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 0);
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
    floor_flatten(f, true);
    floor_run(f, 60000);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 0);
    f->latched = false;
    floor_say_latch(f);
    f->risk_silent = true;
    floor_run(f, 10000);
    uint32_t sold = (uint32_t)floor_counter(f, EXECUTOR_sales);
    floor_run(f, 60000);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), sold);
    assert_int_equal(held(f), 400 * MICROS);
    f->risk_silent = false;
    floor_run(f, 60000);
    assert_int_equal(held(f), 0);
    audit(f);
    floor_destroy(f);
}

/* 100 at 23 cents as a bond, and 100 more in a basket: riskd lets each
 * strategy sell what is its own. */
static void
what_two_strategies_hold_of_a_token_is_sold_by_each(void **state)
{
    struct floor *f = floor_new();
    struct opportunity m = floor_opportunity(f, 1, 'a');
    bool asked[strategy_end_] = { false };

    (void)state;
    f->strategy.F = true;
    f->strategy.f_price_min.micros = 200000;
    f->strategy.f_price_max.micros = 995000;
    f->strategy.f_annual_min.ppm = 100000;
    f->strategy.f_wait_max.ms = INT64_C(30) * 86400000;
    f->strategy.after_end.ms = 3600000;
    f->strategy.f_hits.count = 1;
    text_set(&f->strategy.f_hits.at[0], "any:0.2:0.97");
    floor_again(f);
    floor_book(f, 0, 22, 23, 100);
    m.strategy = STRATEGY_F;
    m.legs.count = 1;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 15000);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    floor_book(f, 0, 22, 23, 200);
    floor_open(f, 2, 'a');
    floor_run(f, 15000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->token[0].shares, 200 * MICROS);
    floor_again(f);
    floor_run(f, 3000);
    bid_all(f, 10); /* Nothing of the others is sold. */
    floor_book(f, 0, 22, 40, 1000);
    floor_flatten(f, true);
    for (int i = 0; i < 1000; i++) {
        floor_run(f, 10);
        if (f->last_authorize.kind == GRANT_KIND_unwind &&
            f->last_authorize.legs.at[0].size.micros == 100 * MICROS)
            asked[f->last_authorize.strategy] = true;
    }
    assert_true(asked[STRATEGY_A] && asked[STRATEGY_F]);
    assert_int_equal(f->token[0].shares, 0);
    audit(f);
    floor_destroy(f);
}

static void
what_riskd_refuses_is_kept_and_asked_for_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_basket(f);
    bid_all(f, 22);
    f->deny_permille = 1000;
    floor_flatten(f, true);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(held(f), 400 * MICROS);
    f->deny_permille = 0;
    floor_run(f, 60000);
    assert_int_equal(held(f), 0);
    audit(f);
    floor_destroy(f);
}

/* At each turn in turn, and before or after its facts were written. */
static void
a_crash_at_any_turn_sells_nothing_twice(void **state)
{
    uint32_t turns = 0;

    (void)state;
    for (uint32_t at = 1; at <= 400; at += 3) {
        struct floor *f = floor_new();

        hold_basket(f);
        bid_all(f, 22);
        floor_flatten(f, true);
        f->crash_at = f->turns + at;
        f->crash_journalled = at % 2 == 0;
        floor_run(f, 4000);
        turns += f->crash_at <= f->turns;
        floor_flatten(f, true); /* riskd says its state every few seconds. */
        floor_run(f, 70000);
        assert_int_equal(held(f), 0);
        audit(f);
        floor_destroy(f);
    }
    assert_true(turns > 100);
}

static void
live_it_is_sold_by_orders_that_settle(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    uint32_t bought = f->venue.orders;
    bid_all(f, 22);
    floor_flatten(f, true);
    floor_run(f, 20000);
    assert_int_equal(held(f), 0);
    assert_int_equal(f->venue.orders, bought + 4);
    assert_int_equal(f->last_intent.side, SIDE_sell);
    floor_again(f);
    floor_flatten(f, true);
    floor_run(f, 20000);
    assert_int_equal(f->venue.orders, bought + 4);
    audit_live(f);
    floor_destroy(f);
}

static void
live_trades_that_fail_are_sold_once_more(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    bid_all(f, 22);
    f->venue.fail_permille = 500;
    floor_flatten(f, true);
    floor_run(f, 10000);
    f->venue.fail_permille = 0;
    bid_all(f, 22);
    floor_run(f, 120000);
    assert_int_equal(held(f), 0);
    audit_live(f);
    floor_destroy(f);
}

static void
what_resolved_is_paid_and_not_sold(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    hold_basket(f);
    bid_all(f, 22);
    f->resolved[0] = true;
    f->market[0].open = false;
    f->resolution[0] = (struct resolution){ .market = f->market[0].market,
                                            .payout_yes = { MICROS },
                                            .final = true };
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &f->resolution[0]);
    floor_flatten(f, true);
    floor_run(f, 20000);
    assert_int_equal(f->settles, 1);
    assert_int_equal(floor_counter(f, EXECUTOR_sales), 3);
    assert_int_equal(held(f), 0);
    audit(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_held_is_sold_holding_by_holding),
        cmocka_unit_test(
            nothing_is_sold_for_less_than_the_limit_and_that_is_said_once),
        cmocka_unit_test(a_thin_book_takes_it_in_parts),
        cmocka_unit_test(
            without_a_word_under_a_kill_or_without_a_lease_nothing_is_sold),
        cmocka_unit_test(what_two_strategies_hold_of_a_token_is_sold_by_each),
        cmocka_unit_test(what_riskd_refuses_is_kept_and_asked_for_again),
        cmocka_unit_test(a_crash_at_any_turn_sells_nothing_twice),
        cmocka_unit_test(live_it_is_sold_by_orders_that_settle),
        cmocka_unit_test(live_trades_that_fail_are_sold_once_more),
        cmocka_unit_test(what_resolved_is_paid_and_not_sold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
