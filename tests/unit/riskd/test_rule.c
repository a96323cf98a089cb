/* test_rule - the life of an alarm, and what several of them allow */
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>

#define SECOND 1000000000LL

static struct rules_desk desk;
static struct rule_set set;

static struct rule *
add(const char *id, uint32_t metric, int64_t above, enum action action)
{
    struct rule *r = &set.at[set.count++];
    *r = (struct rule){ .kind = RULE_alarm, .metric = metric, .op = RULE_gt,
                        .threshold = above * MICROS,
                        .severity = SEVERITY_high, .action = action,
                        .phases = PHASE_STAGES };
    (void)snprintf(r->id, sizeof r->id, "%s", id);
    return r;
}

static void
open_desk(void)
{
    if (desk.rules != NULL) {
        rules_destroy(&desk.rules);
    }
    rules_desk_open(&desk, &set);
}

static int
forget(void **state)
{
    (void)state;
    if (desk.rules != NULL) {
        rules_destroy(&desk.rules);
    }
    memset(&set, 0, sizeof set);
    return 0;
}

static struct rule_effects
effects(void)
{
    struct rule_effects e;
    rules_effects(desk.rules, desk.now.wall, &e);
    return e;
}

static void
see(int64_t dollars)
{
    rules_desk_see(&desk, METRIC_daily_loss_usd, dollars * MICROS);
}

static enum rule_step
tick(const char *id)
{
    return rules_desk_tick(&desk, id);
}

static void
all_that_fire_are_told_and_the_strictest_acts(void **state)
{
    (void)state;
    add("say", METRIC_daily_loss_usd, 1, ACTION_notify);
    add("stop", METRIC_daily_loss_usd, 2, ACTION_halt_day);
    add("kill", METRIC_daily_loss_usd, 3, ACTION_kill);
    add("other", METRIC_drawdown_frac, 3, ACTION_log);
    open_desk();
    see(4);
    rules_desk_see(&desk, METRIC_drawdown_frac, 4 * MICROS);
    (void)tick("");
    assert_int_equal(desk.count, 4);
    assert_false(desk.steps[0].acts);
    assert_false(desk.steps[1].acts);
    assert_true(desk.steps[2].acts);
    assert_true(desk.steps[3].acts); /* Of another metric. */
    assert_string_equal(effects().strictest->id, "kill");
}

static void
of_two_equal_ones_the_first_acts(void **state)
{
    (void)state;
    add("a", METRIC_daily_loss_usd, 1, ACTION_notify);
    add("b", METRIC_daily_loss_usd, 1, ACTION_notify);
    open_desk();
    see(4);
    (void)tick("");
    assert_true(desk.steps[0].acts);
    assert_false(desk.steps[1].acts);
}

static void
a_cooldown_fires_again_only_while_the_cause_lasts(void **state)
{
    (void)state;
    add("a", METRIC_daily_loss_usd, 1, ACTION_notify)->cooldown_ns =
        60 * SECOND;
    open_desk();
    see(2);
    assert_int_equal(tick("a"), RULE_STEP_fired);
    desk.now.wall.ns += 60 * SECOND - 1;
    assert_int_equal(tick("a"), RULE_STEP_none);
    desk.now.wall.ns++;
    assert_int_equal(tick("a"), RULE_STEP_again);
    see(1);
    assert_int_equal(tick("a"), RULE_STEP_recovered);
    desk.now.wall.ns += 600 * SECOND;
    assert_int_equal(tick("a"), RULE_STEP_none);
}

static void
a_window_begins_anew_when_its_condition_breaks(void **state)
{
    (void)state;
    add("a", METRIC_daily_loss_usd, 1, ACTION_notify)->hold_ns = 10 * SECOND;
    open_desk();
    see(2);
    assert_int_equal(tick("a"), RULE_STEP_began);
    desk.now.wall.ns += 9 * SECOND;
    see(1);
    assert_int_equal(tick("a"), RULE_STEP_ended);
    see(2);
    desk.now.wall.ns += SECOND;
    assert_int_equal(tick("a"), RULE_STEP_began);
    desk.now.wall.ns += 9 * SECOND;
    assert_int_equal(tick("a"), RULE_STEP_none);
    desk.now.wall.ns += SECOND;
    assert_int_equal(tick("a"), RULE_STEP_fired);
}

