/* test_rules_table - every shipped rule: fires at its threshold, for its
 * window, not before, with its action; and the same from a journal */
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>
#include <unistd.h>

#include "common/journal.h"

static struct rule_set *set;
static struct rules_desk desk;
static uint32_t limits, alarms, requires_;

static uint64_t
first_stage(const struct rule *r)
{
    uint64_t stage = 0;
    while ((r->phases & (1u << stage)) == 0) {
        stage++;
    }
    assert_true(stage < STAGES);
    return stage;
}

static void
assert_step(const struct rule *r, enum rule_step wanted)
{
    enum rule_step got = rules_desk_tick(&desk, r->id);
    if (got != wanted) {
        fail_msg("%s: expected %s, got %s", r->id,
                 enum_word(&rule_step_words, wanted),
                 enum_word(&rule_step_words, got));
    }
}

/* What its action does, while it is in force. */
static bool
is_done(const struct rule *r, const struct rule_effects *e, int64_t wall)
{
    switch (r->action) {
    case ACTION_deny: return e->deny;
    case ACTION_monitor: return e->monitor;
    case ACTION_pause: return e->paused_until == wall + r->pause_ns;
    case ACTION_reduce_50: return e->size.ppm == MICROS / 2;
    case ACTION_disable_strategy: return e->off[STRATEGY_A];
    case ACTION_halt_day: return e->halt_day;
    case ACTION_halt_new: return e->halt_new && !e->flatten;
    case ACTION_flatten_all: return e->flatten && e->halt_new;
    case ACTION_rollback:
        return e->monitor && e->stage_most < 3 &&
               e->stage_most + (first_stage(r) > 0) == first_stage(r);
    case ACTION_review: return e->reviews > 0;
    case ACTION_wait: return e->reds > 0;
    case ACTION_log:
    case ACTION_notify:
    case ACTION_kill:
    case ACTION_block:
    case ACTION_rebalance: /* Nothing that holds an order back here. */
        return !e->halt_new && !e->deny && !e->monitor && e->reds == 0 &&
               e->paused_until == 0 && e->size.ppm == MICROS;
    case action_end_: break;
    }
    return false;
}

/* Only this rule's: others on the same metric may fire as well. */
static bool
is_alone(const struct rule *r)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *o = &set->at[i];
        if (o != r && o->metric == r->metric && o->kind == RULE_alarm) {
            return false;
        }
    }
    return true;
}

static void
begin(const struct rule *r, uint64_t stage)
{
    if (desk.rules != NULL) {
        rules_destroy(&desk.rules);
    }
    rules_desk_open(&desk, set);
    desk.now.stage = stage;
    desk.now.live = stage > 0;
    rules_desk_see(&desk, r->metric, rule_false(r));
}

/* False, true for all of its window but a nanosecond, true for all of it. */
static void
fire(const struct rule *r)
{
    assert_step(r, RULE_STEP_none);
    rules_desk_see(&desk, r->metric, rule_true(r));
    if (r->hold_ns > 0) {
        assert_step(r, RULE_STEP_began);
        desk.now.wall.ns += r->hold_ns - 1;
        assert_step(r, RULE_STEP_none);
        desk.now.wall.ns++;
    }
    assert_step(r, RULE_STEP_fired);
}

static void
test_alarm(const struct rule *r)
{
    struct rule_effects e;
    for (uint64_t stage = 0; stage < STAGES; stage++) {
        begin(r, stage);
        if ((r->phases & (1u << stage)) == 0) {
            rules_desk_see(&desk, r->metric, rule_true(r));
            assert_step(r, RULE_STEP_none);
            continue;
        }
        fire(r);
        for (uint32_t i = 0; i < desk.count; i++) {
            if (strcmp(desk.steps[i].rule->id, r->id) == 0) {
                assert_int_equal(desk.steps[i].rule->action, r->action);
                assert_true(!is_alone(r) || desk.steps[i].acts);
            }
        }
        rules_effects(desk.rules, desk.now.wall, &e);
        if (is_alone(r) && stage == first_stage(r) &&
            !is_done(r, &e, desk.now.wall.ns)) {
            fail_msg("%s: its action is not seen", r->id);
        }
        /* Once; and over when its cause is. */
        assert_step(r, RULE_STEP_none);
        rules_desk_see(&desk, r->metric, rule_false(r));
        desk.now.wall.ns++;
        enum rule_step over = rules_desk_tick(&desk, r->id);
        desk.now.wall.ns += r->recover_ns;
        assert_true(r->recover_ns == 0 ? over == RULE_STEP_recovered
                                       : over == RULE_STEP_none &&
                                             rules_desk_tick(&desk, r->id) ==
                                                 RULE_STEP_recovered);
    }
    /* Too small a sample is not acted on; nothing to go by is said. */
    begin(r, first_stage(r));
    rules_desk_see(&desk, r->metric, rule_true(r));
    desk.values[r->metric].state = VALUE_few;
    assert_step(r, RULE_STEP_none);
    desk.values[r->metric].state = VALUE_nodata;
    assert_step(r, r->absent.s[0] != '\0' ? RULE_STEP_none
                                          : RULE_STEP_blind);
    assert_step(r, RULE_STEP_none);
}

static void
test_limit(const struct rule *r)
{
    struct value v = { VALUE_known, rule_false(r), MICROS, 1, 0 };
    assert_false(rule_denies(r, &v));
    v.num = rule_true(r);
    assert_int_equal(rule_denies(r, &v), !r->advisory);
    v.state = VALUE_few;
    assert_int_equal(rule_denies(r, &v), !r->advisory);
    v.state = VALUE_nodata;
    assert_int_equal(rule_denies(r, &v), !r->advisory);
    v.state = VALUE_unasked;
    assert_false(rule_denies(r, &v));
    assert_true(r->action == ACTION_deny || r->severity >= SEVERITY_high);
}

