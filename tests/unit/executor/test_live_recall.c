/* test_live_recall - restarts with orders at a venue: at every turn of a day's
 * work, before and after the journal, and each row of what the log says
 * against what the venue says. */
#include "tests/unit/executor/audit_live.h"

/* A basket that fills, a pair that is merged, one that fills in part. */
static void
work(struct floor *f)
{
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'a');
    floor_open(f, 2, 'b');
    floor_run(f, 4000);
    for (uint32_t i = 10; i < 18; i += 2)
        floor_book(f, i, 22, 23, 200);
    floor_open(f, 3, 'c');
    floor_run(f, 10);
    floor_book(f, 16, 22, 24, 200);
    floor_level(&f->token[14].asks, 230000, 200);
    floor_run(f, 8000);
}

static void
restart_everywhere(bool journalled, bool deaf)
{
    uint64_t turns, step;
    struct floor *f = floor_live();

    work(f);
    turns = f->turns;
    audit_live(f);
    assert_int_equal(f->executions, 3);
    floor_destroy(f);
    for (uint64_t at = 1; at < turns; at += step) {
        f = floor_live();
        f->crash_at = f->turns + at;
        f->crash_journalled = journalled;
        f->venue.deaf_permille = deaf ? 1000 : 0;
        work(f);
        floor_run(f, 60000);
        audit_live(f);
        assert_int_equal(f->restarts, 3);
        step = at < 200 || (at > 420 && at < 560) ? 1 : 61;
        floor_destroy(f);
    }
}

/* faults: F-004 */
static void
a_crash_before_the_journal_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(false, false);
}

/* faults: F-006 F-008 */
static void
a_crash_between_journal_and_sending_leaves_nothing_undone(void **state)
{
    (void)state;
    restart_everywhere(true, false);
}

/* faults: F-011 */
static void
nor_does_one_with_a_stream_that_tells_nothing(void **state)
{
    (void)state;
    restart_everywhere(true, true);
}

/* The journal ends after so many facts of that kind. */
static void
cut_facts(struct floor *f, const struct schema *sc, uint32_t keep)
{
    uint32_t at = 0, seen = 0;

    while (at < f->facts && seen <= keep)
        seen += f->fact[at++].schema == sc;
    assert_true(seen > keep);
    while (f->facts > at - 1)
        free(f->fact[--f->facts].m);
}

/* faults: F-002 F-003 */
static void
reserved_without_an_intent_is_given_back_as_never_sent(void **state)
{
    uint32_t seen = 0;

    (void)state;
    for (uint64_t at = 1; at < 60; at++) {
        struct floor *f = floor_live();

        f->crash_at = f->turns + at;
        floor_open(f, 1, 'a');
        floor_run(f, 3000);
        if (f->auths == 1 && f->intents == 0) {
            assert_int_equal(f->last_execution.reason, REASON_RESTARTED);
            assert_int_equal(f->release[f->releases - 1].evidence,
                             EVIDENCE_never_sent);
            assert_int_equal(f->venue.placed, 0);
            audit_live(f);
            seen++;
        }
        floor_destroy(f);
    }
    assert_true(seen > 0);
}

