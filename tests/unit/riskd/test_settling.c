/* test_settling - positions that end without an order, and fills that fail
 * after they were booked */
#include "tests/unit/riskd/live_desk.h"

static struct settle
settle_of(enum settle_kind kind, uint32_t n, uint32_t token, int64_t shares,
          int64_t cash)
{
    struct settle m = { .ref = desk_uuid(500 + n),
                        .mode = MODE_paper,
                        .kind = kind,
                        .token = desk_token(token),
                        .qty = { shares * MICROS },
                        .cash = { cash } };
    if (kind == SETTLE_KIND_merge) {
        m.pair = desk_token(token + 1);
    }
    return m;
}

/* faults: F-201 */
static void
a_fill_that_fails_on_chain_is_undone_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    struct fill f = desk_fill(&g, 0, "a", 400000, 100 * MICROS);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    release_all(d, &g);
    f.state = FILL_STATE_failed;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    assert_int_equal(desk_state(d).realised.micros, 0);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    desk_restart(d);
    HEAR(d, fill, &f);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    f.state = FILL_STATE_mined; /* Late news of an earlier state. */
    HEAR(d, fill, &f);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    f.state = FILL_STATE_confirmed; /* Two ends cannot both be true. */
    HEAR(d, fill, &f);
    assert_false(d->ack.ok);
    assert_int_equal(d->event.severity, SEVERITY_critical);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    desk_free(d);
}

static void
a_failed_sale_brings_the_shares_back_at_the_cost_they_left_with(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    release_all(d, &g);
    struct risk_state before = desk_state(d);
    struct authorize u = ask_sale(1, 0, 300000, 70);
    struct grant ug = granted(d, &u);
    struct fill f = desk_fill(&ug, 0, "s", 350000, 70 * MICROS);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    desk_restart(d);
    f.state = FILL_STATE_failed;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    struct risk_state after = desk_state(d);
    assert_int_equal(after.cash.micros, before.cash.micros);
    assert_int_equal(after.exposure.micros, before.exposure.micros);
    assert_int_equal(after.realised.micros, before.realised.micros);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_failure_heard_first_keeps_the_fill_out(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    struct fill f = desk_fill(&g, 0, "a", 400000, 100 * MICROS);
    f.state = FILL_STATE_failed;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    desk_restart(d);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    desk_free(d);
}

static void
a_resolution_pays_once_and_the_basis_leaves(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    fill_leg(d, &g, 1, "b", 400000, 100 * MICROS);
    release_all(d, &g);
    struct settle win = settle_of(SETTLE_KIND_resolve, 1, 0, 100, 100 * MICROS);
    struct settle loss = settle_of(SETTLE_KIND_resolve, 2, 1, 100, 0);
    HEAR(d, settle, &win);
    assert_true(d->ack.ok);
    HEAR(d, settle, &loss);
    assert_true(d->ack.ok);
    HEAR(d, settle, &win);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    desk_restart(d);
    HEAR(d, settle, &loss);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    struct risk_state s = desk_state(d);
    assert_int_equal(s.exposure.micros, 0);
    assert_int_equal(s.realised.micros, 20 * MICROS - 10000);
    assert_int_equal(s.cash.micros, 5020 * (int64_t)MICROS - 10000);
    assert_int_equal(s.high_water.micros, s.cash.micros); /* Never more. */
    desk_free(d);
}

static void
a_merge_takes_both_tokens_and_b_s_lots_first(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    release_all(d, &g);
    m = desk_ask(2, 2, 0, 450000, 100);
    m.strategy = STRATEGY_B;
    g = granted(d, &m);
    fill_leg(d, &g, 0, "c", 450000, 100 * MICROS);
    fill_leg(d, &g, 1, "d", 450000, 100 * MICROS);
    release_all(d, &g);
    struct settle s = settle_of(SETTLE_KIND_merge, 1, 0, 100, 100 * MICROS);
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).exposure.micros, 40005000);
    assert_int_equal(desk_state(d).realised.micros, 10 * MICROS - 10000);
    s.ref = desk_uuid(900); /* Another: the other token is gone. */
    HEAR(d, settle, &s);
    assert_false(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_NOT_HELD);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
