/* test_rules_file - rules as people write them, and as they should not */
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct complaints bad;

static struct rule_set *
read_texts(const char *first, const char *second)
{
    const char *texts[] = { first, second };
    char paths[2][64];
    const char *files[] = { paths[0], paths[1] };
    int fds[2];
    uint32_t count = second == NULL ? 1 : 2;
    memset(&bad, 0, sizeof bad);
    for (uint32_t i = 0; i < count; i++) {
        fds[i] = memfd_create("rules", MFD_CLOEXEC);
        assert_true(write(fds[i], texts[i], strlen(texts[i])) ==
                    (ssize_t)strlen(texts[i]));
        (void)snprintf(paths[i], sizeof paths[i], "/proc/self/fd/%d", fds[i]);
    }
    struct rule_set *set = rules_read(files, count, &bad);
    for (uint32_t i = 0; i < count; i++) {
        close(fds[i]);
    }
    assert_int_equal(set == NULL, bad.count > 0);
    return set;
}

#define HEAD "A-1:\n  kind: alarm\n  metric: daily_loss_usd\n"
#define OP "  op: \">=\"\n"
#define LIMIT "  threshold: 3\n"
#define REST                                                                \
    "  for: 0s\n  severity: high\n  action: halt_day\n  phases: [P1]\n"     \
    "  source: \"a test\"\n"
#define GOOD HEAD OP LIMIT REST

static void
refused(const char *text, const char *complaint)
{
    struct rule_set *set = read_texts(text, NULL);
    assert_null(set);
    if (strstr(bad.text, complaint) == NULL) {
        fail_msg("wanted '%s', got '%s'", complaint, bad.text);
    }
}

static void
a_rule_is_read_as_it_is_written(void **state)
{
    (void)state;
    struct rule_set *set = read_texts(GOOD, NULL);
    assert_non_null(set);
    assert_int_equal(set->count, 1);
    const struct rule *r = &set->at[0];
    assert_string_equal(r->id, "A-1");
    assert_int_equal(r->kind, RULE_alarm);
    assert_int_equal(r->metric, METRIC_daily_loss_usd);
    assert_int_equal(r->op, RULE_ge);
    assert_int_equal(r->threshold, 3 * MICROS);
    assert_int_equal(r->severity, SEVERITY_high);
    assert_int_equal(r->action, ACTION_halt_day);
    assert_int_equal(r->phases, PHASE_STAGE << 1);
    assert_string_equal(r->source.s, "a test");
    free(set);
}

static void
the_shipped_rules_are_without_complaint(void **state)
{
    (void)state;
    struct rule_set *set = shipped_rules();
    assert_int_equal(set->count, 213);
    for (uint32_t i = 0; i < set->count; i++) {
        assert_true(set->at[i].source.s[0] != '\0');
    }
    free(set);
}

