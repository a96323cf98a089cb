/* test_uptime - what riskd hears of processes, connections, orders and
 * replays becomes what a gate asks, and stays so over a restart */
#include "riskd/engine.h"
#include "tests/unit/riskd/desk_trade.h"
#include "tests/unit/riskd/gate_desk.h"

static void
host(uint64_t crashes)
{
    struct host_state m = { .mem_total = 1 << 30, .mem_free = 1 << 29,
                            .crashes = crashes };
    HEAR(d, host_state, &m);
}

/* Seconds in which all beat, but the one who is away (none: nobody is). */
static void
run_for(uint32_t seconds, enum source away)
{
    static const enum source whom[] = { SOURCE_feed, SOURCE_scanner,
                                        SOURCE_executor, SOURCE_recorder };
    for (uint32_t s = 0; s < seconds; s++) {
        for (size_t i = 0; i < sizeof whom / sizeof whom[0]; i++) {
            beats(whom[i], whom[i] != away, 3);
        }
        pass(1000);
    }
}

static void
seven_days_are_seven_days_of_all_five(void **state)
{
    (void)state;
    /* An hour stands for them. */
    open_for(METRIC_uptime_without_crash_days, RULE_ge, MICROS / 24);
    assert_verdict("no data");
    run_for(120, SOURCE_none);
    assert_verdict("no data"); /* Of riskd itself nobody told. */
    host(9);
    for (int who = SOURCE_feed; who <= SOURCE_recorder; who++) {
        run_for(60, who == SOURCE_riskd ? SOURCE_none : (enum source)who);
    }
    assert_verdict("fail");
    run_for(3600 - 120 - 60 - 1, SOURCE_none);
    assert_verdict("fail");
    run_for(121, SOURCE_none); /* The last minute is written down. */
    assert_verdict("pass");
    beats(SOURCE_scanner, true, 4);
    pass(1000);
    assert_verdict("fail");
    assert_int_equal(found.value, 0);
}

static void
riskds_own_crash_is_one(void **state)
{
    (void)state;
    open_for(METRIC_uptime_without_crash_days, RULE_ge, MICROS / 1440);
    host(9);
    run_for(180, SOURCE_none);
    assert_verdict("pass");
    start_again();
    desk_latch(d, false, 0);
    host(9); /* It was stopped, and asked to. */
    run_for(1, SOURCE_none);
    assert_verdict("pass");
    host(10);
    pass(1000);
    assert_verdict("fail");
}

/* All five are back, each in its next run, and tell of it one by one. */
static void
back(uint64_t run, uint64_t crashes, uint64_t cuts, uint64_t boot)
{
    static const enum source whom[] = { SOURCE_feed, SOURCE_scanner,
                                        SOURCE_executor, SOURCE_recorder };
    struct input was = d->in;
    struct host_state m = { .mem_total = 1 << 30, .mem_free = 1 << 29,
                            .crashes = crashes, .cuts = cuts, .boot = boot };
    HEAR(d, host_state, &m);
    for (size_t i = 0; i < sizeof whom / sizeof whom[0]; i++) {
        d->in.src = whom[i];
        d->in.run = run;
        d->in.peer = 0;
        HEAR(d, heartbeat, &((struct heartbeat){ .ready = true,
                                                 .crashes = crashes,
                                                 .cuts = cuts,
                                                 .boot = boot }));
        was.mono = d->in.mono;
        was.wall = d->in.wall;
        d->in = was;
        pass(1000);
        was = d->in;
    }
}

static void
a_machine_that_went_down_is_one_crash_of_all(void **state)
{
    (void)state;
    open_for(METRIC_crashes_today, RULE_le, MICROS);
    assert_verdict("no data");
    back(1, 7, 2, 0xb001); /* What was before nobody counts. */
    assert_verdict("pass");
    assert_int_equal(found.value, 0);
    back(2, 8, 3, 0xb002); /* The lights went out. */
    back(2, 8, 3, 0xb002);
    assert_verdict("pass");
    assert_int_equal(found.value, MICROS);
    back(3, 9, 3, 0xb002); /* And then each of the five crashed. */
    assert_verdict("fail");
    assert_int_equal(found.value, 6 * MICROS);
    back(4, 10, 4, 0xb003); /* Again. */
    assert_verdict("fail");
    assert_int_equal(found.value, 7 * MICROS);
    back(6, 12, 6, 0xb005); /* Twice, and riskd saw the second only. */
    assert_verdict("fail");
    assert_int_equal(found.value, 9 * MICROS);
    back(7, 13, 99, 0xb005); /* No sense: a crash of each. */
    assert_true(strcmp(verdict(), "fail") == 0 &&
                found.value > 9 * MICROS);
}