static void
too_small_a_sample_ends_a_wait_and_undoes_nothing(void **state)
{
    (void)state;
    add("a", METRIC_daily_loss_usd, 1, ACTION_halt_new)->hold_ns = 10 * SECOND;
    open_desk();
    see(2);
    assert_int_equal(tick("a"), RULE_STEP_began);
    desk.values[METRIC_daily_loss_usd].state = VALUE_few;
    assert_int_equal(tick("a"), RULE_STEP_ended);
    see(2);
    assert_int_equal(tick("a"), RULE_STEP_began);
    desk.now.wall.ns += 10 * SECOND;
    assert_int_equal(tick("a"), RULE_STEP_fired);
    desk.values[METRIC_daily_loss_usd].state = VALUE_few;
    assert_int_equal(tick("a"), RULE_STEP_none);
    assert_true(effects().halt_new);
}

static void
what_is_declared_unknowable_acts_on_nothing_until_it_is_known(void **state)
{
    (void)state;
    const struct value nodata = { .state = VALUE_nodata, .den = 1 };
    struct rule *a = add("a", METRIC_model_health_red, 1, ACTION_wait);
    (void)title_set(&a->absent, "there is no model");
    a->gate = true;
    open_desk();
    desk.now.live = true;
    desk.values[METRIC_model_health_red] = nodata;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tick("a"), RULE_STEP_none);
        desk.now.wall.ns += 61 * SECOND;
    }
    assert_false(effects().halt_new);
    struct rule limit = { .kind = RULE_limit, .op = RULE_gt };
    assert_true(rule_denies(&limit, &nodata));
    limit.absent = a->absent;
    assert_false(rule_denies(&limit, &nodata));
    struct value known = { VALUE_known, 1, 1, 1, 0 };
    assert_true(rule_denies(&limit, &known));
    struct rule gate = { .kind = RULE_require, .op = RULE_eq };
    assert_false(verdict_passes(rule_verdict(&gate, &nodata)));
    gate.absent = a->absent;
    assert_int_equal(rule_verdict(&gate, &nodata), VERDICT_absent);
    assert_true(verdict_passes(VERDICT_absent));
    assert_int_equal(rule_verdict(&gate, &known), VERDICT_fail);
    memset(&gate.absent, 0, sizeof gate.absent);
    (void)title_set(&gate.said, "ann, today");
    assert_int_equal(rule_verdict(&gate, &nodata), VERDICT_said);
}

static void
what_lasts_as_long_as_its_cause_has_to_be_over_for_long_enough(void **state)
{
    (void)state;
    add("a", METRIC_daily_loss_usd, 1, ACTION_monitor)->recover_ns =
        30 * SECOND;
    open_desk();
    see(2);
    assert_int_equal(tick("a"), RULE_STEP_fired);
    see(1);
    assert_int_equal(tick("a"), RULE_STEP_none);
    desk.now.wall.ns += 29 * SECOND;
    see(2); /* It was not over: again from the start. */
    assert_int_equal(tick("a"), RULE_STEP_none);
    see(1);
    assert_int_equal(tick("a"), RULE_STEP_none);
    desk.now.wall.ns += 30 * SECOND - 1;
    assert_int_equal(tick("a"), RULE_STEP_none);
    assert_true(effects().monitor);
    desk.now.wall.ns++;
    assert_int_equal(tick("a"), RULE_STEP_recovered);
    assert_false(effects().monitor);
}

static void
what_is_latched_stays_until_a_person_has_looked(void **state)
{
    (void)state;
    add("half", METRIC_daily_loss_usd, 1, ACTION_reduce_50);
    open_desk();
    see(2);
    (void)tick("half");
    see(0);
    assert_int_equal(tick("half"), RULE_STEP_recovered);
    assert_int_equal(effects().size.ppm, MICROS / 2);
    assert_int_equal(rules_since(desk.rules, ACTION_reduce_50).ns, RULES_NOON);
    assert_int_equal(rules_release(desk.rules, &desk.now, desk.steps), 1);
    assert_int_equal(desk.steps[0].step, RULE_STEP_released);
    assert_int_equal(effects().size.ppm, MICROS);
    assert_int_equal(rules_release(desk.rules, &desk.now, desk.steps), 0);
}