/* Intents on disk, orders not said to be sent: the bytes may exist. */
/* faults: F-005 F-006 */
static void
an_intent_alone_is_looked_for_as_if_it_had_been_sent(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.fate = FATE_lost;
    f->venue.fates = 1;
    floor_open(f, 1, 'a');
    while (f->venue.placed == 0)
        floor_run(f, 10);
    cut_facts(f, &order_schema, 0);
    floor_again(f);
    floor_run(f, 15000);
    assert_int_equal(f->releases, 0);
    floor_run(f, 15000);
    assert_int_equal(floor_counter(f, EXECUTOR_dead), 4);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-008 F-014 */
static void
an_order_that_rests_is_adopted_cancelled_and_freed(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.rest_all = true;
    f->venue.fate = FATE_answer_lost;
    f->venue.fates = 1;
    floor_open(f, 1, 'a');
    while (f->venue.placed == 0)
        floor_run(f, 10);
    floor_again(f);
    floor_run(f, 8000);
    assert_true(f->venue.cancels > 0);
    assert_int_equal(floor_counter(f, EXECUTOR_foreign), 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    audit_live(f);
    floor_destroy(f);
}

static void
trades_of_an_order_nobody_finds_are_booked(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.deaf_permille = 1000;
    floor_open(f, 1, 'a');
    while (f->venue.placed == 0)
        floor_run(f, 10);
    floor_again(f);
    floor_run(f, 10000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

/* Its market left the listing while we were down.  What failed waits for no
 * fee, the rest a minute. */
static void
trades_of_a_market_nobody_tells_of_any_more_are_booked_in_the_end(void **state)
{
    (void)state;
    for (unsigned fail = 0; fail <= 1000; fail += 1000) {
        struct floor *f = floor_live();

        f->venue.deaf_permille = 1000;
        f->venue.fail_permille = fail;
        floor_open(f, 1, 'a');
        while (f->venue.placed == 0)
            floor_run(f, 10);
        f->unlisted[0] = f->unknown = true;
        floor_again(f);
        floor_run(f, 50000);
        assert_int_equal(f->executions, fail > 0);
        floor_run(f, 40000);
        assert_int_equal(f->executions, 1);
        assert_int_equal(f->last_execution.status,
                         fail > 0 ? EXEC_STATUS_UNWOUND : EXEC_STATUS_FILLED);
        audit_live(f);
        floor_destroy(f);
    }
}

/* Else their takers would have paid nothing. */
static void
no_trade_is_booked_before_feed_told_of_any_market(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.deaf_permille = 1000;
    floor_open(f, 1, 'a');
    while (f->venue.placed == 0)
        floor_run(f, 10);
    f->feed_silent = true;
    floor_again(f);
    floor_run(f, 100000);
    assert_int_equal(f->said_fills, 0);
    f->feed_silent = false;
    floor_run(f, 100000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

/* All matched, nothing settled: the group waits, over a restart as well. */
/* faults: F-200 */
static void
provisional_trades_keep_the_group_open(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.stuck = true;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->said_fills, 4);
    floor_again(f);
    floor_run(f, 100000);
    assert_int_equal(f->executions, 0);
    assert_int_equal(f->releases, 0);
    assert_true(floor_counter(f, EXECUTOR_unsettled) > 0);
    f->venue.stuck = false;
    floor_run(f, 10000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static bool
killed_for(struct floor *f, enum reason why)
{
    struct executor_alarm a[8];
    uint32_t count = executor_alarms(f->x, a, 8);

    for (uint32_t i = 0; i < count; i++)
        if (a[i].kill && a[i].reason == why)
            return true;
    return false;
}

static void
an_order_that_had_ended_and_rests_stops_everything(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.fate = FATE_refused;
    f->venue.fates = 1;
    floor_open(f, 1, 'a');
    floor_run(f, 1000);
    assert_int_equal(f->executions, 1);
    f->venue.orders = 1; /* It was taken all the same. */
    f->venue.order[0] = (struct floor_vorder){ .i = f->last_intent,
                                               .rests = true };
    floor_run(f, 61000);
    assert_true(killed_for(f, REASON_FOREIGN));
    assert_false(executor_is_ready(f->x));
    assert_false(f->venue.order[0].rests); /* And is cancelled. */
    floor_destroy(f);
}

static void
an_order_that_is_not_ours_stops_everything_until_cleared(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.foreign = 1;
    f->venue.stream = false;
    floor_run(f, 100);
    f->venue.stream = true;
    floor_run(f, 3000);
    assert_true(killed_for(f, REASON_FOREIGN));
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_venue), 1);
    assert_true(f->venue.cancel_alls > 0);
    f->latched = true;
    f->kill_gen = 7;
    floor_say_latch(f);
    f->venue.foreign = 0;
    floor_run(f, 5000);
    f->latched = false;
    floor_say_latch(f);
    floor_run(f, 5000);
    assert_true(executor_is_ready(f->x));
    floor_destroy(f);
}

static void
the_merge_of_a_pair_is_asked_for_again_under_the_same_name(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    f->venue.no_chain = true;
    floor_open(f, 1, 'b');
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->settles, 0);
    floor_again(f);
    floor_run(f, 5000);
    f->venue.no_chain = false;
    floor_run(f, 31000);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->venue.deeds, 1);
    floor_again(f);
    floor_run(f, 40000);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->venue.deeds, 1);
    audit_live(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_before_the_journal_leaves_nothing_undone),
        cmocka_unit_test(
            a_crash_between_journal_and_sending_leaves_nothing_undone),
        cmocka_unit_test(nor_does_one_with_a_stream_that_tells_nothing),
        cmocka_unit_test(
            reserved_without_an_intent_is_given_back_as_never_sent),
        cmocka_unit_test(
            an_intent_alone_is_looked_for_as_if_it_had_been_sent),
        cmocka_unit_test(an_order_that_rests_is_adopted_cancelled_and_freed),
        cmocka_unit_test(trades_of_an_order_nobody_finds_are_booked),
        cmocka_unit_test(
            trades_of_a_market_nobody_tells_of_any_more_are_booked_in_the_end),
        cmocka_unit_test(no_trade_is_booked_before_feed_told_of_any_market),
        cmocka_unit_test(provisional_trades_keep_the_group_open),
        cmocka_unit_test(an_order_that_had_ended_and_rests_stops_everything),
        cmocka_unit_test(
            an_order_that_is_not_ours_stops_everything_until_cleared),
        cmocka_unit_test(
            the_merge_of_a_pair_is_asked_for_again_under_the_same_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
