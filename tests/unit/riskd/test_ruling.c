/* test_ruling - rules within riskd: orders denied, modes capped, kills said */
#include "tests/unit/riskd/ruling_desk.h"

static void
fail_once(uint32_t n)
{
    struct execution m = { .exec_id = desk_uuid(n), .mode = MODE_paper,
                           .strategy = STRATEGY_A,
                           .status = EXEC_STATUS_ERROR };
    HEAR(d, execution, &m);
}

static void
a_limit_denies_by_its_name_and_number(void **state)
{
    (void)state;
    add(RULE_limit, METRIC_order_shares, RULE_gt, 100 * MICROS, ACTION_deny);
    open_with_rules();
    ask(1);
    assert_int_equal(d->said[TYPE_grant], 1); /* 100 is not more. */
    struct authorize m = desk_ask(2, 2, 5, 450000, 101);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "R-1");
    assert_int_equal(d->denial.reasons.at[0].code, REASON_RULE);
    assert_int_equal(d->denial.value, 101 * MICROS);
    assert_int_equal(d->denial.limit, 100 * MICROS);
}

static void
a_limit_that_cannot_be_computed_denies(void **state)
{
    (void)state;
    add(RULE_limit, METRIC_market_liquidity_usd, RULE_lt, 1000 * MICROS,
        ACTION_deny);
    open_with_rules();
    ask(1);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "R-1");
}

static void
an_advisory_limit_denies_nothing(void **state)
{
    (void)state;
    add(RULE_limit, METRIC_market_liquidity_usd, RULE_lt, 1000 * MICROS,
        ACTION_deny)->advisory = true;
    open_with_rules();
    ask(1);
    assert_int_equal(d->said[TYPE_grant], 1);
}

static void
a_pause_stops_new_orders_until_it_is_over_and_over_a_restart(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, 2 * MICROS,
        ACTION_pause)->pause_ns = 60LL * 1000000000;
    open_with_rules();
    fail_once(1);
    pass(1000);
    ask(1);
    assert_int_equal(d->said[TYPE_grant], 1);
    fail_once(2);
    fail_once(2); /* The same again is no second one. */
    pass(1000);
    assert_int_equal(d->said[TYPE_rule_change], 1);
    assert_int_equal(d->event.action, ACTION_pause);
    assert_string_equal(d->event.rule.s, "R-1");
    assert_int_equal(d->event.value, 2 * MICROS);
    ask(2);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "R-1");
    assert_int_equal(desk_state(d).state, RISK_MODE_paused);
    assert_int_equal(desk_state(d).reasons.at[0].code, REASON_RULE);
    assert_recalls();
    ask(3);
    assert_int_equal(d->said[TYPE_denial], 1);
    for (int i = 0; i < 61; i++) {
        pass(1000);
    }
    ask(4);
    assert_int_equal(d->said[TYPE_grant], 1);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
}

static void
a_window_goes_on_over_a_restart(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_halt_new)->hold_ns = 10LL * 1000000000;
    open_with_rules();
    fail_once(1);
    pass(1000);
    assert_int_equal(d->said[TYPE_rule_change], 1); /* It began. */
    pass(5000);
    assert_recalls();
    pass(4000);
    assert_int_equal(d->said[TYPE_rule_change], 0);
    ask(1);
    assert_int_equal(d->said[TYPE_grant], 1);
    pass(1000);
    assert_int_equal(d->said[TYPE_rule_change], 1);
    ask(2);
    assert_int_equal(d->said[TYPE_denial], 1);
}

static void
a_rule_that_kills_says_the_command_once(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_kill);
    open_with_rules();
    fail_once(1);
    pass(1000);
    assert_int_equal(d->said[TYPE_command], 1);
    const struct command *m = NULL;
    for (uint32_t i = 0; i < d->facts_count; i++) {
        if (d->facts[i].schema == &command_schema) {
            m = d->facts[i].msg;
        }
    }
    assert_int_equal(m->verb, VERB_kill);
    assert_string_equal(m->reason.s, "rule R-1: consecutive_exec_failures");
    desk_latch(d, true, 1);
    pass(1000);
    assert_int_equal(d->said[TYPE_command], 0);
}

/* A hundred times a second; it is looked at once, and told of once. */
/* faults: F-060 */
static void
an_alarm_that_flaps_kills_once(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_kill);
    open_with_rules();
    uint32_t kills = 0, events = 0, alerts = 0;
    for (uint32_t i = 1; i <= 6000; i++) {
        struct execution m = { .exec_id = desk_uuid(i), .mode = MODE_paper,
                               .strategy = STRATEGY_B,
                               .status = i % 2 || i % 200 == 0
                                             ? EXEC_STATUS_ERROR
                                             : EXEC_STATUS_FILLED };
        HEAR(d, execution, &m);
        if (i % 100 != 0)
            continue;
        pass(1000);
        kills += d->said[TYPE_command];
        events += d->said[TYPE_risk_event];
        alerts += d->said[TYPE_alert];
        if (kills > 0)
            desk_latch(d, true, 1);
    }
    assert_int_equal(kills, 1);
    assert_in_range(events, 30, 70);
    assert_in_range(alerts, 1, 10);
}

