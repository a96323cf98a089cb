/* test_wallet - the shipped rules live: the wallet, and data to be trusted */
#include "tests/unit/riskd/ruling_desk.h"

/* Live in stage 3, with everything heard but the wallet. */
static void
open_live(void)
{
    struct rule_set *shipped = shipped_rules();
    set = *shipped;
    free(shipped);
    for (uint32_t i = 0; i < set.count; i++) { /* No market is told here. */
        uint32_t of = set.at[i].metric;
        set.at[i].advisory = of == METRIC_market_liquidity_usd ||
                             of == METRIC_notional_over_adv ||
                             of == METRIC_market_closed_or_archived;
    }
    open_at(3, MODE_live);
    for (int i = 0; i < 250; i++) {
        beat(SOURCE_feed);
        beat(SOURCE_scanner);
        pass(1000);
    }
}

static void
ask_live(uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 1, 450000, 10);
    m.mode = MODE_live;
    m.strategy = STRATEGY_B;
    for (uint32_t i = 0; i < 2; i++) {
        m.legs.at[i].depth.micros = 50 * MICROS;
    }
    HEAR(d, authorize, &m);
}

static void
has_wallet(int64_t allowance)
{
    struct venue_balance m = { .held = { 100 * MICROS },
                               .allowance = { allowance } };
    HEAR(d, venue_balance, &m);
}

static void
with_the_shipped_rules_a_live_order_needs_to_know_the_wallet(void **state)
{
    (void)state;
    open_live();
    assert_int_equal(desk_state(d).state, RISK_MODE_run); /* No gate shut. */
    ask_live(1);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "L-39");
    has_wallet(200 * MICROS);
    ask_live(2);
    assert_int_equal(d->said[TYPE_grant], 1);
    desk_pass(d, 181000); /* Silent for too long. */
    beat(SOURCE_feed);
    beat(SOURCE_scanner);
    pass(0);
    ask_live(3);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "L-39");
}

static void
an_allowance_beyond_the_stage_is_a_kill(void **state)
{
    (void)state;
    open_live();
    has_wallet(200 * MICROS + 1);
    ask_live(1);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->said[TYPE_command], 1);
    assert_string_equal(d->event.rule.s, "L-39");
    assert_int_equal(d->event.action, ACTION_kill);
}

static void
data_that_are_late_or_lost_shut_a_gate_while_they_are(void **state)
{
    (void)state;
    open_live();
    has_wallet(20 * MICROS);
    desk_pass(d, 3001); /* Feed and scanner are silent. */
    desk_lease(d);
    desk_tick(d);
    ask_live(1);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_true(d->denial.reasons.count > 0);
    assert_int_equal(desk_state(d).state, RISK_MODE_paused);
    beat(SOURCE_feed);
    beat(SOURCE_scanner);
    pass(1000);
    ask_live(2);
    assert_int_equal(d->said[TYPE_grant], 1);
    struct input was = d->in;
    d->in.src = SOURCE_feed;
    HEAR(d, gap, &((struct gap){ .src = SOURCE_feed }));
    d->in = was;
    pass(1000);
    assert_int_equal(desk_state(d).state, RISK_MODE_paused);
    pass(1000);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
}

static void
looks_at_the_data_are_written_down_by_the_hour_for_the_gate(void **state)
{
    (void)state;
    struct riskd_criterion c[2];
    uint32_t gates;
    struct rule *r = add(RULE_require, METRIC_data_pass_rate, RULE_ge, 980000,
                         ACTION_block);
    r->phases = PHASE_SIGNOFF;
    open_with_rules();
    assert_true(riskd_gates("signoff", &gates));
    for (int i = 0; i < 3600; i++) {
        beat(SOURCE_feed);
        if (i < 3600 - 10) { /* And then is silent. */
            beat(SOURCE_scanner);
        }
        pass(1000);
    }
    assert_int_equal(riskd_criteria(d->x, gates, d->in.wall, c, 2), 1);
    assert_true(c[0].known && c[0].pass);
    assert_true(c[0].value < MICROS && c[0].value > 997000);
    assert_int_equal(c[0].sample, 3600);
    assert_recalls();
    assert_int_equal(riskd_criteria(d->x, gates, d->in.wall, c, 2), 1);
    assert_int_equal(c[0].sample, 3600);
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(with_the_shipped_rules_a_live_order_needs_to_know_the_wallet),
        T(an_allowance_beyond_the_stage_is_a_kill),
        T(data_that_are_late_or_lost_shut_a_gate_while_they_are),
        T(looks_at_the_data_are_written_down_by_the_hour_for_the_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
