/* test_fills - a live fill from matched to its end: final, or void; and every
 * restart in between */
#include "tests/unit/riskd/live_desk.h"

static void
live_books_begin_with_the_capital_once(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    assert_int_equal(desk_state(d).mode, MODE_live);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    d->capital.initial_usd = USD(7000);
    desk_restart(d);
    desk_tick(d);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    desk_free(d);
}

static void
bought_is_provisional_until_it_is_confirmed(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    struct fill f = desk_fill(&g, 0, "t1", 390000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_matched));
    struct risk_state s = desk_state(d);
    assert_int_equal(s.exposure.micros, 39005000);
    assert_int_equal(s.provisional.micros, 39005000);
    assert_int_equal(s.equity.micros, 5000LL * MICROS);
    uint32_t facts = d->facts_count;
    enum fill_state between[] = { FILL_STATE_mined, FILL_STATE_retrying,
                                  FILL_STATE_mined, FILL_STATE_matched };
    for (int i = 0; i < 4; i++) {
        assert_true(hear(d, &f, between[i]));
        assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    }
    assert_int_equal(d->facts_count, facts);
    desk_restart(d);
    assert_true(hear(d, &f, FILL_STATE_confirmed));
    s = desk_state(d);
    assert_int_equal(s.exposure.micros, 39005000);
    assert_int_equal(s.provisional.micros, 0);
    assert_true(hear(d, &f, FILL_STATE_mined)); /* Late: not back again. */
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    assert_int_equal(desk_state(d).provisional.micros, 0);
    desk_free(d);
}

static void
a_failed_purchase_leaves_what_the_others_cost(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    struct fill one = desk_fill(&g, 0, "t1", 300000, 50 * MICROS);
    struct fill two = desk_fill(&g, 0, "t2", 400000, 50 * MICROS);
    assert_true(hear(d, &one, FILL_STATE_confirmed));
    assert_true(hear(d, &two, FILL_STATE_matched));
    int64_t cash = desk_state(d).cash.micros;
    desk_restart(d);
    assert_true(hear(d, &two, FILL_STATE_failed));
    struct risk_state s = desk_state(d);
    assert_int_equal(s.exposure.micros, 15005000); /* Not the average. */
    assert_int_equal(s.provisional.micros, 0);
    assert_int_equal(s.realised.micros, 0);
    assert_int_equal(s.cash.micros, cash + 20005000);
    assert_string_equal(d->event.rule.s, "fill_failed");
    assert_true(hear(d, &two, FILL_STATE_failed));
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    desk_free(d);
}

/* What failed is not spent: the same group may buy it again. */
static void
a_failed_purchase_makes_room_for_its_hedge(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    d->conf.trade_max.ppm = 17000; /* 85 of 5000. */
    desk_restart(d);
    struct grant g = buy(d, 1); /* 82.02 with its allowance. */
    struct fill f = desk_fill(&g, 0, "t1", 400000, 100 * MICROS);
    struct fill o = desk_fill(&g, 1, "t2", 400000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_matched));
    assert_true(hear(d, &o, FILL_STATE_confirmed));
    release_all(d, &g);
    struct authorize p = desk_ask(1, 1, 0, 410000, 100);
    p.kind = GRANT_KIND_patch;
    p.mode = MODE_live;
    HEAR(d, authorize, &p);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_SHARES_LIMIT);
    assert_int_equal(d->denial.reasons.at[1].code, REASON_TRADE_LIMIT);
    assert_true(hear(d, &f, FILL_STATE_failed));
    p.attempt = 2;
    (void)granted(d, &p);
    desk_free(d);
}

static void
a_sale_brings_cash_and_profit_only_when_confirmed(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    hold_100(d);
    int64_t cash = desk_state(d).cash.micros;
    struct grant sg = sell(d, 1, 380000, 100);
    struct fill s = desk_fill(&sg, 0, "s", 500000, 100 * MICROS);
    assert_true(hear(d, &s, FILL_STATE_matched));
    struct risk_state r = desk_state(d);
    assert_int_equal(r.cash.micros, cash);
    assert_int_equal(r.due.micros, 40005000);
    assert_int_equal(r.exposure.micros, 0);
    assert_int_equal(r.realised.micros, 0);
    assert_int_equal(r.equity.micros, 5000LL * MICROS);
    desk_restart(d);
    assert_true(hear(d, &s, FILL_STATE_confirmed));
    r = desk_state(d);
    assert_int_equal(r.due.micros, 0);
    assert_int_equal(r.cash.micros, cash + 50 * MICROS - 5000);
    assert_int_equal(r.realised.micros, 49995000 - 40005000);
    desk_free(d);
}

