/* test_found - what riskd counts of the scanner's opportunities */
#include "tests/unit/riskd/gate_desk.h"

static void
opens(enum strategy strategy, enum opp_state how)
{
    struct input was = d->in;
    static struct opportunity m;
    m.state = how;
    m.strategy = strategy;
    d->in.src = SOURCE_scanner;
    d->in.peer = 0;
    HEAR(d, opportunity, &m);
    d->in = was;
}

static void
opportunities_of_a_are_of_24_hours(void **state)
{
    (void)state;
    open_for(METRIC_opportunities_a_per_day, RULE_ge, 3 * MICROS);
    opens(STRATEGY_A, OPP_STATE_opened);
    opens(STRATEGY_A, OPP_STATE_updated);
    opens(STRATEGY_A, OPP_STATE_closed);
    opens(STRATEGY_B, OPP_STATE_opened);
    pass(3600000); /* Written down with the hour. */
    opens(STRATEGY_A, OPP_STATE_opened);
    pass(3600000);
    assert_verdict("fail");
    assert_int_equal(found.value, 2 * MICROS);
    opens(STRATEGY_A, OPP_STATE_opened);
    assert_string_equal(verdict(), "pass"); /* Of this hour, not yet. */
    pass(3600000);
    assert_verdict("pass");
    desk_pass(d, 21LL * 3600 * 1000);
    assert_verdict("pass");
    desk_pass(d, 3600 * 1000);
    assert_verdict("fail");
}

static void
opportunities_of_f_and_g_are_of_24_hours_too(void **state)
{
    (void)state;
    open_for(METRIC_opportunities_fg_per_day, RULE_ge, 3 * MICROS);
    assert_verdict("no data"); /* Neither is on: it is not asked. */
    d->strategy.G = true;
    start_again();
    desk_latch(d, false, 0);
    pass(1000);
    opens(STRATEGY_F, OPP_STATE_opened);
    opens(STRATEGY_F, OPP_STATE_updated);
    opens(STRATEGY_A, OPP_STATE_opened);
    opens(STRATEGY_G, OPP_STATE_opened);
    opens((enum strategy)99, OPP_STATE_opened);
    pass(3600000);
    assert_verdict("fail");
    assert_int_equal(found.value, 2 * MICROS);
    opens(STRATEGY_G, OPP_STATE_opened);
    pass(3600000);
    assert_verdict("pass");
    desk_pass(d, 24LL * 3600 * 1000);
    assert_verdict("fail");
}

static void
opens_after(int64_t ns)
{
    struct input was = d->in;
    static struct opportunity m;
    m.state = OPP_STATE_opened;
    m.strategy = STRATEGY_A;
    m.opened = d->in.wall;
    m.frame.ns = ns < 0 ? 0 : d->in.wall.ns - ns;
    d->in.src = SOURCE_scanner;
    d->in.peer = 0;
    HEAR(d, opportunity, &m);
    d->in = was;
}

/* What is late is told at once, and for a minute; a restart forgets it. */
static void
the_slowest_opening_of_a_minute_counts(void **state)
{
    (void)state;
    open_for(METRIC_detect_latency_ms, RULE_lt, 200 * MICROS);
    assert_string_equal(verdict(), "not enough data");
    opens_after(-1); /* No frame opened it. */
    opens(STRATEGY_A, OPP_STATE_opened);
    assert_string_equal(verdict(), "not enough data");
    opens_after(199000000);
    assert_string_equal(verdict(), "pass");
    opens_after(199000001); /* A part of a millisecond is one. */
    assert_string_equal(verdict(), "fail");
    assert_int_equal(found.value, 200 * MICROS);
    opens_after(1000000);
    assert_string_equal(verdict(), "fail");
    pass(60000);
    assert_string_equal(verdict(), "fail");
    pass(1000);
    assert_string_equal(verdict(), "not enough data");
    opens_after(1000000);
    assert_string_equal(verdict(), "pass");
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(opportunities_of_a_are_of_24_hours),
        T(opportunities_of_f_and_g_are_of_24_hours_too),
        T(the_slowest_opening_of_a_minute_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
