/* test_calendar - days of all years, and New York's clock where it jumps */
#include "common/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t s_ns = 1000000000;

static void
every_day_of_four_centuries_comes_back(void **state)
{
    int64_t year;
    int month, day, before = 0;

    (void)state;
    assert_int_equal(calendar_days(1970, 1, 1), 0);
    assert_int_equal(calendar_days(2000, 3, 1), 11017);
    for (int64_t d = -200000; d < 200000; d++) {
        calendar_date(d, &year, &month, &day);
        assert_int_equal(calendar_days(year, month, day), d);
        assert_true(day == 1 || day == before + 1 || d == -200000);
        before = day;
    }
}

static int64_t
at(const char *s)
{
    struct nanos t = { -1 };

    if (!calendar_read(s, &t))
        return -1;
    return t.ns / s_ns;
}

static void
noon_is_at_four_in_summer_and_at_five_in_winter(void **state)
{
    (void)state;
    assert_int_equal(at("2025-11-21 12:00"), 1763744400); /* 17:00 UTC */
    assert_int_equal(at("2026-03-13 12:00"), 1773417600); /* 16:00 UTC */
    assert_int_equal(at("2026-07-04 00:00"), 1783137600); /* 04:00 UTC */
    assert_int_equal(at("2026-07-04 04:00 UTC"), 1783137600);
    assert_int_equal(at("2026-03-08 02:30 UTC"), 1772937000);
}

/* 2026: March 8, November 1.  A week over either is an hour off. */
static void
the_clock_jumps_when_the_law_says(void **state)
{
    (void)state;
    assert_int_equal(at("2026-03-08 01:59"), 1772953140);
    assert_int_equal(at("2026-03-08 03:00"), 1772953200);
    assert_int_equal(at("2026-11-01 00:59"), 1793509140);
    assert_int_equal(at("2026-11-01 02:00"), 1793516400);
    assert_int_equal(calendar_newyork((struct nanos){ 1772953199 * s_ns }),
                     -18000);
    assert_int_equal(calendar_newyork((struct nanos){ 1772953200 * s_ns }),
                     -14400);
    assert_int_equal(calendar_newyork((struct nanos){ 1793512799 * s_ns }),
                     -14400);
    assert_int_equal(calendar_newyork((struct nanos){ 1793512800 * s_ns }),
                     -18000);
    assert_int_equal(at("2026-03-12 12:00") - at("2026-03-05 12:00"),
                     7 * 86400 - 3600);
    assert_int_equal(at("2026-11-05 12:00") - at("2026-10-29 12:00"),
                     7 * 86400 + 3600);
}

static void
an_hour_that_is_not_or_is_twice_is_refused(void **state)
{
    (void)state;
    assert_int_equal(at("2026-03-08 02:00"), -1);
    assert_int_equal(at("2026-03-08 02:59"), -1);
    assert_int_equal(at("2026-11-01 01:00"), -1);
    assert_int_equal(at("2026-11-01 01:59"), -1);
}

static void
what_is_no_time_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "2026-03-13", "2026-03-13T12:00", "2026-3-13 12:00",
        "2026-03-13 12:00 ", "2026-13-01 00:00", "2026-02-29 00:00",
        "2026-04-31 00:00", "2026-00-01 00:00", "2026-01-00 00:00",
        "2026-01-01 24:00", "2026-01-01 00:60", "2006-07-01 00:00",
        "2201-01-01 00:00", "2026-03-13 12:00 UT", "2026-03-13 12:00UTC",
        "2026-03-13 12:00 UTC ", "2026-02-30 12:00 UTC", "2026-01-01 0-:00",
        "\xd9\xa2\xd9\xa0", "2026-",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(at(bad[i]), -1);
    assert_int_equal(at("2028-02-29 00:00"), 1835413200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_comes_back),
        cmocka_unit_test(noon_is_at_four_in_summer_and_at_five_in_winter),
        cmocka_unit_test(the_clock_jumps_when_the_law_says),
        cmocka_unit_test(an_hour_that_is_not_or_is_twice_is_refused),
        cmocka_unit_test(what_is_no_time_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
