/* test_layers - checks of markets, prices and room, both sides of a limit */
#include "tests/unit/riskd/check_bench.h"
#include "tests/unit/riskd/desk_trade.h"

/* Two yes tokens of an event of two markets, asked for by A. */
static struct bench *
make_bench(void)
{
    struct bench *b =
        bench_new((struct question){ .liquidity_min = USD(1000) });
    b->conf.markets_required = true;
    for (uint32_t i = 0; i < 2; i++) {
        b->market[i] = (struct market){ .neg_risk = true, .open = true,
                                        .fee_known = true, .event_size = 2,
                                        .tick = { 10000 },
                                        .liquidity = USD(1000) };
        (void)text_set(&b->market[i].event, "an event");
        b->q.leg[i] = (struct leg_facts){ .market = &b->market[i],
                                          .yes = true };
    }
    return b;
}

static void
a_scope_killed_and_a_pause_refuse(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, scope);
    PASSES(b, paused);
    b->q.scope_killed = b->q.held_back = true;
    REFUSES(b, scope, LATCHED);
    REFUSES(b, paused, PAUSED);
    b->m.mode = MODE_shadow;
    PASSES(b, paused);
    free(b);
}

static void
data_that_cannot_be_trusted_refuses(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, gate);
    b->q.data_fault = "data: feed is not heard";
    REFUSES(b, gate, FEED_DOWN);
    b->m.mode = MODE_shadow;
    PASSES(b, gate);
    b->m.mode = MODE_live;
    b->conf.gate_data = false;
    PASSES(b, gate);
    free(b);
}

static void
a_market_is_known_open_liquid_and_of_its_event(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, market);
    b->q.leg[1].market = NULL;
    REFUSES(b, market, NOT_FOUND);
    assert_int_equal(b->f.value, 2);
    b->conf.markets_required = false;
    PASSES(b, market);
    b->q.leg[1].market = &b->market[1];
    b->market[1].open = false;
    REFUSES(b, market, CLOSED);
    b->market[1].open = true;
    b->q.leg[1].ended = true;
    REFUSES(b, market, CLOSED);
    b->q.leg[1].ended = false;
    b->market[0].fee_known = false;
    REFUSES(b, market, FEE_UNKNOWN);
    b->market[0].fee_known = true;
    b->market[0].liquidity.micros--;
    REFUSES(b, market, LOW_LIQUIDITY);
    b->m.kind = GRANT_KIND_patch; /* To be completed all the same. */
    PASSES(b, market);
    b->m.event.s[0] = 'x';
    REFUSES(b, market, CONFLICT);
    free(b);
}

static void
A_buys_every_outcome_of_an_event_that_has_no_other(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, set);
    b->market[0].event_size = 3;
    REFUSES(b, set, INCOMPLETE);
    b->market[0].event_size = 1;
    REFUSES(b, set, INCOMPLETE);
    b->market[0].event_size = 2;
    b->q.leg[1].yes = false;
    REFUSES(b, set, INCOMPLETE);
    b->q.leg[1].yes = true;
    b->market[1].neg_risk = false;
    REFUSES(b, set, NOT_NEG_RISK);
    b->market[1].neg_risk = true;
    b->market[1].augmented = true;
    REFUSES(b, set, AUGMENTED);
    b->q.leg[0].market = NULL; /* That is refused by `market`. */
    PASSES(b, set);
    free(b);
}

static void
C_buys_no_and_sells_yes_of_outcomes_of_one_closed_event(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.strategy = STRATEGY_C;
    b->q.leg[0].yes = false;
    b->m.legs.at[1].side = SIDE_sell;
    PASSES(b, set);
    b->q.leg[0].yes = true; /* Yes bought. */
    REFUSES(b, set, BAD_INPUT);
    b->q.leg[0].yes = false;
    b->q.leg[1].yes = false; /* No sold. */
    REFUSES(b, set, BAD_INPUT);
    b->q.leg[1].yes = true;
    b->m.legs.at[1].size.micros--; /* Not equal shares. */
    REFUSES(b, set, BAD_INPUT);
    b->m.legs.at[1].size.micros++;
    b->q.leg[1].market = &b->market[0]; /* One outcome twice. */
    REFUSES(b, set, INCOMPLETE);
    b->q.leg[1].market = &b->market[1];
    b->market[1].augmented = true;
    REFUSES(b, set, AUGMENTED);
    b->market[1].neg_risk = false;
    REFUSES(b, set, NOT_NEG_RISK);
    free(b);
}

