/* test_waiting - paper orders that wait for trades of others, in the engine:
 * at the next trade, and resting; what the model makes of it: test_fill_wait */
#include "tests/unit/executor/audit.h"

#define CENTS(n) ((struct price){ (int64_t)(n) * 10000 })
#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

static void
say_trade_of(struct floor *f, uint32_t token, enum side side, int64_t cents,
             int64_t shares)
{
    struct trade t = { .token = f->token[token].token, .side = side,
                       .price = CENTS(cents), .size = SHARES(shares),
                       .venue_time = f->wall };

    floor_now(f, SOURCE_feed, 0, &trade_schema, &t);
}

/* Event "a" at the next trades: four orders of 100 at 23 cents wait. */
static struct floor *
waiting(void)
{
    struct floor *f = floor_new();

    text_set(&f->conf.fill_model_price_basis, "next_trade");
    f->conf.fill_model_wait.ms = 5000;
    floor_again(f);
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    say_trade_of(f, 0, SIDE_buy, 23, 200); /* Before it arrived. */
    floor_run(f, 900);
    assert_int_equal(f->orders_sent, 4);
    assert_int_equal(f->said_fills, 0);
    assert_int_equal(executor_open(f->x), 1);
    return f;
}

static void
legs_fill_by_the_trades_that_follow_and_complete_the_group(void **state)
{
    struct floor *f = waiting();

    (void)state;
    for (uint32_t leg = 0; leg < 4; leg++) {
        say_trade_of(f, 2 * leg, SIDE_buy, 23, 60);
        floor_run(f, 200);
        say_trade_of(f, 2 * leg, SIDE_buy, 22, 60);
        floor_run(f, 200);
    }
    assert_int_equal(f->said_fills, 8);
    assert_int_equal(f->last_fill.qty.micros, 40 * MICROS);
    assert_int_equal(f->last_fill.price.micros, 220000);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(f->said_fills, f->fills);
    audit(f);
    floor_destroy(f);
}

static void
without_trades_the_orders_end_after_the_wait(void **state)
{
    struct floor *f = waiting();

    (void)state;
    floor_run(f, 8000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(floor_open_auths(f), 0);
    audit(f);
    floor_destroy(f);
}

/* Its orders are out for most of the time: that counts as well. */
static void
an_unwind_that_nobody_trades_with_is_given_up(void **state)
{
    struct floor *f = waiting();

    (void)state;
    say_trade_of(f, 0, SIDE_buy, 23, 60);
    floor_run(f, 200000);
    assert_true(f->intents > 10);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_NO_BID);
    audit(f);
    floor_destroy(f);
}

static void
a_trade_of_ours_that_fails_is_not_filled_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    text_set(&f->conf.fill_model_price_basis, "next_trade");
    f->conf.fill_model_wait.ms = 5000;
    f->conf.fill_model_ghost.ppm = MICROS;
    floor_again(f);
    floor_open(f, 1, 'a');
    floor_run(f, 1000);
    for (uint32_t leg = 0; leg < 4; leg++) {
        say_trade_of(f, 2 * leg, SIDE_buy, 23, 100);
        say_trade_of(f, 2 * leg, SIDE_buy, 23, 100);
    }
    assert_int_equal(floor_counter(f, EXECUTOR_ghosts), 4);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->said_fills, 0);
    assert_int_equal(floor_open_auths(f), 0);
    floor_destroy(f);
}

static void
senseless_trades_are_counted_and_fill_nothing(void **state)
{
    struct floor *f = waiting();

    (void)state;
    say_trade_of(f, 0, SIDE_buy, 0, 60);
    say_trade_of(f, 0, SIDE_buy, 100, 60);
    say_trade_of(f, 0, SIDE_buy, -5, 60);
    say_trade_of(f, 0, SIDE_buy, 23, 0);
    say_trade_of(f, 0, SIDE_buy, 23, -60);
    say_trade_of(f, 0, side_end_, 23, 60);
    assert_int_equal(floor_counter(f, EXECUTOR_bad_in), 6);
    assert_int_equal(f->said_fills, 0);
    floor_destroy(f);
}

