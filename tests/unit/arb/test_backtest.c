/* test_backtest - recorded counts read and judged: of numbers drawn from known
 * rates, what is given one chance in three comes true once in three */
#include "deploy/arb/backtest/backtest.h"

#include "tests/unit/common/scratch_file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t seed;

static double
draw(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 33) / 2147483648.0;
}

static int32_t
poisson(double mean)
{
    double limit = exp(-mean), p = draw();
    int32_t k = 0;

    for (; p > limit; k++)
        p *= draw();
    return k;
}

static bool
reads(const char *text, struct series *s, uint64_t *passed_over)
{
    struct why why;
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return series_read(s, path, passed_over, &why);
}

static void
rows_and_windows_of_the_same_hours_are_the_same(void **state)
{
    static const char rows[] = "Date,Tweets,Likes\n"
                               "20240714-1630,2,0\n20240714-1655,1,9\n"
                               "20240714-1800,4\n20240715-0000,5\n";
    /* In July 16:30 there is 23:30 UTC. */
    static const char windows[] =
        "{\"stats\":{\"daily\":\"[{\\\"date\\\":\\\"2024-07-14T23:00:00.000Z"
        "\\\",\\\"count\\\":3},{\\\"date\\\":\\\"2024-07-15T01:00:00.000Z\\\""
        ",\\\"count\\\":2}]\"}}\n"
        "{\"stats\":{\"daily\":[{\"date\":\"2024-07-15T01:00:00Z\","
        "\"count\":4},{\"date\":\"2024-07-15T07:00:00Z\",\"count\":5}]}}\n";
    struct series a, b;
    uint64_t passed_over;

    (void)state;
    assert_true(reads(rows, &a, &passed_over));
    assert_int_equal(passed_over, 1);
    assert_true(reads(windows, &b, &passed_over));
    assert_int_equal(passed_over, 0);
    assert_int_equal(a.first, 1720998000 / 3600);
    assert_int_equal(a.first, b.first);
    assert_int_equal(a.count, 9);
    assert_int_equal(b.count, 9);
    assert_memory_equal(a.n, b.n, 9 * sizeof a.n[0]);
    assert_int_equal(a.n[0], 3);
    assert_int_equal(a.n[1], -1); /* Not told is not none. */
    assert_int_equal(a.n[2], 4);
    assert_int_equal(a.n[8], 5);
    series_clear(&a);
    series_clear(&b);
}

static void
other_lines_are_passed_over(void **state)
{
    static const char *const bad[] = {
        "", "x", "{", "{}", "[]", "{\"stats\":3}", "{\"stats\":{\"daily\":3}}",
        "{\"stats\":{\"daily\":\"[\"}}",
        "{\"stats\":{\"daily\":[{\"date\":\"2025-13-01T00:00:00Z\","
        "\"count\":1}]}}",
        "{\"stats\":{\"daily\":[{\"date\":\"2025-01-01T00:00:00Z\","
        "\"count\":-1}]}}",
        "{\"stats\":{\"daily\":[{\"date\":\"2025-01-01T00:00:00Z\","
        "\"count\":1e9}]}}",
        "{\"stats\":{\"daily\":[{\"date\":\"0000-01-01T00:00:00Z\","
        "\"count\":1}]}}",
        "20240714-1630", "20240714-1630,", "20240714-1630,-1",
        "20240714-1630,x", "20240714-2530,1", "20241314-1630,1",
        "20240714-1630,1234567", "20240714-1630 ,1", "9999999999999999999999",
    };
    struct series s;
    uint64_t passed_over;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (reads(bad[i], &s, &passed_over))
            fail_msg("read: %s", bad[i]);
        series_clear(&s);
    }
    assert_true(reads("20240714-1630,1\nx\n", &s, &passed_over));
    assert_int_equal(passed_over, 1);
    series_clear(&s);
}

/* Awake for two thirds of the day, some days twice as busy as others. */
static void
make(struct series *s, uint32_t days)
{
    static int32_t n[SERIES_HOURS];
    double busy = 1;

    seed = 1;
    *s = (struct series){ 490000, days * 24, n };
    for (uint32_t i = 0; i < s->count; i++) {
        if (i % 24 == 0)
            busy = 0.7 + 0.7 * draw();
        n[i] = poisson(busy * (i % 24 < 8 ? 0.3 : 2.5));
    }
}

static void
what_is_given_a_chance_comes_true_as_often(void **state)
{
    struct series s;
    struct backtest b;
    unsigned bands = 0;

    (void)state;
    make(&s, 800);
    backtest_run(&s, 10, 7, &b);
    assert_in_range(b.windows, 780, 786);
    assert_in_range(b.left_out, 14, 16);
    for (uint32_t i = 0; i < BACKTEST_BANDS; i++) {
        const struct backtest_band_sum *l = &b.late[i];

        if (l->outcomes < 200)
            continue;
        bands++;
        assert_true(fabs(l->chance - (double)l->came) <
                    0.05 * (double)l->outcomes);
    }
    assert_true(bands >= 9);
    for (uint32_t i = 0; i < BACKTEST_LEADS; i++) {
        const struct backtest_lead_sum *l = &b.lead[i];

        assert_int_equal(l->windows, b.windows);
        assert_true(l->score < l->naive);
        assert_true(i == 0 || l->score < b.lead[i - 1].score);
        assert_true(l->traded > 1000 && l->right <= l->traded);
        assert_true(fabs(l->traded_sure - l->right) < 0.01 * l->traded);
    }
}

static void
a_missing_hour_leaves_its_windows_out(void **state)
{
    struct series s;
    struct backtest b;

    (void)state;
    make(&s, 60);
    backtest_run(&s, 10, 7, &b);
    uint32_t whole = b.windows;
    s.n[30 * 24] = -1;
    backtest_run(&s, 10, 7, &b);
    assert_in_range(whole - b.windows, 15, 16); /* A fortnight and a day. */
    make(&s, 14);
    backtest_run(&s, 10, 7, &b);
    assert_int_equal(b.windows, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_windows_of_the_same_hours_are_the_same),
        cmocka_unit_test(other_lines_are_passed_over),
        cmocka_unit_test(what_is_given_a_chance_comes_true_as_often),
        cmocka_unit_test(a_missing_hour_leaves_its_windows_out),
    };
    return cmocka_run_group_tests(tests, open_scratch, drop_scratch);
}
