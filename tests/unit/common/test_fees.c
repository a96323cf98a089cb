/* test_fees - the venue's own examples, each exponent against exact
 * fractions, every rounding up, and numbers out of range */
#include "common/fees.h"

#include "common/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static int64_t
fee(int64_t rate, uint64_t exponent, int64_t price, int64_t shares)
{
    struct fee_schedule f = { true, { rate }, exponent };
    struct money m = { -1 };

    assert_true(fee_up(&f, (struct price){ price }, (struct qty){ shares },
                       &m));
    return m.micros;
}

static bool
refuses(int64_t rate, uint64_t exponent, int64_t price, int64_t shares)
{
    struct fee_schedule f = { true, { rate }, exponent };
    struct money m = { 77 };
    bool ok = fee_up(&f, (struct price){ price }, (struct qty){ shares }, &m);

    assert_true(ok || m.micros == 77);
    return !ok;
}

static void
a_quarter_of_the_rate_at_half_a_dollar(void **state)
{
    (void)state;
    assert_int_equal(fee(70000, 1, 500000, 100 * MICROS), 1750000);
    assert_int_equal(fee(40000, 1, 500000, 100 * MICROS), 1000000);
    assert_int_equal(fee(50000, 1, 100000, 100 * MICROS), 450000);
    assert_int_equal(fee(50000, 1, 900000, 100 * MICROS), 450000);
}

static void
every_fee_rounds_up_to_a_hundred_thousandth(void **state)
{
    (void)state;
    assert_int_equal(fee(40000, 1, 500000, 1000), 10);  /* Exactly 1e-5. */
    assert_int_equal(fee(40000, 1, 500000, 1001), 20);  /* A hair more. */
    assert_int_equal(fee(40000, 1, 500000, 1), 10);     /* Far below it. */
    assert_int_equal(fee(40000, 1, 500000, 0), 0);
    assert_int_equal(fee(0, 1, 500000, 1000 * MICROS), 0);
    assert_int_equal(fee(40000, 1, 1, 1), 10);
}

static void
nothing_is_taken_where_a_price_is_certain(void **state)
{
    (void)state;
    assert_int_equal(fee(MICROS, 4, 0, 1000 * MICROS), 0);
    assert_int_equal(fee(MICROS, 1, MICROS, 1000 * MICROS), 0);
}

static void
higher_exponents_are_powers(void **state)
{
    (void)state;
    /* 0.25 to the 1st .. 4th, times 10,000 shares at a rate of 1. */
    assert_int_equal(fee(MICROS, 1, 500000, INT64_C(10000) * MICROS),
                     INT64_C(2500) * MICROS);
    assert_int_equal(fee(MICROS, 2, 500000, INT64_C(10000) * MICROS),
                     INT64_C(625) * MICROS);
    assert_int_equal(fee(MICROS, 3, 500000, INT64_C(10000) * MICROS),
                     156250000);
    assert_int_equal(fee(MICROS, 4, 500000, INT64_C(10000) * MICROS),
                     39062500);
}

/* What so many dollars buy at any price up to the limit, a tick at a time. */
static void
no_better_price_is_charged_more_than_the_most(void **state)
{
    struct money spent = { 249 * MICROS }, most, one;

    (void)state;
    for (uint64_t e = 1; e <= 4; e++)
        for (int64_t limit = 1000; limit < MICROS; limit += 33000) {
            struct fee_schedule f = { true, { 50000 }, e };

            assert_true(fee_most(&f, (struct price){ limit }, spent, &most));
            for (int64_t p = 1000; p <= limit; p += 1000) {
                struct qty q = { spent.micros / p * MICROS };

                assert_true(fee_up(&f, (struct price){ p }, q, &one));
                assert_true(one.micros <= most.micros);
            }
            if (e > 1) /* It comes close to that. */
                assert_true(most.micros < spent.micros / 100);
        }
    assert_false(fee_most(&(struct fee_schedule){ false, { 1 }, 1 },
                          (struct price){ 1 }, spent, &most));
    assert_false(fee_most(&(struct fee_schedule){ true, { 1 }, 1 },
                          (struct price){ 0 }, spent, &most));
    assert_true(fee_most(&(struct fee_schedule){ true, { 0 }, 1 },
                         (struct price){ 500000 }, spent, &most));
    assert_int_equal(most.micros, 0);
}

/* Long multiplication in base 2^32: the exact product of small factors. */
struct big {
    uint32_t w[16];
};

static void
times(struct big *b, uint64_t f)
{
    uint64_t parts[2] = { f & UINT32_MAX, f >> 32 };
    struct big sum = { { 0 } };

    for (unsigned p = 0; p < 2; p++) {
        uint64_t carry = 0;

        for (unsigned i = 0; i + p < 16; i++) {
            carry += (uint64_t)b->w[i] * parts[p] + sum.w[i + p];
            sum.w[i + p] = (uint32_t)carry;
            carry >>= 32;
        }
        assert_int_equal(carry, 0);
    }
    *b = sum;
}

