/* test_wayout - groups that filled in part: patched, held, unwound, given up;
 * always with a deadline, always within the limits. */
#include "tests/unit/executor/pair.h"

static void
above_eight_tenths_is_completed_within_five_percent(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 520000, 100);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.filled.micros, 60 * MICROS);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_patch);
    assert_int_equal(f->last_authorize.attempt, 2);
    assert_int_equal(f->last_authorize.legs.count, 1);
    assert_int_equal(f->last_intent.price.micros, 520000);
    assert_int_equal(f->last_intent.qty.micros, 10 * MICROS);
    /* 60 - 60 x 0.45 - 50 x 0.50 - 10 x 0.52 */
    assert_int_equal(f->last_execution.pnl.micros, 2800000);
    assert_true(f->last_execution.naked_time.ms > 0);
    assert_quiet(f);
}

/* faults: F-211 */
static void
one_tick_beyond_five_percent_is_not_paid(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 530000, 100);
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_true(f->last_group.deadline.ns > f->wall.ns);
    floor_book(f, NO, 43, 58, 100); /* Leaves 0.42 of 0.45: too little. */
    floor_run(f, 30000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_quiet(f);
}

static void
while_held_value_picks_between_completing_and_waiting(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_run(f, 500); /* No ask within the limit: held. */
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, NO, 43, 52, 100);
    floor_book(f, YES, 50, 55, 100); /* Selling brings 0.50 > 1 - 0.52. */
    floor_run(f, 3000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, YES, 48, 55, 100); /* As much as completing: complete. */
    floor_run(f, 1500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_quiet(f);
}

static void
from_half_to_eight_tenths_is_held_and_completed_as_meant(void **state)
{
    struct floor *f = sent(48);

    (void)state;
    floor_level(&f->token[NO].asks, 520000, 100);
    floor_run(f, 5000);
    /* 48 of 60 is exactly 0.8: no patch at a worse price. */
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_execution.filled.micros, 48 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 12 * MICROS);
    assert_int_equal(f->last_group.ratio.ppm, 800000);
    floor_book(f, NO, 43, 50, 20);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_intent.price.micros, 500000);
    assert_quiet(f);
}

static void
a_hold_ends_at_its_deadline_with_an_unwind(void **state)
{
    struct floor *f = sent(30); /* Exactly one half: held. */

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    floor_run(f, 28500);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_run(f, 1500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->last_authorize.legs.at[0].side, SIDE_sell);
    assert_int_equal(f->last_execution.filled.micros, 30 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 0);
    /* 30 pairs merged at 0.95, 30 YES sold at 0.43 for 0.45. */
    assert_int_equal(f->last_execution.pnl.micros, 1500000 - 600000);
    assert_true(f->last_execution.naked_time.ms >= 30000);
    assert_true(f->last_execution.naked_time.ms < 33000);
    assert_quiet(f);
}

static void
a_hold_ends_when_the_opportunity_closes(void **state)
{
    struct floor *f = sent(40);
    struct opportunity m = floor_opportunity(f, 1, 'b');

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    m.state = OPP_STATE_closed;
    m.rev = 2;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_quiet(f);
}

static void
below_one_half_is_unwound_at_once(void **state)
{
    struct floor *f = sent(29);

    (void)state;
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->token[YES].shares, 0);
    assert_int_equal(f->token[NO].shares, 0);
    assert_quiet(f);
}

/* faults: F-212 */
static void
surplus_is_not_sold_below_five_percent(void **state)
{
    struct floor *f = sent(0);

    (void)state;
    floor_book(f, YES, 42, 45, 60); /* Paid 0.45: 0.4275 is the limit. */
    floor_run(f, 10000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_group.branch, BRANCH_unwind);
    assert_true(f->last_group.deadline.ns > f->wall.ns);
    assert_int_equal(f->intents, 2);
    floor_book(f, YES, 43, 45, 40);
    floor_run(f, 2000);
    assert_int_equal(f->token[YES].shares, 20 * MICROS);
    floor_book(f, YES, 44, 45, 40);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.pnl.micros,
                     -40 * 20000 - 20 * 10000);
    assert_quiet(f);
}

/* faults: F-212 */
static void
an_unwind_without_bids_is_given_up_as_an_error(void **state)
{
    struct floor *f = sent(0);

    (void)state;
    floor_book(f, YES, 0, 45, 60);
    floor_run(f, 89000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_NO_BID);
    assert_int_equal(f->last_execution.naked.micros, 60 * MICROS);
    assert_quiet(f);
}

/* A pair of which the cheap side lacks half a share, worth 1.5 cents. */
static struct floor *
nearly_all(int64_t no_bid)
{
    struct floor *f = floor_new();

    floor_book(f, YES, 2, 3, 60);
    floor_book(f, NO, 88, 91, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    assert_int_equal(f->intents, 2);
    f->token[YES].asks.at[0].size.micros = 59500000;
    f->token[YES].seq++;
    floor_book(f, NO, no_bid, 91, 60);
    floor_run(f, 3000);
    return f;
}

static void
what_stands_naked_for_dust_of_a_cheap_leg_is_sold(void **state)
{
    struct floor *f = nearly_all(88);

    (void)state;
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 59500000);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_quiet(f);
}