/* A limit has no state: nothing fires on, least of all after a restart. */
static void
a_limit_that_killed_is_the_same_after_a_restart(void **state)
{
    (void)state;
    struct rule *r = add(RULE_limit, METRIC_live_order_attempt, RULE_eq,
                         MICROS, ACTION_kill);
    r->severity = SEVERITY_critical;
    open_with_rules();
    struct authorize m = desk_ask(1, 2, 1, 450000, 100);
    m.mode = MODE_live;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_rule_change], 1);
    assert_recalls();
    struct metric_view v;
    riskd_metric_view(d->x, d->in.wall, &v);
    assert_int_equal(rules_criticals(v.rules, (struct nanos){ 0 }).open.ns, 0);
}

static void
sizes_are_halved_in_the_lease_until_a_person_has_looked(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_reduce_50);
    open_with_rules();
    assert_int_equal(d->lease.size.bps, 10000);
    fail_once(1);
    pass(1000);
    desk_lease(d);
    assert_int_equal(d->lease.size.bps, 5000);
    assert_recalls();
    assert_int_equal(d->lease.size.bps, 5000);
    riskd_rule_release(d->x, &d->in, d->out);
    desk_collect(d);
    assert_int_equal(d->said[TYPE_rule_change], 1);
    assert_recalls();
    assert_int_equal(d->lease.size.bps, 10000);
}

static void
a_rollback_takes_the_stage_down_and_stays(void **state)
{
    (void)state;
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_rollback);
    open_at(2, MODE_live);
    assert_int_equal(desk_state(d).stage, 2);
    struct execution m = { .exec_id = desk_uuid(1), .mode = MODE_live,
                           .strategy = STRATEGY_B,
                           .status = EXEC_STATUS_ERROR };
    HEAR(d, execution, &m);
    pass(1000);
    assert_int_equal(d->said[TYPE_command], 3); /* Stage, mode, kill. */
    assert_int_equal(desk_state(d).stage, 1);
    assert_int_equal(desk_state(d).mode, MODE_halted);
    assert_recalls();
    assert_int_equal(desk_state(d).stage, 1);
}

static void
with_the_shipped_rules_a_good_paper_order_is_granted(void **state)
{
    (void)state;
    struct rule_set *shipped = shipped_rules();
    set = *shipped;
    free(shipped);
    for (uint32_t i = 0; i < set.count; i++) { /* No market is told here. */
        uint32_t of = set.at[i].metric;
        set.at[i].advisory = of == METRIC_market_liquidity_usd ||
                             of == METRIC_notional_over_adv ||
                             of == METRIC_neg_risk_flag_confirmed ||
                             of == METRIC_market_closed_or_archived;
    }
    open_with_rules();
    for (int i = 0; i < 5; i++) {
        pass(1000);
    }
    ask(1);
    assert_int_equal(d->said[TYPE_grant], 1);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    assert_int_equal(desk_state(d).mode, MODE_paper);
    assert_recalls();
}

static void
with_the_shipped_rules_a_live_order_in_stage_0_kills(void **state)
{
    (void)state;
    struct rule_set *shipped = shipped_rules();
    set = *shipped;
    free(shipped);
    open_with_rules();
    struct authorize m = desk_ask(1, 2, 1, 450000, 100);
    m.mode = MODE_live;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->said[TYPE_command], 1);
    assert_int_equal(d->event.action, ACTION_kill);
    assert_string_equal(d->event.rule.s, "L-01");
}

/* The rules are others from now on: read again, or after a restart. */
static void
change_rules(bool restart)
{
    if (restart) {
        start_again();
        desk_latch(d, false, 0);
        desk_lease(d);
        desk_tick(d);
    } else {
        hand_over(d->x);
    }
}

static struct rule *
on_failures(enum action action)
{
    struct rule *r = add(RULE_alarm, METRIC_consecutive_exec_failures,
                         RULE_ge, MICROS, action);
    r->pause_ns = action == ACTION_pause ? 60LL * 1000000000 : 0;
    return r;
}

/* Each of these: what it had done, its rule deleted or asking something else,
 * while riskd runs or while it is down. */
