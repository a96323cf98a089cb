/* test_alerts - what is told once, what grows louder, who answered, what is
 * over; over restarts */
#include <stdio.h>

#include "riskd/alerts.h"
#include "tests/unit/riskd/control_desk.h"

enum { MINUTE = 60000, HOUR_MS = 3600000 };

static void
end_execution(struct desk *d, uint32_t n, enum exec_status status)
{
    struct execution m = { .exec_id = desk_uuid(n),
                           .mode = MODE_paper,
                           .status = status };
    HEAR(d, execution, &m);
}

/* A tick so much later; how many alerts it said. */
static uint32_t
after(struct desk *d, int64_t ms)
{
    desk_pass(d, ms);
    desk_tick(d);
    desk_assert_recalls(d);
    return d->said[TYPE_alert];
}

static void
is(const struct desk *d, enum alert_step step, enum alert_level level)
{
    assert_int_equal(d->alert.step, step);
    assert_int_equal(d->alert.level, level);
}

static void
the_same_within_a_window_is_counted_and_not_repeated(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_tick(d);
    assert_int_equal(d->said[TYPE_alert], 0);
    end_execution(d, 1, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 100), 1);
    is(d, ALERT_STEP_raised, ALERT_LEVEL_yellow);
    assert_string_equal(d->alert.key.s, "failures paper");
    assert_int_equal(d->alert.n, 1);
    assert_int_equal(d->alert.times, 1);
    end_execution(d, 2, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 100), 0);
    assert_int_equal(after(d, 10 * MINUTE - 101), 0);
    assert_int_equal(after(d, 1), 1); /* The window is over. */
    is(d, ALERT_STEP_again, ALERT_LEVEL_yellow);
    assert_int_equal(d->alert.times, 2);
    assert_int_equal(after(d, 10 * MINUTE), 0); /* Nothing new. */
    desk_free(d);
}

static void
a_worse_event_makes_it_louder_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 100), 1);
    assert_true(say(d, VERB_ack, ROLE_operator, "1", ""));
    is(d, ALERT_STEP_acked, ALERT_LEVEL_yellow);
    end_execution(d, 2, EXEC_STATUS_ERROR);
    end_execution(d, 3, EXEC_STATUS_ERROR); /* The breaker opens. */
    assert_int_equal(after(d, 100), 1);
    is(d, ALERT_STEP_escalated, ALERT_LEVEL_red);
    assert_false(d->alert.acked);
    assert_int_equal(d->alert.n, 1);
    assert_int_equal(d->alert.times, 3);
    desk_free(d);
}

static void
what_nobody_answers_grows_louder_until_it_is_red_and_then_repeats(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 0), 1);
    assert_int_equal(after(d, 24 * HOUR_MS - 1), 0);
    assert_int_equal(after(d, 1), 1);
    is(d, ALERT_STEP_escalated, ALERT_LEVEL_orange);
    desk_restart(d); /* The clock goes on. */
    assert_int_equal(after(d, 4 * HOUR_MS - 1), 0);
    assert_int_equal(after(d, 1), 1);
    is(d, ALERT_STEP_escalated, ALERT_LEVEL_red);
    assert_int_equal(after(d, 15 * MINUTE - 1), 0);
    assert_int_equal(after(d, 1), 1);
    is(d, ALERT_STEP_again, ALERT_LEVEL_red);
    assert_true(say(d, VERB_ack, ROLE_operator, "", "")); /* All of them. */
    assert_int_equal(d->said[TYPE_alert], 1);
    assert_string_equal(d->alert.actor.s, "ann");
    assert_int_equal(after(d, 48 * HOUR_MS), 0); /* Somebody knows. */
    desk_free(d);
}

static void
it_is_over_when_its_cause_has_been_for_a_while(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 100), 1);
    end_execution(d, 2, EXEC_STATUS_FILLED);
    assert_int_equal(after(d, MINUTE - 1), 0);
    end_execution(d, 3, EXEC_STATUS_ERROR); /* It comes and goes: */
    assert_int_equal(after(d, 0), 0);       /* one alert. */
    end_execution(d, 4, EXEC_STATUS_FILLED);
    assert_int_equal(after(d, MINUTE), 1);
    is(d, ALERT_STEP_ended, ALERT_LEVEL_yellow);
    assert_int_equal(d->alert.times, 2);
    end_execution(d, 5, EXEC_STATUS_ERROR); /* Soon again: not a new one yet. */
    assert_int_equal(after(d, 1000), 0);
    desk_restart(d);
    assert_int_equal(after(d, 10 * MINUTE), 1);
    is(d, ALERT_STEP_again, ALERT_LEVEL_yellow);
    end_execution(d, 6, EXEC_STATUS_FILLED);
    assert_int_equal(after(d, MINUTE), 1);
    assert_int_equal(after(d, 10 * MINUTE), 0); /* Forgotten. */
    end_execution(d, 7, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 0), 1);
    is(d, ALERT_STEP_raised, ALERT_LEVEL_yellow);
    assert_int_equal(d->alert.n, 2);
    desk_free(d);
}

