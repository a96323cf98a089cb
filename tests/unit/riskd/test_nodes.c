/* test_nodes - what riskd makes of how the nodes of the chain answer */
#include "tests/unit/riskd/gate_desk.h"

/* What the executor's run says with its lease. */
static void
tell(uint64_t asked, uint64_t failed)
{
    HEAR(d, lease_request, &((struct lease_request){
                               .clean = true, .clock_known = true,
                               .nodes_asked = asked,
                               .nodes_failed = failed }));
}

static void
assert_is(const char *wanted, int64_t value)
{
    assert_string_equal(verdict(), wanted);
    assert_int_equal(found.value, value);
}

static void
a_tenth_of_the_questions_may_fail(void **state)
{
    (void)state;
    open_for(METRIC_rpc_fail_frac, RULE_le, MICROS / 10);
    assert_string_equal(verdict(), "not enough data");
    tell(19, 0);
    assert_string_equal(verdict(), "not enough data");
    tell(20, 2);
    assert_is("pass", MICROS / 10);
    tell(29, 3);
    assert_string_equal(verdict(), "fail");
    tell(30, 3);
    assert_is("pass", MICROS / 10);
    tell(30, 3); /* Said with each request. */
    tell(12, 1);
    assert_is("pass", MICROS / 10);
}

static void
what_makes_no_sense_counts_for_nothing(void **state)
{
    (void)state;
    open_for(METRIC_rpc_fail_frac, RULE_le, MICROS / 10);
    tell(40, 4);
    uint64_t bad = riskd_counters(d->x)[RISKD_bad_input];
    tell(50, 51);
    tell(UINT64_MAX, 5);
    tell(UINT64_MAX, UINT64_MAX);
    assert_int_equal(riskd_counters(d->x)[RISKD_bad_input], bad + 3);
    tell(80, 3); /* Fewer failures than before. */
    assert_is("pass", MICROS / 10);
    assert_int_equal(found.sample, 40);
}

static void
each_run_of_the_executor_counts_from_0(void **state)
{
    (void)state;
    open_for(METRIC_rpc_fail_frac, RULE_le, MICROS / 10);
    tell(40, 4);
    d->in.run++;
    tell(10, 1);
    assert_is("pass", MICROS / 10);
    assert_int_equal(found.sample, 50);
    d->in.run--; /* Void, and says nothing. */
    tell(90, 90);
    assert_int_equal(found.sample, 50);
    d->in.run++;
    tell(11, 2);
    assert_string_equal(verdict(), "fail");
    /* A riskd that starts meanwhile has not seen what went before. */
    start_again();
    desk_latch(d, false, 0);
    tell(100, 50);
    assert_string_equal(verdict(), "not enough data");
    tell(120, 52);
    assert_is("pass", MICROS / 10);
}

static void
after_two_hours_it_is_forgotten(void **state)
{
    (void)state;
    open_for(METRIC_rpc_fail_frac, RULE_le, MICROS / 10);
    tell(40, 20);
    desk_pass(d, 3600000);
    assert_string_equal(verdict(), "fail");
    tell(60, 20);
    assert_is("fail", MICROS / 3);
    desk_pass(d, 3600000);
    assert_is("pass", 0);
    desk_pass(d, 3600000);
    assert_string_equal(verdict(), "not enough data");
}

static void
five_failures_in_a_minute_are_said(void **state)
{
    (void)state;
    (void)add(RULE_alarm, METRIC_rpc_errors_60s, RULE_ge, 5 * MICROS,
              ACTION_notify);
    open_with_rules();
    tell(100, 4);
    pass(1000);
    assert_false(fires("R-1"));
    tell(101, 5);
    pass(1000);
    assert_true(fires("R-1"));
    pass(58000); /* The first four are a minute old. */
    assert_true(fires("R-1"));
    pass(1000);
    assert_false(fires("R-1"));
    tell(200, 100); /* At once. */
    pass(1000);
    assert_true(fires("R-1"));
}

static void
where_nobody_is_asked_no_failure_is_no_proof(void **state)
{
    (void)state;
    open_for(METRIC_rpc_errors_60s, RULE_lt, 5 * MICROS);
    assert_string_equal(verdict(), "not enough data");
    tell(1, 0);
    assert_is("pass", 0);
    tell(6, 5);
    assert_is("fail", 5 * MICROS);
    /* Nor is there any while the executor is not heard. */
    desk_free(d);
    d = desk_conf();
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    hand_over(d->x);
    assert_string_equal(verdict(), "no data");
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(a_tenth_of_the_questions_may_fail),
        T(what_makes_no_sense_counts_for_nothing),
        T(each_run_of_the_executor_counts_from_0),
        T(after_two_hours_it_is_forgotten),
        T(five_failures_in_a_minute_are_said),
        T(where_nobody_is_asked_no_failure_is_no_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
