/* test_bond - a single share bought and held: looked at again before it is
 * bought, kept as far as it filled, and paid by its resolution. */
#include "tests/unit/executor/audit.h"

enum { YES = 8 };

static struct floor *
open_f(void)
{
    struct floor *f = floor_new();

    f->strategy.F = true;
    f->strategy.f_price_min.micros = 930000;
    f->strategy.f_price_max.micros = 995000;
    f->strategy.f_annual_min.ppm = 100000;
    f->strategy.f_wait_max.ms = INT64_C(30) * 86400000;
    f->strategy.after_end.ms = 3600000;
    f->strategy.f_hits.count = 1;
    text_set(&f->strategy.f_hits.at[0], "any:0.93:0.97");
    floor_again(f);
    floor_book(f, YES, 94, 95, 100);
    return f;
}

static void
go(struct floor *f)
{
    struct opportunity m = floor_opportunity(f, 1, 'b');

    m.strategy = STRATEGY_F;
    m.legs.count = 1;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
}

static void
it_is_bought_and_held_until_its_market_resolves(void **state)
{
    struct floor *f = open_f();
    struct resolution r = { .market = f->market[4].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    go(f);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.cost.micros, 95 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_int_equal(f->settles, 0);
    assert_int_equal(f->token[YES].shares, 100 * MICROS);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 2000);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    audit(f);
    floor_destroy(f);
}

static void
what_is_there_is_kept_without_a_patch(void **state)
{
    struct floor *f = open_f();

    (void)state;
    go(f);
    floor_run(f, 80);
    floor_book(f, YES, 94, 95, 60);
    floor_run(f, 2000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 60 * MICROS);
    assert_int_equal(f->intents, 1);
    audit(f);
    floor_destroy(f);
}

static void
a_price_that_is_no_bond_s_any_more_is_stale(void **state)
{
    (void)state;
    for (int n = 0; n < 3; n++) {
        struct floor *f = open_f();
        struct opportunity m = floor_opportunity(f, 1, 'b');

        m.strategy = STRATEGY_F;
        m.legs.count = 1;
        floor_book(f, YES, 90, n == 0 ? 97 : n == 1 ? 92 : 95, 100);
        f->token[YES].down = n == 2;
        floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
        floor_run(f, 5000);
        assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
        assert_int_equal(f->intents, 0);
        audit(f);
        floor_destroy(f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_bought_and_held_until_its_market_resolves),
        cmocka_unit_test(what_is_there_is_kept_without_a_patch),
        cmocka_unit_test(a_price_that_is_no_bond_s_any_more_is_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
