/* test_stage - stages entered by a sign-off, taken back by a rule, for good */
#include "riskd/ruling.h"
#include "tests/unit/riskd/control_desk.h"
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>

#define CONFIG 0xc0ffeeULL
#define BUILD "tested-1"

static struct rule_set set;
static struct desk *d;

static struct rule *
add(enum rule_kind kind, enum metric_id metric, enum rule_op op,
    int64_t threshold, enum action action, uint32_t phases)
{
    struct rule *r = &set.at[set.count++];
    *r = (struct rule){ .kind = kind, .metric = metric, .op = op,
                        .threshold = threshold, .severity = SEVERITY_critical,
                        .action = action, .phases = phases };
    (void)snprintf(r->id, sizeof r->id, "R-%u", set.count);
    set.digest.b[0] = 7;
    return r;
}

static void
birth(void)
{
    char id[16];
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_true(riskd_rules(d->x, &set, d->in.wall, id));
    riskd_identity(d->x, CONFIG, BUILD);
}

/* The rules look again. */
static void
pass(int64_t ms)
{
    desk_pass(d, ms);
    desk_tick(d);
}

/* The configuration goes to stage 2; nothing is entered. */
static int
start(void **state)
{
    (void)state;
    memset(&set, 0, sizeof set);
    d = desk_conf();
    d->conf.stage = 2;
    d->conf.stage_signoff = true;
    d->common.mode = MODE_live;
    add(RULE_require, METRIC_phase_days, RULE_ge, 0, ACTION_block,
        PHASE_SIGNOFF);
    add(RULE_alarm, METRIC_consecutive_exec_failures, RULE_ge, MICROS,
        ACTION_rollback, PHASE_STAGES);
    birth();
    desk_tick(d);
    desk_latch(d, false, 0);
    pass(1000);
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    desk_free(d);
    return 0;
}

/* The same facts, another engine. */
static void
restart(void)
{
    struct riskd *was = d->x;
    birth();
    for (uint32_t i = 0; i < d->facts_count; i++) {
        desk_recall(d->x, &d->facts[i]);
    }
    struct hash a = riskd_digest(was), b = riskd_digest(d->x);
    assert_memory_equal(a.b, b.b, sizeof a.b);
    riskd_destroy(&was);
    d->in.own_run++;
    desk_latch(d, false, 0);
    desk_lease(d);
}

static struct riskd_signoff
good(void)
{
    return (struct riskd_signoff){ .config = CONFIG, .rules = set.digest,
                                   .build = BUILD, .at = d->in.wall };
}

/* As control_desk's say, where there are rules to be recalled too. */
static bool
tell(enum verb verb, enum role role, const char *target, const char *value)
{
    struct command m = word(d, verb, role);
    (void)text_set(&m.target, target);
    (void)text_set(&m.value, value);
    HEAR(d, command, &m);
    return d->said[TYPE_command] == 1;
}

static bool
enter(const char *stage, const struct riskd_signoff *s, enum role role)
{
    struct command m = word(d, VERB_stage, role);
    (void)text_set(&m.target, "enter");
    (void)text_set(&m.value, stage);
    riskd_signoff_text(s, &m.reason);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_audit], 1);
    return d->said[TYPE_command] == 1;
}

static void
refused(enum reason reason, const char *words)
{
    assert_false(d->reply.ok);
    assert_int_equal(d->reply.reason, reason);
    assert_non_null(strstr(d->reply.text.s, words));
}

static void
fail_live(uint32_t n)
{
    struct execution m = { .exec_id = desk_uuid(n), .mode = MODE_live,
                           .strategy = STRATEGY_B,
                           .status = EXEC_STATUS_ERROR };
    HEAR(d, execution, &m);
    pass(1000);
}

static void
the_configuration_alone_enters_no_stage(void **state)
{
    (void)state;
    assert_int_equal(desk_state(d).stage, 0);
    assert_int_equal(desk_state(d).mode, MODE_paper);
    assert_false(tell(VERB_stage, ROLE_ops_admin, "", "1"));
    refused(REASON_MODE, "needs a sign-off");
    assert_false(tell(VERB_stage, ROLE_ops_admin, "enter", "1"));
    refused(REASON_BAD_INPUT, "needs a sign-off");
    assert_false(tell(VERB_stage, ROLE_ops_admin, "rollback:3", "1"));
    refused(REASON_MODE, "needs a sign-off");
}

static void
a_good_sign_off_enters_the_next_stage_and_that_outlives_a_restart(void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    assert_false(enter("1", &s, ROLE_viewer));
    refused(REASON_ROLE, "");
    assert_false(enter("2", &s, ROLE_operator));
    refused(REASON_MODE, "one after the other");
    assert_true(enter("1", &s, ROLE_operator));
    pass(1000); /* Its books are opened. */
    desk_lease(d);
    assert_int_equal(d->lease.mode, MODE_live);
    assert_int_equal(desk_state(d).equity.micros, USD(5000).micros);
    restart();
    assert_int_equal(desk_state(d).stage, 1);
    s = good();
    assert_false(enter("1", &s, ROLE_operator));
    assert_true(enter("2", &s, ROLE_operator));
    assert_false(enter("3", &s, ROLE_operator));
    refused(REASON_MODE, "does not go so far");
}

static void
a_sign_off_of_anything_else_is_refused_in_words(void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    s.config++;
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_CONFLICT, "another configuration");
    s = good();
    s.rules.b[7]++;
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_CONFLICT, "other rules");
    s = good();
    s.build = "tested-2";
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_CONFLICT, "another build");
    s = good();
    s.at.ns += 1000000000;
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_BAD_INPUT, "future");
    s = good();
    desk_pass(d, 86400000);
    desk_tick(d);
    assert_false(enter("4", &s, ROLE_operator));
    refused(REASON_BAD_INPUT, "a stage");
    assert_true(enter("1", &s, ROLE_operator)); /* To the second. */
}

