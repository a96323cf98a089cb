/* test_live_safety - what stops what: kills, the lease, the stream, balances,
 * ticks, trades that fail, cancels that lose; events late, twice, reversed. */
#include "tests/unit/executor/audit_live.h"

static void
pull(struct floor *f)
{
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
}

/* Orders that rest, so that there is something to cancel. */
static struct floor *
resting(void)
{
    struct floor *f = floor_live();

    f->venue.rest_all = true;
    floor_open(f, 1, 'a');
    floor_run(f, 200);
    assert_int_equal(f->venue.orders, 4);
    return f;
}

/* faults: F-014 F-040 */
static void
a_kill_cancels_everything_until_nothing_rests_twice(void **state)
{
    struct floor *f = resting();

    (void)state;
    pull(f);
    floor_run(f, 3000);
    assert_true(f->venue.cancel_alls >= 1);
    for (uint32_t i = 0; i < 4; i++)
        assert_false(f->venue.order[i].rests);
    assert_int_equal(floor_counter(f, EXECUTOR_kills_quiet), 1);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->venue.placed, 1);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-054 F-057 */
static void
a_kill_is_not_over_while_cancels_are_refused(void **state)
{
    struct floor *f = resting();

    (void)state;
    f->venue.no_cancels = true;
    pull(f);
    floor_run(f, 121000);
    assert_int_equal(floor_counter(f, EXECUTOR_kills_quiet), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_alarms), 3);
    assert_true(f->venue.order[0].rests);
    assert_true(f->venue.cancels > 60);
    f->venue.no_cancels = false;
    floor_run(f, 8000);
    assert_int_equal(floor_counter(f, EXECUTOR_kills_quiet), 1);
    assert_false(f->venue.order[0].rests);
    audit_live(f);
    floor_destroy(f);
}

/* Everything else has used the bucket up; cancels have a reserve. */
/* faults: F-054 F-168 */
static void
an_empty_bucket_still_holds_the_cancels_of_a_kill(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->conf.requests_rate = 1;
    f->conf.requests_burst = 30;
    f->conf.cancel_reserve = 20;
    floor_again(f);
    floor_run(f, 20000);
    assert_true(executor_is_ready(f->x));
    f->venue.rest_all = true;
    floor_open(f, 1, 'a');
    floor_run(f, 4000);
    assert_int_equal(f->venue.orders, 4);
    assert_true(floor_counter(f, EXECUTOR_throttled) > 0);
    pull(f);
    floor_run(f, 200);
    assert_true(f->venue.cancels > 0);
    for (uint32_t i = 0; i < 4; i++)
        assert_false(f->venue.order[i].rests);
    f->latched = false;
    floor_say_latch(f);
    floor_run(f, 120000);
    audit_live(f);
    floor_destroy(f);
}

static void
without_a_lease_what_is_ours_is_cancelled_and_the_heartbeat_stops(
    void **state)
{
    struct floor *f = resting();
    uint32_t beats;

    (void)state;
    assert_true(f->venue.heartbeats > 0);
    f->risk_silent = true;
    floor_run(f, 4000);
    assert_true(f->venue.cancels > 0);
    assert_false(f->venue.order[0].rests);
    beats = f->venue.heartbeats;
    floor_run(f, 20000);
    assert_int_equal(f->venue.heartbeats, beats);
    f->risk_silent = false;
    floor_run(f, 10000);
    assert_true(f->venue.heartbeats > beats);
    audit_live(f);
    floor_destroy(f);
}

static void
nothing_new_while_the_stream_is_down_or_not_gone_through(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.stream = false;
    floor_run(f, 100);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_venue), 1);
    f->venue.blind = true;
    f->venue.stream = true;
    floor_run(f, 5000);
    floor_open(f, 2, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_venue), 2);
    f->venue.blind = false;
    floor_run(f, 5000);
    floor_open(f, 3, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
paper_goes_on_while_live_is_not_meant(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->lease_mode = MODE_paper;
    f->venue.stream = false;
    floor_run(f, 2000);
    assert_true(f->last_lease.clean);
    floor_open(f, 1, 'a');
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.mode, MODE_paper);
    assert_int_equal(f->venue.placed, 0);
    f->lease_mode = MODE_live;
    floor_run(f, 2000);
    assert_false(f->last_lease.clean);
    floor_open(f, 2, 'c');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_venue), 1);
    floor_destroy(f);
}

