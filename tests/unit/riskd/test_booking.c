/* test_booking - fills and releases, to the micro, by hand */
#include "tests/unit/riskd/desk_trade.h"

static void
a_fill_moves_its_money_from_reserved_to_position(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    int64_t reserved = desk_state(d).reserved.micros;
    fill_leg(d, &g, 0, "one", 390000, 100 * MICROS);
    assert_true(d->ack.ok);
    struct risk_state s = desk_state(d);
    assert_int_equal(s.exposure.micros, 39005000); /* With its fee. */
    assert_int_equal(s.reserved.micros, reserved - 39005000);
    assert_int_equal(s.equity.micros, 5000LL * MICROS);
    assert_int_equal(s.realised.micros, 0);
    assert_int_equal(s.high_water.micros, 5000LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
costs_round_up_and_proceeds_round_down(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 10);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 333333, 1500001); /* 499999.83... */
    assert_int_equal(desk_state(d).exposure.micros, 505000);
    int64_t cash = desk_state(d).cash.micros;
    struct authorize u = ask_sale(1, 0, 300000, 1);
    struct grant ug = granted(d, &u);
    fill_leg(d, &ug, 0, "s", 333333, 1000002); /* 333333.66... */
    assert_int_equal(desk_state(d).cash.micros, cash + 333333 - 5000);
    desk_free(d);
}

static void
a_fill_heard_again_changes_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    struct fill f = desk_fill(&g, 0, "one", 400000, 50 * MICROS);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    f.state = FILL_STATE_confirmed;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_none);
    struct hash was = riskd_digest(d->x);
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    desk_restart(d);
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    desk_free(d);
}

static void
a_release_frees_what_the_fills_left(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "one", 400000, 60 * MICROS);
    release_all(d, &g);
    struct risk_state s = desk_state(d);
    assert_int_equal(s.reserved.micros, 0);
    assert_int_equal(s.cash.micros, 5000LL * MICROS - 24005000);
    uint32_t facts = d->facts_count;
    release_all(d, &g);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    assert_int_equal(d->facts_count, facts);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
legs_are_released_one_by_one_and_the_allowance_with_the_last(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    struct release r = { .auth = g.auth,
                         .leg = 1,
                         .evidence = EVIDENCE_not_found_quiet };
    HEAR(d, release, &r);
    /* 40.01 of leg 0, and 5 % of one leg. */
    assert_int_equal(desk_state(d).reserved.micros, 40010000 + 2000500);
    HEAR(d, release, &r);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    desk_restart(d);
    r.leg = 0;
    HEAR(d, release, &r);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
evidence_that_cannot_be_true_frees_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "one", 400000, 60 * MICROS);
    int64_t reserved = desk_state(d).reserved.micros;
    struct release r = { .auth = g.auth,
                         .leg = legs_cap,
                         .evidence = EVIDENCE_never_sent };
    HEAR(d, release, &r);
    assert_false(d->ack.ok);
    r.evidence = EVIDENCE_rejected_proven;
    HEAR(d, release, &r);
    assert_false(d->ack.ok);
    r.leg = 1;
    d->in.run = RUN - 1; /* An older run cannot know. */
    for (uint32_t e = 0; e < evidence_end_; e++) {
        r.evidence = (enum evidence)e;
        HEAR(d, release, &r);
        assert_false(d->ack.ok);
        assert_int_equal(d->ack.reason, REASON_EPOCH);
    }
    r.evidence = EVIDENCE_never_sent;
    d->in.run = RUN;
    r.leg = 2;
    HEAR(d, release, &r);
    assert_false(d->ack.ok);
    r.leg = 33;
    HEAR(d, release, &r);
    assert_int_equal(d->ack.reason, REASON_BAD_INPUT);
    r.leg = 1;
    r.evidence = (enum evidence)77;
    HEAR(d, release, &r);
    assert_int_equal(d->ack.reason, REASON_BAD_INPUT);
    assert_int_equal(desk_state(d).reserved.micros, reserved);
    r.evidence = EVIDENCE_never_sent;
    HEAR(d, release, &r);
    assert_true(d->ack.ok);
    desk_free(d);
}

static void
a_fill_after_the_release_is_booked_from_cash_and_said_aloud(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    release_all(d, &g);
    fill_leg(d, &g, 1, "late", 400000, 10 * MICROS);
    assert_true(d->ack.ok);
    assert_string_equal(d->event.rule.s, "fill_late");
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS - 4005000);
    assert_int_equal(desk_state(d).exposure.micros, 4005000);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_late_fill_leaves_the_allowance_to_the_legs_that_are_open(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    release_leg(d, &g, 1, EVIDENCE_venue_terminal);
    int64_t reserved = desk_state(d).reserved.micros;
    fill_leg(d, &g, 1, "late", 400000, MICROS);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).reserved.micros, reserved);
    desk_free(d);
}

