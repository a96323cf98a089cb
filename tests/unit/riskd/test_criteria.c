/* test_criteria - a gate lets through only what every rule lets through */
#include "riskd/ruling.h"
#include "tests/unit/riskd/desk.h"
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>

static struct rule_set set;
static struct desk *d;
static struct riskd_criterion found[RULES_CAP];

static void
add(const char *id, enum metric_id metric, enum rule_op op, int64_t limit,
    uint32_t gates)
{
    struct rule *r = &set.at[set.count++];
    *r = (struct rule){ .kind = RULE_require, .metric = metric, .op = op,
                        .threshold = limit, .severity = SEVERITY_critical,
                        .action = ACTION_block, .phases = gates };
    (void)snprintf(r->id, sizeof r->id, "%s", id);
}

static void
open_desk(void)
{
    char id[16];
    d = desk_conf();
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_true(riskd_rules(d->x, &set, d->in.wall, id));
    desk_tick(d);
    desk_latch(d, false, 0);
    desk_lease(d);
}

static int
stop(void **state)
{
    (void)state;
    desk_free(d);
    memset(&set, 0, sizeof set);
    return 0;
}

static uint32_t
judge(const char *gates)
{
    uint32_t bits;
    assert_true(riskd_gates(gates, &bits));
    return riskd_criteria(d->x, bits, d->in.wall, found, RULES_CAP);
}

static void
ended(uint32_t n, enum exec_status how)
{
    struct execution m = { .exec_id = desk_uuid(n), .mode = MODE_paper,
                           .strategy = STRATEGY_A, .status = how };
    HEAR(d, execution, &m);
}

static void
each_is_answered_with_value_sample_and_verdict(void **state)
{
    (void)state;
    add("days", METRIC_phase_days, RULE_ge, 7 * MICROS, PHASE_EXIT);
    add("trades", METRIC_paper_trades, RULE_gt, MICROS, PHASE_EXIT);
    add("rate", METRIC_exec_fail_rate, RULE_lt, 10000, PHASE_SIGNOFF);
    add("wallet", METRIC_wallet_is_dedicated, RULE_eq, MICROS,
        PHASE_ENTER << 1);
    add("later", METRIC_phase_days, RULE_ge, 0, PHASE_EXIT << 1);
    open_desk();
    ended(1, EXEC_STATUS_FILLED);
    ended(2, EXEC_STATUS_FILLED);
    desk_pass(d, 7 * 86400000LL - 1000);
    assert_int_equal(judge("exit:P0,enter:P1,signoff"), 4);
    assert_string_equal(found[0].rule, "days");
    assert_string_equal(found[0].verdict, "fail");
    assert_string_equal(found[1].verdict, "pass");
    assert_int_equal(found[1].value, 2 * MICROS);
    assert_string_equal(found[2].verdict, "not enough data");
    assert_int_equal(found[2].sample, 2);
    assert_int_equal(found[2].least, 100);
    assert_string_equal(found[3].verdict, "no data");
    assert_false(found[3].known);
    assert_false(found[2].pass || found[3].pass || found[0].pass);
    desk_pass(d, 1000);
    assert_int_equal(judge("exit:P0"), 2);
    assert_true(found[0].pass && found[1].pass);
    assert_int_equal(judge("exit:P1"), 1);
}

static void
a_gate_looks_at_the_whole_phase_and_an_alarm_at_its_window(void **state)
{
    (void)state;
    add("rate", METRIC_slippage_ratio, RULE_le, 1300000, PHASE_EXIT);
    open_desk();
    for (uint32_t i = 0; i < 20; i++) {
        struct occurrence m = { .kind = OCCURRENCE_KIND_fill,
                                .mode = MODE_paper,
                                .at = d->in.wall,
                                .ref = desk_uuid(i + 1),
                                .slip = { 3 } };
        riskd_recall_occurrence(d->x, &m, &d->in);
    }
    desk_pass(d, 30 * 86400000LL);
    assert_int_equal(judge("exit:P0"), 1);
    assert_int_equal(found[0].value, MICROS);
    struct metric_view view;
    riskd_metric_view(d->x, d->in.wall, &view);
    assert_int_equal(metric_answer(riskd_metrics(d->x), &view,
                                   METRIC_slippage_ratio).state, VALUE_few);
}

static void
gates_are_words(void **state)
{
    uint32_t bits;
    (void)state;
    d = desk_conf();
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_true(riskd_gates("exit:P0,signoff", &bits));
    assert_int_equal(bits, PHASE_EXIT | PHASE_SIGNOFF);
    assert_false(riskd_gates("", &bits));
    assert_false(riskd_gates("exit:P0,", &bits));
    assert_false(riskd_gates("exit:P4", &bits));
    assert_false(riskd_gates("exit", &bits));
    assert_int_equal(riskd_criteria(d->x, PHASE_EXIT, d->in.wall, found, 9),
                     0); /* No rules, no criteria: never a GO. */
}

int
main(void)
{
#define T(f) cmocka_unit_test_teardown(f, stop)
    const struct CMUnitTest tests[] = {
        T(each_is_answered_with_value_sample_and_verdict),
        T(a_gate_looks_at_the_whole_phase_and_an_alarm_at_its_window),
        T(gates_are_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