static void
a_kill_is_red_until_the_clear_and_wants_an_answer_after_it(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_latch(d, true, 1);
    assert_int_equal(after(d, 0), 1);
    is(d, ALERT_STEP_raised, ALERT_LEVEL_red);
    assert_string_equal(d->alert.key.s, "kill");
    assert_int_equal(desk_state(d).loudest, ALERT_LEVEL_red);
    assert_int_equal(desk_state(d).alerts, 1);
    desk_latch(d, false, 1);
    assert_int_equal(after(d, MINUTE), 1);
    is(d, ALERT_STEP_ended, ALERT_LEVEL_red);
    assert_int_equal(desk_state(d).alerts, 1);
    assert_int_equal(after(d, 15 * MINUTE), 1);
    is(d, ALERT_STEP_again, ALERT_LEVEL_red);
    assert_true(say(d, VERB_ack, ROLE_operator, "1", ""));
    assert_int_equal(desk_state(d).alerts, 0);
    desk_free(d);
}

static void
only_an_operator_answers_and_only_to_what_is_there(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    assert_int_equal(after(d, 0), 1);
    assert_false(say(d, VERB_ack, ROLE_viewer, "1", ""));
    assert_int_equal(d->reply.reason, REASON_ROLE);
    assert_false(say(d, VERB_ack, ROLE_operator, "2", ""));
    assert_int_equal(d->reply.reason, REASON_NOT_FOUND);
    assert_false(say(d, VERB_ack, ROLE_operator, "-1", ""));
    assert_false(say(d, VERB_ack, ROLE_operator, "1x", ""));
    assert_int_equal(d->reply.reason, REASON_BAD_INPUT);
    assert_int_equal(desk_state(d).alerts, 1);
    assert_true(say(d, VERB_ack, ROLE_operator, "1", ""));
    assert_int_equal(desk_state(d).alerts, 0);
    struct command m = word(d, VERB_alerts, ROLE_viewer);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command_reply], 2);
    assert_string_equal(d->reply.text.s, "0 without an answer");
    desk_free(d);
}

/* --- the table by itself --- */
static struct risk_event
event(const char *rule, const char *scope, enum severity severity)
{
    struct risk_event e = { .severity = severity };
    (void)text_set(&e.rule, rule);
    (void)text_set(&e.scope, scope);
    return e;
}

static struct alerts *
table(void)
{
    struct alerts *a = calloc(1, sizeof *a);
    assert_non_null(a);
    a->times = (struct alert_times){ 600, 86400, 14400, 900, 60, 3600 };
    a->now = 1000;
    return a;
}

static uint32_t
steps(struct alerts *a, int64_t now, struct alert *last)
{
    uint32_t count = 0;
    while (alerts_step(a, (struct nanos){ now }, last)) {
        count++;
        assert_true(count < 1000);
    }
    return count;
}

static void
note(struct alerts *a, const char *rule, const char *scope, enum severity s)
{
    struct risk_event e = event(rule, scope, s);
    alerts_note(a, &e);
}

static void
steps_of_a_rule_are_told_apart(void **state)
{
    struct alerts *a = table();
    struct alert m;
    (void)state;
    note(a, "A-048", "paper none fired", SEVERITY_critical);
    note(a, "A-018", "paper A fired", SEVERITY_high);
    note(a, "A-018", "paper B fired", SEVERITY_high);
    note(a, "A-023", "paper none fired", SEVERITY_low); /* Nobody's hurry. */
    note(a, "A-035.nodata", "live none blind", SEVERITY_warning);
    note(a, "A-037.nodata", "live none stalled", SEVERITY_warning);
    assert_int_equal(steps(a, 1000, &m), 4);
    note(a, "A-048", "paper none again", SEVERITY_critical);
    note(a, "A-048", "paper none sighted", SEVERITY_info);
    assert_int_equal(steps(a, 1100, &m), 0); /* Seen again, still firing. */
    note(a, "A-018", "paper B recovered", SEVERITY_info);
    note(a, "A-037", "live none sighted", SEVERITY_info);
    assert_int_equal(steps(a, 1160, &m), 2);
    assert_string_equal(m.key.s, "A-037.nodata live");
    note(a, "A-018", "paper A released", SEVERITY_info);
    assert_int_equal(steps(a, 1220, &m), 1);
    assert_string_equal(m.key.s, "A-018 paper A");
    free(a);
}

