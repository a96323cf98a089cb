/* test_backoff - pauses double, jitter fully, and stay within bounds */

#include "common/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
each_span_doubles_up_to_the_most(void **state)
{
    (void)state;
    int64_t seen_least[10], seen_most[10];

    for (int i = 0; i < 10; i++) {
        seen_least[i] = INT64_MAX;
        seen_most[i] = 0;
    }
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct backoff b;
        backoff_init(&b, (struct ms){ 100 }, (struct ms){ 5000 }, seed);
        for (int i = 0; i < 10; i++) {
            int64_t pause = backoff_next(&b).ms;
            int64_t span = (int64_t)100 << (i + 1);
            assert_in_range(pause, 100, span < 5000 ? span : 5000);
            if (pause < seen_least[i])
                seen_least[i] = pause;
            if (pause > seen_most[i])
                seen_most[i] = pause;
        }
    }
    /* Full jitter: both ends of each span are met. */
    for (int i = 0; i < 10; i++) {
        int64_t span = (int64_t)100 << (i + 1);
        span = span < 5000 ? span : 5000;
        assert_in_range(seen_least[i], 100, 100 + span / 50);
        assert_in_range(seen_most[i], span - span / 50, span);
    }
}

static void
the_same_seed_repeats_and_a_reset_begins_again(void **state)
{
    (void)state;
    struct backoff a, b;

    backoff_init(&a, (struct ms){ 10 }, (struct ms){ 1000000 }, 9);
    backoff_init(&b, (struct ms){ 10 }, (struct ms){ 1000000 }, 9);
    for (int i = 0; i < 100; i++)
        assert_int_equal(backoff_next(&a).ms, backoff_next(&b).ms);
    backoff_reset(&a);
    assert_in_range(backoff_next(&a).ms, 10, 20);
}

static void
odd_bounds_and_seeds_still_pause(void **state)
{
    (void)state;
    struct backoff b;

    backoff_init(&b, (struct ms){ 50 }, (struct ms){ 10 }, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(backoff_next(&b).ms, 50);
    backoff_init(&b, (struct ms){ 600000 }, (struct ms){ INT64_MAX }, 1);
    for (int i = 0; i < 100; i++)
        assert_true(backoff_next(&b).ms >= 600000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_span_doubles_up_to_the_most),
        cmocka_unit_test(the_same_seed_repeats_and_a_reset_begins_again),
        cmocka_unit_test(odd_bounds_and_seeds_still_pause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
