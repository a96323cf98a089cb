/* test_split_wayout - split pairs sold in part: the table of the filled ratio
 * mirrored; what is left of one side is sold within the limit or held, what is
 * left of both is merged, and nothing is ever bought. */
#include "tests/unit/executor/audit.h"

enum { YES = 18, NO = 19 };

/* 60 pairs meant to be sold at 45 + 60, split, the orders sent; then so many
 * shares are still bid for at these prices. */
static struct floor *
sent(int64_t yes_left, int64_t no_left)
{
    struct floor *f = floor_new();

    floor_open(f, 1, 'd');
    floor_run(f, 100);
    assert_int_equal(f->intents, 2);
    floor_book(f, YES, yes_left > 0 ? 45 : 30, 47,
               yes_left > 0 ? yes_left : 1);
    floor_book(f, NO, no_left > 0 ? 60 : 40, 62, no_left > 0 ? no_left : 1);
    return f;
}

static void
finish(struct floor *f)
{
    floor_run(f, 3000);
    audit(f);
    for (uint32_t i = 0; i < f->facts; i++)
        if (f->fact[i].schema == &intent_schema)
            assert_int_equal(((struct intent *)f->fact[i].m)->side,
                             SIDE_sell);
    floor_destroy(f);
}

static void
above_eight_tenths_the_other_side_is_sold_down_to_five_percent(void **state)
{
    struct floor *f = sent(60, 50);

    (void)state;
    floor_level(&f->token[NO].bids, 570000, 100);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.filled.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_patch);
    assert_int_equal(f->last_authorize.attempt, 2);
    assert_int_equal(f->last_authorize.legs.count, 1);
    assert_int_equal(f->last_intent.price.micros, 570000);
    assert_int_equal(f->last_intent.qty.micros, 10 * MICROS);
    /* 60 x 0.45 + 50 x 0.60 + 10 x 0.57 - 60 */
    assert_int_equal(f->last_execution.pnl.micros, 2700000);
    assert_int_equal(f->said_merges, 0);
    assert_true(f->last_execution.naked_time.ms > 0);
    finish(f);
}

static void
pairs_sold_on_neither_side_are_merged_beside_the_patch(void **state)
{
    struct floor *f = sent(50, 55);

    (void)state;
    floor_level(&f->token[YES].bids, 440000, 100);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.filled.micros, 55 * MICROS);
    assert_int_equal(f->last_intent.qty.micros, 5 * MICROS);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 5 * MICROS);
    /* 50 x 0.45 + 5 x 0.44 + 55 x 0.60 + 5 - 60 */
    assert_int_equal(f->last_execution.pnl.micros, 2700000);
    assert_int_equal(f->token[YES].shares, 0);
    assert_int_equal(f->token[NO].shares, 0);
    finish(f);
}

static void
one_tick_beyond_five_percent_is_not_sold(void **state)
{
    struct floor *f = sent(60, 50);

    (void)state;
    floor_level(&f->token[NO].bids, 560000, 100);
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_execution.naked.micros, 10 * MICROS);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_true(f->last_group.deadline.ns > f->wall.ns);
    floor_book(f, NO, 58, 62, 100);
    floor_run(f, 1500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_intent.price.micros, 580000);
    finish(f);
}

static void
from_half_to_eight_tenths_is_held_and_sold_as_meant(void **state)
{
    struct floor *f = sent(48, 60); /* Exactly 0.8. */

    (void)state;
    floor_level(&f->token[YES].bids, 440000, 100);
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_execution.filled.micros, 48 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 12 * MICROS);
    assert_int_equal(f->last_group.ratio.ppm, 800000);
    assert_int_equal(f->intents, 2);
    floor_book(f, YES, 45, 47, 20);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_intent.price.micros, 450000);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    finish(f);
}

static void
a_hold_ends_at_its_deadline_with_an_unwind(void **state)
{
    struct floor *f = sent(30, 60); /* Exactly one half: held. */

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    floor_book(f, YES, 43, 47, 60); /* 0.4275 is the limit. */
    floor_run(f, 27500);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_run(f, 2500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    /* 30 x 0.45 + 30 x 0.43 + 60 x 0.60 - 60 */
    assert_int_equal(f->last_execution.pnl.micros, 2400000);
    assert_true(f->last_execution.naked_time.ms >= 30000);
    assert_int_equal(f->token[YES].shares, 0);
    finish(f);
}

static void
below_one_half_is_unwound_at_once_and_the_rest_merged(void **state)
{
    struct floor *f = sent(20, 40);

    (void)state;
    floor_level(&f->token[YES].bids, 430000, 100);
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(f->last_execution.filled.micros, 40 * MICROS);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 20 * MICROS);
    /* 20 x 0.45 + 20 x 0.43 + 40 x 0.60 + 20 - 60 */
    assert_int_equal(f->last_execution.pnl.micros, 1600000);
    finish(f);
}

