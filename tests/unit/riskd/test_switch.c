/* test_switch - what riskd knows itself of kills, drills, clears, warnings and
 * half filled groups, on both sides of each boundary, and over a restart */
#include "riskd/engine.h"
#include "tests/unit/riskd/desk_trade.h"
#include "tests/unit/riskd/gate_desk.h"

static bool
word(enum verb verb, const char *target, const char *value)
{
    static uint64_t nonce;
    struct command m = { .verb = verb, .role = ROLE_ops_admin,
                         .nonce = ++nonce,
                         .expires = { d->in.wall.ns + 60000000000 } };
    (void)text_set(&m.target, target);
    (void)text_set(&m.value, value);
    (void)text_set(&m.reason, "because it is a test");
    HEAR(d, command, &m);
    return d->said[TYPE_command] == 1;
}

static void
each_kill_of_a_month_counts_but_not_that_of_a_drill(void **state)
{
    (void)state;
    open_for(METRIC_kill_warnings_30d, RULE_le, MICROS);
    assert_verdict("pass");
    desk_latch(d, true, 1);
    desk_latch(d, true, 1); /* Told again. */
    assert_verdict("pass");
    assert_int_equal(found.value, MICROS);
    desk_latch(d, false, 1);
    desk_latch(d, true, 2);
    assert_verdict("fail");
    desk_latch(d, false, 2);
    assert_true(word(VERB_measured, "drill", "2"));
    assert_verdict("pass");
    pass(1000);
    assert_true(word(VERB_measured, "drill", "2")); /* It was one. */
    assert_verdict("pass");
    assert_int_equal(found.value, MICROS);
    assert_true(word(VERB_kill, "strategy:B", ""));
    assert_verdict("fail");
    desk_pass(d, 29LL * 86400 * 1000); /* It was noon. */
    assert_verdict("fail");
    desk_pass(d, 86400 * 1000);
    assert_verdict("pass");
    assert_int_equal(found.value, 0);
}

static void
kills_while_riskd_was_away_count_each(void **state)
{
    (void)state;
    open_for(METRIC_kill_warnings_30d, RULE_le, 3 * MICROS);
    desk_latch(d, false, 3);
    assert_verdict("pass");
    desk_latch(d, false, 4);
    assert_verdict("fail");
    assert_int_equal(found.value, 4 * MICROS);
}

static void
a_drill_is_believed_for_a_week_and_only_of_a_kill_that_was_cleared(void **state)
{
    (void)state;
    open_for(METRIC_kill_drill_passed, RULE_eq, MICROS);
    assert_verdict("no data");
    assert_false(word(VERB_measured, "drill", "1"));
    desk_latch(d, true, 1);
    pass(1000);
    assert_false(word(VERB_measured, "drill", "1"));
    assert_int_equal(d->reply.reason, REASON_CONFLICT);
    desk_latch(d, false, 1);
    pass(1000);
    assert_false(word(VERB_measured, "drill", "2"));
    assert_false(word(VERB_measured, "drill", "1/1"));
    assert_false(word(VERB_measured, "drills", "1"));
    assert_verdict("no data");
    assert_true(word(VERB_measured, "drill", "1"));
    assert_verdict("pass");
    desk_pass(d, 7LL * 86400 * 1000);
    assert_verdict("pass");
    desk_pass(d, 1);
    assert_verdict("no data");
    assert_true(word(VERB_measured, "drill", "0")); /* It did not pass. */
    assert_verdict("fail");
    desk_pass(d, 30LL * 86400 * 1000);
    assert_verdict("fail");
    pass(1000);
    desk_latch(d, true, 2);
    desk_latch(d, false, 2);
    assert_true(word(VERB_measured, "drill", "2"));
    assert_verdict("pass");
}

/* Where the latch could not be read, its count is that of seconds. */
static void
a_drill_after_a_latch_that_was_damaged_is_one_too(void **state)
{
    (void)state;
    open_for(METRIC_kill_drill_passed, RULE_eq, MICROS);
    desk_latch(d, true, 1795219201);
    desk_latch(d, false, 1795219201);
    assert_true(word(VERB_measured, "drill", "1795219201"));
    assert_verdict("pass");
    assert_false(word(VERB_measured, "drill", "99999999999999999999"));
}

static void
an_audit_row_that_was_changed_is_seen(void **state)
{
    (void)state;
    open_for(METRIC_audit_log_clean, RULE_eq, MICROS);
    assert_true(word(VERB_disable, "B", ""));
    assert_true(word(VERB_enable, "B", ""));
    assert_verdict("pass");
    for (uint32_t i = 0; i < d->facts_count; i++) {
        if (d->facts[i].schema == &audit_schema) {
            ((struct audit *)d->facts[i].msg)->n++; /* As if one was cut. */
            break;
        }
    }
    start_again();
    assert_string_equal(verdict(), "fail");
}

