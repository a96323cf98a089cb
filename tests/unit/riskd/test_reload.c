/* test_reload - rules read again while riskd runs: whole or not at all */
#include "common/digest.h"
#include "riskd/reload.h"
#include "riskd/rules_file.h"
#include "tests/unit/riskd/control_desk.h"
#include "tests/unit/riskd/rules_desk.h"

static struct rule_set *set;
static struct desk *d;

static int
start(void **state)
{
    char id[16];
    (void)state;
    set = shipped_rules();
    d = desk_conf();
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    assert_true(riskd_rules(d->x, set, d->in.wall, id));
    desk_tick(d);
    desk_latch(d, false, 0);
    keep_well(d);
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    free(set);
    desk_free(d);
    return 0;
}

static void
tell(uint64_t count)
{
    struct rules_read end = { true, count, set->digest, { "" } };
    for (uint32_t i = 0; i < set->count; i++) {
        struct rule_row row;
        reload_row(&set->at[i], &row);
        HEAR(d, rule_row, &row);
    }
    HEAR(d, rules_read, &end);
}

static bool
asked(enum role role)
{
    struct command m = word(d, VERB_reload, role);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_audit], 1);
    return d->said[TYPE_command] == 1;
}

static void
every_shipped_rule_comes_back_from_its_row(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < set->count; i++) {
        struct rule_row row;
        struct rule back;
        uint8_t packed[2048];
        reload_row(&set->at[i], &row);
        size_t size = rule_row_pack(&row, packed, sizeof packed);
        assert_true(size > 0);
        assert_true(rule_row_unpack(&row, packed, size));
        assert_true(reload_rule(&row, &back));
        assert_memory_equal(&back, &set->at[i], sizeof back);
    }
}

static void
a_row_that_is_no_rule_is_refused(void **state)
{
    struct rule_row good, bad;
    struct rule r;
    (void)state;
    reload_row(&set->at[0], &good);
#define REFUSED(what)                                                       \
    bad = good;                                                             \
    bad.what;                                                               \
    assert_false(reload_rule(&bad, &r))
    REFUSED(metric.s[0] = '?');
    REFUSED(rule.s[0] = '\0');
    REFUSED(op = 6);
    REFUSED(kind = UINT64_MAX);
    REFUSED(phases = 1 << 16);
    REFUSED(hold.ns = -1);
    REFUSED(severity = (enum severity)99);
    REFUSED(action = (enum action)99);
    memset(good.rule.s, 'x', sizeof good.rule.s - 1);
    REFUSED(shadow = false); /* The id is too long. */
}

static void
the_same_rules_change_nothing_and_whoever_asked_is_told(void **state)
{
    (void)state;
    struct hash was = riskd_digest(d->x);
    tell(set->count);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    assert_true(asked(ROLE_ops_admin));
    assert_int_equal(d->said[TYPE_command_reply], 0); /* Not before. */
    tell(set->count);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_true(d->reply.ok);
    assert_non_null(strstr(d->reply.text.s, "the same as before"));
}

static void
new_rules_are_in_force_once_all_were_heard(void **state)
{
    (void)state;
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    desk_lease(d);
    HEAR(d, authorize, &m);
    assert_string_not_equal(d->denial.rule.s, "L-14");
    for (uint32_t i = 0; i < set->count; i++) {
        if (strcmp(set->at[i].id, "L-14") == 0) { /* Shares of one order. */
            set->at[i].threshold = 10 * MICROS;
        }
    }
    set->digest.b[0] ^= 1;
    assert_true(asked(ROLE_ops_admin));
    tell(set->count);
    assert_true(d->reply.ok);
    assert_string_equal(d->event.rule.s, "rules_read");
    assert_string_equal(d->event.scope.s, "in force");
    m = desk_ask(2, 2, 10, 400000, 100);
    desk_lease(d);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_string_equal(d->denial.rule.s, "L-14");
}

static void
a_mistake_or_a_missing_row_leaves_the_old_ones_and_raises_an_alert(
    void **state)
{
    struct rules_read bad = { .ok = false,
                              .mistake = { "alarms.yaml:3: expected" } };
    (void)state;
    desk_tick(d);
    assert_true(asked(ROLE_ops_admin));
    HEAR(d, rules_read, &bad);
    assert_false(d->reply.ok);
    assert_string_equal(d->reply.text.s, bad.mistake.s);
    assert_int_equal(d->event.severity, SEVERITY_warning);
    tell(set->count + 1);
    assert_string_equal(d->event.scope.s, "refused, the old ones stay");
    desk_tick(d);
    assert_string_equal(d->alert.key.s, "rules_read");
    tell(set->count); /* And what was refused is forgotten. */
    assert_int_equal(d->said[TYPE_risk_event], 0);
}

static void
only_an_admin_may_ask(void **state)
{
    (void)state;
    assert_false(asked(ROLE_operator));
    assert_int_equal(d->reply.reason, REASON_ROLE);
    assert_true(asked(ROLE_ops_admin));
    assert_true(asked(ROLE_ops_admin)); /* The one before is answered. */
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_false(d->reply.ok);
}

int
main(void)
{
#define ON_A_DESK(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        ON_A_DESK(every_shipped_rule_comes_back_from_its_row),
        ON_A_DESK(a_row_that_is_no_rule_is_refused),
        ON_A_DESK(the_same_rules_change_nothing_and_whoever_asked_is_told),
        ON_A_DESK(new_rules_are_in_force_once_all_were_heard),
        ON_A_DESK(
            a_mistake_or_a_missing_row_leaves_the_old_ones_and_raises_an_alert),
        ON_A_DESK(only_an_admin_may_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