static void
too_little_for_an_order_is_tried_for_once_and_told(void **state)
{
    struct floor *f = nearly_all(0);

    (void)state;
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_run(f, 30000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_NO_BID);
    assert_int_equal(f->last_execution.filled.micros, 59500000);
    assert_int_equal(f->last_execution.naked.micros, 500000);
    assert_quiet(f);
}

/* Without riskd nothing was tried. */
static void
too_little_for_an_order_waits_for_riskd(void **state)
{
    struct floor *f = nearly_all(0);

    (void)state;
    f->risk_silent = true;
    floor_run(f, 60000);
    assert_int_equal(executor_open(f->x), 1);
    floor_book(f, NO, 88, 91, 60);
    f->risk_silent = false;
    floor_run(f, 30000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_quiet(f);
}

static void
where_nothing_fills_nothing_is_unwound(void **state)
{
    struct floor *f = sent(0);

    (void)state;
    floor_book(f, YES, 43, 60, 60);
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.cost.micros, 0);
    assert_int_equal(f->fills, 0);
    assert_quiet(f);
}

static void
even_parts_are_kept_and_not_unwound(void **state)
{
    struct floor *f = sent(20);

    (void)state;
    floor_book(f, YES, 43, 45, 20);
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.filled.micros, 20 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, MICROS);
    assert_quiet(f);
}

static void
a_kill_reports_what_stands_and_patches_nothing(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 510000, 100);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(f->last_execution.naked.micros, 10 * MICROS);
    assert_int_equal(f->intents, 2);
    assert_quiet(f);
}

static void
a_kill_ends_a_hold(void **state)
{
    struct floor *f = sent(40);

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_quiet(f);
}

static void
a_kill_between_patch_and_grant_sends_no_patch(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 510000, 100);
    for (int i = 0; f->auths < 2 && i < 1000; i++) {
        floor_advance(f, 1);
        while (f->auths < 2 && floor_deliver(f, TURN_SENT))
            continue;
        if (f->auths < 2)
            floor_tick(f, TURN_SENT);
    }
    assert_int_equal(f->auths, 2);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_run(f, 1000);
    assert_int_equal(f->intents, 2);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_quiet(f);
}

static void
a_resolution_ends_a_hold_and_pays_what_is_held(void **state)
{
    struct floor *f = sent(40);
    struct resolution r = { .market = f->market[4].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    floor_run(f, 1000);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 200);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_RESOLVED);
    /* 40 pairs were merged, 20 YES paid. */
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->last_settle.cash.micros, 20 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    assert_quiet(f);
}

static void
a_denied_patch_is_held_and_tried_again(void **state)
{
    struct floor *f = sent(50);

    (void)state;
    floor_level(&f->token[NO].asks, 500000, 0);
    f->token[NO].asks.count = 1;
    f->deny_next = REASON_BREAKER;
    floor_level(&f->token[NO].asks, 510000, 100);
    floor_run(f, 500);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_true(f->last_group.deadline.ns > f->wall.ns);
    floor_book(f, NO, 43, 50, 99);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_quiet(f);
}

static void
without_a_lease_a_hold_waits_and_then_unwinds(void **state)
{
    struct floor *f = sent(20);

    (void)state;
    f->risk_silent = true;
    floor_run(f, 200000);
    assert_int_equal(executor_open(f->x), 1);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_true(f->last_group.deadline.ns > f->wall.ns);
    assert_int_equal(f->intents, 2);
    f->risk_silent = false;
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_quiet(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(above_eight_tenths_is_completed_within_five_percent),
        cmocka_unit_test(one_tick_beyond_five_percent_is_not_paid),
        cmocka_unit_test(
            while_held_value_picks_between_completing_and_waiting),
        cmocka_unit_test(
            from_half_to_eight_tenths_is_held_and_completed_as_meant),
        cmocka_unit_test(a_hold_ends_at_its_deadline_with_an_unwind),
        cmocka_unit_test(a_hold_ends_when_the_opportunity_closes),
        cmocka_unit_test(below_one_half_is_unwound_at_once),
        cmocka_unit_test(surplus_is_not_sold_below_five_percent),
        cmocka_unit_test(an_unwind_without_bids_is_given_up_as_an_error),
        cmocka_unit_test(what_stands_naked_for_dust_of_a_cheap_leg_is_sold),
        cmocka_unit_test(too_little_for_an_order_is_tried_for_once_and_told),
        cmocka_unit_test(too_little_for_an_order_waits_for_riskd),
        cmocka_unit_test(where_nothing_fills_nothing_is_unwound),
        cmocka_unit_test(even_parts_are_kept_and_not_unwound),
        cmocka_unit_test(a_kill_reports_what_stands_and_patches_nothing),
        cmocka_unit_test(a_kill_ends_a_hold),
        cmocka_unit_test(a_kill_between_patch_and_grant_sends_no_patch),
        cmocka_unit_test(a_resolution_ends_a_hold_and_pays_what_is_held),
        cmocka_unit_test(a_denied_patch_is_held_and_tried_again),
        cmocka_unit_test(without_a_lease_a_hold_waits_and_then_unwinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