gas_is_a_loss_by_strategy_and_leaves_the_cash_alone(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct settle s = { .ref = desk_uuid(800), .mode = MODE_live,
                        .kind = SETTLE_KIND_gas, .cash = { -12345 },
                        .strategy = STRATEGY_B };
    struct money cash = desk_state(d).cash;
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    HEAR(d, settle, &s);
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    assert_int_equal(desk_state(d).cash.micros, cash.micros);
    assert_int_equal(desk_state(d).equity.micros, cash.micros);
    assert_int_equal(desk_state(d).realised.micros, -12345);
    assert_int_equal(desk_state(d).day_pnl.micros, -12345);
    desk_assert_recalls(d);
    struct settle bad[4];
    for (int i = 0; i < 4; i++) {
        bad[i] = s;
        bad[i].ref = desk_uuid(801 + (uint32_t)i);
    }
    bad[0].cash.micros = 1;
    bad[1].mode = MODE_paper;
    bad[2].qty.micros = 1;
    bad[3].strategy = strategy_end_;
    for (int i = 0; i < 4; i++) {
        HEAR(d, settle, &bad[i]);
        assert_int_equal(d->ack.reason, REASON_BAD_INPUT);
    }
    desk_free(d);
}

static void
a_resolution_shares_its_cash_among_the_strategies_that_hold(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 50);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 50 * MICROS);
    m = desk_ask(2, 2, 0, 450000, 100);
    m.strategy = STRATEGY_B;
    g = granted(d, &m);
    fill_leg(d, &g, 0, "b", 450000, 100 * MICROS);
    struct settle s = settle_of(SETTLE_KIND_redeem, 1, 0, 150, 150 * MICROS);
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).realised.micros,
                     150 * MICROS - 65 * MICROS - 10000);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
a_settlement_that_cannot_be_true_books_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    struct settle good =
        settle_of(SETTLE_KIND_resolve, 1, 0, 100, 100 * MICROS);
    struct settle bad[9] = { good, good, good, good, good,
                             good, good, good, good };
    bad[0].cash.micros++; /* More than a dollar a share. */
    bad[1].cash.micros = -1;
    bad[2].qty.micros = 0;
    bad[3].qty.micros = INT64_MAX;
    bad[4].ref = (struct uuid){ { 0 } };
    bad[5].kind = SETTLE_KIND_convert;
    bad[6].pair = desk_token(1);
    bad[7].mode = MODE_shadow;
    bad[8].kind = SETTLE_KIND_merge; /* Without the other token. */
    struct hash was = riskd_digest(d->x);
    for (int i = 0; i < 9; i++) {
        HEAR(d, settle, &bad[i]);
        assert_false(d->ack.ok);
        assert_int_equal(d->ack.reason, REASON_BAD_INPUT);
    }
    good.qty.micros++;
    HEAR(d, settle, &good);
    assert_int_equal(d->ack.reason, REASON_NOT_HELD);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    desk_free(d);
}

static void
shares_promised_to_a_sale_are_not_settled_away(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    struct authorize u = ask_sale(1, 0, 380000, 60);
    struct grant ug = granted(d, &u);
    struct settle s = settle_of(SETTLE_KIND_resolve, 1, 0, 100, 0);
    HEAR(d, settle, &s);
    assert_int_equal(d->said[TYPE_ack], 0); /* Not yet: ask again. */
    release_all(d, &ug);
    HEAR(d, settle, &s);
    assert_true(d->ack.ok);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_that_fails_on_chain_is_undone_once),
        cmocka_unit_test(
            a_failed_sale_brings_the_shares_back_at_the_cost_they_left_with),
        cmocka_unit_test(a_failure_heard_first_keeps_the_fill_out),
        cmocka_unit_test(a_resolution_pays_once_and_the_basis_leaves),
        cmocka_unit_test(a_merge_takes_both_tokens_and_b_s_lots_first),
        cmocka_unit_test(gas_is_a_loss_by_strategy_and_leaves_the_cash_alone),
        cmocka_unit_test(
            a_resolution_shares_its_cash_among_the_strategies_that_hold),
        cmocka_unit_test(a_settlement_that_cannot_be_true_books_nothing),
        cmocka_unit_test(shares_promised_to_a_sale_are_not_settled_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