static void
a_dearer_fill_draws_on_the_allowance_then_on_cash(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    int64_t cash = desk_state(d).cash.micros;
    fill_leg(d, &g, 0, "dear", 410000, 100 * MICROS); /* 0.995 over. */
    assert_int_equal(desk_state(d).cash.micros, cash);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    fill_leg(d, &g, 1, "dearer", 440000, 100 * MICROS); /* 3.995 over. */
    assert_true(d->ack.ok);
    assert_string_equal(d->event.rule.s, "fill_over");
    assert_int_equal(desk_state(d).cash.micros,
                     cash - (995000 + 3995000 - 2000500));
    assert_int_equal(desk_state(d).reserved.micros, 0);
    desk_assert_recalls(d);
    desk_free(d);
}

/* Seen at 0.35, it may all be at 0.40, of which the fee is more. */
static void
a_purchase_on_paper_reserves_the_fee_at_its_limit(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.patch_allowance.ppm = 0;
    desk_open(d);
    list_market(d);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    m.legs.at[0].avg.micros = 350000;
    m.legs.at[0].fee.micros = 910000;
    m.legs.at[1].token = desk_token(9);
    struct grant g = granted(d, &m);
    int64_t cash = desk_state(d).cash.micros;
    struct fill f = desk_fill(&g, 0, "dear", 400000, 100 * MICROS);
    f.fee.micros = 960000;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    assert_int_equal(desk_state(d).cash.micros, cash);
    desk_free(d);
}

/* The dollars of 259.75 shares at 0.96, all there was when they were asked
 * for, buy 200 at 0.95 and 61.8333 at 0.96; or 24936 at one cent. */
static void
a_live_purchase_reserves_the_fee_of_all_its_dollars_buy(void **state)
{
    (void)state;
    for (int cheap = 0; cheap < 2; cheap++) {
        struct desk *d = desk_conf();
        d->common.mode = MODE_live;
        d->conf.stage = 1;
        d->conf.patch_allowance.ppm = 0;
        d->conf.trade_max.ppm = d->conf.event_max.ppm = MICROS;
        desk_open(d);
        list_market(d);
        struct authorize m = desk_ask(1, 2, 0, 10000, 259);
        m.mode = MODE_live;
        m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 960000;
        m.legs.at[0].size.micros = 259750000;
        m.legs.at[1].token = desk_token(9); /* Nobody told of its market. */
        m.legs.at[0].fee.micros = 398976; /* x 0.04 x 0.96 x 0.04 */
        struct grant g = granted(d, &m);
        int64_t cash = desk_state(d).cash.micros;
        struct fill f = desk_fill(&g, 0, "cheap", 950000, 200 * MICROS);
        f.fee.micros = 380000;
        if (cheap) {
            f.price.micros = 10000;
            f.qty.micros = INT64_C(24936) * MICROS;
            f.fee.micros = 9874650;
        }
        HEAR(d, fill, &f);
        f = desk_fill(&g, 0, "dear", 960000, 61833333);
        f.fee.micros = 94970;
        if (!cheap) {
            HEAR(d, fill, &f);
        }
        assert_true(d->ack.ok);
        assert_int_equal(d->said[TYPE_risk_event], 0);
        assert_int_equal(desk_state(d).cash.micros, cash);
        desk_free(d);
    }
}

static void
a_patch_is_paid_for_by_the_allowance_of_its_group(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->capital.initial_usd = USD(100);
    d->conf.trade_max.ppm = d->conf.event_max.ppm = 1000000;
    d->conf.unsettled_max.ppm = 1000000;
    desk_open(d);
    struct authorize m = desk_ask(1, 2, 0, 480000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 480000, 100 * MICROS);
    fill_leg(d, &g, 1, "b", 480000, 95 * MICROS);
    /* Leg 0 stays open, and with it the allowance. */
    release_leg(d, &g, 1, EVIDENCE_venue_terminal);
    int64_t cash = desk_state(d).cash.micros;
    struct authorize p = desk_ask(1, 1, 1, 503000, 5);
    p.kind = GRANT_KIND_patch;
    struct authorize dear = p;
    dear.legs.at[0].limit.micros = 1000000;
    dear.legs.at[0].size.micros = 7 * MICROS;
    HEAR(d, authorize, &dear);
    assert_int_equal(d->said[TYPE_denial], 1);
    uint32_t last = d->denial.reasons.count - 1;
    assert_int_equal(d->denial.reasons.at[last].code, REASON_CAPITAL);
    p.attempt = 2;
    struct grant pg = granted(d, &p);
    assert_int_equal(pg.reserved.micros, 2525000);
    assert_int_equal(desk_state(d).cash.micros, cash + 2400500 - 2525000);
    desk_assert_recalls(d);
    release_all(d, &pg);
    release_all(d, &g);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
what_is_sold_leaves_at_average_cost_rounded_up(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 3);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 333333, 3 * MICROS); /* 0.999999 + 0.005 */
    release_all(d, &g);
    struct authorize u = ask_sale(1, 0, 300000, 2);
    struct grant ug = granted(d, &u);
    fill_leg(d, &ug, 0, "s", 300001, 2 * MICROS);
    assert_true(d->ack.ok);
    struct risk_state s = desk_state(d);
    assert_int_equal(s.exposure.micros, 334999);
    /* 0.600002 - 0.005 got, two thirds of 1.004999 given. */
    assert_int_equal(s.realised.micros, 595002 - 670000);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