static void
every_mistake_is_told_with_its_place(void **state)
{
    (void)state;
    refused("A-1:\n  kind: alarms\n  metric: daily_loss_usd\n" OP LIMIT REST,
            ":2: A-1.kind: expected limit, alarm or require, got 'alarms'");
    refused("A-1:\n  kind: alarm\n  metric: no_such_metric\n" OP LIMIT REST,
            ":3: A-1.metric: expected a metric of metrics.def, got "
            "'no_such_metric'");
    refused(HEAD "  op: \"=>\"\n" LIMIT REST,
            ":4: A-1.op: expected one of > >= < <= == !=, got '=>'");
    refused(HEAD OP "  threshold: three\n" REST, "A-1: expected threshold a "
                                                 "number");
    refused(HEAD OP "  threshold: true\n" REST, "a number");
    refused(HEAD OP "  threshold: 0.0000001\n" REST, "6 decimals");
    refused(HEAD OP "  threshold: nan\n" REST, "a number");
    refused(HEAD OP "  threshold: 99999999999999999999\n" REST, "a number");
    refused(GOOD "  for: 1s\n", "expected each key once");
    refused(GOOD "  colour: red\n", ":11: A-1.colour: expected a key of a "
                                    "rule");
    refused(GOOD "  cooldown: 31d\n", "a time of at most 30 days");
    refused(GOOD "  cooldown: 5 minutes\n", "a time of at most 30 days");
    refused(GOOD "  cooldown: -5s\n", "a time of at most 30 days");
    refused(GOOD "  cooldown: 99999999999999999999s\n", "a time of");
    refused(GOOD "  pause: 1h\n", "pause with action pause");
    refused(GOOD "  shadow: yes\n", "expected true or false, got 'yes'");
    refused(GOOD "  advisory: true\n", "advisory of a limit only");
    refused(GOOD GOOD, "expected each section once");
    refused("base: x.yaml\n" GOOD, "no other file");
    refused("- a list\n", "expected sections");
    refused("A-1: &a\n  kind: alarm\n", "no anchor");
    refused(HEAD OP LIMIT, "A-1: expected key phases");
    refused("a.dotted:\n  kind: alarm\n", "no dots");
    refused("kill:\n  kind: alarm\n", ":2: kill: expected an id of at most 15 "
                                      "bytes, no dots or spaces, no event's");
    refused("daily_loss:\n  kind: alarm\n", "no event's");
    refused("a_name_that_is_much_too_long:\n  kind: alarm\n",
            "at most 15 bytes");
}

static void
what_two_keys_say_must_agree(void **state)
{
    (void)state;
    refused("A:\n  kind: alarm\n  metric: ws_connected\n  op: \">\"\n"
            "  threshold: true\n" REST, "true or false");
    refused("A:\n  kind: alarm\n  metric: ws_connected\n  op: \"==\"\n"
            "  threshold: 1\n" REST, "threshold true or false");
    refused("A:\n  kind: alarm\n  metric: drawdown_frac\n  op: \">\"\n"
            "  threshold: 12\n" REST, "a fraction from -1 to 1");
    refused("A:\n  kind: require\n  metric: drawdown_frac\n  op: \">\"\n"
            "  threshold: 0.1\n" REST, "phases to be gates");
    refused("A:\n  kind: limit\n  metric: drawdown_frac\n  op: \">\"\n"
            "  threshold: 0.1\n" REST, "action deny, wait, kill or review");
    refused(HEAD OP LIMIT "  for: 0s\n  severity: high\n  action: notify\n"
            "  phases: [P1, P1]\n  source: x\n", "each once");
    refused(HEAD OP LIMIT "  for: 0s\n  severity: high\n  action: notify\n"
            "  phases: [P4]\n  source: x\n", "got 'P4'");
    refused(HEAD OP LIMIT "  for: 0s\n  severity: high\n  action: notify\n"
            "  phases: [\"exit:P1\"]\n  source: x\n", "phases to be stages");
}

#define GATE(metric, op, extra)                                              \
    "g:\n  kind: require\n  metric: " metric "\n  op: \"" op "\"\n"         \
    "  threshold: true\n  for: 0s\n  severity: high\n  action: block\n"      \
    "  phases: [signoff]\n  source: \"a test\"\n" extra

static void
what_nobody_measures_is_declared_or_said_and_nothing_else_is(void **state)
{
    (void)state;
    struct rule_set *set = read_texts(
        GATE("human_signoff", "==", "  said: \"ann, today: done\"\n"), NULL);
    assert_non_null(set);
    assert_string_equal(set->at[0].said.s, "ann, today: done");
    assert_string_equal(set->at[0].absent.s, "");
    free(set);
    refused(GOOD "  absent: \"no money\"\n", "its metric is measured");
    refused(GOOD "  said: \"it is well\"\n", "its metric is measured");
    refused(GATE("human_signoff", "==", "  said: \"\"\n"), "who says");
    refused(GATE("human_signoff", "==", "  said: x\n  absent: y\n"),
            "not both");
    refused("a:\n  kind: alarm\n  metric: model_health_red\n  op: \"==\"\n"
            "  threshold: true\n  for: 0s\n  severity: high\n  action: wait\n"
            "  phases: [P0]\n  source: x\n  said: \"it is well\"\n",
            "a person can count");
}