static void
who_may_look_into_the_logs_is_written_down_when_it_changes(void **state)
{
    struct host_state m = { .mem_total = 1 << 30, .mem_free = 1 << 29 };
    (void)state;
    open_for(METRIC_log_dir_permissions_ok, RULE_eq, MICROS);
    pass(1000);
    assert_verdict("no data");
    HEAR(d, host_state, &m);
    pass(1000);
    assert_verdict("fail");
    uint32_t before = d->facts_count;
    pass(1000);
    for (uint32_t i = before; i < d->facts_count; i++) {
        assert_ptr_not_equal(d->facts[i].schema, &occurrence_schema);
    }
    m.secluded = true;
    HEAR(d, host_state, &m);
    pass(1000);
    assert_verdict("pass");
}

/* --- the gate of a clear ------------------------------------------------ */
static void
everybody_is_well(int64_t ms)
{
    desk_pass(d, ms);
    beat(SOURCE_feed);
    beat(SOURCE_scanner);
    desk_lease(d);
    desk_tick(d);
}

static void
open_killed(enum metric_id metric, enum rule_op op, int64_t limit)
{
    add(RULE_require, metric, op, limit, ACTION_block)->phases = PHASE_CLEAR;
    open_with_rules();
    everybody_is_well(1000);
    desk_latch(d, true, 1);
    for (int i = 0; i < 3; i++) {
        everybody_is_well(60000);
    }
}

static void
a_clear_is_asked_what_rules_ask_beside_what_it_always_is(void **state)
{
    (void)state;
    open_killed(METRIC_healthy_checks_in_row, RULE_ge, 4 * MICROS);
    assert_false(word(VERB_clear, "", "1"));
    assert_int_equal(d->reply.reason, REASON_RULE);
    assert_non_null(strstr(d->reply.text.s, "healthy_checks_in_row"));
    everybody_is_well(60000);
    assert_true(word(VERB_clear, "", "1"));
}

/* "because it is a test" has sixteen letters. */
static void
a_reason_is_as_long_as_the_rule_says(void **state)
{
    (void)state;
    open_killed(METRIC_clear_reason_len, RULE_ge, 17 * MICROS);
    assert_false(word(VERB_clear, "", "1"));
    assert_int_equal(d->reply.reason, REASON_RULE);
    set.at[0].threshold = 16 * MICROS;
    hand_over(d->x);
    assert_true(word(VERB_clear, "", "1"));
}

static void
the_role_of_who_clears_is_what_the_key_says(void **state)
{
    struct command m = { .role = ROLE_operator };
    const char *said;
    (void)state;
    open_killed(METRIC_clear_role_is_ops_admin, RULE_eq, MICROS);
    assert_non_null(riskd_clear_shut(d->x, &m, 10, d->in.wall, &said));
    m.role = ROLE_ops_admin;
    assert_null(riskd_clear_shut(d->x, &m, 10, d->in.wall, &said));
    assert_true(word(VERB_clear, "", "1"));
}

/* --- alarms --------------------------------------------------------------- */
static void
the_third_time_of_a_warning_in_a_day_is_one_too_many(void **state)
{
    struct rule *r;
    (void)state;
    r = add(RULE_alarm, METRIC_api_connect_failures, RULE_ge, 0, ACTION_log);
    r->severity = SEVERITY_warning;
    r->cooldown_ns = 60000000000;
    r = add(RULE_alarm, METRIC_api_connect_failures, RULE_ge, 0, ACTION_log);
    r->cooldown_ns = 1000000000; /* Of severity high: none of these. */
    (void)add(RULE_alarm, METRIC_warning_repeat_count, RULE_ge, 3 * MICROS,
              ACTION_monitor);
    open_with_rules();
    beat(SOURCE_feed);
    pass(1000); /* Something is heard of it at all. */
    pass(1000); /* Once. */
    assert_true(fires("R-1"));
    pass(60000);
    pass(59999);
    assert_false(fires("R-3"));
    assert_recalls();
    beat(SOURCE_feed);
    pass(1); /* The third time; what is counted is seen at the next look. */
    pass(1000);
    assert_true(fires("R-3"));
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
}

static void
warnings_are_of_24_hours(void **state)
{
    struct rules_desk t;
    struct rule *r = add(RULE_alarm, METRIC_cpu_frac, RULE_gt, 0, ACTION_log);
    (void)state;
    d = desk_conf();
    r->severity = SEVERITY_warning;
    rules_desk_open(&t, &set);
    for (int i = 0; i < WARNINGS_CAP + 4; i++) {
        rules_desk_see(&t, METRIC_cpu_frac, 1);
        t.now.wall.ns++;
        (void)rules_desk_tick(&t, "R-1");
        rules_desk_see(&t, METRIC_cpu_frac, 0);
        (void)rules_desk_tick(&t, "R-1");
        uint32_t most = i + 1 < WARNINGS_CAP ? (uint32_t)i + 1 : WARNINGS_CAP;
        assert_int_equal(rules_warnings(t.rules, t.now.wall), most);
    }
    struct nanos later = { t.now.wall.ns + RULES_DAY_NS - 1 };
    assert_int_equal(rules_warnings(t.rules, later), 1);
    later.ns++;
    assert_int_equal(rules_warnings(t.rules, later), 0);
    rules_destroy(&t.rules);
}