static void
what_has_no_end_of_its_own_ends_when_it_is_quiet(void **state)
{
    struct alerts *a = table();
    struct alert m;
    (void)state;
    note(a, "fill_failed", "a fill's id", SEVERITY_high);
    note(a, "fill_failed", "another", SEVERITY_high);
    assert_int_equal(steps(a, 1000, &m), 1);
    assert_int_equal(m.times, 2);
    assert_int_equal(steps(a, 4599, &m), 0);
    assert_int_equal(steps(a, 4600, &m), 1);
    assert_int_equal(m.step, ALERT_STEP_ended);
    free(a);
}

static void
rules_that_cannot_be_computed_are_one_alert(void **state)
{
    struct alerts *a = table();
    struct alert m;
    struct text ann = { "ann" };
    (void)state;
    alerts_blind(a, MODE_paper, 40);
    assert_int_equal(steps(a, 1000, &m), 1);
    assert_int_equal(m.value, 40 * MICROS);
    assert_string_equal(m.unit.s, "rules");
    alerts_blind(a, MODE_paper, 30); /* Fewer is no news. */
    assert_int_equal(steps(a, 2000, &m), 0);
    assert_true(alerts_ack(a, m.n, &ann, (struct nanos){ 2000 }, &m));
    alerts_blind(a, MODE_paper, 31); /* More is. */
    assert_int_equal(steps(a, 2599, &m), 0);
    assert_int_equal(steps(a, 2600, &m), 1);
    assert_int_equal(m.step, ALERT_STEP_again);
    assert_false(m.acked);
    alerts_blind(a, MODE_paper, 0);
    assert_int_equal(steps(a, 2660, &m), 1);
    assert_int_equal(m.step, ALERT_STEP_ended);
    free(a);
}

static void
a_full_table_keeps_the_loudest_and_counts_what_it_lost(void **state)
{
    struct alerts *a = table();
    struct alert m;
    char rule[16];
    enum alert_level loudest;
    (void)state;
    for (int i = 0; i < ALERTS_CAP; i++) {
        (void)snprintf(rule, sizeof rule, "y%d", i);
        note(a, rule, "", i == 5 ? SEVERITY_critical : SEVERITY_high);
    }
    assert_int_equal(steps(a, 1000, &m), ALERTS_CAP);
    note(a, "quieter", "", SEVERITY_warning);
    assert_int_equal(steps(a, 1000, &m), 0);
    assert_int_equal(a->lost, 1);
    note(a, "louder", "", SEVERITY_critical);
    assert_int_equal(steps(a, 1000, &m), 1);
    assert_int_equal(m.n, ALERTS_CAP + 1);
    assert_int_equal(a->lost, 2);
    assert_int_equal(alerts_open(a, &loudest), ALERTS_CAP);
    assert_true(alerts_has(a, 6)); /* The red one. */
    assert_false(alerts_has(a, 1));
    free(a);
}

/* Whatever a journal holds. */
static void
facts_of_any_content_are_recalled_without_harm(void **state)
{
    struct alerts *a = table();
    struct alert m = { .n = UINT64_MAX - 5000, .level = ALERT_LEVEL_red };
    (void)state;
    for (uint32_t i = 0; i < 3 * ALERTS_CAP; i++) {
        (void)snprintf(m.key.s, sizeof m.key.s, "k%u", i);
        m.step = (enum alert_step)(i % alert_step_end_);
        m.n++;
        alerts_recall(a, &m);
    }
    assert_true(steps(a, INT64_MAX / 2, &m) <= 2 * ALERTS_CAP);
    free(a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_within_a_window_is_counted_and_not_repeated),
        cmocka_unit_test(a_worse_event_makes_it_louder_at_once),
        cmocka_unit_test(
            what_nobody_answers_grows_louder_until_it_is_red_and_then_repeats),
        cmocka_unit_test(it_is_over_when_its_cause_has_been_for_a_while),
        cmocka_unit_test(
            a_kill_is_red_until_the_clear_and_wants_an_answer_after_it),
        cmocka_unit_test(only_an_operator_answers_and_only_to_what_is_there),
        cmocka_unit_test(steps_of_a_rule_are_told_apart),
        cmocka_unit_test(what_has_no_end_of_its_own_ends_when_it_is_quiet),
        cmocka_unit_test(rules_that_cannot_be_computed_are_one_alert),
        cmocka_unit_test(
            a_full_table_keeps_the_loudest_and_counts_what_it_lost),
        cmocka_unit_test(facts_of_any_content_are_recalled_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