/* Leg 0 lacks 40 of 100, and rests at 23 behind the 50 displayed there. */
static struct floor *
resting(const char *type)
{
    struct floor *f = floor_new();

    text_set(&f->conf.hold_type, type);
    f->conf.naked_max.micros = INT64_C(1000000) * MICROS;
    floor_again(f);
    floor_open(f, 1, 'a');
    while (f->orders_sent < 4)
        floor_run(f, 1);
    floor_book(f, 0, 20, 23, 60);
    while (f->last_group.state != GROUP_STATE_holding)
        floor_run(f, 1);
    floor_book(f, 0, 23, 30, 50);
    floor_run(f, 3000);
    assert_int_equal(floor_counter(f, EXECUTOR_rests), 1);
    assert_int_equal(f->intents, 5);
    assert_true(f->last_intent.post_only);
    assert_int_equal(f->last_intent.qty.micros, 40 * MICROS);
    assert_int_equal(f->last_group.state, GROUP_STATE_working);
    return f;
}

static void
what_is_missing_rests_behind_the_queue_and_completes(void **state)
{
    struct floor *f = resting("GTC");
    uint64_t fills = f->said_fills;

    (void)state;
    say_trade_of(f, 0, SIDE_sell, 23, 45);
    floor_book(f, 0, 23, 30, 1); /* Cancels in front of it: not counted. */
    floor_run(f, 500);
    say_trade_of(f, 0, SIDE_sell, 23, 5);
    assert_int_equal(f->said_fills, fills);
    say_trade_of(f, 0, SIDE_sell, 22, 15);
    assert_int_equal(f->said_fills, fills + 1);
    assert_int_equal(f->last_fill.price.micros, 230000);
    assert_int_equal(f->last_fill.qty.micros, 15 * MICROS);
    assert_int_equal(f->last_fill.fee.micros, 0);
    floor_run(f, 500);
    say_trade_of(f, 0, SIDE_sell, 23, 25);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(floor_open_auths(f), 0);
    audit(f);
    floor_destroy(f);
}

static void
a_rest_ends_with_its_hold_and_trades_find_it_until_then(void **state)
{
    struct floor *f = resting("GTD");

    (void)state;
    while (f->last_group.state != GROUP_STATE_cancelling)
        floor_run(f, 10);
    say_trade_of(f, 0, SIDE_sell, 23, 60); /* On its way, not there yet. */
    assert_int_equal(f->last_fill.qty.micros, 10 * MICROS);
    floor_book(f, 0, 22, 30, 50);
    floor_run(f, 60000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 70 * MICROS);
    assert_int_equal(floor_open_auths(f), 0);
    audit(f);
    floor_destroy(f);
}

static void
a_kill_or_a_restart_ends_what_rests(void **state)
{
    struct floor *f = resting("GTC");

    (void)state;
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
    floor_run(f, 5000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(floor_open_auths(f), 0);
    audit(f);
    floor_destroy(f);
    f = resting("GTC");
    floor_new_engine(f);
    floor_run(f, 60000);
    say_trade_of(f, 0, SIDE_sell, 23, 500);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    audit(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            legs_fill_by_the_trades_that_follow_and_complete_the_group),
        cmocka_unit_test(without_trades_the_orders_end_after_the_wait),
        cmocka_unit_test(an_unwind_that_nobody_trades_with_is_given_up),
        cmocka_unit_test(a_trade_of_ours_that_fails_is_not_filled_again),
        cmocka_unit_test(senseless_trades_are_counted_and_fill_nothing),
        cmocka_unit_test(what_is_missing_rests_behind_the_queue_and_completes),
        cmocka_unit_test(
            a_rest_ends_with_its_hold_and_trades_find_it_until_then),
        cmocka_unit_test(a_kill_or_a_restart_ends_what_rests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