static void
a_group_that_is_half_filled_for_longer_than_30_s_is_said(void **state)
{
    (void)state;
    (void)add(RULE_alarm, METRIC_partial_fill_open_s, RULE_gt, 30 * MICROS,
              ACTION_notify);
    open_with_rules();
    struct authorize ask = desk_ask(1, 2, 0, 450000, 10);
    struct grant g = granted(d, &ask);
    pass(40000); /* Nothing came yet. */
    assert_false(fires("R-1"));
    fill_leg(d, &g, 0, "a", 450000, 10 * MICROS);
    pass(30000);
    assert_false(fires("R-1"));
    assert_recalls();
    pass(1000);
    assert_true(fires("R-1"));
    fill_leg(d, &g, 1, "b", 450000, 10 * MICROS); /* All of it. */
    pass(1000);
    assert_false(fires("R-1"));

    ask = desk_ask(2, 2, 10, 450000, 10);
    g = granted(d, &ask);
    fill_leg(d, &g, 0, "c", 450000, 4 * MICROS);
    pass(31000);
    assert_true(fires("R-1"));
    release_all(d, &g); /* No more will come. */
    pass(1000);
    assert_false(fires("R-1"));
}

static void
link_is(uint64_t connection, enum link_state how)
{
    struct input was = d->in;
    struct venue_status m = { .connection = connection, .state = how,
                              .since = d->in.wall };
    d->in.src = SOURCE_feed;
    d->in.run = 1;
    d->in.peer = 0;
    HEAR(d, venue_status, &m);
    d->in = was;
}

static void
run_for(int seconds)
{
    for (int i = 0; i < seconds; i++) {
        beat(SOURCE_feed);
        pass(1000);
    }
}

static void
the_worst_connection_is_up_for_most_of_the_time(void **state)
{
    (void)state;
    open_for(METRIC_ws_stability_frac, RULE_ge, 800000);
    assert_string_equal(verdict(), "no data");
    beat(SOURCE_feed);
    link_is(0, LINK_STATE_up);
    link_is(1, LINK_STATE_up);
    run_for(1);
    run_for(480);
    link_is(1, LINK_STATE_down);
    run_for(118);
    assert_string_equal(verdict(), "not enough data");
    run_for(2); /* 481 of 601 s: above; 481 of 602: below. */
    assert_string_equal(verdict(), "pass");
    run_for(1);
    assert_string_equal(verdict(), "fail");
    link_is(1, LINK_STATE_up);
    desk_pass(d, 100000); /* Nobody looked, feed was silent: not counted. */
    desk_tick(d);
    assert_string_equal(verdict(), "fail");
    run_for(10);
    assert_string_equal(verdict(), "pass");
}

static void
a_try_that_is_never_up_has_failed(void **state)
{
    (void)state;
    (void)add(RULE_alarm, METRIC_api_connect_failures, RULE_ge, 3 * MICROS,
              ACTION_notify);
    open_with_rules();
    beat(SOURCE_feed);
    link_is(2, LINK_STATE_up);
    link_is(2, LINK_STATE_down); /* Lost: no try. */
    for (int i = 0; i < 2; i++) {
        link_is(2, LINK_STATE_connecting);
        link_is(2, LINK_STATE_down);
        link_is(2, LINK_STATE_down);
    }
    pass(1000);
    assert_false(fires("R-1"));
    link_is(1, LINK_STATE_connecting); /* Another's. */
    link_is(1, LINK_STATE_down);
    link_is(2, LINK_STATE_connecting);
    pass(1000);
    assert_false(fires("R-1"));
    link_is(2, LINK_STATE_down);
    pass(1000);
    assert_true(fires("R-1"));
    link_is(2, LINK_STATE_connecting);
    link_is(2, LINK_STATE_up);
    pass(1000);
    assert_false(fires("R-1"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(each_kill_of_a_month_counts_but_not_that_of_a_drill),
        T(kills_while_riskd_was_away_count_each),
        T(a_drill_is_believed_for_a_week_and_only_of_a_kill_that_was_cleared),
        T(a_drill_after_a_latch_that_was_damaged_is_one_too),
        T(an_audit_row_that_was_changed_is_seen),
        T(who_may_look_into_the_logs_is_written_down_when_it_changes),
        T(a_clear_is_asked_what_rules_ask_beside_what_it_always_is),
        T(a_reason_is_as_long_as_the_rule_says),
        T(the_role_of_who_clears_is_what_the_key_says),
        T(the_third_time_of_a_warning_in_a_day_is_one_too_many),
        T(warnings_are_of_24_hours),
        T(a_group_that_is_half_filled_for_longer_than_30_s_is_said),
        T(the_worst_connection_is_up_for_most_of_the_time),
        T(a_try_that_is_never_up_has_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
