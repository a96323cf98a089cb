/* test_basket - the terms of a basket, each from both sides */
#include "tests/unit/common/basket_world.h"

static void
a_pair_at_97_cents_pays_three_cents_a_set(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 400000, 100);
    add_buy(w, 570000, 80);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 80 * MICROS);
    assert_int_equal(w->out.cost.micros, 77600000);
    assert_int_equal(w->out.profit.micros, 2400000);
    assert_int_equal(w->out.gross.ppm, 30000);
    assert_int_equal(w->out.net.ppm, 30000);
    assert_int_equal(w->out.legs.count, 2);
    assert_int_equal(w->out.legs.at[0].limit.micros, 400000);
    assert_int_equal(w->out.legs.at[0].avg.micros, 400000);
    assert_int_equal(w->out.legs.at[0].depth.micros, 100 * MICROS);
    assert_int_equal(w->out.legs.at[1].depth.micros, 80 * MICROS);
    assert_int_equal(w->out.legs.at[1].size.micros, 80 * MICROS);
    drop_world(w);
}

static void
gross_min_is_met_exactly_and_missed_by_a_micro(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 400000, 100);
    add_buy(w, 570000, 100);
    assert_int_equal(size_up(w), REASON_none);
    w->terms.gross_min.ppm = 30001;
    assert_int_equal(size_up(w), REASON_BELOW_GROSS);
    assert_int_equal(w->out.sets.micros, 0);
    assert_int_equal(w->out.legs.count, 0);
    assert_int_equal(w->out.profit.micros, 0);
    drop_world(w);
}

static void
a_deeper_level_counts_only_while_its_marginal_set_clears(void **state)
{
    struct world *w = make_world();
    struct book *b;

    (void)state;
    b = add_buy(w, 400000, 50);
    add_buy(w, 500000, 200);
    book_set(&b->asks, false, (struct price){ 470000 }, shares(50));
    book_set(&b->asks, false, (struct price){ 471000 }, shares(50));
    w->terms.whole_cents = false;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 100 * MICROS);
    assert_int_equal(w->out.legs.at[0].limit.micros, 470000);
    assert_int_equal(w->out.legs.at[0].avg.micros, 435000);
    assert_int_equal(w->out.legs.at[0].depth.micros, 100 * MICROS);
    assert_int_equal(w->out.cost.micros, 43500000 + 50000000);
    assert_int_equal(w->out.gross.ppm, 65000);
    drop_world(w);
}

static void
depth_is_required_but_the_basket_may_be_smaller(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 400000, 100);
    add_buy(w, 500000, 50);
    w->terms.sets_min = shares(50);
    w->terms.sets_max = shares(7);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 7 * MICROS);
    w->terms.sets_min.micros++;
    assert_int_equal(size_up(w), REASON_BELOW_SHARES);
    drop_world(w);
}

static void
each_leg_must_be_a_dollar(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 50000, 100);
    add_buy(w, 500000, 100);
    w->terms.sets_max = shares(20);
    assert_int_equal(size_up(w), REASON_none);
    w->terms.sets_max.micros = 20 * MICROS - 1;
    assert_int_equal(size_up(w), REASON_BELOW_MINIMUM);
    drop_world(w);
}

static void
each_leg_must_have_the_venues_least_size(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 450000, 100);
    add_buy(w, 500000, 100);
    w->legs[1].min_size = shares(5);
    w->terms.sets_max = shares(5);
    assert_int_equal(size_up(w), REASON_none);
    w->terms.sets_max.micros = 5 * MICROS - 1;
    assert_int_equal(size_up(w), REASON_BELOW_MINIMUM);
    drop_world(w);
}

static void
cost_max_bounds_limits_and_fees_together(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 400000, 100);
    add_buy(w, 500000, 100);
    w->legs[0].fees.rate.ppm = 10000; /* 0.0024 a share. */
    w->terms.cost_max.micros = 45120000;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 50 * MICROS);
    w->terms.cost_max.micros--;
    assert_int_equal(size_up(w), REASON_none);
    assert_true(w->out.sets.micros < 50 * MICROS);
    /* Live: $20 may buy of the first what is next to nothing each. */
    w->terms.spends = true;
    w->terms.cost_max.micros = 45200000;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 50 * MICROS);
    assert_int_equal(w->out.outlay.micros, 45200000);
    w->terms.cost_max.micros--;
    assert_int_equal(size_up(w), REASON_none);
    assert_true(w->out.sets.micros < 50 * MICROS);
    w->terms.cost_max.micros = 1000000;
    assert_int_equal(size_up(w), REASON_CAPITAL);
    drop_world(w);
}

static void
shares_come_in_lots_whose_cost_is_a_whole_cent(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 373000, 57);
    add_buy(w, 500000, 57);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 50 * MICROS); /* 0.373: tens. */
    w->terms.whole_cents = false;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 57 * MICROS);
    drop_world(w);
}

static void
lots_of_all_legs_are_met_together(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 312500, 99); /* Lots of 0.16. */
    add_buy(w, 250000, 99); /* Lots of 0.04. */
    add_buy(w, 300000, 99); /* Lots of 0.1: together 0.8. */
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 98400000);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(w->out.legs.at[i].limit.micros *
                             (w->out.sets.micros / 10000) % 1000000, 0);
    drop_world(w);
}

