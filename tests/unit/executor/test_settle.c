/* test_settle - merges and resolutions: paid once, found again when missed. */
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
a_filled_pair_is_merged_at_once(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    assert_int_equal(f->token[8].shares, 0);
    assert_int_equal(f->token[9].shares, 0);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_resolution_pays_what_is_held_once(void **state)
{
    struct floor *f = floor_new();
    struct resolution r = { .market = f->market[0].market,
                            .payout_yes = { MICROS }, .final = false };

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 100);
    assert_int_equal(f->settles, 0);
    r.final = true;
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 100);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    r.market = f->market[1].market;
    r.payout_yes.micros = 0;
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 100);
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->last_settle.cash.micros, 0);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_resolution_that_was_missed_is_found_at_the_next_start(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    f->resolved[2] = true;
    f->resolution[2] = (struct resolution){
        .market = f->market[2].market, .payout_yes = { 500000 },
        .final = true };
    floor_again(f);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.cash.micros, 50 * MICROS);
    floor_again(f);
    assert_int_equal(f->settles, 1);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_resolution_lost_from_an_answer_is_asked_for_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    f->resolved[2] = true;
    f->resolution[2] = (struct resolution){
        .market = f->market[2].market, .payout_yes = { MICROS },
        .final = true };
    f->resolutions_lost = true;
    floor_again(f);
    floor_run(f, 1000);
    assert_int_equal(f->settles, 0);
    f->resolutions_lost = false;
    floor_run(f, 3000);
    assert_int_equal(f->settles, 1);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_restarted_feed_is_asked_for_its_markets_again(void **state)
{
    struct floor *f = floor_new();
    struct heartbeat beat = { .ready = true };
    uint32_t asked;

    (void)state;
    floor_now(f, SOURCE_feed, 0, &heartbeat_schema, &beat);
    floor_run(f, 50);
    asked = f->snapshots;
    floor_now(f, SOURCE_feed, 0, &heartbeat_schema, &beat);
    floor_run(f, 50);
    assert_int_equal(f->snapshots, asked);
    f->feed_run = 2;
    floor_now(f, SOURCE_feed, 0, &heartbeat_schema, &beat);
    floor_run(f, 50);
    assert_int_equal(f->snapshots, asked + 1);
    assert_int_equal(f->last_snapshot.what, ASKED_universe);
    floor_destroy(f);
}

static void
an_open_group_decides_about_its_shares_first(void **state)
{
    struct floor *f = floor_new();
    struct resolution r = { .market = f->market[4].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, 9, 43, 50, 20);
    f->delay_least.ms = f->delay_most.ms = 400;
    floor_run(f, 600);
    assert_int_equal(f->last_group.branch, BRANCH_unwind);
    assert_int_equal(f->last_group.state, GROUP_STATE_preflight);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 50);
    assert_int_equal(f->settles, 0);
    f->delay_least.ms = f->delay_most.ms = 0;
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.reason, REASON_RESOLVED);
    /* 20 pairs merged, then 40 YES paid. */
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_int_equal(f->last_settle.qty.micros, 40 * MICROS);
    assert_quiet(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filled_pair_is_merged_at_once),
        cmocka_unit_test(a_resolution_pays_what_is_held_once),
        cmocka_unit_test(
            a_resolution_that_was_missed_is_found_at_the_next_start),
        cmocka_unit_test(a_resolution_lost_from_an_answer_is_asked_for_again),
        cmocka_unit_test(a_restarted_feed_is_asked_for_its_markets_again),
        cmocka_unit_test(an_open_group_decides_about_its_shares_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