static void
bonds_have_their_price_and_are_not_too_much_alike(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, bond); /* None. */
    b->m.strategy = STRATEGY_F;
    b->m.legs.count = 1;
    b->q.bond_least.micros = 930000;
    b->q.bond_most.micros = 995000;
    b->m.legs.at[0].limit.micros = 929999;
    REFUSES(b, bond, BELOW_GROSS);
    b->m.legs.at[0].limit.micros = 995001;
    REFUSES(b, bond, BELOW_GROSS);
    b->m.legs.at[0].limit.micros = 995000;
    b->conf.bond_event_max.ppm = 50000;
    b->conf.bond_tag_max.ppm = b->conf.bond_day_max.ppm = 200000;
    b->q.equity = USD(1000);
    b->q.worst = USD(30);
    b->conf.bond_max.ppm = 400000;
    b->q.bonds = USD(370);
    b->q.bond_event = USD(20);
    b->q.bond_tag = b->q.bond_day = USD(170);
    PASSES(b, bond);
    assert_true(check_bond.kinds == (FOR_NORMAL | FOR_PATCH));
    b->q.bonds.micros++;
    REFUSES(b, bond, EVENT_LIMIT);
    b->q.bonds.micros--;
    b->q.bond_event.micros++;
    REFUSES(b, bond, EVENT_LIMIT);
    b->q.bond_event.micros--;
    b->q.bond_tag.micros++;
    REFUSES(b, bond, EVENT_LIMIT);
    b->q.bond_tag.micros--;
    b->q.bond_day.micros++;
    REFUSES(b, bond, EVENT_LIMIT);
    free(b);
}

static void
E_buys_of_markets_of_any_event_and_never_live(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.strategy = STRATEGY_E, b->m.pays = 1;
    PASSES(b, set);
    (void)text_set(&b->market[1].event, "another");
    PASSES(b, market);
    b->m.kind = GRANT_KIND_patch; /* What is missing of it alone. */
    b->m.legs.count = 1;
    b->q.leg[0].market = &b->market[1];
    PASSES(b, market);
    b->q.leg[0].market = &b->market[0];
    b->m.legs.count = 2;
    b->m.kind = GRANT_KIND_normal;
    b->market[1].open = false;
    REFUSES(b, market, CLOSED);
    b->market[1].open = true;
    b->q.leg[1].market = &b->market[0];
    REFUSES(b, set, INCOMPLETE);
    b->q.leg[1].market = &b->market[1];
    b->m.mode = MODE_live;
    REFUSES(b, set, MODE);
    b->m.mode = MODE_paper;
    b->m.legs.at[0].side = SIDE_sell;
    REFUSES(b, set, BAD_INPUT);
    b->m.strategy = STRATEGY_A;
    REFUSES(b, market, CONFLICT);
    free(b);
}

static void
B_deals_in_the_two_tokens_of_one_market(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.strategy = STRATEGY_B;
    REFUSES(b, set, INCOMPLETE);
    b->q.leg[1].market = &b->market[0];
    PASSES(b, set);
    b->m.legs.count = 1;
    REFUSES(b, set, INCOMPLETE);
    free(b);
}