static void
what_nobody_bids_for_is_held_and_paid_at_the_resolution(void **state)
{
    struct floor *f = sent(20, 40);
    struct resolution r = { .market = f->market[9].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    floor_run(f, 500);
    floor_book(f, YES, 42, 47, 100); /* 0.4275 is the limit. */
    floor_run(f, 88500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PARTIAL_HOLD);
    assert_int_equal(f->last_group.branch, BRANCH_unwind);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_NO_BID);
    assert_int_equal(f->last_execution.naked.micros, 20 * MICROS);
    /* 20 x 0.45 + 40 x 0.60 + 20 - 60: what is held stands at nothing. */
    assert_int_equal(f->last_execution.pnl.micros, -7 * MICROS);
    assert_int_equal(f->token[YES].shares, 20 * MICROS);
    assert_int_equal(f->token[NO].shares, 0);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 100);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_int_equal(f->last_settle.cash.micros, 20 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    finish(f);
}

static void
an_unwind_takes_what_there_is_and_goes_on(void **state)
{
    struct floor *f = sent(0, 40);

    (void)state;
    floor_book(f, YES, 43, 47, 25);
    floor_run(f, 600);
    assert_int_equal(f->token[YES].shares, (60 - 25) * MICROS);
    assert_int_equal(f->last_group.branch, BRANCH_unwind);
    floor_book(f, YES, 46, 47, 100);
    floor_run(f, 1500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    /* 25 x 0.43 + 15 x 0.46 + 40 x 0.60 + 20 - 60 */
    assert_int_equal(f->last_execution.pnl.micros, 1650000);
    finish(f);
}

static void
where_nothing_is_sold_everything_is_merged(void **state)
{
    struct floor *f = sent(0, 0);

    (void)state;
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 60 * MICROS);
    assert_int_equal(f->fills, 0);
    finish(f);
}

static void
even_parts_are_sold_and_the_rest_merged(void **state)
{
    struct floor *f = sent(20, 20);

    (void)state;
    floor_run(f, 600);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.filled.micros, 20 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, MICROS);
    assert_int_equal(f->last_settle.qty.micros, 40 * MICROS);
    finish(f);
}

static void
a_kill_merges_pairs_and_leaves_one_side_as_it_stands(void **state)
{
    struct floor *f = sent(50, 30);

    (void)state;
    floor_level(&f->token[NO].bids, 590000, 100);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(f->last_execution.naked.micros, 20 * MICROS);
    assert_int_equal(f->intents, 2);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 10 * MICROS);
    assert_int_equal(f->token[NO].shares, 20 * MICROS);
    finish(f);
}

static void
a_kill_ends_a_hold(void **state)
{
    struct floor *f = sent(60, 40);

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_book(f, NO, 60, 62, 100);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(f->intents, 2);
    finish(f);
}

static void
a_denied_patch_is_held_and_tried_again(void **state)
{
    struct floor *f = sent(60, 50);

    (void)state;
    f->deny_next = REASON_BREAKER;
    floor_level(&f->token[NO].bids, 580000, 100);
    floor_run(f, 500);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, NO, 60, 62, 100);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    finish(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            above_eight_tenths_the_other_side_is_sold_down_to_five_percent),
        cmocka_unit_test(
            pairs_sold_on_neither_side_are_merged_beside_the_patch),
        cmocka_unit_test(one_tick_beyond_five_percent_is_not_sold),
        cmocka_unit_test(from_half_to_eight_tenths_is_held_and_sold_as_meant),
        cmocka_unit_test(a_hold_ends_at_its_deadline_with_an_unwind),
        cmocka_unit_test(
            below_one_half_is_unwound_at_once_and_the_rest_merged),
        cmocka_unit_test(
            what_nobody_bids_for_is_held_and_paid_at_the_resolution),
        cmocka_unit_test(an_unwind_takes_what_there_is_and_goes_on),
        cmocka_unit_test(where_nothing_is_sold_everything_is_merged),
        cmocka_unit_test(even_parts_are_sold_and_the_rest_merged),
        cmocka_unit_test(a_kill_merges_pairs_and_leaves_one_side_as_it_stands),
        cmocka_unit_test(a_kill_ends_a_hold),
        cmocka_unit_test(a_denied_patch_is_held_and_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
