/* test_returns - what equity by the hour says, against floating point */
#include "tests/unit/riskd/metric_desk.h"

#include <math.h>

/* The formula once more, in floating point. */
static double
sharpe(const double *equity, int count, double year)
{
    double sum = 0, squares = 0, n = count - 1;
    for (int i = 1; i < count; i++) {
        double r = (equity[i] - equity[i - 1]) / equity[i - 1];
        sum += r;
        squares += r * r;
    }
    double mean = sum / n;
    return sqrt(year) * mean / sqrt((squares - n * mean * mean) / (n - 1));
}

static void
sharpe_is_that_of_hourly_returns(void **state)
{
    double equity[481];
    (void)state;
    for (int i = 0; i <= 480; i++) {
        equity[i] = 1000 + i * 0.3 + (i * 7919 % 13);
        worth(equity[i]);
        if (i == 239) {
            is_few(sharpe_20d);
        }
        if (i == 83) {
            is_few(sharpe_7d);
        }
        if (i == 84) {
            assert_int_equal(answer(METRIC_sharpe_7d).state, VALUE_known);
        }
        view.wall.ns += i < 480 ? HOUR : 0;
    }
    struct value v = answer(METRIC_sharpe_20d);
    double expected = sharpe(equity, 481, 8760);
    assert_int_equal(v.state, VALUE_known);
    assert_int_equal(v.sample, 480);
    assert_true(fabs((double)value_micros(&v) / 1e6 - expected) <
                0.01 * fabs(expected));
    v = answer(METRIC_sharpe_7d);
    expected = sharpe(equity + 480 - 168, 169, 8760);
    assert_true(fabs((double)value_micros(&v) / 1e6 - expected) <
                0.01 * fabs(expected));
}

static void
a_falling_line_has_a_negative_sharpe_and_a_flat_one_none(void **state)
{
    (void)state;
    for (int i = 0; i <= 240; i++) {
        worth(1000);
        view.wall.ns += HOUR;
    }
    is_nodata(sharpe_20d);
    for (int i = 0; i <= 240; i++) {
        worth(1000 - i - (i % 3));
        view.wall.ns += HOUR;
    }
    struct value v = answer(METRIC_sharpe_20d);
    assert_int_equal(v.state, VALUE_known);
    assert_true(value_micros(&v) < -500000);
}

static void
wild_returns_do_not_overflow(void **state)
{
    (void)state;
    for (int i = 0; i <= 480; i++) {
        view.equity.micros = i % 2 == 0 ? 1 : (int64_t)1 << 50;
        due();
        view.wall.ns += HOUR;
    }
    assert_int_equal(answer(METRIC_sharpe_20d).state, VALUE_known);
    for (uint32_t i = 0; i < METRICS; i++) {
        (void)metric_answer(m, &view, i);
    }
}

static void
a_month_is_compared_with_the_hour_thirty_days_ago(void **state)
{
    (void)state;
    worth(1000);
    view.wall.ns += 30 * DAY - HOUR;
    worth(1100);
    is_few(return_30d_frac);
    view.wall.ns += HOUR;
    worth(950);
    is(return_30d_frac, -50000);
    view.wall.ns += 2 * HOUR;
    is_few(return_30d_frac); /* Nobody looked then. */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(sharpe_is_that_of_hourly_returns),
        T(a_falling_line_has_a_negative_sharpe_and_a_flat_one_none),
        T(wild_returns_do_not_overflow),
        T(a_month_is_compared_with_the_hour_thirty_days_ago),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