static void
a_late_heartbeat_of_a_run_that_is_over_says_nothing(void **state)
{
    (void)state;
    open_for(METRIC_crashes_today, RULE_le, 0);
    back(5, 3, 0, 0xb001);
    assert_verdict("pass");
    struct input was = d->in;
    d->in.src = SOURCE_feed;
    d->in.run = 5;
    d->in.peer = 0;
    HEAR(d, heartbeat, &((struct heartbeat){ .ready = true, .crashes = 3 }));
    d->in.run = 4;
    HEAR(d, heartbeat, &((struct heartbeat){ .ready = false, .crashes = 2 }));
    d->in = was;
    pass(1000);
    assert_verdict("pass");
    assert_true(d->x->health.ready[SOURCE_feed]);
    /* Nor is it late for ever: whoever lost its numbers is heard again. */
    pass(4000);
    d->in.src = SOURCE_feed;
    d->in.run = 1;
    d->in.peer = 0;
    HEAR(d, heartbeat, &((struct heartbeat){ .ready = true, .crashes = 3 }));
    was.mono = d->in.mono;
    was.wall = d->in.wall;
    d->in = was;
    assert_int_equal(d->x->health.heard[SOURCE_feed].ns, d->in.mono.ns);
    back(6, 4, 0, 0xb001);
    assert_verdict("fail");
    assert_int_equal(found.value, 5 * MICROS);
}

static void
a_riskd_that_does_not_look_is_not_up(void **state)
{
    (void)state;
    open_for(METRIC_availability_frac, RULE_gt, 999000);
    run_for(601, SOURCE_none);
    assert_verdict("pass");
    assert_int_equal(found.value, MICROS);
    desk_pass(d, 60000); /* Stopped, and continued. */
    run_for(61, SOURCE_none);
    assert_verdict("fail");
    assert_true(found.value < 920000);
}

static void
linked(uint64_t run, uint64_t reconnects, uint64_t resyncs)
{
    struct input was = d->in;
    struct venue_status m = { .state = LINK_STATE_up, .since = d->in.wall,
                              .reconnects = reconnects, .resyncs = resyncs };
    d->in.src = SOURCE_feed;
    d->in.run = run;
    d->in.peer = 0;
    HEAR(d, venue_status, &m);
    d->in = was;
    pass(1000);
}

static void
reconnections_are_feeds_own_count(void **state)
{
    (void)state;
    open_for(METRIC_ws_reconnect_success_frac, RULE_gt, 950000);
    assert_verdict("not enough data");
    linked(1, 4, 4);
    assert_verdict("not enough data");
    linked(1, 5, 5);
    assert_verdict("pass");
    linked(1, 4, 4); /* Late, or said again: no less for it. */
    assert_verdict("pass");
    assert_int_equal(found.sample, 5);
    linked(2, 14, 14);
    assert_verdict("pass");
    linked(2, 15, 14); /* 19 of 20. */
    assert_verdict("fail");
    assert_int_equal(found.sample, 20);
}

static void
told(const struct grant *g, uint32_t n, enum order_state how, int64_t filled)
{
    struct order m = { .group = g->group, .auth = g->auth, .leg = n % 2,
                       .state = how, .filled = { filled },
                       .sent = d->in.wall,
                       .answered = { d->in.wall.ns + 200 * 1000000 } };
    m.order.b[0] = m.order.b[31] = (uint8_t)n;
    m.order.b[1] = m.order.b[30] = (uint8_t)(n >> 8);
    HEAR(d, order, &m);
}