static void
a_pause_ends_by_time_and_a_halted_day_with_the_day(void **state)
{
    (void)state;
    add("p", METRIC_daily_loss_usd, 1, ACTION_pause)->pause_ns = 3600 * SECOND;
    add("d", METRIC_daily_loss_usd, 1, ACTION_halt_day);
    open_desk();
    see(2);
    (void)tick("p");
    see(0);
    (void)tick("p");
    desk.now.wall.ns = RULES_NOON + 3600 * SECOND - 1;
    assert_int_equal(effects().paused_until, RULES_NOON + 3600 * SECOND);
    desk.now.wall.ns++;
    assert_int_equal(effects().paused_until, 0);
    desk.now.wall.ns = RULES_NOON + RULES_DAY_NS / 2 - 1;
    assert_true(effects().halt_day);
    desk.now.wall.ns++;
    assert_false(effects().halt_day);
}

static void
one_strategy_is_switched_off_or_all_when_nobody_knows_whose_it_is(
    void **state)
{
    (void)state;
    add("off", METRIC_daily_loss_usd, 1, ACTION_disable_strategy);
    open_desk();
    see(2);
    desk.values[METRIC_daily_loss_usd].who = STRATEGY_B;
    (void)tick("off");
    assert_true(effects().off[STRATEGY_B]);
    assert_false(effects().off[STRATEGY_A]);
    open_desk();
    see(2);
    (void)tick("off");
    assert_true(effects().off[STRATEGY_A] && effects().off[STRATEGY_B]);
}

static void
a_rollback_goes_one_stage_down_from_where_it_fired(void **state)
{
    (void)state;
    add("back", METRIC_daily_loss_usd, 1, ACTION_rollback);
    open_desk();
    desk.now.stage = 2;
    see(2);
    (void)tick("back");
    assert_int_equal(effects().stage_most, 1);
    assert_true(effects().monitor);
    desk.now.stage = 1; /* Once more, from there: not from where it is. */
    (void)tick("back");
    assert_int_equal(effects().stage_most, 1);
}

static void
what_nobody_can_compute_halts_live_after_a_minute_at_a_gate(void **state)
{
    (void)state;
    add("gate", METRIC_daily_loss_usd, 1, ACTION_wait)->gate = true;
    add("plain", METRIC_daily_loss_usd, 1, ACTION_notify);
    open_desk();
    desk.now.live = true;
    desk.values[METRIC_daily_loss_usd].state = VALUE_nodata;
    assert_int_equal(tick("gate"), RULE_STEP_blind);
    desk.now.wall.ns += 60 * SECOND - 1;
    assert_int_equal(tick("gate"), RULE_STEP_none);
    assert_false(effects().halt_new);
    desk.now.wall.ns++;
    assert_int_equal(tick("gate"), RULE_STEP_stalled);
    assert_int_equal(tick("plain"), RULE_STEP_none);
    assert_true(effects().halt_new);
    see(0);
    assert_int_equal(tick("gate"), RULE_STEP_sighted);
    assert_false(effects().halt_new);
    /* On paper it is only said. */
    open_desk();
    desk.values[METRIC_daily_loss_usd].state = VALUE_nodata;
    assert_int_equal(tick("gate"), RULE_STEP_blind);
    desk.now.wall.ns += 600 * SECOND;
    assert_int_equal(tick("gate"), RULE_STEP_none);
}

