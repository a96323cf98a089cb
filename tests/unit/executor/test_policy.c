/* test_policy - the partial-fill arithmetic: exact boundaries, limits on the
 * tick, sizes the venue takes. */
#include "executor/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

static struct stand
stand_of(int64_t target, uint32_t count, const int64_t *held)
{
    struct stand s = { .target = SHARES(target), .count = count };

    for (uint32_t i = 0; i < count; i++) {
        s.done[i] = SHARES(held[i]);
        s.price[i].micros = 250000;
    }
    return s;
}

static void
above_eight_tenths_is_patched_and_exactly_that_is_held(void **state)
{
    struct qty target = SHARES(100);

    (void)state;
    assert_int_equal(policy_row((struct qty){ 80000001 }, target),
                     BRANCH_patch);
    assert_int_equal(policy_row((struct qty){ 80000000 }, target),
                     BRANCH_hold);
    assert_int_equal(policy_row(SHARES(100), target), BRANCH_patch);
}

static void
exactly_one_half_is_held_and_less_is_unwound(void **state)
{
    struct qty target = SHARES(100);

    (void)state;
    assert_int_equal(policy_row((struct qty){ 50000000 }, target),
                     BRANCH_hold);
    assert_int_equal(policy_row((struct qty){ 49999999 }, target),
                     BRANCH_unwind);
    assert_int_equal(policy_row((struct qty){ 0 }, target), BRANCH_unwind);
}

static void
rows_hold_for_the_largest_numbers(void **state)
{
    struct qty target = { INT64_MAX };

    (void)state;
    assert_int_equal(policy_row((struct qty){ INT64_MAX }, target),
                     BRANCH_patch);
    assert_int_equal(policy_row((struct qty){ INT64_MAX / 2 }, target),
                     BRANCH_unwind);
    assert_int_equal(policy_row((struct qty){ INT64_MAX / 2 + 1 }, target),
                     BRANCH_hold);
}

static void
base_is_the_least_leg_and_naked_what_is_beyond_it(void **state)
{
    int64_t held[] = { 100, 70, 90 };
    struct stand s = stand_of(100, 3, held);
    struct measure m = policy_measure(&s);

    (void)state;
    assert_int_equal(m.base.micros, 70 * MICROS);
    assert_int_equal(m.naked.micros, (30 + 20) * MICROS);
    assert_int_equal(m.ratio.ppm, 700000);
    assert_false(m.complete);
    assert_false(m.even);
    assert_false(m.empty);
}

static void
all_legs_at_target_are_complete(void **state)
{
    int64_t held[] = { 100, 100 };
    struct stand s = stand_of(100, 2, held);
    struct measure m = policy_measure(&s);

    (void)state;
    assert_true(m.complete);
    assert_true(m.even);
    assert_int_equal(m.ratio.ppm, MICROS);
}

static void
equal_parts_are_even_but_not_complete(void **state)
{
    int64_t held[] = { 40, 40 };
    struct stand s = stand_of(100, 2, held);
    struct measure m = policy_measure(&s);

    (void)state;
    assert_false(m.complete);
    assert_true(m.even);
    assert_int_equal(m.naked.micros, 0);
}

static void
what_is_owed_is_naked_even_of_all_legs(void **state)
{
    int64_t owed[] = { 0, -50 }, all[] = { -50, -50 };
    struct stand s = stand_of(100, 2, owed);
    struct measure m = policy_measure(&s);

    (void)state;
    assert_int_equal(m.base.micros, 0);
    assert_int_equal(m.naked.micros, 50 * MICROS);
    assert_true(m.owes && !m.even && !m.empty && !m.complete);
    s = stand_of(100, 2, all);
    m = policy_measure(&s);
    assert_int_equal(m.base.micros, 0);
    assert_int_equal(m.naked.micros, 100 * MICROS);
    assert_true(m.owes && !m.even && !m.empty);
}

static void
owed_is_little_where_no_purchase_is_taken_of_it(void **state)
{
    int64_t owed[] = { 0, -4 }; /* A dollar at 0.25. */
    struct stand s = stand_of(100, 2, owed);
    struct measure m = policy_measure(&s);

    (void)state;
    assert_true(m.owes && !m.even && !m.empty);
    s.done[1].micros++;
    m = policy_measure(&s);
    assert_true(!m.owes && m.even && m.empty);
    assert_int_equal(m.naked.micros, 4 * MICROS - 1);
}