nothing_is_promised_to_two_sales(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    struct authorize u = ask_sale(1, 0, 380000, 60);
    struct grant ug = granted(d, &u);
    u.attempt = 2;
    u.legs.at[0].size.micros = 40 * MICROS + 1;
    HEAR(d, authorize, &u);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_NOT_HELD);
    desk_restart(d);
    u.attempt = 3;
    u.legs.at[0].size.micros = 40 * MICROS;
    (void)granted(d, &u);
    fill_leg(d, &ug, 0, "s", 380000, 60 * MICROS);
    assert_true(d->ack.ok);
    release_all(d, &ug);
    u.attempt = 4;
    u.legs.at[0].size.micros = 1;
    HEAR(d, authorize, &u); /* 40 held, and all 40 promised. */
    assert_int_equal(d->said[TYPE_denial], 1);
    desk_free(d);
}

static void
a_sale_of_more_than_is_held_is_refused_and_said_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 10);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 10 * MICROS);
    struct authorize u = ask_sale(1, 0, 380000, 10);
    struct grant ug = granted(d, &u);
    struct hash was = riskd_digest(d->x);
    fill_leg(d, &ug, 0, "s", 380000, 10 * MICROS + 1);
    assert_false(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_NOT_HELD);
    assert_int_equal(d->said[TYPE_risk_event], 1);
    fill_leg(d, &ug, 0, "s", 380000, 10 * MICROS + 1);
    assert_int_equal(d->said[TYPE_risk_event], 0);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    desk_free(d);
}

static void
a_fill_that_fits_no_grant_is_refused(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    struct fill good = desk_fill(&g, 0, "x", 400000, MICROS);
    struct fill bad[7] = { good, good, good, good, good, good, good };
    bad[0].auth = desk_uuid(99);
    bad[1].group = desk_uuid(99);
    bad[2].leg = 2;
    bad[3].mode = MODE_live;
    bad[4].token = desk_token(77);
    bad[5].side = SIDE_sell;
    bad[6].leg = 1;
    for (int i = 0; i < 7; i++) {
        HEAR(d, fill, &bad[i]);
        assert_false(d->ack.ok);
        assert_int_equal(d->ack.reason, REASON_CONFLICT);
    }
    assert_int_equal(desk_state(d).exposure.micros, 0);
    HEAR(d, fill, &good);
    assert_true(d->ack.ok);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_moves_its_money_from_reserved_to_position),
        cmocka_unit_test(costs_round_up_and_proceeds_round_down),
        cmocka_unit_test(a_fill_heard_again_changes_nothing),
        cmocka_unit_test(a_release_frees_what_the_fills_left),
        cmocka_unit_test(
            legs_are_released_one_by_one_and_the_allowance_with_the_last),
        cmocka_unit_test(evidence_that_cannot_be_true_frees_nothing),
        cmocka_unit_test(
            a_fill_after_the_release_is_booked_from_cash_and_said_aloud),
        cmocka_unit_test(
            a_late_fill_leaves_the_allowance_to_the_legs_that_are_open),
        cmocka_unit_test(a_dearer_fill_draws_on_the_allowance_then_on_cash),
        cmocka_unit_test(
            a_live_purchase_reserves_the_fee_of_all_its_dollars_buy),
        cmocka_unit_test(a_purchase_on_paper_reserves_the_fee_at_its_limit),
        cmocka_unit_test(a_patch_is_paid_for_by_the_allowance_of_its_group),
        cmocka_unit_test(what_is_sold_leaves_at_average_cost_rounded_up),
        cmocka_unit_test(nothing_is_promised_to_two_sales),
        cmocka_unit_test(a_sale_of_more_than_is_held_is_refused_and_said_once),
        cmocka_unit_test(a_fill_that_fits_no_grant_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