static void
a_gate_that_asks_nothing_is_shut(void **state)
{
    (void)state;
    char id[16];
    struct riskd_signoff s = good();
    set.at[0].phases = PHASE_ENTER << 2;
    assert_true(riskd_rules(d->x, &set, d->in.wall, id));
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_RULE, "asks anything");
}

static void
a_sign_off_lasts_a_day(void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    desk_pass(d, 86400000 + 1);
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_EXPIRED, "expired");
}

static void
what_a_line_does_not_say_is_not_read_into_it(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "", " ", "0000000000c0ffee", "x000000000c0ffee",
        "0000000000c0ffee 0700000000000000 0000000000000000 ",
        "0000000000c0ffee 0700000000000000 0000000000000000 1x",
        "0000000000C0FFEE 0700000000000000 0000000000000000 1",
        "0000000000c0ffee 0700000000000000 0000000000000000 123456789012",
        "0000000000c0ffee 0700000000000000 0000000000000000 -5",
        "0000000000c0ffee 0700000000000000 0000000000000000 9223372037",
        "0000000000c0ffee 0700000000000000 0000000000000000 99999999999",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct command m = word(d, VERB_stage, ROLE_operator);
        (void)text_set(&m.target, "enter");
        (void)text_set(&m.value, "1");
        (void)text_set(&m.reason, lines[i]);
        desk_pass(d, 1000);
        HEAR(d, command, &m);
        refused(REASON_BAD_INPUT, "needs a sign-off");
    }
}

static void
a_requirement_that_fails_now_keeps_the_stage_shut(void **state)
{
    (void)state;
    desk_free(d);
    memset(&set, 0, sizeof set);
    d = desk_conf();
    d->conf.stage = 1;
    d->conf.stage_signoff = true;
    d->common.mode = MODE_live;
    add(RULE_require, METRIC_phase_days, RULE_ge, 2 * MICROS, ACTION_block,
        PHASE_EXIT);
    add(RULE_require, METRIC_phase_days, RULE_ge, 90 * MICROS, ACTION_block,
        PHASE_EXIT << 1); /* Of another gate. */
    birth();
    desk_tick(d);
    desk_latch(d, false, 0);
    pass(1000);
    desk_pass(d, 2 * 86400000LL - 2000);
    struct riskd_signoff s = good();
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_RULE, "R-1 phase_days: fail");
    desk_pass(d, 2000);
    s = good();
    assert_true(enter("1", &s, ROLE_operator));
}

static void
under_a_kill_no_stage_is_entered(void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    desk_latch(d, true, 1);
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_LATCHED, "kill");
}

static void
a_rollback_is_written_before_its_rule_and_outlives_a_resume(
    void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    struct riskd_rollback r;
    assert_true(enter("1", &s, ROLE_operator));
    pass(1000); /* The phase of the live books begins. */
    assert_true(enter("2", &s, ROLE_operator));
    assert_false(riskd_rolled_back(d->x, &r));
    uint32_t from = d->facts_count, lower = 0, step = 0, kill = 0;
    fail_live(1);
    for (uint32_t i = from; i < d->facts_count; i++) {
        const struct command *m = d->facts[i].msg;
        if (d->facts[i].schema == &rule_change_schema) {
            step = i;
        } else if (d->facts[i].schema == &command_schema) {
            lower = m->verb == VERB_stage ? i : lower;
            kill = m->verb == VERB_kill ? i : kill;
        }
    }
    assert_true(from <= lower && lower < step && step < kill);
    assert_true(riskd_rolled_back(d->x, &r));
    assert_int_equal(r.from, 2);
    assert_int_equal(r.to, 1);
    assert_string_equal(r.cause.s, "R-2 consecutive_exec_failures 1 >= 1");
    desk_latch(d, true, 1);
    desk_latch(d, false, 1); /* Cleared. */
    assert_true(tell(VERB_resume, ROLE_operator, "", ""));
    restart();
    assert_int_equal(desk_state(d).stage, 1);
    assert_int_equal(desk_state(d).mode, MODE_shadow);
    assert_true(tell(VERB_mode, ROLE_ops_admin, "", "live"));
    assert_int_equal(desk_state(d).mode, MODE_live);
    assert_int_equal(desk_state(d).stage, 1);
}

static void
after_a_rollback_only_a_younger_sign_off_is_good(void **state)
{
    (void)state;
    struct riskd_signoff s = good();
    assert_true(enter("1", &s, ROLE_operator));
    fail_live(1);
    desk_latch(d, true, 1);
    desk_latch(d, false, 1);
    assert_true(tell(VERB_resume, ROLE_operator, "", ""));
    assert_false(enter("1", &s, ROLE_operator));
    refused(REASON_EXPIRED, "rolled back since");
    desk_pass(d, 1000);
    s = good();
    assert_true(enter("1", &s, ROLE_operator));
    assert_int_equal(desk_state(d).stage, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_configuration_alone_enters_no_stage),
        TEST(a_good_sign_off_enters_the_next_stage_and_that_outlives_a_restart),
        TEST(a_sign_off_of_anything_else_is_refused_in_words),
        TEST(a_sign_off_lasts_a_day),
        TEST(a_gate_that_asks_nothing_is_shut),
        TEST(what_a_line_does_not_say_is_not_read_into_it),
        TEST(a_requirement_that_fails_now_keeps_the_stage_shut),
        TEST(under_a_kill_no_stage_is_entered),
        TEST(a_rollback_is_written_before_its_rule_and_outlives_a_resume),
        TEST(after_a_rollback_only_a_younger_sign_off_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