static void
a_loss_is_booked_at_once_and_taken_back_when_the_sale_fails(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    hold_100(d);
    struct risk_state before = desk_state(d);
    struct grant sg = sell(d, 1, 300000, 100);
    struct fill s = desk_fill(&sg, 0, "s", 300000, 100 * MICROS);
    assert_true(hear(d, &s, FILL_STATE_mined));
    struct risk_state r = desk_state(d);
    assert_int_equal(r.realised.micros, 29995000 - 40005000);
    assert_int_equal(r.due.micros, 29995000);
    desk_restart(d);
    assert_true(hear(d, &s, FILL_STATE_failed));
    r = desk_state(d);
    assert_int_equal(r.realised.micros, 0);
    assert_int_equal(r.due.micros, 0);
    assert_int_equal(r.exposure.micros, before.exposure.micros);
    assert_int_equal(r.cash.micros, before.cash.micros);
    desk_free(d);
}

static void
money_that_is_due_counts_against_the_limits(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    hold_100(d);
    struct grant sg = sell(d, 1, 380000, 100);
    struct fill s = desk_fill(&sg, 0, "s", 400000, 100 * MICROS);
    assert_true(hear(d, &s, FILL_STATE_matched));
    release_all(d, &sg);
    struct authorize m = desk_ask(2, 2, 4, 400000, 100);
    m.mode = MODE_live;
    d->conf.position_max = USD(100); /* 82.02 asked, 39.995 due. */
    desk_restart(d);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_POSITION_LIMIT);
    assert_true(hear(d, &s, FILL_STATE_confirmed));
    m.attempt = 2;
    (void)granted(d, &m);
    desk_free(d);
}

static void
two_ends_of_one_fill_pull_the_kill_switch(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct desk *d = live_desk();
        struct grant g = buy(d, 1);
        struct fill f = desk_fill(&g, 0, "t", 400000, 100 * MICROS);
        enum fill_state end = i ? FILL_STATE_failed : FILL_STATE_confirmed;
        enum fill_state other = i ? FILL_STATE_confirmed : FILL_STATE_failed;
        assert_true(hear(d, &f, end));
        struct risk_state was = desk_state(d);
        assert_false(hear(d, &f, other));
        assert_int_equal(d->ack.reason, REASON_CONFLICT);
        assert_int_equal(d->said[TYPE_command], 1);
        assert_int_equal(d->event.severity, SEVERITY_critical);
        struct risk_state is = desk_state(d);
        assert_int_equal(is.state, RISK_MODE_latched);
        assert_int_equal(is.cash.micros, was.cash.micros);
        assert_int_equal(is.exposure.micros, was.exposure.micros);
        assert_false(hear(d, &f, other)); /* Asked for once. */
        assert_int_equal(d->said[TYPE_command], 0);
        assert_int_equal(d->said[TYPE_risk_event], 0);
        desk_latch(d, true, 1);
        desk_assert_recalls(d);
        desk_latch(d, false, 1);
        assert_int_equal(desk_state(d).state, RISK_MODE_run);
        desk_free(d);
    }
}

static void
a_stop_that_was_not_pulled_is_asked_for_again_after_a_restart(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    struct fill f = desk_fill(&g, 0, "t", 400000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_confirmed));
    assert_false(hear(d, &f, FILL_STATE_failed));
    desk_restart(d); /* Before the latch was pulled: it is off. */
    assert_int_equal(desk_state(d).state, RISK_MODE_latched);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 0);
    desk_pass(d, 10001); /* The latch could not be written. */
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 1);
    desk_latch(d, true, 1);
    desk_restart(d);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_command], 0);
    desk_free(d);
}

/* faults: F-013 */
static void
other_numbers_under_one_id_are_refused(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1), h = buy(d, 2);
    struct fill f = desk_fill(&g, 0, "t", 400000, 100 * MICROS);
    struct fill bad[6] = { f, f, f, f, f, f };
    assert_true(hear(d, &f, FILL_STATE_matched));
    bad[0].price.micros--;
    bad[1].qty.micros--;
    bad[2].fee.micros++;
    bad[3].leg = 1;
    bad[3].token = g.legs.at[1].token;
    bad[4].auth = h.auth;
    bad[4].group = h.group;
    bad[5].auth = desk_uuid(77);
    for (int i = 0; i < 6; i++) {
        for (int s = 0; s < fill_state_end_; s++) {
            assert_false(hear(d, &bad[i], (enum fill_state)s));
            assert_int_equal(d->ack.reason, REASON_CONFLICT);
        }
    }
    assert_int_equal(desk_state(d).provisional.micros, 40005000);
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

