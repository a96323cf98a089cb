/* test_live - what live orders and fills show, and what is stopped by it */
#include "tests/unit/riskd/live_desk.h"

static struct hash
order_id(void)
{
    static uint32_t serial = 1;
    struct hash h = { { 0 } };
    serial++;
    memcpy(h.b, &serial, sizeof serial);
    return h;
}

/* One live order, answered after so many ms. */
static void
answer(struct desk *d, const struct grant *g, int64_t ms,
       enum order_state state, enum reason reason)
{
    struct order m = { .order = order_id(), .group = g->group,
                       .state = state, .reason = reason,
                       .sent = d->in.wall,
                       .answered = { d->in.wall.ns + ms * 1000000 } };
    HEAR(d, order, &m);
    assert_true(d->ack.ok);
}

static void
well(struct desk *d, const struct grant *g, uint32_t times, int64_t ms)
{
    for (uint32_t i = 0; i < times; i++) {
        answer(d, g, ms, ORDER_STATE_live, REASON_none);
    }
}

static void
the_percentile_degrades_and_comes_back_lower_than_it_went(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    d->conf.latency_hold.ms = 1;
    desk_restart(d);
    well(d, &g, 18, 100);
    answer(d, &g, 501, ORDER_STATE_live, REASON_none);
    desk_pass(d, 10); /* One alone holds for latency_hold only. */
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    answer(d, &g, 501, ORDER_STATE_live, REASON_none);
    desk_pass(d, 10); /* The 95th of 20 is the 19th: slow. */
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    well(d, &g, 20, 450); /* 2 of 40 are above: the 38th is 450. */
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    well(d, &g, 200, 400);
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    well(d, &g, 236, 400); /* Of the last 256 none is above 400. */
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

static void
too_few_or_too_old_orders_tell_nothing(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    d->conf.latency_hold.ms = 1;
    d->conf.lease_kill.ms = 0; /* Nobody asks for a lease here. */
    desk_restart(d);
    well(d, &g, 19, 501);
    desk_pass(d, 10);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    answer(d, &g, 501, ORDER_STATE_live, REASON_none);
    desk_pass(d, 10);
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    desk_pass(d, 299980);
    desk_tick(d);
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    desk_pass(d, 1); /* Nineteen are older than the window. */
    desk_tick(d);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

static void
refused_orders_beyond_their_share_are_a_pause(void **state)
{
    (void)state;
    for (int beyond = 0; beyond < 2; beyond++) {
        struct desk *d = live_desk();
        struct grant g = buy(d, 1);
        for (int i = 0; i < 30; i++) { /* Busy is no fault of ours. */
            answer(d, &g, 1, ORDER_STATE_rejected, REASON_THROTTLED);
        }
        for (int i = 0; i < 5 + beyond; i++) {
            answer(d, &g, 1, ORDER_STATE_rejected, REASON_BALANCE);
        }
        well(d, &g, 15 - (uint32_t)beyond, 1); /* 5 of 20: a quarter. */
        assert_int_equal(desk_state(d).state,
                         beyond ? RISK_MODE_paused : RISK_MODE_run);
        if (beyond) {
            assert_string_equal(d->event.rule.s, "reject_rate");
            desk_assert_recalls(d);
            desk_restart(d);
            desk_pass(d, 3599999);
            assert_int_equal(desk_state(d).state, RISK_MODE_paused);
            desk_pass(d, 1);
            assert_int_equal(desk_state(d).state, RISK_MODE_run);
        }
        desk_free(d);
    }
}

static void
fills_that_fail_on_chain_beyond_their_share_are_a_pause(void **state)
{
    (void)state;
    for (int beyond = 0; beyond < 2; beyond++) {
        struct desk *d = live_desk();
        struct grant g = buy(d, 1);
        for (int i = 0; i < 10; i++) {
            char id[16];
            (void)snprintf(id, sizeof id, "f%d", i);
            struct fill f = desk_fill(&g, 0, id, 400000, MICROS);
            bool fails = i < 1 + beyond;
            assert_true(hear(d, &f, FILL_STATE_matched));
            assert_true(hear(d, &f, fails ? FILL_STATE_failed
                                          : FILL_STATE_confirmed));
        }
        assert_int_equal(desk_state(d).state,
                         beyond ? RISK_MODE_paused : RISK_MODE_run);
        desk_assert_recalls(d);
        desk_free(d);
    }
}

static void
legs_left_alone_at_two_looks_stop_new_groups(void **state)
{
    (void)state;
    for (int beyond = 0; beyond < 2; beyond++) {
        struct desk *d = desk_conf();
        d->conf.naked_max.micros = 40005000 - beyond;
        desk_open(d);
        list_market(d);
        struct authorize m = desk_ask(1, 2, 0, 400000, 100);
        m.strategy = STRATEGY_B;
        struct grant g = granted(d, &m);
        fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
        struct authorize o = desk_ask(2, 2, 0, 400000, 60);
        o.strategy = STRATEGY_B;
        for (int look = 0; look < 2; look++) {
            (void)granted(d, &o);
            o.attempt++;
            desk_pass(d, 60000);
            desk_tick(d);
            desk_pass(d, 5000); /* Feed does not answer: at cost. */
            desk_tick(d);
            desk_lease(d);
        }
        HEAR(d, authorize, &o);
        assert_int_equal(d->said[TYPE_grant], !beyond);
        if (beyond) {
            assert_int_equal(d->denial.reasons.at[0].code, REASON_NAKED);
            /* Complete: at the next look all is well. */
            fill_leg(d, &g, 1, "b", 400000, 100 * MICROS);
            desk_pass(d, 60000);
            desk_tick(d);
            desk_pass(d, 5000);
            desk_tick(d);
            desk_lease(d);
            o.attempt++;
            (void)granted(d, &o);
        }
        desk_free(d);
    }
}

static void
a_strategy_that_opens_too_many_groups_is_switched_off(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.executions_max = 3;
    desk_open(d);
    for (uint32_t n = 0; n < 7; n++) {
        struct authorize m = desk_ask(10 + n, 2, 0, 40000, 50);
        if (n == 2) { /* Another hour: counted anew. */
            desk_pass(d, 3600000);
            desk_lease(d);
        }
        HEAR(d, authorize, &m);
        assert_int_equal(d->said[TYPE_grant], n < 5);
        desk_restart(d); /* It counts on. */
    }
    assert_int_equal(d->denial.reasons.at[0].code, REASON_STRATEGY_OFF);
    desk_restart(d);
    struct authorize m = desk_ask(20, 2, 0, 40000, 50);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    desk_free(d);
}

static void
a_live_order_in_stage_0_is_a_kill(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    desk_open(d);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    m.mode = MODE_live;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->said[TYPE_command], 1);
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_percentile_degrades_and_comes_back_lower_than_it_went),
        cmocka_unit_test(too_few_or_too_old_orders_tell_nothing),
        cmocka_unit_test(refused_orders_beyond_their_share_are_a_pause),
        cmocka_unit_test(
            fills_that_fail_on_chain_beyond_their_share_are_a_pause),
        cmocka_unit_test(legs_left_alone_at_two_looks_stop_new_groups),
        cmocka_unit_test(a_strategy_that_opens_too_many_groups_is_switched_off),
        cmocka_unit_test(a_live_order_in_stage_0_is_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
