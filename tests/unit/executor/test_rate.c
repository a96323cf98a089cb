/* test_rate - a token bucket: what is in it, its reserve, being shut. */
#include "executor/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct nanos
at(int64_t ms)
{
    return (struct nanos){ ms * 1000000 };
}

static void
it_begins_full_and_fills_at_its_rate(void **state)
{
    struct rate r;

    (void)state;
    rate_init(&r, 40, 60, at(0));
    assert_true(rate_take(&r, at(0), 60, 0));
    assert_false(rate_take(&r, at(24), 1, 0));
    assert_true(rate_take(&r, at(25), 1, 0));
    assert_true(rate_take(&r, at(1025), 40, 0));
    assert_false(rate_take(&r, at(1025), 1, 0));
    assert_true(rate_take(&r, at(1000000), 60, 0));
    assert_false(rate_take(&r, at(1000000), 1, 0));
}

static void
more_than_it_holds_never_fits(void **state)
{
    struct rate r;

    (void)state;
    rate_init(&r, 40, 60, at(0));
    assert_false(rate_has(&r, at(INT64_C(1000000000)), 61, 0));
    assert_true(rate_has(&r, at(0), 0, 60));
}

static void
a_reserve_is_for_those_who_ask_for_none(void **state)
{
    struct rate r;

    (void)state;
    rate_init(&r, 1, 30, at(0));
    for (int i = 0; i < 10; i++)
        assert_true(rate_take(&r, at(0), 1, 20));
    assert_false(rate_take(&r, at(0), 1, 20));
    for (int i = 0; i < 20; i++)
        assert_true(rate_take(&r, at(0), 1, 0));
    assert_false(rate_take(&r, at(0), 1, 0));
}

static void
shut_it_gives_nothing_until_then_and_begins_empty(void **state)
{
    struct rate r;

    (void)state;
    rate_init(&r, 10, 10, at(0));
    rate_shut(&r, at(100), (struct ms){ 500 });
    assert_false(rate_has(&r, at(599), 0, 0));
    assert_true(rate_has(&r, at(600), 5, 0));
    assert_false(rate_has(&r, at(600), 6, 0));
    rate_shut(&r, at(600), (struct ms){ 1 });
    assert_true(rate_has(&r, at(1000), 3, 0));
}

static void
time_that_stands_or_goes_back_gives_nothing(void **state)
{
    struct rate r;

    (void)state;
    rate_init(&r, 10, 10, at(5000));
    assert_true(rate_take(&r, at(5000), 10, 0));
    assert_false(rate_has(&r, at(0), 1, 0));
    assert_true(rate_has(&r, (struct nanos){ INT64_MAX }, 10, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_full_and_fills_at_its_rate),
        cmocka_unit_test(more_than_it_holds_never_fits),
        cmocka_unit_test(a_reserve_is_for_those_who_ask_for_none),
        cmocka_unit_test(shut_it_gives_nothing_until_then_and_begins_empty),
        cmocka_unit_test(time_that_stands_or_goes_back_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