static void
an_order_is_worth_the_least_the_venue_takes(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[1].limit.micros = 10000;
    b->m.legs.at[1].size.micros = 100 * MICROS;
    PASSES(b, minimum); /* Just a dollar. */
    b->m.legs.at[1].size.micros -= 100;
    REFUSES(b, minimum, BELOW_MINIMUM);
    assert_int_equal(b->f.value, 999999);
    b->conf.order_min = USD(0);
    PASSES(b, minimum);
    free(b);
}

static void
a_limit_is_on_the_grid_and_off_its_ends(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    static const struct { int64_t limit; bool ok; } cases[] = {
        { 10000, true },    { 9999, false },  { 10001, false },
        { 990000, true },   { 990001, false }, { 455000, false },
        { 1000000, false }, { 460000, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        b->m.legs.at[0].limit.micros = cases[i].limit;
        assert_int_equal(passes(b, &check_tick), cases[i].ok);
    }
    b->market[0].tick.micros = 0; /* Not told: nothing to compare with. */
    PASSES(b, tick);
    free(b);
}

static void
a_live_limit_is_near_the_average_price_meant(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.mode = MODE_live;
    b->m.legs.at[0].avg.micros = 400000;
    b->m.legs.at[0].limit.micros = 410000; /* 2.5 % more. */
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros++;
    REFUSES(b, slippage, SLIPPAGE);
    b->m.mode = MODE_paper;
    PASSES(b, slippage);
    b->m.mode = MODE_live;
    b->m.legs.at[0].side = SIDE_sell;
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros = 390000;
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros--;
    REFUSES(b, slippage, SLIPPAGE);
    free(b);
}

static void
completing_costs_little_more_than_the_group_began_with(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.kind = GRANT_KIND_patch;
    b->m.legs.count = 1;
    REFUSES(b, slippage, NOT_FOUND); /* Of no group that is known. */
    b->q.leg[0].base.micros = 400000;
    b->m.legs.at[0].limit.micros = 420000;
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros++;
    REFUSES(b, slippage, SLIPPAGE);
    b->m.legs.at[0].side = SIDE_sell;
    b->m.legs.at[0].limit.micros = 380000;
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros--;
    REFUSES(b, slippage, SLIPPAGE);
    free(b);
}

/* 40 cents were meant for the half that is held: 62 leave 38 of the dollar. */
static void
hedging_leaves_what_a_sale_might_have_brought(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.kind = GRANT_KIND_hedge;
    b->m.legs.count = 1;
    REFUSES(b, slippage, NOT_FOUND); /* Of no group that is known. */
    b->q.leg[0].base.micros = 400000;
    b->m.legs.at[0].limit.micros = 620000;
    PASSES(b, slippage);
    b->m.legs.at[0].limit.micros++;
    REFUSES(b, slippage, SLIPPAGE);
    b->m.legs.at[0].side = SIDE_sell; /* What is sold along with it. */
    PASSES(b, slippage);
    free(b);
}

static void
no_more_is_hedged_than_is_held_without_its_other_half(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.kind = GRANT_KIND_hedge;
    b->q.free[0] = b->q.free[1] = b->m.legs.at[0].size;
    PASSES(b, held);
    b->m.legs.at[1].size.micros++;
    REFUSES(b, held, NOT_HELD);
    b->m.kind = GRANT_KIND_patch;
    PASSES(b, held);
    free(b);
}

static void
no_more_than_its_share_of_the_depth_is_taken(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[1].depth.micros = 100 * MICROS;
    PASSES(b, capacity);
    b->m.legs.at[1].size.micros++;
    REFUSES(b, capacity, BELOW_SHARES);
    b->m.legs.at[1].size.micros--;
    b->conf.depth_share.ppm = 999999;
    REFUSES(b, capacity, BELOW_SHARES);
    free(b);
}

static void
what_is_naked_and_what_meets_ourselves_is_refused(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, naked);
    PASSES(b, self_match);
    b->q.naked.micros = 1;
    b->q.crosses = true;
    REFUSES(b, naked, NAKED);
    REFUSES(b, self_match, SELF_MATCH);
    free(b);
}

