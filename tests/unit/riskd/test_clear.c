/* test_clear - what it takes to lift a kill, and what comes after */
#include "tests/unit/riskd/control_desk.h"

static void
refused(const struct desk *d, enum reason reason)
{
    assert_int_equal(d->said[TYPE_command], 0);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_false(d->reply.ok);
    assert_int_equal(d->reply.reason, reason);
}

static struct desk *
killed_desk(void)
{
    struct desk *d = desk_new();
    keep_well(d);
    desk_tick(d);
    desk_latch(d, true, 3);
    return d;
}

/* Knowing of no latch yet. */
static void
restart(struct desk *d)
{
    struct riskd *x = desk_recalled(d);
    riskd_destroy(&d->x);
    d->x = x;
    d->in.own_run++;
}

static bool
clear(struct desk *d, const char *generation)
{
    return say(d, VERB_clear, ROLE_ops_admin, "", generation);
}

/* So many healthy looks. */
static void
look(struct desk *d, int times)
{
    for (int i = 0; i < times; i++) {
        pass_well(d, 60000);
        assert_string_equal(d->event.rule.s, "health");
    }
}

/* faults: F-049 */
static void
a_clear_needs_three_healthy_looks_a_minute_apart(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    assert_false(clear(d, "3"));
    refused(d, REASON_UNHEALTHY);
    look(d, 1);
    pass_well(d, 59999);
    assert_int_equal(d->event.value, MICROS); /* Not yet another one. */
    pass_well(d, 1);
    assert_int_equal(d->event.value, 2 * MICROS);
    assert_false(clear(d, "3"));
    refused(d, REASON_UNHEALTHY);
    look(d, 1);
    assert_true(clear(d, "3"));
    assert_int_equal(d->said[TYPE_command_reply], 0);
    desk_latch(d, false, 3);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_true(d->reply.ok);
    desk_free(d);
}

/* faults: F-049 */
static void
one_red_look_begins_again_at_nothing(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    look(d, 2);
    desk_pass(d, 60000);
    keep_well(d);
    beat(d, SOURCE_feed, false);
    desk_tick(d);
    assert_int_equal(d->event.value, 0);
    assert_non_null(strstr(d->event.scope.s, "feed"));
    look(d, 2);
    assert_false(clear(d, "3"));
    refused(d, REASON_UNHEALTHY);
    look(d, 1);
    assert_true(clear(d, "3"));
    desk_free(d);
}

/* faults: F-047 F-049 */
static void
a_kill_more_or_a_restart_begins_again_too(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    look(d, 3);
    desk_latch(d, true, 4);
    keep_well(d);
    assert_false(clear(d, "3"));
    refused(d, REASON_CONFLICT);
    assert_false(clear(d, "4"));
    refused(d, REASON_UNHEALTHY);
    look(d, 3);
    restart(d);
    desk_latch(d, true, 4);
    keep_well(d);
    desk_tick(d);
    assert_false(clear(d, "4"));
    refused(d, REASON_UNHEALTHY);
    look(d, 3);
    assert_true(clear(d, "4"));
    desk_free(d);
}

/* Each of the faults alone keeps the look red. */
static void
every_fault_is_seen_and_named(void **state)
{
    (void)state;
    static const char *const words[] = { "feed",  "scanner", "connection",
                                         "lost",  "in a row", "lease",
                                         "reconciled", "reconciled",
                                         "halted", "limits" };
    for (int i = 0; i < 10; i++) {
        struct desk *d = desk_conf();
        d->conf.daily_loss_max = USD(i == 8 ? 5 : 50);
        desk_open(d);
        keep_well(d);
        desk_tick(d);
        if (i == 8 || i == 9) { /* Lost 10; or 40 held of at most 39. */
            struct authorize m = desk_ask(1, 2, 0, 400000, 100);
            struct grant g = granted(d, &m);
            fill_leg(d, &g, 0, "f", 400000, 100 * MICROS);
            release_all(d, &g);
            struct settle s = { .ref = desk_uuid(9), .mode = MODE_paper,
                                .kind = SETTLE_KIND_resolve,
                                .token = desk_token(0),
                                .qty = { 100 * MICROS },
                                .cash = { 30 * MICROS } };
            if (i == 8) {
                HEAR(d, settle, &s);
                assert_true(d->ack.ok);
            } else {
                d->conf.position_max = USD(39);
                desk_restart(d);
                desk_tick(d);
            }
        }
        struct venue_status v = { .connection = 3,
                                  .state = LINK_STATE_connecting };
        struct gap gap = { .src = SOURCE_feed };
        struct lease_request l = { .clean = i != 6, .unknown = i == 7 };
        desk_latch(d, true, 1);
        desk_pass(d, 60000);
        keep_well(d);
        for (uint32_t n = 0; i == 4 && n < 3; n++) {
            struct execution e = { .exec_id = desk_uuid(n),
                                   .mode = MODE_paper,
                                   .status = EXEC_STATUS_ERROR };
            HEAR(d, execution, &e);
        }
        if (i == 0) {
            beat(d, SOURCE_feed, false);
        } else if (i == 1) {
            beat(d, SOURCE_scanner, false);
        } else if (i == 2) {
            HEAR(d, venue_status, &v);
        } else if (i == 3) {
            HEAR(d, gap, &gap);
        } else if (i == 5) {
            desk_pass(d, 2000);
        } else if (i == 6 || i == 7) {
            HEAR(d, lease_request, &l);
        }
        desk_tick(d);
        assert_string_equal(d->event.rule.s, "health");
        assert_int_equal(d->event.value, 0);
        assert_non_null(strstr(d->event.scope.s, words[i]));
        desk_free(d);
    }
}