static void
rules_read_again_go_on_where_they_were(void **state)
{
    char id[16];
    (void)state;
    add("wait", METRIC_daily_loss_usd, 1, ACTION_notify)->hold_ns =
        10 * SECOND;
    add("half", METRIC_daily_loss_usd, 1, ACTION_reduce_50);
    open_desk();
    see(2);
    assert_int_equal(tick("wait"), RULE_STEP_began);
    set.at[0].severity = SEVERITY_critical; /* Asks the same. */
    add("new", METRIC_daily_loss_usd, 5, ACTION_notify);
    assert_true(rules_reload(&desk.rules, &set, desk.now.wall, id));
    desk.now.wall.ns += 10 * SECOND;
    assert_int_equal(tick("wait"), RULE_STEP_fired);
    assert_int_equal(desk.steps[0].rule->severity, SEVERITY_critical);
    assert_int_equal(effects().size.ppm, MICROS / 2);

    set.at[1].threshold = 3 * MICROS; /* Would let go what is latched. */
    assert_false(rules_reload(&desk.rules, &set, desk.now.wall, id));
    assert_string_equal(id, "half");
    assert_int_equal(effects().size.ppm, MICROS / 2);
    (void)rules_release(desk.rules, &desk.now, desk.steps);
    assert_true(rules_reload(&desk.rules, &set, desk.now.wall, id));
    assert_int_equal(effects().size.ppm, MICROS);
}

/* Latched, its rule changed while riskd was away, a person looked, and the
 * change was taken back. */
static void
what_was_let_go_stays_so_when_its_rule_is_as_it_was_again(void **state)
{
    struct rule_change fired, released;
    (void)state;
    add("all", METRIC_daily_loss_usd, 1, ACTION_flatten_all);
    open_desk();
    see(2);
    assert_int_equal(tick("all"), RULE_STEP_fired);
    fired = rules_desk_change(&desk.steps[0]);
    set.at[0].threshold = 3 * MICROS;
    open_desk();
    rules_recall(desk.rules, &fired);
    assert_true(effects().flatten);
    assert_int_equal(rules_release(desk.rules, &desk.now, desk.steps), 1);
    released = rules_desk_change(&desk.steps[0]);
    assert_false(effects().flatten);

    set.at[0].threshold = MICROS;
    open_desk();
    rules_recall(desk.rules, &fired);
    assert_true(effects().flatten);
    rules_recall(desk.rules, &released);
    assert_false(effects().flatten);
}

static void
a_fraction_is_compared_without_being_divided(void **state)
{
    struct rule r = { .op = RULE_gt, .threshold = 333333 };
    struct value v = { VALUE_known, 1, 3, 1, 0 };
    (void)state;
    assert_int_equal(value_micros(&v), 333333);
    assert_true(rule_holds(&r, &v)); /* A third is more. */
    v = (struct value){ VALUE_known, INT64_MAX, 1, 1, 0 };
    assert_true(rule_holds(&r, &v));
    assert_int_equal(value_micros(&v), INT64_MAX);
    v = (struct value){ VALUE_known, INT64_MIN, 1, 1, 0 };
    assert_false(rule_holds(&r, &v));
    assert_int_equal(value_micros(&v), INT64_MIN);
    v = (struct value){ VALUE_known, -1, 3, 1, 0 };
    assert_int_equal(value_micros(&v), -333334);
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, forget)
    const struct CMUnitTest tests[] = {
        T(all_that_fire_are_told_and_the_strictest_acts),
        T(of_two_equal_ones_the_first_acts),
        T(a_cooldown_fires_again_only_while_the_cause_lasts),
        T(a_window_begins_anew_when_its_condition_breaks),
        T(too_small_a_sample_ends_a_wait_and_undoes_nothing),
        T(what_is_declared_unknowable_acts_on_nothing_until_it_is_known),
        T(what_lasts_as_long_as_its_cause_has_to_be_over_for_long_enough),
        T(what_is_latched_stays_until_a_person_has_looked),
        T(a_pause_ends_by_time_and_a_halted_day_with_the_day),
        T(one_strategy_is_switched_off_or_all_when_nobody_knows_whose_it_is),
        T(a_rollback_goes_one_stage_down_from_where_it_fired),
        T(what_nobody_can_compute_halts_live_after_a_minute_at_a_gate),
        T(rules_read_again_go_on_where_they_were),
        T(what_was_let_go_stays_so_when_its_rule_is_as_it_was_again),
        T(a_fraction_is_compared_without_being_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