static void
a_deeper_stretch_is_skipped_when_its_lot_does_not_fit(void **state)
{
    struct world *w = make_world();
    struct book *b;

    (void)state;
    b = add_buy(w, 400000, 53);
    add_buy(w, 500000, 300);
    book_set(&b->asks, false, (struct price){ 400100 }, shares(46));
    assert_int_equal(size_up(w), REASON_none);
    /* 0.4001 needs hundreds; 53 + 46 is below one. */
    assert_int_equal(w->out.sets.micros, 53 * MICROS);
    assert_int_equal(w->out.legs.at[0].limit.micros, 400000);
    book_set(&b->asks, false, (struct price){ 400100 }, shares(47));
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 100 * MICROS);
    drop_world(w);
}

static void
fees_can_eat_it(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 450000, 100);
    add_buy(w, 500000, 100);
    w->legs[0].fees.rate.ppm = 100000; /* 0.02475 a share. */
    w->legs[1].fees.rate.ppm = 100000; /* 0.025 a share. */
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.fees.micros, 4975000);
    assert_int_equal(w->out.profit.micros, 25000);
    assert_int_equal(w->out.net.ppm, 250);
    w->terms.net_min.ppm = 250;
    assert_int_equal(size_up(w), REASON_none);
    w->terms.net_min.ppm = 251;
    assert_int_equal(size_up(w), REASON_BELOW_NET);
    w->terms.net_min.ppm = 0;
    w->legs[1].fees.rate.ppm = 101000; /* Now exactly nothing is left. */
    assert_int_equal(size_up(w), REASON_BELOW_NET);
    drop_world(w);
}

static void
net_min_on_the_whole_takes_the_most_that_keeps_it(void **state)
{
    struct world *w = make_world();
    struct book *b;

    (void)state;
    b = add_buy(w, 400000, 100);
    add_buy(w, 500000, 300);
    book_set(&b->asks, false, (struct price){ 450000 }, shares(200));
    w->terms.net_min.ppm = 80000;
    w->terms.whole_cents = false;
    assert_int_equal(size_up(w), REASON_none);
    /* 10 + (n - 100) * 0.05 >= 0.08 n: n <= 166.66 */
    assert_int_equal(w->out.sets.micros, 166660000);
    drop_world(w);
}

static void
locked_capital_has_its_price(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 450000, 100);
    add_buy(w, 500000, 100);
    w->terms.lock_rate_year.ppm = 40000;
    w->terms.lock.ms = INT64_C(365) * 24 * 3600 * 1000;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.lock.micros, 3800000);
    assert_int_equal(w->out.profit.micros, 1200000);
    w->terms.lock.ms = 1;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.lock.micros, 1); /* Up. */
    drop_world(w);
}

static void
selling_a_pair_takes_the_dollar_as_cost(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_sell(w, 600000, 40);
    add_sell(w, 450000, 60);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 40 * MICROS);
    assert_int_equal(w->out.cost.micros, 40 * MICROS);
    assert_int_equal(w->out.profit.micros, 2 * MICROS);
    assert_int_equal(w->out.gross.ppm, 50000);
    assert_int_equal(w->out.legs.at[0].limit.micros, 600000);
    w->terms.gross_min.ppm = 50001;
    assert_int_equal(size_up(w), REASON_BELOW_GROSS);
    w->terms.gross_min.ppm = 50000;
    w->terms.cost_max.micros = 30 * MICROS;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 30 * MICROS);
    drop_world(w);
}

static void
every_refusal_at_the_entrance_has_its_reason(void **state)
{
    struct world *w = make_world();
    struct book *b;

    (void)state;
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    b = add_buy(w, 400000, 100);
    add_buy(w, 500000, 100);
    assert_int_equal(size_up(w), REASON_none);
    b->usable = false;
    assert_int_equal(size_up(w), REASON_BOOK_UNUSABLE);
    b->usable = true;
    book_set(&b->bids, true, (struct price){ 400000 }, shares(1));
    assert_int_equal(size_up(w), REASON_BOOK_CROSSED);
    b->bids.count = 0;
    w->legs[1].fees.known = false;
    assert_int_equal(size_up(w), REASON_FEE_UNKNOWN);
    w->legs[1].fees = (struct fee_schedule){ true, { 0 }, 5 };
    assert_int_equal(size_up(w), REASON_FEE_UNKNOWN);
    w->legs[1].fees.exponent = 1;
    b->asks.count = 0;
    assert_int_equal(size_up(w), REASON_NO_ASK);
    w->legs[0].side = w->legs[1].side = SIDE_sell;
    assert_int_equal(size_up(w), REASON_NO_BID);
    w->legs[0].side = SIDE_buy;
    book_set(&b->asks, false, (struct price){ 400000 }, shares(1));
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    drop_world(w);
}