static void
an_order_ends_as_it_was_booked_or_wrong(void **state)
{
    (void)state;
    open_for(METRIC_order_accuracy_frac, RULE_ge, MICROS);
    struct authorize ask = desk_ask(1, 2, 0, 450000, 10);
    struct grant g = granted(d, &ask);
    fill_leg(d, &g, 0, "a", 450000, 4 * MICROS);
    told(&g, 4, ORDER_STATE_matched, 3); /* No end yet. */
    assert_verdict("not enough data");
    fill_leg(d, &g, 0, "b", 450000, 6 * MICROS);
    told(&g, 4, ORDER_STATE_filled, 10 * MICROS);
    told(&g, 4, ORDER_STATE_filled, 10 * MICROS);
    assert_verdict("pass");
    assert_int_equal(found.sample, 1);
    told(&g, 5, ORDER_STATE_cancelled, 7 * MICROS); /* Before its fill. */
    assert_verdict("pass");
    assert_int_equal(found.sample, 1);
    pass(30000);
    fill_leg(d, &g, 1, "c", 450000, 7 * MICROS);
    pass(1000);
    assert_verdict("pass");
    assert_int_equal(found.sample, 2);

    ask = desk_ask(2, 2, 10, 450000, 10);
    g = granted(d, &ask);
    fill_leg(d, &g, 0, "d", 450000, 4 * MICROS);
    told(&g, 6, ORDER_STATE_cancelled, 4 * MICROS + 1);
    told(&g, 7, ORDER_STATE_rejected, 0);
    assert_verdict("pass");
    assert_int_equal(found.sample, 3);
    pass(60001);
    assert_verdict("fail");
    assert_int_equal(found.value, 750000);
    pass(60001);
    assert_verdict("fail");
    assert_int_equal(found.sample, 4);
}

static void
a_sale_ends_as_it_was_booked(void **state)
{
    (void)state;
    open_for(METRIC_order_accuracy_frac, RULE_ge, MICROS);
    struct authorize ask = desk_ask(1, 1, 0, 450000, 10);
    struct grant g = granted(d, &ask);
    fill_leg(d, &g, 0, "a", 450000, 10 * MICROS);
    release_all(d, &g);
    ask = ask_sale(1, 0, 440000, 10);
    g = granted(d, &ask);
    fill_leg(d, &g, 0, "b", 440000, 3 * MICROS);
    told(&g, 2, ORDER_STATE_cancelled, 3 * MICROS);
    assert_verdict("pass");
    assert_int_equal(found.sample, 1);
}

static void
signals_come_by_a_word_with_a_key(void **state)
{
    struct command m = { .verb = VERB_measured, .role = ROLE_operator,
                         .nonce = 1, .expires = { NOON + 60000000000 } };
    (void)state;
    open_for(METRIC_signal_consistency_frac, RULE_ge, 980000);
    assert_verdict("no data");
    pass(1000);
    (void)text_set(&m.target, "signals");
    static const char *const bad[] = { "", "7", "8/7", "1/1x", "-1/2", "/",
                                       "1/", "1000000001/1000000001" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        m.nonce++;
        (void)text_set(&m.value, bad[i]);
        HEAR(d, command, &m);
        assert_int_equal(d->said[TYPE_audit], 1);
        assert_false(d->reply.ok);
        pass(1000);
    }
    (void)text_set(&m.value, "98/100");
    m.nonce++;
    m.role = ROLE_viewer;
    HEAR(d, command, &m);
    assert_int_equal(d->reply.reason, REASON_ROLE);
    assert_verdict("no data");
    m.role = ROLE_operator;
    m.nonce++;
    HEAR(d, command, &m);
    assert_true(d->reply.ok);
    assert_int_equal(d->said[TYPE_audit], 1);
    assert_int_equal(d->said[TYPE_command], 1);
    assert_verdict("pass");
    pass(1000);
    (void)text_set(&m.value, "97/99");
    m.nonce++;
    HEAR(d, command, &m);
    assert_verdict("fail");
    assert_int_equal(found.sample, 99);
    assert_recalls();
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(seven_days_are_seven_days_of_all_five),
        T(riskds_own_crash_is_one),
        T(a_machine_that_went_down_is_one_crash_of_all),
        T(a_late_heartbeat_of_a_run_that_is_over_says_nothing),
        T(a_riskd_that_does_not_look_is_not_up),
        T(reconnections_are_feeds_own_count),
        T(an_order_ends_as_it_was_booked_or_wrong),
        T(a_sale_ends_as_it_was_booked),
        T(signals_come_by_a_word_with_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
