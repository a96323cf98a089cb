/* test_kill - the latch, the control socket's words, and what they stop */
#include "tests/unit/riskd/desk_trade.h"

static void
assert_denied(const struct desk *d, enum reason first)
{
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->said[TYPE_grant], 0);
    assert_true(d->denial.reasons.count > 0);
    assert_int_equal(d->denial.reasons.at[0].code, first);
}

static struct command
make_command(enum verb verb, uint64_t nonce)
{
    struct command m = { .verb = verb, .nonce = nonce,
                         .expires = { NOON + DAY_NS },
                         .role = ROLE_ops_admin };
    (void)text_set(&m.actor, "tester");
    (void)text_set(&m.reason, "because it is a test");
    return m;
}

/* faults: F-051 */
static void
a_latch_not_read_yet_counts_as_pulled(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    desk_start(d);
    desk_lease(d);
    assert_int_equal(d->lease.mode, MODE_halted);
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_LATCHED);
    desk_free(d);
}

static void
under_a_kill_not_even_an_unwind_is_granted(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "one", 400000, 100 * MICROS);
    desk_latch(d, true, 1);
    assert_int_equal(d->event.action, ACTION_kill);
    assert_int_equal(desk_state(d).mode, MODE_halted);
    desk_lease(d);
    assert_int_equal(d->lease.mode, MODE_halted);
    assert_int_equal(d->lease.kill_gen, 1);
    HEAR(d, authorize, &m); /* What was granted before is over too. */
    assert_int_equal(d->grant.ttl.ms, 0);
    struct authorize u = ask_sale(1, 0, 380000, 100);
    HEAR(d, authorize, &u);
    assert_denied(d, REASON_LATCHED);
    desk_latch(d, false, 1);
    u.attempt = 2;
    g = granted(d, &u);
    assert_int_equal(g.kill_gen, 1);
    assert_int_equal(g.reserved.micros, 0);
    desk_free(d);
}

static void
a_kill_is_said_once_also_over_a_restart(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_latch(d, true, 4);
    assert_int_equal(d->said[TYPE_risk_event], 1);
    struct riskd *x = desk_recalled(d);
    riskd_destroy(&d->x);
    d->x = x;
    desk_latch(d, true, 4);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    desk_latch(d, true, 5);
    assert_int_equal(d->said[TYPE_risk_event], 1);
    desk_free(d);
}

/* What main hands to the shell: of its facts alone, whatever came when. */
static void
the_last_kill_and_its_clearing_are_known_from_the_facts(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    uint64_t gen = 9;
    assert_false(riskd_last_kill(d->x, &gen));
    assert_int_equal(gen, 0);
    desk_latch(d, true, 3);
    struct riskd *x = desk_recalled(d);
    assert_true(riskd_last_kill(x, &gen));
    assert_int_equal(gen, 3);
    riskd_destroy(&d->x);
    d->x = x;
    desk_latch(d, false, 5); /* Killed and cleared while it was down. */
    assert_int_equal(d->said[TYPE_risk_event], 1);
    assert_string_equal(d->event.rule.s, "clear");
    desk_assert_recalls(d);
    x = desk_recalled(d);
    assert_false(riskd_last_kill(x, &gen));
    assert_int_equal(gen, 5);
    riskd_destroy(&x);
    desk_latch(d, false, 5);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    desk_free(d);
}

static void
a_kill_command_is_answered_when_the_latch_is_on(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct command m = make_command(VERB_kill, 77);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command], 1);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    desk_latch(d, true, 1);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_true(d->reply.ok);
    assert_int_equal(d->reply.kill_gen, 1);
    desk_restart(d);
    desk_latch(d, true, 1);
    HEAR(d, command, &m); /* Said twice: answered, not pulled again. */
    assert_int_equal(d->said[TYPE_command], 0);
    assert_true(d->reply.ok);
    desk_free(d);
}

/* faults: F-043 */
static void
a_kill_that_does_not_reach_the_latch_says_so(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct command m = make_command(VERB_kill, 78);
    HEAR(d, command, &m);
    desk_pass(d, 2999);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    desk_pass(d, 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_false(d->reply.ok);
    assert_int_equal(d->reply.reason, REASON_TIMEOUT);
    desk_free(d);
}

/* The first one reaches the latch; what else comes at once is no more of one.
 * But it is never refused. */
/* faults: F-045 */
static void
more_kills_than_can_wait_change_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint64_t i = 0; i < 200; i++) {
        struct command m = make_command(VERB_kill, 100 + i);
        HEAR(d, command, &m);
        assert_int_equal(d->said[TYPE_command], i < 20);
        assert_true(i < 20 || d->reply.ok);
    }
    desk_latch(d, true, 1);
    assert_int_equal(d->said[TYPE_command_reply], 8);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
recall_all(struct desk *d)
{
    struct riskd *x = desk_recalled(d);
    riskd_destroy(&d->x);
    d->x = x;
}

static void
an_alarm_on_probation_kills_after_a_crash_too(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_latch(d, true, 3);
    desk_latch(d, false, 3);
    desk_lease(d);
    struct authorize m = desk_ask(1, 1, 0, 400000, 100);
    struct grant g = granted(d, &m);
    release_all(d, &g);
    fill_leg(d, &g, 0, "late", 400000, MICROS);
    assert_int_equal(d->said[TYPE_command], 0); /* Not before the tick. */
    recall_all(d);
    desk_latch(d, false, 3);
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 1);
    recall_all(d); /* Its kill is said: the alarm is no news. */
    desk_latch(d, true, 4);
    desk_latch(d, false, 4);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 0);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_latch_not_read_yet_counts_as_pulled),
        cmocka_unit_test(under_a_kill_not_even_an_unwind_is_granted),
        cmocka_unit_test(a_kill_is_said_once_also_over_a_restart),
        cmocka_unit_test(
            the_last_kill_and_its_clearing_are_known_from_the_facts),
        cmocka_unit_test(a_kill_command_is_answered_when_the_latch_is_on),
        cmocka_unit_test(a_kill_that_does_not_reach_the_latch_says_so),
        cmocka_unit_test(more_kills_than_can_wait_change_nothing),
        cmocka_unit_test(an_alarm_on_probation_kills_after_a_crash_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