/* Bought and sold on the way to the chain; the purchase fails first. */
static void
shares_sold_that_never_came_wait_for_the_end_of_their_sale(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct desk *d = live_desk();
        struct grant g = buy(d, 1);
        struct fill b = desk_fill(&g, 0, "b", 400000, 100 * MICROS);
        assert_true(hear(d, &b, FILL_STATE_matched));
        struct grant sg = sell(d, 1, 380000, 100);
        struct fill s = desk_fill(&sg, 0, "s", 390000, 60 * MICROS);
        assert_true(hear(d, &s, FILL_STATE_matched));
        assert_false(hear(d, &b, FILL_STATE_failed));
        assert_int_equal(d->said[TYPE_ack], 0);
        assert_int_equal(desk_state(d).state, RISK_MODE_run);
        if (i == 0) { /* It failed as well: all is as before. */
            assert_true(hear(d, &s, FILL_STATE_failed));
            assert_true(hear(d, &b, FILL_STATE_failed));
            assert_int_equal(desk_state(d).exposure.micros, 0);
            assert_int_equal(desk_state(d).realised.micros, 0);
        } else { /* Of which shares, then? */
            assert_true(hear(d, &s, FILL_STATE_confirmed));
            assert_false(hear(d, &b, FILL_STATE_failed));
            assert_int_equal(d->ack.reason, REASON_NOT_HELD);
            assert_int_equal(desk_state(d).state, RISK_MODE_latched);
        }
        desk_free(d);
    }
}

static void
a_grant_with_fills_on_their_way_is_not_forgotten(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct grant g = buy(d, 1);
    struct fill f = desk_fill(&g, 0, "t", 400000, 10 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_matched));
    release_all(d, &g);
    for (uint32_t n = 0; n < 300; n++) { /* grants_kept is 256. */
        struct grant o = buy(d, 1000 + n);
        release_all(d, &o);
    }
    assert_true(hear(d, &f, FILL_STATE_failed));
    assert_int_equal(d->ack.reason, REASON_none);
    desk_free(d);
}

static void
too_many_fills_on_their_way_are_a_reason_to_say_no(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    uint32_t given = 0;
    for (uint32_t n = 0; n < 256; n++) {
        struct authorize m = desk_ask(1000 + n, 1, 0, 10000, 50);
        m.mode = MODE_live;
        HEAR(d, authorize, &m);
        if (d->said[TYPE_grant] == 0) {
            break;
        }
        struct grant g = d->grant;
        char id[16];
        (void)snprintf(id, sizeof id, "t%u", n);
        struct fill f = desk_fill(&g, 0, id, 10000, 10 * MICROS);
        f.state = FILL_STATE_matched;
        HEAR(d, fill, &f);
        assert_true(d->ack.ok);
        release_all(d, &g);
        given++;
    }
    assert_int_equal(given, 256);
    struct authorize m = desk_ask(1, 1, 0, 10000, 50);
    m.mode = MODE_live;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_OVERFLOW);
    desk_assert_recalls(d);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_books_begin_with_the_capital_once),
        cmocka_unit_test(bought_is_provisional_until_it_is_confirmed),
        cmocka_unit_test(a_failed_purchase_leaves_what_the_others_cost),
        cmocka_unit_test(a_failed_purchase_makes_room_for_its_hedge),
        cmocka_unit_test(a_sale_brings_cash_and_profit_only_when_confirmed),
        cmocka_unit_test(
            a_loss_is_booked_at_once_and_taken_back_when_the_sale_fails),
        cmocka_unit_test(money_that_is_due_counts_against_the_limits),
        cmocka_unit_test(two_ends_of_one_fill_pull_the_kill_switch),
        cmocka_unit_test(
            a_stop_that_was_not_pulled_is_asked_for_again_after_a_restart),
        cmocka_unit_test(other_numbers_under_one_id_are_refused),
        cmocka_unit_test(
            shares_sold_that_never_came_wait_for_the_end_of_their_sale),
        cmocka_unit_test(a_grant_with_fills_on_their_way_is_not_forgotten),
        cmocka_unit_test(too_many_fills_on_their_way_are_a_reason_to_say_no),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
