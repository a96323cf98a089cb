/* test_orders - the life of an order: every step of the table, no other. */
#include "executor/orders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct placed
begun(void)
{
    struct intent i = { .leg = 2, .qty = { 10 * MICROS },
                        .token = { { 9 } }, .order = { { 7 } } };
    struct placed p;

    order_begin(&p, &i, 1);
    return p;
}

static void
an_order_begins_intended_with_its_intents_names(void **state)
{
    struct placed p = begun();

    (void)state;
    assert_int_equal(p.order.state, ORDER_STATE_intended);
    assert_int_equal(p.order.leg, 2);
    assert_int_equal(p.leg, 1);
    assert_int_equal(p.order.order.b[0], 7);
}

static void
final_states_have_no_way_out(void **state)
{
    static const enum order_state finals[] = {
        ORDER_STATE_filled, ORDER_STATE_cancelled, ORDER_STATE_rejected,
        ORDER_STATE_released
    };

    (void)state;
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        assert_true(order_is_final(finals[i]));
        for (int to = 0; to < order_state_end_; to++)
            assert_false(order_may(finals[i], (enum order_state)to));
    }
}

static void
nothing_goes_back_to_intended_and_unknown_is_not_final(void **state)
{
    (void)state;
    for (int from = 0; from < order_state_end_; from++)
        assert_false(order_may((enum order_state)from,
                               ORDER_STATE_intended));
    assert_false(order_is_final(ORDER_STATE_unknown));
    assert_true(order_may(ORDER_STATE_unknown, ORDER_STATE_live));
    assert_false(order_may(ORDER_STATE_unknown, ORDER_STATE_released));
}

static void
a_sent_order_is_never_released(void **state)
{
    (void)state;
    assert_true(order_may(ORDER_STATE_intended, ORDER_STATE_released));
    for (int from = ORDER_STATE_sent; from < order_state_end_; from++)
        assert_false(order_may((enum order_state)from,
                               ORDER_STATE_released));
}

static void
a_step_outside_the_table_changes_nothing(void **state)
{
    struct placed p = begun(), before = p;

    (void)state;
    assert_false(order_step(&p, ORDER_STATE_live, REASON_none,
                            (struct nanos){ 5 }));
    assert_memory_equal(&p, &before, sizeof p);
}

static void
fills_add_up_to_the_order_and_not_further(void **state)
{
    struct placed p = begun();

    (void)state;
    assert_true(order_step(&p, ORDER_STATE_sent, REASON_none,
                           (struct nanos){ 5 }));
    assert_int_equal(p.order.sent.ns, 5);
    assert_true(order_fill(&p, (struct qty){ 4 * MICROS }));
    assert_false(order_fill(&p, (struct qty){ 6 * MICROS + 1 }));
    assert_false(order_fill(&p, (struct qty){ 0 }));
    assert_false(order_fill(&p, (struct qty){ -1 }));
    assert_false(order_step(&p, ORDER_STATE_filled, REASON_none,
                            (struct nanos){ 6 }));
    assert_true(order_fill(&p, (struct qty){ 6 * MICROS }));
    assert_true(order_step(&p, ORDER_STATE_filled, REASON_none,
                           (struct nanos){ 7 }));
    assert_int_equal(p.order.answered.ns, 7);
    assert_false(order_fill(&p, (struct qty){ 1 }));
}

static struct fill
fill(int64_t cents, int64_t shares)
{
    return (struct fill){ .price = { cents * 10000 },
                          .qty = { shares * MICROS } };
}

/* Ten shares at 50 cents: five dollars, whatever they buy. */
static void
a_live_buy_is_bounded_by_its_dollars(void **state)
{
    struct placed p = begun();
    struct fill cheap = fill(25, 12), rest = fill(50, 4), more = fill(50, 1);

    (void)state;
    p.intent.side = SIDE_buy;
    p.intent.maker = 5 * MICROS;
    assert_true(order_step(&p, ORDER_STATE_sent, REASON_none,
                           (struct nanos){ 5 }));
    assert_true(order_trade(&p, &cheap));
    assert_true(order_trade(&p, &rest));
    assert_int_equal(p.order.filled.micros, 16 * MICROS);
    assert_false(order_trade(&p, &more)); /* Booked, and said aloud. */
    order_untrade(&p, &more);
    order_untrade(&p, &cheap);
    assert_int_equal(p.order.filled.micros, 4 * MICROS);
    assert_int_equal(p.track.spent.micros, 2 * MICROS);
}

static void
a_live_sell_is_bounded_by_its_shares(void **state)
{
    struct placed p = begun();
    struct fill all = fill(90, 10), more = fill(50, 1);

    (void)state;
    p.intent.side = SIDE_sell;
    assert_true(order_trade(&p, &all));
    assert_false(order_trade(&p, &more));
}

static void
an_order_nobody_knows_of_can_become_anything_but_unsent(void **state)
{
    static const enum order_state to[] = {
        ORDER_STATE_sent, ORDER_STATE_live, ORDER_STATE_matched,
        ORDER_STATE_filled, ORDER_STATE_cancelled, ORDER_STATE_rejected
    };

    (void)state;
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++)
        assert_true(order_may(ORDER_STATE_unknown, to[i]));
    assert_true(order_may(ORDER_STATE_intended, ORDER_STATE_unknown));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_begins_intended_with_its_intents_names),
        cmocka_unit_test(final_states_have_no_way_out),
        cmocka_unit_test(
            nothing_goes_back_to_intended_and_unknown_is_not_final),
        cmocka_unit_test(a_sent_order_is_never_released),
        cmocka_unit_test(a_step_outside_the_table_changes_nothing),
        cmocka_unit_test(fills_add_up_to_the_order_and_not_further),
        cmocka_unit_test(a_live_buy_is_bounded_by_its_dollars),
        cmocka_unit_test(a_live_sell_is_bounded_by_its_shares),
        cmocka_unit_test(
            an_order_nobody_knows_of_can_become_anything_but_unsent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