static void
test_require(const struct rule *r)
{
    struct value v = { VALUE_known, rule_true(r), MICROS, 1, 0 };
    assert_int_equal(rule_verdict(r, &v), VERDICT_pass);
    v.num = rule_false(r);
    assert_int_equal(rule_verdict(r, &v), VERDICT_fail);
    v.state = VALUE_few;
    assert_int_equal(rule_verdict(r, &v), VERDICT_few);
    v.state = VALUE_nodata;
    assert_int_equal(rule_verdict(r, &v), r->absent.s[0] != '\0'
                                              ? VERDICT_absent
                                              : VERDICT_nodata);
    assert_int_equal(r->action, ACTION_block);
}

static void
every_rule_fires_at_its_threshold_for_its_window(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *r = &set->at[i];
        switch (r->kind) {
        case RULE_limit:
            test_limit(r);
            limits++;
            break;
        case RULE_alarm:
            test_alarm(r);
            alarms++;
            break;
        case RULE_require:
            test_require(r);
            requires_++;
            break;
        }
    }
    printf("rules tested: %u (%u limits, %u alarms, %u requirements)\n",
           limits + alarms + requires_, limits, alarms, requires_);
    assert_int_equal(set->count, 213);
    assert_int_equal(limits, 41);
    assert_int_equal(alarms, 93);
    assert_int_equal(requires_, 79);
}

/* The figures of deploy/rules/README.md; a rule about bars is never asked. */
static void
who_answers_is_counted(void **state)
{
    uint32_t answered = 0, cannot = 0, alarm = 0, gate = 0;
    (void)state;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *r = &set->at[i];
        bool known = metric_is_heard(r->metric);
        answered += known;
        cannot += !known && r->absent.s[0] != '\0';
        alarm += !known && r->absent.s[0] == '\0' && r->kind == RULE_alarm;
        gate += !known && r->absent.s[0] == '\0' && r->kind == RULE_require;
    }
    printf("rules answered: %u, cannot be known: %u, nobody measures: %u "
           "alarms, %u requirements\n", answered, cannot, alarm, gate);
    assert_int_equal(answered, 173);
    assert_int_equal(cannot, 22);
    assert_int_equal(alarm, 2);
    assert_int_equal(gate, 16);
}

/* --- the same from a journal ------------------------------------------- */
static char dir[64];

static void
keep(struct journal *j)
{
    uint8_t bytes[4096];
    for (uint32_t i = 0; i < desk.count; i++) {
        struct rule_change m = rules_desk_change(&desk.steps[i]);
        size_t size = rule_change_pack(&m, bytes, sizeof bytes);
        assert_true(size > 0);
        journal_append(j, TYPE_rule_change, m.at, m.at, 0, bytes, size,
                       false);
    }
}

static struct rules *
replay(void)
{
    struct rules *again = rules_new(set);
    struct journal_reader *in = journal_read(dir, 0, NULL);
    struct record rec;
    struct why why;
    assert_non_null(in);
    while (journal_next(in, &rec, &why) == 1) {
        struct rule_change m;
        assert_true(rule_change_unpack(&m, rec.body, rec.body_size));
        rules_recall(again, &m);
    }
    journal_reader_close(&in);
    return again;
}

static void
assert_replayed(struct journal *j)
{
    journal_sync(j);
    struct rules *again = replay();
    struct hash was = rules_desk_digest(desk.rules);
    struct hash is = rules_desk_digest(again);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    rules_destroy(&desk.rules); /* The one from the journal goes on. */
    desk.rules = again;
}

static void
forget_journal(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s/*", dir);
    assert_int_equal(system(command), 0);
}

static void
every_alarm_goes_on_from_a_journal_where_it_was(void **state)
{
    uint32_t count = 0;
    (void)state;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *r = &set->at[i];
        uint64_t cut;
        struct why why;
        if (r->kind != RULE_alarm) {
            continue;
        }
        forget_journal();
        struct journal *j =
            journal_open(dir, SOURCE_riskd, 1, 1 << 20, &cut, &why);
        assert_non_null(j);
        begin(r, first_stage(r));
        rules_desk_see(&desk, r->metric, rule_true(r));
        if (r->hold_ns > 0) { /* Restarted in the middle of its window. */
            assert_step(r, RULE_STEP_began);
            keep(j);
            desk.now.wall.ns += r->hold_ns / 2;
            assert_replayed(j);
            desk.now.wall.ns += r->hold_ns - r->hold_ns / 2 - 1;
            assert_step(r, RULE_STEP_none);
            keep(j);
            desk.now.wall.ns++;
        }
        assert_step(r, RULE_STEP_fired);
        keep(j);
        struct rule_effects was, is;
        rules_effects(desk.rules, desk.now.wall, &was);
        assert_replayed(j);
        rules_effects(desk.rules, desk.now.wall, &is);
        was.strictest = is.strictest = NULL;
        assert_memory_equal(&was, &is, sizeof was);
        assert_step(r, RULE_STEP_none); /* Not a second time. */
        journal_close(&j);
        count++;
    }
    printf("alarms replayed from a journal: %u\n", count);
    assert_int_equal(count, 93);
}

static int
open_all(void **state)
{
    (void)state;
    set = shipped_rules();
    (void)snprintf(dir, sizeof dir, "/tmp/rules-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int
close_all(void **state)
{
    (void)state;
    forget_journal();
    rules_destroy(&desk.rules);
    free(set);
    return rmdir(dir);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_fires_at_its_threshold_for_its_window),
        cmocka_unit_test(who_answers_is_counted),
        cmocka_unit_test(every_alarm_goes_on_from_a_journal_where_it_was),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