static void
an_id_stands_once_in_all_files(void **state)
{
    (void)state;
    assert_null(read_texts(GOOD, GOOD));
    assert_non_null(strstr(bad.text, "A-1: expected each id once, it stands "
                                     "in /proc/self/fd/"));
}

#define ALARM(id, limit, action)                                            \
    id ":\n  kind: alarm\n  metric: daily_loss_usd\n  op: \">\"\n"           \
    "  threshold: " limit "\n  for: 0s\n  severity: high\n"                 \
    "  action: " action "\n  phases: [P1]\n  source: x\n"

static void
a_rule_that_never_acts_must_say_so(void **state)
{
    (void)state;
    refused(ALARM("a", "3", "kill") ALARM("b", "5", "notify"),
            "b: expected shadow: true, another always acts first (a)");
    struct rule_set *set = read_texts(
        ALARM("a", "3", "kill") ALARM("b", "5", "notify") "  shadow: true\n",
        NULL);
    assert_non_null(set);
    free(set);
    set = read_texts(ALARM("a", "3", "notify") ALARM("b", "5", "kill"), NULL);
    assert_non_null(set);
    free(set);
    refused(ALARM("a", "3", "kill") ALARM("b", "3", "kill"), "b: expected");
}

#define CAP(id, limit, stage)                                               \
    id ":\n  kind: limit\n  metric: trade_notional_usd\n  op: \">\"\n"       \
    "  threshold: " limit "\n  for: 0s\n  severity: high\n"                 \
    "  action: deny\n  phases: [" stage "]\n  source: x\n"

static void
a_cap_is_no_looser_in_an_earlier_stage(void **state)
{
    (void)state;
    refused(CAP("a", "5", "P1") CAP("b", "3", "P2"),
            "a: expected a cap no looser than that of a later stage (b)");
    struct rule_set *set = read_texts(CAP("a", "3", "P1") CAP("b", "3", "P2"),
                                      NULL);
    assert_non_null(set);
    free(set);
}

static void
the_digest_is_that_of_what_is_said(void **state)
{
    (void)state;
    struct rule_set *a = read_texts(GOOD, NULL);
    struct rule_set *b = read_texts("# words\n" GOOD, NULL);
    struct rule_set *c = read_texts(HEAD OP "  threshold: 4\n" REST, NULL);
    assert_memory_equal(&a->digest, &b->digest, sizeof a->digest);
    assert_memory_not_equal(&a->digest, &c->digest, sizeof a->digest);
    free(a);
    free(b);
    free(c);
}

static void
a_folder_that_is_not_there_is_a_complaint(void **state)
{
    (void)state;
    memset(&bad, 0, sizeof bad);
    assert_null(rules_read_folder("/nonexistent", &bad));
    assert_int_equal(bad.count, 1);
    memset(&bad, 0, sizeof bad);
    assert_null(rules_read_folder("riskd", &bad)); /* No rules in it. */
    assert_int_equal(bad.count, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_is_read_as_it_is_written),
        cmocka_unit_test(the_shipped_rules_are_without_complaint),
        cmocka_unit_test(every_mistake_is_told_with_its_place),
        cmocka_unit_test(what_two_keys_say_must_agree),
        cmocka_unit_test(
            what_nobody_measures_is_declared_or_said_and_nothing_else_is),
        cmocka_unit_test(an_id_stands_once_in_all_files),
        cmocka_unit_test(a_rule_that_never_acts_must_say_so),
        cmocka_unit_test(a_cap_is_no_looser_in_an_earlier_stage),
        cmocka_unit_test(the_digest_is_that_of_what_is_said),
        cmocka_unit_test(a_folder_that_is_not_there_is_a_complaint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