/* faults: F-208 */
static void
fewer_shares_there_than_here_is_no_reason_to_believe_it(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 4000);
    assert_true(executor_is_ready(f->x));
    f->venue.missing = 50 * MICROS;
    floor_run(f, 61000);
    assert_false(executor_is_ready(f->x));
    assert_true(floor_counter(f, EXECUTOR_balance_off) > 0);
    f->venue.missing = 0;
    floor_run(f, 6000);
    assert_true(executor_is_ready(f->x));
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-146 */
static void
a_tick_that_changed_after_pricing_is_refused_here_and_not_there(void **state)
{
    struct floor *f = floor_live();
    struct tick_size m = { .token = f->market[1].yes,
                           .old_tick = { 10000 }, .new_tick = { 100000 } };

    (void)state;
    f->delay_least.ms = f->delay_most.ms = 30;
    floor_open(f, 1, 'a');
    while (f->auths == 0)
        floor_run(f, 10);
    floor_now(f, SOURCE_feed, 0, &tick_size_schema, &m);
    floor_run(f, 3000);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->venue.placed, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_TICK);
    assert_int_equal(f->release[0].evidence, EVIDENCE_never_sent);
    audit_live(f);
    floor_destroy(f);
}

/* One leg's trade fails: what the others hold is naked, and sold. */
/* faults: F-201 */
static void
a_trade_that_fails_is_undone_and_its_group_goes_on(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->venue.trades, 4);
    f->venue.trade[2].m.state = FILL_STATE_failed;
    floor_stream(f, &venue_trade_schema, &f->venue.trade[2].m);
    for (uint32_t i = 0; i < 8; i += 2)
        floor_book(f, i, 22, i == 4 ? 0 : 23, 200);
    floor_run(f, 30000);
    assert_int_equal(floor_counter(f, EXECUTOR_trades_failed), 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_true(f->last_execution.naked_time.ms > 0);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(f->token[i].shares, 0);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-015 */
static void
a_fill_that_wins_against_a_cancel_is_booked(void **state)
{
    struct floor *f = resting();
    struct floor_vorder *o = &f->venue.order[1];
    struct venue_order m = { .order = o->i.order,
                             .state = ORDER_STATE_cancelled };

    (void)state;
    f->venue.deaf_permille = 1000;
    o->rests = false;
    floor_trade(f, o, o->i.price, (struct qty){ 30 * MICROS });
    floor_now(f, SOURCE_executor, 0, &venue_order_schema, &m);
    pull(f);
    floor_run(f, 10000);
    assert_int_equal(f->fills, 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.naked.micros, 30 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-011 F-203 F-204 */
static void
words_late_twice_and_reversed_come_to_the_same(void **state)
{
    struct floor *f = floor_live();
    struct venue_trade t;

    (void)state;
    f->venue.deaf_permille = 1000;
    f->venue.stuck = true;
    floor_open(f, 1, 'a');
    floor_run(f, 30);
    for (uint32_t i = 0; i < 4; i++) {
        t = f->venue.trade[i].m;
        t.state = FILL_STATE_confirmed;
        floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
        t.state = FILL_STATE_mined;
        floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
        floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
        f->venue.trade[i].m.state = FILL_STATE_confirmed;
        f->venue.shares[2 * i] += t.qty.micros;
    }
    floor_run(f, 5000);
    assert_int_equal(f->fills, 4);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
a_trade_that_settles_both_ways_stops_everything(void **state)
{
    struct floor *f = floor_live();
    struct venue_trade t;
    struct executor_alarm a[8];
    uint32_t count;
    bool kill = false;

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    t = f->venue.trade[0].m;
    t.state = FILL_STATE_failed;
    floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
    count = executor_alarms(f->x, a, 8);
    for (uint32_t i = 0; i < count; i++)
        kill |= a[i].kill;
    assert_true(kill);
    assert_false(executor_is_ready(f->x));
    audit_live(f);
    floor_destroy(f);
}

static void
words_about_nothing_of_ours_change_nothing(void **state)
{
    struct floor *f = floor_live();
    struct venue_order o = { .order = { { 7 } }, .state = ORDER_STATE_live };
    struct venue_trade t = { .order = { { 7 } }, .qty = { MICROS },
                             .price = { 500000 } };
    struct venue_done d = { .call = 999999 };

    (void)state;
    text_set(&t.trade, "x");
    floor_now(f, SOURCE_executor, 0, &venue_order_schema, &o);
    floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
    floor_now(f, SOURCE_executor, 0, &venue_done_schema, &d);
    o.state = 77;
    floor_now(f, SOURCE_executor, 0, &venue_order_schema, &o);
    t.price.micros = MICROS;
    floor_now(f, SOURCE_executor, 0, &venue_trade_schema, &t);
    assert_int_equal(floor_counter(f, EXECUTOR_trades_foreign), 1);
    assert_int_equal(floor_counter(f, EXECUTOR_bad_in), 2);
    assert_int_equal(floor_counter(f, EXECUTOR_late), 1);
    assert_true(executor_is_ready(f->x));
    floor_destroy(f);
}

static void
dollars_are_split_on_chain_before_both_sides_are_sold(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'd');
    floor_run(f, 6000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->said_splits, 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_true(f->last_execution.pnl.micros > 0);
    audit_live(f);
    floor_destroy(f);
}

static void
a_split_that_takes_too_long_is_merged_again(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.no_chain = true;
    floor_open(f, 1, 'd');
    floor_run(f, 3000);
    f->venue.no_chain = false;
    floor_run(f, 20000);
    assert_int_equal(f->venue.deeds, 2);
    assert_int_equal(f->venue.placed, 0);
    assert_int_equal(f->said_merges, 1);
    audit_live(f);
    floor_destroy(f);
}

static void
what_a_resolution_pays_is_redeemed_on_chain(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 4000);
    for (uint32_t i = 0; i < 4; i++) {
        struct resolution r = { .market = f->market[i].market,
                                .payout_yes = { i == 1 ? MICROS : 0 },
                                .final = true };

        floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    }
    floor_run(f, 3000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->settles, 4);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(f->token[i].shares, 0);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_cancels_everything_until_nothing_rests_twice),
        cmocka_unit_test(a_kill_is_not_over_while_cancels_are_refused),
        cmocka_unit_test(an_empty_bucket_still_holds_the_cancels_of_a_kill),
        cmocka_unit_test(
            without_a_lease_what_is_ours_is_cancelled_and_the_heartbeat_stops),
        cmocka_unit_test(
            nothing_new_while_the_stream_is_down_or_not_gone_through),
        cmocka_unit_test(paper_goes_on_while_live_is_not_meant),
        cmocka_unit_test(
            fewer_shares_there_than_here_is_no_reason_to_believe_it),
        cmocka_unit_test(
            a_tick_that_changed_after_pricing_is_refused_here_and_not_there),
        cmocka_unit_test(a_trade_that_fails_is_undone_and_its_group_goes_on),
        cmocka_unit_test(a_fill_that_wins_against_a_cancel_is_booked),
        cmocka_unit_test(words_late_twice_and_reversed_come_to_the_same),
        cmocka_unit_test(a_trade_that_settles_both_ways_stops_everything),
        cmocka_unit_test(words_about_nothing_of_ours_change_nothing),
        cmocka_unit_test(
            dollars_are_split_on_chain_before_both_sides_are_sold),
        cmocka_unit_test(a_split_that_takes_too_long_is_merged_again),
        cmocka_unit_test(what_a_resolution_pays_is_redeemed_on_chain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