static void
a_smaller_size_scales_the_limits_of_an_order_and_a_trade(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.size.ppm = 250000;
    b->m.legs.at[0].size.micros = 125 * MICROS;
    PASSES(b, shares_limit);
    b->m.legs.at[0].size.micros++;
    REFUSES(b, shares_limit, SHARES_LIMIT);
    b->q.worst = USD(375); /* 7.5 % of 5000. */
    PASSES(b, trade_limit);
    b->q.worst.micros++;
    REFUSES(b, trade_limit, TRADE_LIMIT);
    PASSES(b, order_limit); /* None of its own. */
    b->conf.order_max = USD(100);
    b->q.cost[1] = USD(25);
    PASSES(b, order_limit);
    b->q.cost[1].micros++;
    REFUSES(b, order_limit, ORDER_LIMIT);
    b->q.size.ppm = 0; /* Nothing at all, not "no limit". */
    b->q.cost[1].micros = 1;
    REFUSES(b, order_limit, ORDER_LIMIT);
    free(b);
}

/* Against an engine: what is around is looked at, too. */
static void
two_groups_do_not_trade_with_each_other(void **state)
{
    (void)state;
    static const struct { int64_t ours; uint32_t token; bool ok; } cases[] = {
        { 599999, 1, true },  /* Another's no at 0.599999: sum below 1. */
        { 600000, 1, false }, /* A dollar in all: a match. */
        { 600000, 0, true },  /* The same side of the same token. */
    };
    for (int i = 0; i < 3; i++) {
        struct desk *d = desk_new();
        list_market(d);
        struct authorize m = desk_ask(1, 1, 0, 400000, 100);
        m.legs.at[1] = m.legs.at[0];
        m.legs.at[1].token = desk_token(9);
        m.legs.count = 2;
        HEAR(d, authorize, &m);
        assert_int_equal(d->said[TYPE_grant], 1);
        struct authorize o = desk_ask(2, 2, 0, cases[i].ours, 100);
        o.legs.at[0].token = desk_token(cases[i].token);
        o.legs.at[1].token = desk_token(8);
        o.legs.at[1].limit.micros = o.legs.at[1].avg.micros = 100000;
        HEAR(d, authorize, &o);
        assert_int_equal(d->said[TYPE_grant], cases[i].ok);
        if (!cases[i].ok) {
            assert_int_equal(d->denial.reasons.at[0].code,
                             REASON_SELF_MATCH);
        }
        desk_free(d);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scope_killed_and_a_pause_refuse),
        cmocka_unit_test(data_that_cannot_be_trusted_refuses),
        cmocka_unit_test(a_market_is_known_open_liquid_and_of_its_event),
        cmocka_unit_test(A_buys_every_outcome_of_an_event_that_has_no_other),
        cmocka_unit_test(E_buys_of_markets_of_any_event_and_never_live),
        cmocka_unit_test(B_deals_in_the_two_tokens_of_one_market),
        cmocka_unit_test(
            C_buys_no_and_sells_yes_of_outcomes_of_one_closed_event),
        cmocka_unit_test(bonds_have_their_price_and_are_not_too_much_alike),
        cmocka_unit_test(an_order_is_worth_the_least_the_venue_takes),
        cmocka_unit_test(a_limit_is_on_the_grid_and_off_its_ends),
        cmocka_unit_test(a_live_limit_is_near_the_average_price_meant),
        cmocka_unit_test(
            completing_costs_little_more_than_the_group_began_with),
        cmocka_unit_test(hedging_leaves_what_a_sale_might_have_brought),
        cmocka_unit_test(no_more_is_hedged_than_is_held_without_its_other_half),
        cmocka_unit_test(no_more_than_its_share_of_the_depth_is_taken),
        cmocka_unit_test(what_is_naked_and_what_meets_ourselves_is_refused),
        cmocka_unit_test(
            a_smaller_size_scales_the_limits_of_an_order_and_a_trade),
        cmocka_unit_test(two_groups_do_not_trade_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