static void
more_legs_than_a_message_holds_are_refused(void **state)
{
    struct world *w = make_world();

    (void)state;
    for (uint32_t i = 0; i < legs_cap; i++)
        add_buy(w, 30000, 1000);
    assert_int_equal(size_up(w), REASON_none);
    add_buy(w, 1000, 1000);
    assert_int_equal(size_up(w), REASON_TOO_MANY_LEGS);
    drop_world(w);
}

static void
terms_out_of_range_are_refused(void **state)
{
    struct world *w = make_world();

    (void)state;
    add_buy(w, 450000, 100);
    add_buy(w, 500000, 100);
    w->terms.lock.ms = -1;
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    w->terms.lock.ms = INT64_MAX;
    assert_int_equal(size_up(w), REASON_OVERFLOW);
    w->terms.lock.ms = 0;
    w->terms.lock_rate_year.ppm = -1;
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    w->terms.lock_rate_year.ppm = INT64_MAX;
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    w->terms.lock_rate_year.ppm = 0;
    w->terms.cost_max.micros = -1;
    assert_int_equal(size_up(w), REASON_BAD_INPUT);
    w->terms.cost_max.micros = 0;
    w->terms.sets_max.micros = 0;
    assert_int_equal(size_up(w), REASON_BELOW_MINIMUM);
    w->terms.sets_max.micros = -5;
    assert_int_equal(size_up(w), REASON_BELOW_MINIMUM);
    drop_world(w);
}

static void
the_deepest_books_fit_every_sum(void **state)
{
    struct world *w = make_world();

    (void)state;
    for (uint32_t i = 0; i < legs_cap; i++) {
        struct book *b = add_leg(w, SIDE_buy);

        for (uint32_t k = 0; k < levels_cap; k++)
            book_set(&b->asks, false, (struct price){ 1 + k },
                     (struct qty){ BOOK_SIZE_MAX });
        w->legs[i].fees = (struct fee_schedule){ true, { MICROS }, 4 };
    }
    w->terms.sets_max.micros = INT64_MAX;
    w->terms.sets_min.micros = INT64_MAX;
    w->terms.lock_rate_year.ppm = 10 * MICROS;
    w->terms.lock.ms = INT64_C(10000000000000);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, BOOK_SIZE_MAX);
    assert_int_equal(w->out.cost.micros, legs_cap * (BOOK_SIZE_MAX / MICROS));
    drop_world(w);
}

static void
a_leg_tells_where_its_book_came_from(void **state)
{
    struct world *w = make_world();
    struct book *b;
    struct leg *leg;

    (void)state;
    b = add_buy(w, 450000, 100);
    add_buy(w, 500000, 100);
    b->run = 3;
    b->epoch = 5;
    b->seq = 7;
    b->hash.b[0] = 9;
    b->received.ns = 999000000 - 1;
    assert_int_equal(size_up(w), REASON_none);
    leg = &w->out.legs.at[0];
    assert_int_equal(leg->book_run, 3);
    assert_int_equal(leg->epoch, 5);
    assert_int_equal(leg->book_seq, 7);
    assert_int_equal(leg->book_hash.b[0], 9);
    assert_int_equal(leg->age.ms, 2);
    assert_int_equal(leg->token.b[31], 1);
    drop_world(w);
}

static void
lots_are_those_of_the_venues_table(void **state)
{
    static const struct { int64_t price, lot; } rows[] = {
        { 570000, 1000000 }, { 573000, 10000000 }, { 985000, 2000000 },
        { 500000, 20000 },   { 999900, 100000000 }, { 10000, 1000000 },
        { 250000, 40000 },   { 2500, 4000000 },    { 1, INT64_C(10000000000) },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(basket_lot((struct price){ rows[i].price }).micros,
                         rows[i].lot);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_at_97_cents_pays_three_cents_a_set),
        cmocka_unit_test(gross_min_is_met_exactly_and_missed_by_a_micro),
        cmocka_unit_test(
            a_deeper_level_counts_only_while_its_marginal_set_clears),
        cmocka_unit_test(depth_is_required_but_the_basket_may_be_smaller),
        cmocka_unit_test(each_leg_must_be_a_dollar),
        cmocka_unit_test(each_leg_must_have_the_venues_least_size),
        cmocka_unit_test(cost_max_bounds_limits_and_fees_together),
        cmocka_unit_test(shares_come_in_lots_whose_cost_is_a_whole_cent),
        cmocka_unit_test(lots_of_all_legs_are_met_together),
        cmocka_unit_test(a_deeper_stretch_is_skipped_when_its_lot_does_not_fit),
        cmocka_unit_test(fees_can_eat_it),
        cmocka_unit_test(net_min_on_the_whole_takes_the_most_that_keeps_it),
        cmocka_unit_test(locked_capital_has_its_price),
        cmocka_unit_test(selling_a_pair_takes_the_dollar_as_cost),
        cmocka_unit_test(every_refusal_at_the_entrance_has_its_reason),
        cmocka_unit_test(more_legs_than_a_message_holds_are_refused),
        cmocka_unit_test(terms_out_of_range_are_refused),
        cmocka_unit_test(the_deepest_books_fit_every_sum),
        cmocka_unit_test(a_leg_tells_where_its_book_came_from),
        cmocka_unit_test(lots_are_those_of_the_venues_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