/* Of split pairs, where a sale failed after it was bought back. */
static void
what_sells_owes_nothing_and_holds_more(void **state)
{
    int64_t back[] = { -50, 0 };
    struct stand s = stand_of(100, 2, back);
    struct measure m;

    (void)state;
    s.sells = true;
    m = policy_measure(&s);
    assert_int_equal(m.base.micros, -50 * MICROS);
    assert_int_equal(m.naked.micros, 50 * MICROS);
    assert_true(!m.owes && !m.even && !m.empty);
}

static void
nothing_held_is_empty(void **state)
{
    int64_t held[] = { 0, 0 };
    struct stand s = stand_of(100, 2, held);

    (void)state;
    assert_true(policy_measure(&s).empty);
    s.done[1].micros = 100000; /* 0.1 share at 0.25: two cents and a half. */
    assert_false(policy_measure(&s).empty);
}

static void
dust_is_a_hundredth_of_a_share_or_two_cents(void **state)
{
    (void)state;
    assert_true(policy_is_dust((struct qty){ 9999 },
                               (struct price){ 990000 }));
    assert_true(policy_is_dust((struct qty){ 20000 },
                               (struct price){ 990000 }));
    assert_false(policy_is_dust((struct qty){ 20203 },
                                (struct price){ 990000 }));
    assert_true(policy_is_dust(SHARES(2), (struct price){ 10000 }));
    assert_false(policy_is_dust((struct qty){ 2000001 },
                                (struct price){ 10000 }));
    assert_true(policy_is_dust((struct qty){ -5 }, (struct price){ 1 }));
}

static void
the_patch_limit_is_five_percent_down_to_the_tick(void **state)
{
    struct ppm five = { 50000 };
    struct price cent = { 10000 }, tenth = { 1000 };

    (void)state;
    assert_int_equal(policy_patch_price((struct price){ 400000 }, five,
                                        cent).micros, 420000);
    assert_int_equal(policy_patch_price((struct price){ 230000 }, five,
                                        cent).micros, 240000);
    assert_int_equal(policy_patch_price((struct price){ 190000 }, five,
                                        cent).micros, 190000);
    assert_int_equal(policy_patch_price((struct price){ 230000 }, five,
                                        tenth).micros, 241000);
    assert_int_equal(policy_patch_price((struct price){ 970000 }, five,
                                        cent).micros, 990000);
    assert_int_equal(policy_patch_price((struct price){ 230000 },
                                        (struct ppm){ 0 }, cent).micros,
                     230000);
}

static void
the_unwind_limit_is_five_percent_up_to_the_tick(void **state)
{
    struct ppm five = { 50000 };
    struct price cent = { 10000 };

    (void)state;
    assert_int_equal(policy_unwind_price((struct price){ 400000 }, five,
                                         cent).micros, 380000);
    assert_int_equal(policy_unwind_price((struct price){ 400001 }, five,
                                         cent).micros, 390000);
    assert_int_equal(policy_unwind_price((struct price){ 10000 }, five,
                                         cent).micros, 10000);
    assert_int_equal(policy_unwind_price((struct price){ 0 }, five,
                                         cent).micros, 10000);
    assert_int_equal(policy_unwind_price((struct price){ 1000000 },
                                         (struct ppm){ 0 }, cent).micros,
                     990000);
}

static void
a_buy_is_cut_to_whole_cents_of_collateral(void **state)
{
    struct price p = { 570000 };
    struct qty want = { 66730000 }, got = policy_buy_size(want, p);

    (void)state;
    /* 38.0361 dollars: 38.03 buy 66.7193 shares, and those again. */
    assert_int_equal(got.micros, 66719300);
    assert_int_equal(policy_buy_size(SHARES(7), p).micros, 7 * MICROS);
    assert_int_equal(policy_buy_size((struct qty){ 17500 }, p).micros, 0);
    assert_int_equal(policy_buy_size((struct qty){ -1 }, p).micros, 0);
}

