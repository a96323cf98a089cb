/* test_breakers - failures in a row, the day's loss, a slow venue; over
 * restarts and midnights */
#include "tests/unit/riskd/desk_trade.h"

static void
end_execution(struct desk *d, uint32_t n, enum exec_status status)
{
    struct execution m = { .exec_id = desk_uuid(n),
                           .mode = MODE_paper,
                           .status = status };
    HEAR(d, execution, &m);
}

static bool
is_granted(struct desk *d, uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 900, 400000, 60);
    desk_lease(d);
    HEAR(d, authorize, &m);
    bool yes = d->said[TYPE_grant] == 1;
    if (yes) {
        release_leg(d, &d->grant, legs_cap, EVIDENCE_never_sent);
    }
    return yes;
}

static void
three_failures_in_a_row_pause_for_an_hour(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    end_execution(d, 2, EXEC_STATUS_ERROR);
    end_execution(d, 2, EXEC_STATUS_ERROR); /* The same one again. */
    assert_true(is_granted(d, 1));
    desk_restart(d); /* The count survives. */
    end_execution(d, 3, EXEC_STATUS_ERROR);
    assert_int_equal(d->event.action, ACTION_pause);
    assert_false(is_granted(d, 2));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_BREAKER);
    assert_int_equal(d->lease.mode, MODE_shadow);
    desk_pass(d, 3599999);
    desk_restart(d); /* And so does the deadline. */
    assert_false(is_granted(d, 3));
    desk_pass(d, 1);
    assert_true(is_granted(d, 4));
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

/* Whoever heard of a breaker, or was refused by it, must find it again. */
static void
a_breaker_that_opened_outlives_any_crash(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t n = 1; n <= 2; n++) {
        end_execution(d, n, EXEC_STATUS_ERROR);
        desk_crash(d);
    }
    end_execution(d, 3, EXEC_STATUS_ERROR);
    assert_int_equal(d->event.action, ACTION_pause);
    assert_false(is_granted(d, 1));
    desk_crash(d);
    assert_false(is_granted(d, 2));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_BREAKER);
    desk_free(d);
}

static void
a_success_in_between_begins_again_at_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    end_execution(d, 1, EXEC_STATUS_ERROR);
    end_execution(d, 2, EXEC_STATUS_ERROR);
    end_execution(d, 3, EXEC_STATUS_FILLED);
    desk_restart(d);
    end_execution(d, 4, EXEC_STATUS_ERROR);
    end_execution(d, 5, EXEC_STATUS_ERROR);
    end_execution(d, 6, EXEC_STATUS_UNWOUND); /* Neither. */
    end_execution(d, 7, EXEC_STATUS_STALE);
    assert_true(is_granted(d, 1));
    end_execution(d, 8, EXEC_STATUS_ERROR);
    assert_false(is_granted(d, 2));
    desk_assert_recalls(d);
    desk_free(d);
}

static void
while_paused_an_open_group_may_still_unwind(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 60);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 60 * MICROS);
    for (uint32_t i = 1; i <= 3; i++) {
        end_execution(d, i, EXEC_STATUS_ERROR);
    }
    struct authorize u = ask_sale(1, 0, 380000, 60);
    (void)granted(d, &u);
    desk_free(d);
}

/* Buys 100 at 0.45 in an event of its own and settles them for nothing. */
static void
lose_45(struct desk *d, uint32_t n)
{
    struct authorize m = desk_ask(n, 2, n * 10, 450000, 100);
    (void)text_set(&m.event, (char[]){ (char)('a' + n), 0 });
    desk_lease(d);
    struct grant g = granted(d, &m);
    struct fill f = desk_fill(&g, 0, "", 450000, 100 * MICROS);
    f.fee.micros = 0;
    (void)text_set(&f.fill_id, (char[]){ (char)('a' + n), 0 });
    HEAR(d, fill, &f);
    release_all(d, &g);
    struct settle s = { .ref = desk_uuid(700 + n),
                        .mode = MODE_paper,
                        .kind = SETTLE_KIND_resolve,
                        .token = f.token,
                        .qty = f.qty };
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
}