static void
what_a_rule_stopped_stays_stopped_when_it_is_changed(void **state)
{
    static const struct { enum action action; int64_t ms; } of[] = {
        { ACTION_pause, 60000 },
        { ACTION_halt_day, 86400000 },
    };
    (void)state;
    for (int i = 0; i < 8; i++) {
        memset(&set, 0, sizeof set);
        struct rule *r = on_failures(of[i / 4].action);
        open_with_rules();
        fail_once(1);
        pass(1000);
        ask(1);
        assert_int_equal(d->said[TYPE_denial], 1);
        if (i % 2) {
            r->threshold = 5 * MICROS;
        } else {
            set.count = 0;
        }
        change_rules(i / 2 % 2);
        pass(1000);
        ask(2);
        assert_int_equal(d->said[TYPE_denial], 1);
        assert_string_equal(d->denial.rule.s, "R-1");
        assert_recalls();
        pass(of[i / 4].ms);
        ask(3);
        assert_int_equal(d->said[TYPE_grant], 1);
        if (i < 7) {
            desk_free(d);
        }
    }
}

/* The file was edited while riskd was down; running, it would be refused. */
static void
a_latched_rule_deleted_while_riskd_was_down_is_said_and_holds(void **state)
{
    (void)state;
    on_failures(ACTION_flatten_all);
    open_with_rules();
    fail_once(1);
    pass(1000);
    assert_true(desk_state(d).flatten);
    set.count = 0;
    char id[16];
    assert_false(riskd_rules(d->x, &set, d->in.wall, id));
    change_rules(true);
    assert_string_equal(d->event.rule.s, "R-1");
    assert_non_null(strstr(d->event.scope.s, "gone"));
    assert_true(desk_state(d).flatten);
    ask(1);
    assert_int_equal(d->said[TYPE_denial], 1);
    desk_tick(d);
    assert_string_equal(d->alert.rule.s, "R-1");
    struct command m = { .verb = VERB_resume, .role = ROLE_operator,
                         .nonce = 5,
                         .expires = { d->in.wall.ns + 1000000000 } };
    (void)text_set(&m.actor, "ann");
    HEAR(d, command, &m);
    assert_false(desk_state(d).flatten);
    assert_recalls();
    desk_tick(d);
    assert_false(desk_state(d).flatten);
}

static void
a_rule_that_told_and_is_to_kill_now_kills(void **state)
{
    (void)state;
    for (int restart = 0; restart < 2; restart++) {
        memset(&set, 0, sizeof set);
        struct rule *r = on_failures(ACTION_notify);
        open_with_rules();
        fail_once(1);
        pass(1000);
        assert_int_equal(d->event.action, ACTION_notify);
        r->action = ACTION_kill;
        change_rules(restart);
        pass(1000);
        assert_int_equal(desk_state(d).state, RISK_MODE_latched);
        if (restart == 0) {
            desk_free(d);
        }
    }
}

static bool
is_stopped(const struct riskd *x)
{
    struct rule_effects e;
    riskd_rule_effects(x, d->in.wall, &e);
    return e.halt_new;
}

/* More pauses of rules that are gone than there is room for. */
static void
what_was_lost_for_want_of_room_is_let_go_by_resume_for_good(void **state)
{
    struct command m = { .verb = VERB_resume, .role = ROLE_operator,
                         .nonce = 7 };
    char id[16];
    (void)state;
    for (int i = 0; i < 70; i++) {
        add(RULE_alarm, METRIC_phase_days, RULE_ge, 0, ACTION_pause)
            ->pause_ns = 3600LL * 1000000000;
    }
    open_with_rules();
    pass(1000);
    assert_true(desk_state(d).state == RISK_MODE_paused);
    set.count = 1;
    assert_true(riskd_rules(d->x, &set, d->in.wall, id));
    assert_true(is_stopped(d->x));
    desk_pass(d, 3601000);
    assert_true(is_stopped(d->x)); /* Until a person has looked. */
    start_again();
    assert_true(is_stopped(d->x));
    m.expires.ns = d->in.wall.ns + 60000000000;
    HEAR(d, command, &m);
    assert_true(d->reply.ok);
    assert_false(is_stopped(d->x));
    start_again();
    assert_false(is_stopped(d->x));
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(what_was_lost_for_want_of_room_is_let_go_by_resume_for_good),
        T(a_limit_denies_by_its_name_and_number),
        T(a_limit_that_cannot_be_computed_denies),
        T(an_advisory_limit_denies_nothing),
        T(a_pause_stops_new_orders_until_it_is_over_and_over_a_restart),
        T(a_window_goes_on_over_a_restart),
        T(a_rule_that_kills_says_the_command_once),
        T(an_alarm_that_flaps_kills_once),
        T(a_limit_that_killed_is_the_same_after_a_restart),
        T(sizes_are_halved_in_the_lease_until_a_person_has_looked),
        T(a_rollback_takes_the_stage_down_and_stays),
        T(with_the_shipped_rules_a_good_paper_order_is_granted),
        T(with_the_shipped_rules_a_live_order_in_stage_0_kills),
        T(what_a_rule_stopped_stays_stopped_when_it_is_changed),
        T(a_latched_rule_deleted_while_riskd_was_down_is_said_and_holds),
        T(a_rule_that_told_and_is_to_kill_now_kills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
