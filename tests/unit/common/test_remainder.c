/* test_remainder - how far a count will still grow: its rate by the hour of
 * the day, and chances beside those that floating point computes */
#include "common/remainder.h"

#include "common/calendar.h"
#include "tests/unit/common/signal_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 00:00 in New York: June 1, 2026, and a week after its clock jumped. */
static const struct nanos midnight = { INT64_C(1780286400) * 1000000000 };
static const struct nanos march = { INT64_C(1773460800) * 1000000000 };

static double
chance(const struct remainder *r, int64_t k)
{
    double mean = (double)r->mean / MICROS, s = (double)r->spread / MICROS;
    double size = s > 0 ? 1 / s : 0;

    if (s <= 0)
        return exp((double)k * log(mean) - mean - lgamma((double)k + 1));
    return exp(lgamma((double)k + size) - lgamma(size) -
               lgamma((double)k + 1) + size * log(size / (size + mean)) +
               (double)k * log(mean / (size + mean)));
}

static void
chances_are_those_of_the_textbook(void **state)
{
    static const int64_t means[] = { 20000, 700000, 3500000, 24000000,
                                     310000000 };
    static const int64_t spreads[] = { 0, 1000, 50000, 400000, 1000000,
                                       2500000 };

    (void)state;
    for (int i = 0; i < 30; i++) {
        struct remainder r = { means[i % 5], spreads[i / 5] };

        for (int64_t low = 0; low < 700; low += 23) {
            struct remainder_odds o;
            double in = 0;

            for (int64_t k = low; k <= low + 22; k++)
                in += chance(&r, k);
            if (!remainder_odds(&r, low, low + 22, &o)) {
                assert_true(r.mean / MICROS * r.spread > 400 * MICROS);
                break; /* No end of it in sight. */
            }
            assert_true(fabs((double)o.in.ppm - in * 1e6) < 1.01);
            assert_true((double)o.in.ppm <= in * 1e6 + 1e-3);
            assert_true((double)o.out.ppm <= (1 - in) * 1e6 + 1e-3);
            assert_in_range(o.in.ppm + o.out.ppm, MICROS - 1, MICROS);
        }
    }
}

static void
both_ends_of_a_range_belong_to_it(void **state)
{
    struct remainder r = { 2 * MICROS, 0 };
    struct remainder_odds a, b, c;

    (void)state;
    assert_true(remainder_odds(&r, 3, 3, &a));
    assert_int_equal(a.in.ppm, 180447); /* e^-2 2^3 / 3! */
    assert_true(remainder_odds(&r, 2, 4, &b));
    assert_true(remainder_odds(&r, 2, 3, &c));
    assert_int_equal(b.in.ppm, 541341);
    assert_int_equal(c.in.ppm, 451117);
    assert_true(remainder_odds(&r, 0, INT64_MAX, &a));
    assert_int_equal(a.in.ppm, MICROS);
    assert_int_equal(a.out.ppm, 0);
    assert_true(remainder_odds(&r, -5, -1, &a));
    assert_int_equal(a.in.ppm, 0);
    assert_int_equal(a.out.ppm, MICROS);
}

static struct signal
even(uint64_t an_hour, int64_t left)
{
    return kit_signal("e", 0, an_hour, midnight, left);
}

static bool
of(const struct signal *m, struct remainder *r)
{
    return remainder_of(&m->hours, m->hours_end, m->time, m->ends, r);
}

static void
what_came_every_hour_is_expected_of_every_hour(void **state)
{
    struct signal m = even(4, 6);
    struct remainder r;

    (void)state;
    assert_true(of(&m, &r));
    assert_int_equal(r.mean, 24 * MICROS);
    assert_int_equal(r.spread, 0); /* Calmer than chance. */
    m.time.ns += KIT_HOUR / 4; /* Of the first hour three quarters are left. */
    assert_true(of(&m, &r));
    assert_int_equal(r.mean, 23 * MICROS);
    m.ends = m.time;
    assert_true(of(&m, &r));
    assert_int_equal(r.mean, 0);
}

static void
silence_is_not_taken_for_ever(void **state)
{
    struct signal m = even(0, 5);
    struct remainder r;
    struct remainder_odds o;

    (void)state;
    assert_true(of(&m, &r));
    assert_int_equal(r.mean, MICROS / 10);
    assert_true(remainder_odds(&r, 0, 0, &o));
    assert_int_equal(o.in.ppm, 904837);
}