static void
a_day_s_loss_above_the_limit_halts_until_midnight(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.daily_loss_max = USD(90);
    desk_open(d);
    lose_45(d, 1);
    lose_45(d, 2);
    assert_int_equal(desk_state(d).day_pnl.micros, -90LL * MICROS);
    assert_true(is_granted(d, 3)); /* Equal passes. */
    lose_45(d, 4);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    assert_false(is_granted(d, 5));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_DAILY_LOSS);
    assert_int_equal(d->lease.mode, MODE_shadow);
    desk_restart(d);
    desk_pass(d, 43200000 - 1); /* One ms to midnight. */
    assert_false(is_granted(d, 6));
    desk_pass(d, 1);
    assert_true(is_granted(d, 7));
    assert_int_equal(desk_state(d).day_pnl.micros, 0);
    assert_int_equal(desk_state(d).realised.micros, -135LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_halted_day_stays_halted_when_the_money_comes_back(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.daily_loss_max = USD(40);
    desk_open(d);
    struct authorize m = desk_ask(50, 2, 500, 400000, 400);
    HEAR(d, authorize, &m);
    struct fill f = desk_fill(&d->grant, 0, "win", 400000, 400 * MICROS);
    HEAR(d, fill, &f);
    lose_45(d, 1);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    struct settle s = { .ref = desk_uuid(990),
                        .mode = MODE_paper,
                        .kind = SETTLE_KIND_resolve,
                        .token = f.token,
                        .qty = f.qty,
                        .cash = { 400LL * MICROS } };
    HEAR(d, settle, &s);
    assert_true(desk_state(d).day_pnl.micros > 0);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    desk_restart(d);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    d->in.wall.ns -= 2 * DAY_NS; /* Nor does a clock that goes back help. */
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    desk_free(d);
}

static void
a_fee_is_part_of_the_cost_and_counts_on_the_day_of_the_sale(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    assert_int_equal(desk_state(d).day_pnl.micros, 0);
    desk_pass(d, 86400000);
    m = ask_sale(1, 0, 400000, 100);
    desk_lease(d);
    g = granted(d, &m);
    fill_leg(d, &g, 0, "b", 400000, 50 * MICROS);
    assert_int_equal(desk_state(d).day_pnl.micros, -5000 - 2500);
    desk_pass(d, 86400000);
    assert_int_equal(desk_state(d).day_pnl.micros, 0);
    fill_leg(d, &g, 0, "c", 400000, 50 * MICROS);
    assert_int_equal(desk_state(d).day_pnl.micros, -5000 - 2500);
    assert_int_equal(desk_state(d).realised.micros, -15000);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_clock_that_goes_back_does_not_begin_the_day_again(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    lose_45(d, 1);
    d->in.wall.ns -= DAY_NS;
    lose_45(d, 2);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    d->in.wall.ns += DAY_NS;
    assert_int_equal(desk_state(d).day_pnl.micros, -90LL * MICROS);
    assert_int_equal(desk_state(d).state, RISK_MODE_halt_day);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_slow_live_venue_degrades_to_shadow_for_a_while(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    d->conf.stage = 1;
    desk_open(d);
    /* A live grant that sells what the live books hold: nothing.  It takes a
     * recalled one to have a live group at all before a balance is proved. */
    struct grant g = { .auth = desk_uuid(1),
                       .group = desk_uuid(2),
                       .attempt = 1,
                       .mode = MODE_live };
    g.legs.count = 1;
    g.legs.at[0].token = desk_token(1);
    struct input past = { .mono = d->in.mono, .wall = d->in.wall };
    riskd_recall_grant(d->x, &g, &past);
    struct order m = { .order = { { 1 } },
                       .group = desk_uuid(2),
                       .state = ORDER_STATE_live,
                       .sent = { NOON },
                       .answered = { NOON + 500000000 } };
    HEAR(d, order, &m);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    m.answered.ns++;
    HEAR(d, order, &m); /* The same order: it was measured. */
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    m.order.b[0]++;
    HEAR(d, order, &m);
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    assert_int_equal(desk_state(d).mode, MODE_shadow);
    assert_string_equal(d->event.rule.s, "latency");
    m.order.b[0]++;
    m.group = desk_uuid(3); /* Nobody's, or paper's: not the venue's pace. */
    desk_pass(d, 30000);
    HEAR(d, order, &m);
    desk_pass(d, 29999);
    assert_int_equal(desk_state(d).state, RISK_MODE_monitor);
    desk_pass(d, 1);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

/* Its own opportunity: it sold what was held. */
static void
a_sale_counts_for_no_breaker_and_what_is_left_is_said(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t i = 1; i < 5; i++) {
        struct execution e = { .exec_id = desk_uuid(i),
                               .scan_id = desk_uuid(i), .mode = MODE_paper,
                               .status = EXEC_STATUS_ERROR,
                               .target = { 30 * MICROS },
                               .filled = { 10 * MICROS } };
        (void)text_set(&e.event, "rain");
        HEAR(d, execution, &e);
        assert_int_equal(d->said[TYPE_risk_event], 1);
        assert_string_equal(d->event.rule.s, "unsold");
        assert_string_equal(d->event.scope.s, "paper rain");
        assert_string_equal(d->event.unit.s, "shares");
        assert_int_equal(d->event.value, 20 * MICROS);
        e.filled = e.target;
        HEAR(d, execution, &e);
        assert_int_equal(d->said[TYPE_risk_event], 0);
    }
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    assert_int_equal(riskd_counters(d->x)[RISKD_failures], 0);
    desk_assert_recalls(d);
    desk_free(d);
}

/* As releases said it before events had units. */
static void
events_of_before_units_mean_what_they_did(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t i = 0; i < 2; i++) {
        struct execution e = { .exec_id = desk_uuid(i), .mode = MODE_paper,
                               .status = EXEC_STATUS_ERROR };
        HEAR(d, execution, &e);
    }
    desk_latch(d, true, 7);
    struct hash was = riskd_digest(d->x);
    for (uint32_t i = 0; i < d->facts_count; i++) {
        struct risk_event *e = d->facts[i].msg;
        if (d->facts[i].schema == &risk_event_schema) {
            assert_string_not_equal(e->unit.s, "");
            assert_int_equal(e->value % MICROS, 0);
            e->value /= MICROS;
            memset(&e->unit, 0, sizeof e->unit);
        }
    }
    struct riskd *x = desk_recalled(d);
    uint64_t gen;
    assert_true(riskd_last_kill(x, &gen));
    assert_int_equal(gen, 7);
    struct hash is = riskd_digest(x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    riskd_destroy(&x);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_failures_in_a_row_pause_for_an_hour),
        cmocka_unit_test(a_breaker_that_opened_outlives_any_crash),
        cmocka_unit_test(a_success_in_between_begins_again_at_nothing),
        cmocka_unit_test(while_paused_an_open_group_may_still_unwind),
        cmocka_unit_test(a_day_s_loss_above_the_limit_halts_until_midnight),
        cmocka_unit_test(a_halted_day_stays_halted_when_the_money_comes_back),
        cmocka_unit_test(
            a_fee_is_part_of_the_cost_and_counts_on_the_day_of_the_sale),
        cmocka_unit_test(a_clock_that_goes_back_does_not_begin_the_day_again),
        cmocka_unit_test(a_slow_live_venue_degrades_to_shadow_for_a_while),
        cmocka_unit_test(a_sale_counts_for_no_breaker_and_what_is_left_is_said),
        cmocka_unit_test(events_of_before_units_mean_what_they_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