static void
what_a_cut_buy_leaves_is_dust(void **state)
{
    (void)state;
    for (int64_t price = 1000; price < MICROS; price += 997)
        for (int64_t want = 100000; want < 500 * MICROS; want += 7654321) {
            struct price p = { price };
            struct qty got = policy_buy_size((struct qty){ want }, p);

            assert_true(got.micros <= want);
            assert_true(policy_is_dust((struct qty){ want - got.micros }, p));
        }
}

/* It is cut where it is priced, where it is sent and where it is signed. */
static void
a_buy_that_was_cut_is_not_cut_again(void **state)
{
    (void)state;
    for (int64_t price = 1000; price < MICROS; price += 997)
        for (int64_t want = 100000; want < 500 * MICROS; want += 7654321) {
            struct price p = { price };
            struct qty got = policy_buy_size((struct qty){ want }, p);

            assert_int_equal(policy_buy_size(got, p).micros, got.micros);
        }
}

static void
little_of_a_cheap_leg_is_much_of_the_others(void **state)
{
    struct stand s = { .target = { 180 * MICROS }, .count = 2,
                       .done = { { 179500000 }, { 180 * MICROS } },
                       .price = { { 30000 }, { 900000 } } };
    struct measure m = policy_measure(&s);

    (void)state;
    assert_true(m.complete);
    assert_true(m.uneven);
    s.done[1].micros = 179510000;
    m = policy_measure(&s);
    assert_false(m.uneven);
    s.done[0].micros = 180 * MICROS; /* More than meant is another matter. */
    s.done[1].micros = 183 * MICROS;
    m = policy_measure(&s);
    assert_false(m.even);
    assert_false(m.uneven);
}

static void
a_sell_is_cut_to_hundredths(void **state)
{
    (void)state;
    assert_int_equal(policy_sell_size((struct qty){ 12345678 }).micros,
                     12340000);
    assert_int_equal(policy_sell_size((struct qty){ 9999 }).micros, 0);
    assert_int_equal(policy_sell_size((struct qty){ -9999 }).micros, 0);
}

static void
even_sizes_cost_whole_cents_on_every_leg(void **state)
{
    struct legs legs = { .count = 2 };

    (void)state;
    legs.at[0].limit.micros = 570000;  /* Lots of 1. */
    legs.at[1].limit.micros = 573000;  /* Lots of 10. */
    assert_int_equal(policy_even_size((struct qty){ 99999999 },
                                      &legs).micros, 90 * MICROS);
    assert_int_equal(policy_even_size((struct qty){ 9999999 },
                                      &legs).micros, 0);
    legs.at[1].limit.micros = 500000;  /* Lots of 0.02. */
    assert_int_equal(policy_even_size((struct qty){ 7300000 },
                                      &legs).micros, 7 * MICROS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            above_eight_tenths_is_patched_and_exactly_that_is_held),
        cmocka_unit_test(exactly_one_half_is_held_and_less_is_unwound),
        cmocka_unit_test(rows_hold_for_the_largest_numbers),
        cmocka_unit_test(base_is_the_least_leg_and_naked_what_is_beyond_it),
        cmocka_unit_test(all_legs_at_target_are_complete),
        cmocka_unit_test(equal_parts_are_even_but_not_complete),
        cmocka_unit_test(what_is_owed_is_naked_even_of_all_legs),
        cmocka_unit_test(owed_is_little_where_no_purchase_is_taken_of_it),
        cmocka_unit_test(what_sells_owes_nothing_and_holds_more),
        cmocka_unit_test(nothing_held_is_empty),
        cmocka_unit_test(dust_is_a_hundredth_of_a_share_or_two_cents),
        cmocka_unit_test(the_patch_limit_is_five_percent_down_to_the_tick),
        cmocka_unit_test(the_unwind_limit_is_five_percent_up_to_the_tick),
        cmocka_unit_test(a_buy_is_cut_to_whole_cents_of_collateral),
        cmocka_unit_test(what_a_cut_buy_leaves_is_dust),
        cmocka_unit_test(a_buy_that_was_cut_is_not_cut_again),
        cmocka_unit_test(little_of_a_cheap_leg_is_much_of_the_others),
        cmocka_unit_test(a_sell_is_cut_to_hundredths),
        cmocka_unit_test(even_sizes_cost_whole_cents_on_every_leg),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
