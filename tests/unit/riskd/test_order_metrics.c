/* test_order_metrics - what limits see of an order, and when they look away */
#include "tests/unit/riskd/desk.h"
#include "tests/unit/riskd/metric_desk.h"

/* It is what makes exposure less. */
static void
an_unwind_is_asked_no_more_than_what_concerns_it(void **state)
{
    (void)state;
    struct authorize a = { .kind = GRANT_KIND_unwind,
                           .strategy = STRATEGY_A, .legs = { .count = 1 } };
    struct metric_order order = { .m = &a };
    static const enum metric_id never[] = { METRIC_book_age_s,
                                            METRIC_order_shares };
    a.legs.at[0] = (struct leg){ .side = SIDE_sell, .age = { 60000 },
                                 .size = { 600 * MICROS } };
    view.order = &order;
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        a.kind = GRANT_KIND_unwind;
        assert_int_equal(metric_answer(m, &view, never[i]).state,
                         VALUE_unasked);
        a.kind = GRANT_KIND_patch;
        assert_int_equal(metric_answer(m, &view, never[i]).state, VALUE_known);
    }
    enum metric_id closed = METRIC_market_closed_or_archived;
    assert_int_equal(metric_answer(m, &view, closed).state, VALUE_nodata);
    a.kind = GRANT_KIND_unwind;
    assert_int_equal(metric_answer(m, &view, closed).state, VALUE_unasked);
    order.market_known = true;
    assert_int_equal(metric_answer(m, &view, closed).num, 1);
}

static void
a_set_with_a_leg_nobody_asks_for_has_no_discount(void **state)
{
    (void)state;
    struct authorize a = { .kind = GRANT_KIND_normal,
                           .strategy = STRATEGY_B, .legs = { .count = 2 } };
    struct metric_order order = { .m = &a };
    a.legs.at[0] = a.legs.at[1] = (struct leg){ .side = SIDE_buy,
                                                .avg = { 450000 } };
    view.order = &order;
    assert_int_equal(metric_answer(m, &view, METRIC_discount_frac).num, 100000);
    a.legs.at[1].avg.micros = 0;
    assert_int_equal(metric_answer(m, &view, METRIC_discount_frac).state,
                     VALUE_nodata);
    assert_int_equal(metric_answer(m, &view, METRIC_atomic_sum_ask).state,
                     VALUE_nodata);
}

static void
an_order_told_unknown_again_waits_since_the_first_time(void **state)
{
    (void)state;
    struct occurrence s = { .kind = OCCURRENCE_KIND_unknown, .ref = { { 7 } } };
    worth(1000);
    for (int i = 0; i < 3; i++) {
        s.at = view.wall;
        happen(s);
        view.wall.ns += 30LL * 1000000000;
    }
    due();
    assert_int_equal(metric_answer(m, &view, METRIC_order_anomaly_frac).num, 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(an_unwind_is_asked_no_more_than_what_concerns_it),
        T(a_set_with_a_leg_nobody_asks_for_has_no_discount),
        T(an_order_told_unknown_again_waits_since_the_first_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