static int
compare(const struct big *a, const struct big *b)
{
    for (unsigned i = 16; i-- > 0;)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

/* steps of 1e-5 dollars against q rate (p(1-p))^e: exact integers.
 * dollars = q/1e6 * rate/1e6 * (x/1e12)^e */
static int
against_exact(int64_t steps, int64_t rate, uint64_t e, int64_t price,
              int64_t shares)
{
    struct big left = { { 1 } }, right = { { 1 } };

    times(&left, (uint64_t)steps);
    times(&left, 1000000000000u / 100000u);
    for (uint64_t i = 0; i < e; i++)
        times(&left, 1000000000000u);
    times(&right, (uint64_t)shares);
    times(&right, (uint64_t)rate);
    for (uint64_t i = 0; i < e; i++)
        times(&right, (uint64_t)(price * (MICROS - price)));
    return compare(&left, &right);
}

static void
no_fee_is_below_the_exact_one_or_a_step_above(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t v[3], steps;
        uint64_t e = 1 + (uint64_t)i % 4;

        for (int k = 0; k < 3; k++) {
            seed = seed * UINT64_C(6364136223846793005) +
                   UINT64_C(1442695040888963407);
            v[k] = (int64_t)(seed >> 33);
        }
        v[0] = 1 + v[0] % MICROS;                   /* Rate. */
        v[1] = i % 2 == 0 ? (1 + v[1] % 9999) * 100 /* Price. */
                          : 1 + v[1] % (MICROS - 1);
        v[2] = 1 + v[2] % (INT64_C(2000) * MICROS); /* Shares. */
        steps = fee(v[0], e, v[1], v[2]) / 10;
        assert_true(against_exact(steps, v[0], e, v[1], v[2]) >= 0);
        assert_true(against_exact(steps - 1, v[0], e, v[1], v[2]) < 0);
    }
}

static void
numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    assert_true(refuses(40000, 0, 500000, MICROS));
    assert_true(refuses(40000, 5, 500000, MICROS));
    assert_true(refuses(40000, UINT64_MAX, 500000, MICROS));
    assert_true(refuses(-1, 1, 500000, MICROS));
    assert_true(refuses(MICROS + 1, 1, 500000, MICROS));
    assert_true(refuses(40000, 1, -1, MICROS));
    assert_true(refuses(40000, 1, MICROS + 1, MICROS));
    assert_true(refuses(40000, 1, 500000, -1));
    assert_true(refuses(40000, 1, 500000, INT64_MIN));
    assert_false(refuses(MICROS, 1, 500000, INT64_MAX));
}

static void
an_unknown_schedule_gives_no_fee(void **state)
{
    struct fee_schedule f = { false, { 0 }, 1 };
    struct money m = { 0 };

    (void)state;
    assert_false(fee_up(&f, (struct price){ 500000 }, (struct qty){ 1 }, &m));
    assert_false(fee_is_known(&f));
}

static void
a_schedule_is_read_from_its_market(void **state)
{
    struct market m = { .fee_known = true, .fee_rate = { 70000 },
                        .fee_exponent = 1 };

    (void)state;
    assert_true(fee_of(&m).known);
    assert_int_equal(fee_of(&m).rate.ppm, 70000);
    m.fee_exponent = 0;
    assert_false(fee_of(&m).known);
    m.fee_rate.ppm = 0; /* No fee has no shape. */
    assert_true(fee_of(&m).known);
    m.fee_known = false;
    assert_false(fee_of(&m).known);
    m.fee_known = true;
    m.fee_exponent = 1;
    m.fee_rate.ppm = -5;
    assert_false(fee_of(&m).known);
}

/* At most a step below what is reserved, and never above it. */
static void
what_is_taken_is_the_same_rounded_down(void **state)
{
    (void)state;
    for (uint64_t exponent = 1; exponent <= 4; exponent++)
        for (int64_t p = 10000; p < MICROS; p += 70000)
            for (int64_t q = 1; q < 300 * MICROS; q = q * 7 + 13) {
                struct fee_schedule f = { true, { 50000 }, exponent };
                struct money up, down;

                assert_true(fee_up(&f, (struct price){ p },
                                   (struct qty){ q }, &up));
                assert_true(fee_down(&f, (struct price){ p },
                                     (struct qty){ q }, &down));
                assert_true(down.micros >= 0 && down.micros <= up.micros);
                assert_true(up.micros - down.micros <= 10);
                assert_int_equal(down.micros % 10, 0);
            }
}

static void
walking_pays_each_level_by_itself(void **state)
{
    struct book *b = calloc(1, sizeof *b);
    struct fee_schedule f = { true, { 40000 }, 1 };
    struct money m;

    (void)state;
    assert_non_null(b);
    book_set(&b->asks, false, (struct price){ 500000 }, (struct qty){ 1001 });
    book_set(&b->asks, false, (struct price){ 510000 }, (struct qty){ 1001 });
    assert_true(fee_walk_up(&f, &b->asks, (struct qty){ 2002 }, &m));
    assert_int_equal(m.micros, 40);
    assert_true(fee_walk_up(&f, &b->asks, (struct qty){ 1000 }, &m));
    assert_int_equal(m.micros, 10);
    assert_true(fee_walk_up(&f, &b->asks, (struct qty){ 5000 }, &m));
    assert_int_equal(m.micros, 40);
    assert_true(fee_walk_up(&f, &b->asks, (struct qty){ 0 }, &m));
    assert_int_equal(m.micros, 0);
    f.known = false;
    assert_false(fee_walk_up(&f, &b->asks, (struct qty){ 1 }, &m));
    free(b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_better_price_is_charged_more_than_the_most),
        cmocka_unit_test(a_quarter_of_the_rate_at_half_a_dollar),
        cmocka_unit_test(every_fee_rounds_up_to_a_hundred_thousandth),
        cmocka_unit_test(nothing_is_taken_where_a_price_is_certain),
        cmocka_unit_test(higher_exponents_are_powers),
        cmocka_unit_test(no_fee_is_below_the_exact_one_or_a_step_above),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(an_unknown_schedule_gives_no_fee),
        cmocka_unit_test(a_schedule_is_read_from_its_market),
        cmocka_unit_test(what_is_taken_is_the_same_rounded_down),
        cmocka_unit_test(walking_pays_each_level_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