/* faults: F-048 */
static void
a_clear_needs_a_reason_a_clean_executor_and_something_to_clear(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    look(d, 3);
    struct command m = word(d, VERB_clear, ROLE_ops_admin);
    (void)text_set(&m.value, "3");
    (void)text_set(&m.reason, "too  short ");
    HEAR(d, command, &m);
    refused(d, REASON_BAD_INPUT);
    HEAR(d, lease_request, &((struct lease_request){ .unknown = 1,
                                                     .clean = true }));
    assert_false(clear(d, "3"));
    refused(d, REASON_UNCLEAN);
    HEAR(d, lease_request, &((struct lease_request){ .clean = false }));
    assert_false(clear(d, "3"));
    refused(d, REASON_UNCLEAN);
    desk_lease(d);
    assert_false(clear(d, "03"));
    refused(d, REASON_CONFLICT);
    assert_true(clear(d, "3"));
    assert_false(clear(d, "3")); /* One is on its way. */
    refused(d, REASON_LATCHED);
    desk_latch(d, false, 3);
    assert_false(clear(d, "3"));
    refused(d, REASON_DUPLICATE);
    desk_free(d);
}

static void
a_clear_that_does_not_reach_the_latch_says_so(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    look(d, 3);
    assert_true(clear(d, "3"));
    desk_pass(d, 5000);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    desk_pass(d, 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_false(d->reply.ok);
    assert_int_equal(d->reply.reason, REASON_TIMEOUT);
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    desk_free(d);
}

static struct desk *
cleared_desk(void)
{
    struct desk *d = killed_desk();
    look(d, 3);
    assert_true(clear(d, "3"));
    desk_latch(d, false, 3);
    keep_well(d);
    desk_tick(d);
    return d;
}

static void
run_well(struct desk *d, uint32_t times)
{
    static uint32_t serial = 900;
    for (uint32_t i = 0; i < times; i++) {
        struct execution e = { .exec_id = desk_uuid(++serial),
                               .strategy = STRATEGY_A,
                               .mode = MODE_paper,
                               .status = EXEC_STATUS_FILLED };
        HEAR(d, execution, &e);
    }
}

/* faults: F-058 */
static void
on_probation_a_quarter_is_allowed_and_one_micro_more_is_not(void **state)
{
    (void)state;
    struct desk *d = cleared_desk();
    struct authorize m = desk_ask(1, 1, 0, 400000, 125);
    assert_int_equal(d->lease.size.bps, 2500);
    assert_true(is_granted(d, &m));
    m.legs.at[0].size.micros++;
    assert_false(is_granted(d, &m));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_SHARES_LIMIT);
    desk_restart(d); /* The latch is off, and knows of the kill. */
    desk_latch(d, false, 3);
    assert_false(is_granted(d, &m));
    desk_free(d);
}

static void
probation_ends_after_its_time_and_its_executions(void **state)
{
    (void)state;
    struct desk *d = cleared_desk();
    struct authorize m = desk_ask(1, 1, 0, 400000, 126);
    run_well(d, 2);
    pass_well(d, 3600000);
    assert_false(is_granted(d, &m)); /* One execution short. */
    run_well(d, 1);
    struct execution e = { .exec_id = desk_uuid(1), .mode = MODE_paper,
                           .status = EXEC_STATUS_STALE };
    HEAR(d, execution, &e);
    desk_tick(d);
    assert_string_equal(d->event.rule.s, "probation_over");
    desk_lease(d);
    assert_int_equal(d->lease.size.bps, 10000);
    assert_true(is_granted(d, &m));
    restart(d);
    desk_latch(d, false, 3);
    desk_lease(d);
    assert_true(is_granted(d, &m));
    desk_latch(d, true, 4); /* And again from the start. */
    desk_latch(d, false, 4);
    desk_tick(d);
    assert_false(is_granted(d, &m));
    run_well(d, 9);
    pass_well(d, 3599999);
    assert_false(is_granted(d, &m));
    pass_well(d, 1);
    assert_true(is_granted(d, &m));
    desk_free(d);
}

