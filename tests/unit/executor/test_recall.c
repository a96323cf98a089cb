/* test_recall - restarts: at every turn of a day's work, before and after the
 * journal; nothing is lost, nothing is done twice. */
#include "tests/unit/executor/audit.h"

/* A basket that fills, a pair that must be patched, a pair that is held and
 * unwound, and a resolution. */
static void
work(struct floor *f)
{
    struct resolution r = { .market = f->market[1].market,
                            .payout_yes = { MICROS }, .final = true };

    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'a');
    floor_open(f, 2, 'b');
    floor_run(f, 80);
    floor_book(f, 9, 43, 50, 50);
    floor_level(&f->token[9].asks, 520000, 100);
    floor_run(f, 1500);
    f->resolved[1] = true;
    f->resolution[1] = r;
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 10500);
    floor_book(f, 8, 43, 45, 61);
    floor_book(f, 9, 43, 50, 61);
    floor_open(f, 3, 'b');
    floor_run(f, 80);
    floor_book(f, 9, 43, 50, 40);
    floor_run(f, 36000);
}

static void
restart_everywhere(bool journalled)
{
    uint64_t turns, step;
    struct floor *f = floor_new();

    work(f);
    turns = f->turns;
    audit(f);
    assert_int_equal(f->executions, 4);
    floor_destroy(f);
    /* Most turns are ticks of the hold, where nothing happens. */
    for (uint64_t at = 8; at < turns; at += step) {
        f = floor_new();
        f->crash_at = f->turns + at;
        f->crash_journalled = journalled;
        work(f);
        floor_run(f, 36000);
        audit(f);
        assert_int_equal(f->restarts, 2);
        step = at < 200 || (at > 1300 && at < 1500) ? 1 : 131;
        floor_destroy(f);
    }
}

/* faults: F-001 F-004 */
static void
a_crash_before_the_journal_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(false);
}

/* faults: F-005 F-016 */
static void
a_crash_between_journal_and_sending_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(true);
}

/* faults: F-003 */
static void
a_group_without_an_intent_ends_as_an_error(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_RESTARTED);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_duplicate), 1);
    floor_run(f, 1000);
    audit(f);
    floor_destroy(f);
}

/* faults: F-016 */
static void
paper_orders_of_a_lost_run_are_cancelled_and_their_money_freed(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->intents, 4);
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    floor_run(f, 1000);
    audit(f);
    floor_destroy(f);
}

/* faults: F-010 F-012 */
static void
fills_riskd_never_heard_of_are_said_again(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    f->risk_silent = true;
    floor_run(f, 200);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->fills, 0);
    f->risk_silent = false;
    floor_again(f);
    floor_run(f, 1000);
    assert_int_equal(f->fills, 4);
    audit(f);
    floor_destroy(f);
}

static void
a_hold_keeps_its_deadline_over_a_restart(void **state)
{
    struct floor *f = floor_new();
    struct nanos deadline;

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, 9, 43, 50, 40);
    floor_run(f, 10000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    deadline = f->last_group.deadline;
    floor_advance(f, 5000);
    floor_again(f);
    floor_run(f, 2000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_true(llabs(f->last_group.deadline.ns - deadline.ns) < 1000000);
    floor_run(f, 14500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    audit(f);
    floor_destroy(f);
}

static void
the_salt_goes_on_where_the_log_ended(void **state)
{
    struct floor *f = floor_new();
    uint64_t salt;

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    salt = f->last_intent.salt;
    floor_again(f);
    floor_open(f, 2, 'c');
    floor_run(f, 500);
    assert_int_equal(f->last_intent.salt, salt + 4);
    audit(f);
    floor_destroy(f);
}

static void
rest_outlives_a_restart(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 500);
    floor_again(f);
    floor_open(f, 2, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_resting), 1);
    floor_destroy(f);
}

static void
a_merge_whose_execution_was_lost_is_not_repeated(void **state)
{
    struct floor *f = floor_new();
    uint32_t settled = 0;

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 1000);
    assert_int_equal(f->settles, 1);
    while (f->fact[settled].schema != &settle_schema)
        settled++;
    while (f->facts > settled + 1)
        free(f->fact[--f->facts].m);
    memset(&f->last_execution, 0, sizeof f->last_execution);
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    floor_run(f, 1000);
    assert_int_equal(f->settles, 1);
    audit(f);
    floor_destroy(f);
}

/* faults: F-017 */
static void
the_one_patch_is_not_tried_again_after_a_restart(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, 9, 43, 50, 50);
    floor_level(&f->token[9].asks, 520000, 100);
    for (int i = 0; f->auths < 2 && i < 1000; i++) {
        floor_advance(f, 1);
        while (f->auths < 2 && floor_deliver(f, TURN_SENT))
            continue;
        if (f->auths < 2)
            floor_tick(f, TURN_SENT);
    }
    floor_again(f);
    floor_run(f, 10000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    assert_int_equal(f->intents, 2);
    assert_int_equal(floor_open_auths(f), 1);
    floor_book(f, 9, 43, 60, 100); /* Nor is its surplus to be hedged. */
    floor_run(f, 25000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    audit(f);
    floor_destroy(f);
}

static void
a_list_with_a_hole_is_asked_for_again(void **state)
{
    struct floor *f = floor_new();
    struct floor_post *lost = NULL;

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    f->risk_silent = true;
    floor_run(f, 200);
    f->risk_silent = false;
    floor_new_engine(f);
    while (lost == NULL) {
        floor_advance(f, 1);
        floor_tick(f, TURN_SENT);
        for (uint32_t i = 0; i < f->posts_top; i++)
            if (f->post[i].used && f->post[i].schema == &grant_schema)
                lost = &f->post[i];
        if (lost == NULL)
            floor_deliver(f, TURN_SENT);
    }
    lost->used = false;
    free(lost->m);
    lost->m = NULL;
    floor_run(f, 2000);
    assert_int_equal(floor_counter(f, EXECUTOR_lists), 2);
    assert_int_equal(f->fills, 4);
    audit(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_before_the_journal_leaves_nothing_undone),
        cmocka_unit_test(
            a_crash_between_journal_and_sending_leaves_nothing_undone),
        cmocka_unit_test(a_group_without_an_intent_ends_as_an_error),
        cmocka_unit_test(
            paper_orders_of_a_lost_run_are_cancelled_and_their_money_freed),
        cmocka_unit_test(fills_riskd_never_heard_of_are_said_again),
        cmocka_unit_test(a_hold_keeps_its_deadline_over_a_restart),
        cmocka_unit_test(the_salt_goes_on_where_the_log_ended),
        cmocka_unit_test(rest_outlives_a_restart),
        cmocka_unit_test(a_list_with_a_hole_is_asked_for_again),
        cmocka_unit_test(a_merge_whose_execution_was_lost_is_not_repeated),
        cmocka_unit_test(the_one_patch_is_not_tried_again_after_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
