/* test_split_recall - restarts while pairs are split and sold: at every turn,
 * before and after the journal; no dollar is split twice or lost. */
#include "tests/unit/executor/audit.h"

enum { YES = 18, NO = 19 };

/* A pair sold whole, one that must be patched, one of which nothing is sold,
 * and one that is held and unwound while a dozen pairs are left to merge. */
static void
work(struct floor *f)
{
    floor_open(f, 1, 'd');
    floor_run(f, 11000);
    floor_book(f, YES, 45, 47, 61);
    floor_book(f, NO, 60, 62, 61);
    floor_open(f, 2, 'd');
    floor_run(f, 80);
    floor_book(f, NO, 60, 62, 55);
    floor_level(&f->token[NO].bids, 580000, 100);
    floor_run(f, 11000);
    floor_book(f, YES, 45, 47, 59);
    floor_book(f, NO, 60, 62, 59);
    floor_open(f, 3, 'd');
    floor_run(f, 80);
    floor_book(f, YES, 30, 47, 60);
    floor_book(f, NO, 30, 62, 60);
    floor_run(f, 11000);
    floor_book(f, YES, 45, 47, 60);
    floor_book(f, NO, 60, 62, 60);
    floor_open(f, 4, 'd');
    floor_run(f, 80);
    floor_book(f, YES, 45, 47, 48);
    floor_book(f, NO, 60, 62, 36);
    floor_run(f, 33000);
    floor_book(f, NO, 58, 62, 36);
    floor_run(f, 2000);
}

/* Where in the work something happens; the rest is ticks. */
static uint64_t
busy_turns(uint64_t *at, uint64_t cap)
{
    struct floor *f = floor_new();
    uint64_t count = 0, first = f->turns;

    work(f);
    audit(f);
    assert_int_equal(f->executions, 5);
    assert_int_equal(f->said_splits, 4);
    for (uint32_t i = 0; i < f->facts; i++)
        for (uint64_t k = 0; k < 16; k++) {
            uint64_t turn = f->fact[i].turn - first;

            turn = turn + k < 12 ? 1 : turn + k - 11;
            if (count > 0 && at[count - 1] >= turn)
                continue;
            assert_true(count < cap);
            at[count++] = turn;
        }
    floor_destroy(f);
    return count;
}

static void
restart_everywhere(bool journalled)
{
    static uint64_t at[4096];
    uint64_t count = busy_turns(at, 4096);

    assert_true(count > 100);
    for (uint64_t i = 0; i < count; i++) {
        struct floor *f = floor_new();

        f->crash_at = f->turns + at[i];
        f->crash_journalled = journalled;
        work(f);
        floor_run(f, 120000);
        audit(f);
        assert_int_equal(f->restarts, 2);
        floor_destroy(f);
    }
}

static void
a_crash_before_the_journal_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(false);
}

static void
a_crash_between_journal_and_sending_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(true);
}

/* Up to the split, which riskd hears of or not. */
static struct floor *
split(bool heard)
{
    struct floor *f = floor_new();

    floor_open(f, 1, 'd');
    while (f->said_splits == 0) {
        floor_advance(f, 1);
        while (f->said_splits == 0) {
            f->risk_silent = f->auths > 0 && !heard;
            if (!floor_deliver(f, TURN_SENT))
                break;
        }
    }
    f->risk_silent = false;
    assert_int_equal(f->settles, heard);
    assert_int_equal(f->intents, 0);
    return f;
}

static void
assert_merged_again(struct floor *f)
{
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_RESTARTED);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_int_equal(f->said_splits, 1);
    assert_int_equal(f->said_merges, 1);
    floor_run(f, 2000);
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->token[YES].shares, 0);
    audit(f);
    floor_destroy(f);
}

static void
a_split_without_an_intent_is_merged_again(void **state)
{
    (void)state;
    assert_merged_again(split(true));
}

static void
a_split_riskd_never_heard_of_is_said_before_its_merge(void **state)
{
    (void)state;
    assert_merged_again(split(false));
}

static void
a_kill_during_the_restart_changes_nothing_about_that(void **state)
{
    struct floor *f = split(true);

    (void)state;
    f->latched = true;
    f->kill_gen = 1;
    assert_merged_again(f);
}

static void
sales_of_a_lost_run_go_on_where_they_stood(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'd');
    floor_run(f, 100);
    floor_book(f, NO, 60, 62, 40);
    floor_run(f, 5000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_again(f);
    floor_book(f, NO, 60, 62, 100);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    audit(f);
    floor_destroy(f);
}

static void
orders_of_a_lost_run_are_cancelled_and_their_pairs_merged(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'd');
    floor_run(f, 100);
    assert_int_equal(f->intents, 2);
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    floor_run(f, 1000);
    assert_int_equal(f->settles, 2);
    audit(f);
    floor_destroy(f);
}

static void
a_merge_whose_execution_was_lost_is_not_repeated(void **state)
{
    struct floor *f = floor_new();
    uint32_t last = 0;

    (void)state;
    floor_open(f, 1, 'd');
    floor_run(f, 100);
    floor_book(f, YES, 45, 47, 20);
    floor_book(f, NO, 60, 62, 20);
    floor_run(f, 1000);
    assert_int_equal(f->settles, 2);
    for (uint32_t i = 0; i < f->facts; i++)
        if (f->fact[i].schema == &settle_schema)
            last = i;
    while (f->facts > last + 1)
        free(f->fact[--f->facts].m);
    memset(&f->last_execution, 0, sizeof f->last_execution);
    floor_again(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.pnl.micros, MICROS);
    floor_run(f, 1000);
    assert_int_equal(f->settles, 2);
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
        cmocka_unit_test(a_split_without_an_intent_is_merged_again),
        cmocka_unit_test(
            a_split_riskd_never_heard_of_is_said_before_its_merge),
        cmocka_unit_test(a_kill_during_the_restart_changes_nothing_about_that),
        cmocka_unit_test(sales_of_a_lost_run_go_on_where_they_stood),
        cmocka_unit_test(
            orders_of_a_lost_run_are_cancelled_and_their_pairs_merged),
        cmocka_unit_test(a_merge_whose_execution_was_lost_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