/* Awake from 9 to 24 by New York's clock, which jumps on the way: 14 days
 * before March 14, 2026 it was winter still. */
static void
hours_are_those_of_new_york(void **state)
{
    struct signal m = kit_signal("e", 0, 0, march, 9);
    struct remainder night, day;

    (void)state;
    for (uint32_t i = 0; i < m.hours.count; i++) {
        int64_t s = march.ns / 1000000000 - (m.hours.count - i) * 3600;
        int64_t there = s + calendar_newyork(
                                (struct nanos){ s * 1000000000 });

        m.hours.at[i].n = there / 3600 % 24 >= 9 ? 8 : 0;
    }
    assert_true(of(&m, &night));
    m.time.ns = m.hours_end.ns = march.ns + 9 * KIT_HOUR;
    for (uint32_t i = 0; i + 9 < m.hours.count; i++)
        m.hours.at[i] = m.hours.at[i + 9];
    for (uint32_t i = m.hours.count - 9; i < m.hours.count; i++)
        m.hours.at[i].n = 0;
    m.ends.ns = m.time.ns + 9 * KIT_HOUR;
    assert_true(of(&m, &day));
    /* 5 in 24 is drawn over from all hours' mean: 5 / 19 of 5 an hour. */
    assert_in_range(night.mean, 11950000, 12000000);
    assert_in_range(day.mean, 64700000, 65000000);
}

static void
days_that_differ_are_rougher_than_chance(void **state)
{
    struct signal m = even(0, 6);
    struct remainder r;
    struct remainder_odds calm, rough;

    (void)state;
    for (uint32_t i = 0; i < m.hours.count; i++)
        m.hours.at[i].n = i / 24 % 2 == 0 ? 8 : 0;
    assert_true(of(&m, &r));
    assert_int_equal(r.mean, 24 * MICROS);
    /* About (24^2 - 24) / 24^2, half as much again. */
    assert_in_range(r.spread, 1000000, 1500000);
    assert_true(remainder_odds(&r, 15, 33, &rough));
    r.spread = 0;
    assert_true(remainder_odds(&r, 15, 33, &calm));
    assert_in_range(calm.in.ppm, 930000, 970000);
    assert_in_range(rough.in.ppm, 100000, 400000);
}

static void
what_cannot_be_judged_is_not(void **state)
{
    struct remainder r = { 0, 0 };
    struct remainder_odds o;
    struct signal m = even(1, 6), bad;

    (void)state;
    assert_true(of(&m, &r));
#define REFUSED(change)          \
    do {                         \
        bad = m;                 \
        change;                  \
        assert_false(of(&bad, &r)); \
    } while (0)
    REFUSED(bad.hours.count = REMAINDER_HOURS_MIN - 1);
    REFUSED(bad.hours.count = hours_cap + 1);
    REFUSED(bad.hours_end.ns++);
    REFUSED(bad.hours_end.ns = 0);
    REFUSED(bad.hours_end.ns = -KIT_HOUR);
    REFUSED(bad.hours_end.ns += KIT_HOUR);          /* After time. */
    REFUSED(bad.hours_end.ns -= 24 * KIT_HOUR);     /* A day old. */
    REFUSED(bad.ends.ns = bad.time.ns - 1);
    REFUSED(bad.ends.ns = bad.time.ns + 48 * KIT_HOUR + 1);
    REFUSED(bad.ends.ns = INT64_MAX - 1);
    REFUSED(bad.hours.at[7].n = 100001);
    REFUSED(bad.hours.at[7].n = UINT64_MAX);
    for (uint32_t i = 0; i < m.hours.count; i++)
        m.hours.at[i].n = 300;
    assert_false(of(&m, &r)); /* More than 1000 to come. */
    r = (struct remainder){ 1000 * INT64_C(1000000), 10 * MICROS };
    assert_false(remainder_odds(&r, 0, 10, &o)); /* Without an end. */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chances_are_those_of_the_textbook),
        cmocka_unit_test(both_ends_of_a_range_belong_to_it),
        cmocka_unit_test(what_came_every_hour_is_expected_of_every_hour),
        cmocka_unit_test(silence_is_not_taken_for_ever),
        cmocka_unit_test(hours_are_those_of_new_york),
        cmocka_unit_test(days_that_differ_are_rougher_than_chance),
        cmocka_unit_test(what_cannot_be_judged_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
