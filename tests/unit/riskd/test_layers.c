/* test_layers - the checks of markets, prices and the room around a request,
 * on both sides of each limit */
#include "tests/unit/riskd/desk.h"

#include "riskd/check.h"

struct bench {
    struct authorize m;
    struct riskd_conf conf;
    struct market market[2];
    struct question q;
    struct finding f;
};

/* Two yes tokens of an event of two markets, asked for by A. */
static struct bench *
make_bench(void)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->m = desk_ask(1, 2, 0, 450000, 100);
    b->conf.slippage_max.ppm = 25000;
    b->conf.patch_max.ppm = 50000;
    b->conf.depth_share.ppm = MICROS;
    b->conf.markets_required = b->conf.gate_data = true;
    b->conf.order_min = USD(1);
    b->conf.shares_max.micros = 500 * MICROS;
    b->conf.trade_max.ppm = 300000;
    b->q = (struct question){ .m = &b->m, .conf = &b->conf,
                              .size = { MICROS },
                              .liquidity_min = USD(1000),
                              .equity = USD(5000) };
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

static bool
passes(struct bench *b, const struct check *c)
{
    b->f = (struct finding){ REASON_none, 0, 0 };
    bool ok = c->passes(&b->q, &b->f);
    assert_true(ok == (b->f.reason == REASON_none));
    return ok;
}

#define PASSES(b, name) assert_true(passes(b, &check_##name))
#define REFUSES(b, name, why)                          \
    do {                                               \
        assert_false(passes(b, &check_##name));        \
        assert_int_equal((b)->f.reason, REASON_##why); \
    } while (0)

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
        { 10000, true },   { 9999, false },  { 10001, false },
        { 990000, true },  { 990001, false }, { 1000000, false },
        { 455000, false }, { 460000, true },
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
        struct input was = d->in;
        struct market k = { .yes = desk_token(0), .no = desk_token(1),
                            .open = true, .fee_known = true };
        (void)text_set(&k.market, "m0");
        (void)text_set(&k.event, "an event");
        d->in.src = SOURCE_feed;
        d->in.peer = 0;
        HEAR(d, market, &k);
        d->in = was;
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
        cmocka_unit_test(B_deals_in_the_two_tokens_of_one_market),
        cmocka_unit_test(an_order_is_worth_the_least_the_venue_takes),
        cmocka_unit_test(a_limit_is_on_the_grid_and_off_its_ends),
        cmocka_unit_test(a_live_limit_is_near_the_average_price_meant),
        cmocka_unit_test(
            completing_costs_little_more_than_the_group_began_with),
        cmocka_unit_test(no_more_than_its_share_of_the_depth_is_taken),
        cmocka_unit_test(what_is_naked_and_what_meets_ourselves_is_refused),
        cmocka_unit_test(
            a_smaller_size_scales_the_limits_of_an_order_and_a_trade),
        cmocka_unit_test(two_groups_do_not_trade_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
