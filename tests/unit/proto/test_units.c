/* test_units - money arithmetic and its text, at the edges
 *
 * Rounding is checked against what it means (never below, never above, less
 * than one micro away), and text against parse(format(x)) = x.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/units.h"
#include "tests/unit/proto/generate.h"

static bool
parses(const char *s, int64_t want)
{
    int64_t got = 77;
    return micros_parse(s, strlen(s), &got) && got == want;
}

static bool
is_refused(const char *s, size_t size)
{
    int64_t got = 77;
    bool ok = micros_parse(s, size, &got);
    assert_true(ok || got == 77);
    return !ok;
}

#define REFUSED(s) is_refused(s, sizeof(s) - 1)

static void
decimals_are_read_exactly(void **state)
{
    (void)state;
    assert_true(parses("0", 0));
    assert_true(parses("-0", 0));
    assert_true(parses("0.41", 410000));
    assert_true(parses("007.5", 7500000));
    assert_true(parses("-12.000001", -12000001));
    assert_true(parses("0.000001", 1));
    assert_true(parses("0.9990000000", 999000));
    assert_true(parses("9223372036854.775807", INT64_MAX));
    assert_true(parses("-9223372036854.775808", INT64_MIN));
}

static void
what_is_not_a_plain_decimal_is_refused(void **state)
{
    (void)state;
    assert_true(REFUSED(""));
    assert_true(REFUSED("-"));
    assert_true(REFUSED("."));
    assert_true(REFUSED(".5"));
    assert_true(REFUSED("5."));
    assert_true(REFUSED("-.5"));
    assert_true(REFUSED("+1"));
    assert_true(REFUSED(" 1"));
    assert_true(REFUSED("1 "));
    assert_true(REFUSED("--1"));
    assert_true(REFUSED("1e3"));
    assert_true(REFUSED("1E-3"));
    assert_true(REFUSED("1.2.3"));
    assert_true(REFUSED("1,5"));
    assert_true(REFUSED("0x10"));
    assert_true(REFUSED("NaN"));
    assert_true(REFUSED("inf"));
    assert_true(REFUSED("1\0"));
    assert_true(REFUSED("\xd9\xa1")); /* An Arabic one. */
    assert_true(REFUSED("0.0000001"));
    assert_true(REFUSED("0.1234567"));
    assert_true(REFUSED("9223372036854.775808"));
    assert_true(REFUSED("-9223372036854.775809"));
    assert_true(REFUSED("9223372036855"));
    assert_true(REFUSED("99999999999999999999999999999999999999999999999999"));
}

static void
amounts_survive_their_text(void **state)
{
    (void)state;
    uint64_t seed = 1;
    char s[MICROS_TEXT_CAP];
    for (int i = 0; i < 200000; i++) {
        int64_t v = (int64_t)awkward(&seed), back;
        micros_format(v, s);
        assert_true(micros_parse(s, strlen(s), &back) && back == v);
        micros_format6(v, s);
        assert_true(micros_parse(s, strlen(s), &back) && back == v);
        assert_true(s[strlen(s) - 7] == '.');
    }
    assert_string_equal(micros_format(500000, s), "0.5");
    assert_string_equal(micros_format(-12000001, s), "-12.000001");
    assert_string_equal(micros_format(3000000, s), "3");
    assert_string_equal(micros_format(0, s), "0");
    assert_string_equal(micros_format(10000000, s), "10");
    assert_string_equal(micros_format6(500000, s), "0.500000");
    assert_string_equal(micros_format6(INT64_MIN, s), "-9223372036854.775808");
}

static void
sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct money m = { 7 }, max = { INT64_MAX }, min = { INT64_MIN };
    assert_false(money_add(max, (struct money){ 1 }, &m));
    assert_false(money_sub(min, (struct money){ 1 }, &m));
    assert_false(money_sub((struct money){ 0 }, min, &m));
    assert_true(m.micros == 7);
    assert_true(money_add(max, min, &m) && m.micros == -1);
    assert_true(money_sub(max, max, &m) && m.micros == 0);
    struct qty q = { 7 };
    assert_false(qty_add((struct qty){ INT64_MAX }, (struct qty){ 1 }, &q));
    assert_false(qty_sub((struct qty){ INT64_MIN }, (struct qty){ 1 }, &q));
    assert_true(q.micros == 7);
    assert_true(qty_sub((struct qty){ 3 }, (struct qty){ 5 }, &q));
    assert_true(q.micros == -2);
}

static void
rounding_goes_the_way_its_name_says(void **state)
{
    (void)state;
    uint64_t seed = 2;
    int fitted = 0;
    for (int i = 0; i < 200000; i++) {
        int64_t a = (int64_t)awkward(&seed), b = (int64_t)awkward(&seed);
        int64_t c = (int64_t)(awkward(&seed) >> 1), down = 0, up = 0;
        if (c == 0)
            continue;
        bool is_down = muldiv_down(a, b, c, &down);
        bool is_up = muldiv_up(a, b, c, &up);
        if (!is_down || !is_up)
            continue;
        fitted++;
        wide product = (wide)a * b;
        assert_true((wide)down * c <= product);
        assert_true(((wide)down + 1) * c > product);
        assert_true((wide)up * c >= product);
        assert_true(((wide)up - 1) * c < product);
    }
    assert_true(fitted > 10000);
}

static void
quotients_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_false(muldiv_down(INT64_MAX, 2, 1, &v));
    assert_false(muldiv_up(INT64_MIN, 2, 1, &v));
    assert_false(muldiv_up(INT64_MIN, INT64_MIN, 1, &v));
    assert_false(muldiv_down(1, 1, 0, &v));
    assert_false(muldiv_up(1, 1, -1, &v));
    assert_true(v == 7);
    assert_true(muldiv_down(INT64_MAX, INT64_MAX, INT64_MAX, &v));
    assert_true(v == INT64_MAX);
    /* The last one that fits, and only when rounded down. */
    assert_true(muldiv_down(INT64_MAX, 3, 3, &v));
    assert_true(muldiv_down(-7, 1, 2, &v) && v == -4);
    assert_true(muldiv_up(-7, 1, 2, &v) && v == -3);
    assert_true(muldiv_down(7, 1, 2, &v) && v == 3);
    assert_true(muldiv_up(7, 1, 2, &v) && v == 4);
}

static void
costs_differ_by_a_micro_only_when_inexact(void **state)
{
    (void)state;
    struct money down, up;
    struct price p = { 333333 };
    struct qty q = { 1000001 };
    assert_true(cost_down(p, q, &down) && cost_up(p, q, &up));
    assert_true(down.micros == 333333 && up.micros == 333334);
    q.micros = 3 * MICROS;
    assert_true(cost_down(p, q, &down) && cost_up(p, q, &up));
    assert_true(down.micros == 999999 && up.micros == 999999);
    p.micros = INT64_MAX;
    assert_false(cost_up(p, q, &up));
    assert_true(up.micros == 999999);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_exactly),
        cmocka_unit_test(what_is_not_a_plain_decimal_is_refused),
        cmocka_unit_test(amounts_survive_their_text),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(rounding_goes_the_way_its_name_says),
        cmocka_unit_test(quotients_that_do_not_fit_are_refused),
        cmocka_unit_test(costs_differ_by_a_micro_only_when_inexact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