static void
an_alarm_on_probation_pulls_the_switch(void **state)
{
    (void)state;
    struct desk *d = cleared_desk();
    struct authorize m = desk_ask(1, 1, 0, 400000, 100);
    struct grant g = granted(d, &m);
    release_all(d, &g);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    /* After its release: severity high. */
    fill_leg(d, &g, 0, "late", 400000, MICROS);
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 1);
    desk_assert_recalls(d);
    desk_latch(d, true, 4);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 0);
    desk_free(d);
}

/* faults: F-059 */
static void
a_strategy_is_killed_and_cleared_by_itself(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    keep_well(d);
    desk_tick(d);
    struct authorize a = desk_ask(1, 1, 0, 400000, 126), b = a;
    b.strategy = STRATEGY_B;
    assert_true(say(d, VERB_kill, ROLE_operator, "strategy:A", ""));
    assert_int_equal(desk_state(d).killed, UINT64_C(1) << STRATEGY_A);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    pass_well(d, 2000);
    assert_int_equal(d->said[TYPE_command_reply], 0);
    pass_well(d, 1); /* Any grant from before is over. */
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_true(d->reply.ok);
    desk_restart(d);
    keep_well(d);
    desk_tick(d);
    assert_false(is_granted(d, &a));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_LATCHED);
    assert_true(is_granted(d, &b));
    look(d, 3);
    assert_false(say(d, VERB_clear, ROLE_ops_admin, "strategy:B", "1"));
    refused(d, REASON_DUPLICATE);
    assert_false(say(d, VERB_clear, ROLE_ops_admin, "strategy:A", "2"));
    refused(d, REASON_CONFLICT);
    assert_true(say(d, VERB_clear, ROLE_ops_admin, "strategy:A", "1"));
    desk_tick(d);
    assert_false(is_granted(d, &a)); /* On probation. */
    assert_true(is_granted(d, &b));
    run_well(d, 3);
    pass_well(d, 3600000);
    assert_true(is_granted(d, &a));
    desk_restart(d);
    assert_true(is_granted(d, &a));
    desk_free(d);
}

/* faults: F-059 */
static void
a_venue_is_killed_by_itself_and_the_latch_clears_no_scope(void **state)
{
    (void)state;
    struct desk *d = killed_desk();
    struct authorize m = desk_ask(1, 1, 0, 400000, 100);
    assert_true(say(d, VERB_kill, ROLE_operator, "venue:polymarket", ""));
    look(d, 3);
    assert_true(clear(d, "3"));
    desk_latch(d, false, 3);
    assert_false(is_granted(d, &m));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_LATCHED);
    keep_well(d);
    desk_tick(d);
    assert_true(say(d, VERB_clear, ROLE_ops_admin, "venue:polymarket", "1"));
    assert_true(is_granted(d, &m));
    desk_free(d);
}

static void
a_lease_lost_with_live_reservations_open_is_a_kill(void **state)
{
    (void)state;
    for (int live = 0; live < 2; live++) {
        struct desk *d = desk_conf();
        d->common.mode = live ? MODE_live : MODE_paper;
        d->conf.stage = 1;
        desk_open(d);
        struct authorize m = desk_ask(1, 2, 0, 400000, 100);
        m.mode = d->common.mode;
        HEAR(d, authorize, &m);
        assert_int_equal(d->said[TYPE_grant], 1);
        desk_tick(d);
        desk_pass(d, 62000);
        desk_tick(d);
        assert_int_equal(d->said[TYPE_command], 0);
        desk_pass(d, 1);
        desk_tick(d);
        assert_int_equal(d->said[TYPE_command], live);
        desk_free(d);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_needs_three_healthy_looks_a_minute_apart),
        cmocka_unit_test(one_red_look_begins_again_at_nothing),
        cmocka_unit_test(a_kill_more_or_a_restart_begins_again_too),
        cmocka_unit_test(every_fault_is_seen_and_named),
        cmocka_unit_test(
            a_clear_needs_a_reason_a_clean_executor_and_something_to_clear),
        cmocka_unit_test(a_clear_that_does_not_reach_the_latch_says_so),
        cmocka_unit_test(
            on_probation_a_quarter_is_allowed_and_one_micro_more_is_not),
        cmocka_unit_test(probation_ends_after_its_time_and_its_executions),
        cmocka_unit_test(an_alarm_on_probation_pulls_the_switch),
        cmocka_unit_test(a_strategy_is_killed_and_cleared_by_itself),
        cmocka_unit_test(
            a_venue_is_killed_by_itself_and_the_latch_clears_no_scope),
        cmocka_unit_test(a_lease_lost_with_live_reservations_open_is_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
