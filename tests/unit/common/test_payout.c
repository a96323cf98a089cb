/* test_payout - how long capital is locked: to the expected payout, by
 * numbers worked out by hand */
#include "common/payout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };
static const struct nanos now = { INT64_C(1780286400) * 1000000000 };

/* Four hours, and one in fifty five days later: 6.4 hours. */
static struct strategy_conf
conf_of(void)
{
    return (struct strategy_conf){ .after_end = { 4 * HOUR_MS },
                                   .disputes = { 20000 },
                                   .dispute_time = { 5 * DAY_MS } };
}

static struct nanos
in_ms(int64_t ms)
{
    return (struct nanos){ now.ns + ms * 1000000 };
}

static void
it_pays_after_a_proposal_a_challenge_and_the_share_of_disputes(void **state)
{
    struct strategy_conf c = conf_of();

    (void)state;
    assert_int_equal(payout_wait(&c, in_ms(10 * (int64_t)DAY_MS), now).ms,
                     10 * (int64_t)DAY_MS + 6 * HOUR_MS + 2 * HOUR_MS / 5);
    c.disputes.ppm = 0;
    assert_int_equal(payout_wait(&c, in_ms(1), now).ms, 1 + 4 * HOUR_MS);
    /* A part of a millisecond is a whole one. */
    assert_int_equal(payout_wait(&c, (struct nanos){ now.ns + 1 }, now).ms,
                     1 + 4 * HOUR_MS);
}

static void
what_ended_has_the_same_before_it_still(void **state)
{
    struct strategy_conf c = conf_of();
    int64_t tail = 6 * HOUR_MS + 2 * HOUR_MS / 5;

    (void)state;
    assert_int_equal(payout_wait(&c, now, now).ms, tail);
    assert_int_equal(payout_wait(&c, in_ms(-DAY_MS), now).ms, tail);
    assert_int_equal(payout_wait(&c, (struct nanos){ 0 }, now).ms, -1);
}

static void
of_several_the_last_locks_and_one_without_an_end_for_a_year(void **state)
{
    struct strategy_conf c = conf_of();
    struct ms lock = { 0 };
    int64_t tail = 6 * HOUR_MS + 2 * HOUR_MS / 5;

    (void)state;
    assert_true(payout_locks(&c, in_ms(DAY_MS), now, &lock));
    assert_true(payout_locks(&c, in_ms(HOUR_MS), now, &lock));
    assert_int_equal(lock.ms, DAY_MS + tail);
    assert_false(payout_locks(&c, (struct nanos){ 0 }, now, &lock));
    assert_int_equal(lock.ms, 365 * (int64_t)DAY_MS);
    assert_true(payout_locks(&c, in_ms(400 * (int64_t)DAY_MS), now, &lock));
    assert_int_equal(lock.ms, 400 * (int64_t)DAY_MS + tail);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            it_pays_after_a_proposal_a_challenge_and_the_share_of_disputes),
        cmocka_unit_test(what_ended_has_the_same_before_it_still),
        cmocka_unit_test(
            of_several_the_last_locks_and_one_without_an_end_for_a_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
