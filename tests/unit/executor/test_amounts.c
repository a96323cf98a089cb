/* test_amounts - every row the official client and the venue's rule gave
 *
 * polymarket_rounding: resting amounts for every tick, except where the
 * client's doubles differ from exact arithmetic.  market_safe_amounts: FOK
 * and FAK by the venue's precision rule.  Then what must hold for any terms:
 * the decimals of the rule, and no rounding that costs us more than a cent of
 * budget or buys beyond the limit by a tick. */

#include "executor/encode/amounts.h"

#include "common/basket.h"

#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    enum side side;
    struct price tick, price;
    int64_t given;
    const struct json_value *rest; /* The fifth column and on. */
};

static int64_t
micros_of(const struct json_value *v)
{
    int64_t n = 0;

    must(json_micros(v, &n));
    return n;
}

static struct row
row_of(const struct json_value *v)
{
    struct row r;

    v = json_first(v);
    r.tick.micros = micros_of(v);
    v = json_next(v);
    r.side = strcmp(json_string(v), "BUY") == 0 ? SIDE_buy : SIDE_sell;
    v = json_next(v);
    r.price.micros = micros_of(v);
    v = json_next(v);
    r.given = micros_of(v);
    r.rest = json_next(v);
    return r;
}

static int64_t
base_units(const struct json_value *v)
{
    int64_t n = 0;

    must(json_int(v, &n));
    return n;
}

/* Maker and taker as they stand in a row. */
static bool
is_row(const struct amounts *a, enum side side,
       const struct json_value *maker)
{
    int64_t first = base_units(maker);
    int64_t second = base_units(json_next(maker));

    return side == SIDE_buy
               ? a->cash.micros == first && a->shares.micros == second
               : a->shares.micros == first && a->cash.micros == second;
}

static void
resting_amounts_equal_the_clients(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_rounding");
    int rows = 0;

    for each(v, at(json_root(j), "rows")) {
        struct row r = row_of(v);
        struct amounts a;
        struct why why = { "" };
        if (!amounts_of(r.side, TIF_GTC, r.price, r.tick,
                        (struct qty){ r.given }, (struct money){ 0 }, &a,
                        &why))
            fail_msg("row %d: %s", rows, why.s);
        if (!is_row(&a, r.side, r.rest))
            fail_msg("row %d differs", rows);
        rows++;
    }
    assert_int_equal(rows, 1064);
    json_destroy(&j);
}

static void
market_amounts_keep_the_venues_precision(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_market_safe_amounts");
    int rows = 0, nothing = 0;

    for each(v, at(json_root(j), "rows")) {
        struct row r = row_of(v);
        bool buy = r.side == SIDE_buy;
        struct amounts a;
        bool ok = amounts_of(r.side, rows % 2 ? TIF_FOK : TIF_FAK, r.price,
                             r.tick, (struct qty){ buy ? 0 : r.given },
                             (struct money){ buy ? r.given : 0 }, &a, NULL);
        /* An order for nothing is no order. */
        if (!ok && base_units(json_next(r.rest)) == 0)
            nothing++;
        else if (!ok || !is_row(&a, r.side, r.rest))
            fail_msg("row %d differs", rows);
        rows++;
    }
    assert_int_equal(rows, 1056);
    assert_true(nothing < 30);
    json_destroy(&j);
}

static void
lots_are_the_least_shares_that_cost_whole_cents(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_market_safe_amounts");

    for each(v, at(json_root(j), "exactShareLots")) {
        const struct json_value *price = json_next(json_first(v));
        struct price p = { micros_of(price) };
        assert_int_equal(basket_lot(p).micros, micros_of(json_next(price)));
    }
    json_destroy(&j);
    for (int64_t p = 100; p < MICROS; p += 100) {
        struct price price = { p };
        struct qty lot = basket_lot(price);
        struct money cost;
        assert_true(cost_down(price, lot, &cost));
        assert_int_equal(cost.micros % 10000, 0);
        for (int64_t less = 10000; less < lot.micros; less += 10000) {
            assert_true(cost_down(price, (struct qty){ less }, &cost));
            if (cost.micros % 10000 == 0 && p * (wide)less % MICROS == 0)
                fail_msg("price %d: %d is less", (int)p, (int)less);
            if (less > 400000) /* Enough of the long ones. */
                break;
        }
    }
}

static uint64_t seed = 1;

static int64_t
below(int64_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(seed >> 11) % n;
}

static const int32_t ticks[] = { 100000, 10000, 5000, 2500, 1000, 100 };

static struct price
some_price(struct price tick)
{
    return (struct price){ tick.micros *
                           (1 + below(MICROS / tick.micros - 1)) };
}

/* cash against price x shares, in 1e-12. */
static wide
over_limit(const struct amounts *a, struct price p)
{
    return (wide)a->cash.micros * MICROS - (wide)a->shares.micros * p.micros;
}

static void
resting_orders_are_exactly_at_their_price(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        struct price tick = { ticks[i % 6] }, p = some_price(tick);
        struct qty size = { below(INT64_C(1) << (10 + i % 40)) };
        struct amounts a;
        bool ok = amounts_of(i & 8 ? SIDE_buy : SIDE_sell,
                             i & 16 ? TIF_GTC : TIF_GTD, p, tick, size,
                             (struct money){ 0 }, &a, NULL);
        assert_int_equal(ok, size.micros >= 10000);
        if (!ok)
            continue;
        assert_true(over_limit(&a, p) == 0);
        assert_int_equal(a.shares.micros, size.micros - size.micros % 10000);
    }
}

static void
a_market_buy_spends_its_budget_and_no_more(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        struct price tick = { ticks[i % 6] }, p = some_price(tick);
        struct money budget = { below(INT64_C(1) << (12 + i % 30)) };
        struct amounts a;
        int64_t step = tick.micros == 100000 ? 1000 : 100;
        bool ok = amounts_of(SIDE_buy, i & 8 ? TIF_FOK : TIF_FAK, p, tick,
                             (struct qty){ 0 }, budget, &a, NULL);
        assert_int_equal(ok, budget.micros >= 10000);
        if (!ok)
            continue;
        assert_true(a.cash.micros <= budget.micros &&
                    budget.micros - a.cash.micros < 10000);
        assert_int_equal(a.cash.micros % 10000, 0);
        assert_int_equal(a.shares.micros % step, 0);
        /* Shares are the most that fit: one step more is beyond the limit. */
        struct amounts more = { a.cash, { a.shares.micros + step } };
        assert_true(over_limit(&a, p) >= 0 && over_limit(&more, p) < 0);
    }
}

static void
an_exact_buy_at_once_is_at_its_price_in_whole_cents(void **state)
{
    (void)state;
    int made = 0;

    for (int i = 0; i < 100000; i++) {
        struct price tick = { ticks[i % 6] }, p = some_price(tick);
        struct qty lot = basket_lot(p);
        struct qty size = { i & 8 ? lot.micros * (1 + below(1000))
                                  : below(100000000) };
        struct amounts a;
        bool ok = amounts_of(SIDE_buy, TIF_FAK, p, tick, size,
                             (struct money){ 0 }, &a, NULL);
        assert_int_equal(ok, size.micros > 0 && size.micros % lot.micros == 0);
        if (!ok)
            continue;
        assert_true(over_limit(&a, p) == 0);
        assert_int_equal(a.cash.micros % 10000, 0);
        assert_int_equal(a.shares.micros, size.micros);
        made++;
    }
    assert_true(made > 40000);
}

static void
a_market_sale_never_asks_more_than_its_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        struct price tick = { ticks[i % 6] }, p = some_price(tick);
        struct qty size = { below(INT64_C(1) << (12 + i % 30)) };
        struct amounts a;
        if (!amounts_of(SIDE_sell, TIF_FOK, p, tick, size,
                        (struct money){ 0 }, &a, NULL))
            continue;
        assert_int_equal(a.shares.micros, size.micros - size.micros % 10000);
        assert_int_equal(a.cash.micros % 100, 0);
        assert_true(over_limit(&a, p) <= 0 &&
                    over_limit(&a, p) > -(wide)100 * MICROS);
    }
}

static void
refuse(enum side side, enum tif tif, int64_t price, int64_t tick,
       int64_t size, int64_t budget, const char *words)
{
    struct amounts a;
    struct why why = { "" };

    assert_false(amounts_of(side, tif, (struct price){ price },
                            (struct price){ tick }, (struct qty){ size },
                            (struct money){ budget }, &a, &why));
    if (!strstr(why.s, words))
        fail_msg("\"%s\" does not say \"%s\"", why.s, words);
}

static void
what_the_venue_would_refuse_is_refused(void **state)
{
    (void)state;
    enum side b = SIDE_buy, s = SIDE_sell;
    int64_t one = MICROS, most = INT64_MAX;

    refuse(b, TIF_GTC, 500000, 20000, one, 0, "tick size 0.02");
    refuse(b, TIF_GTC, 500000, 0, one, 0, "tick size 0");
    refuse(b, TIF_GTC, 500000, -10000, one, 0, "tick size");
    refuse(b, TIF_GTC, 555000, 10000, one, 0, "multiple of the tick 0.01");
    refuse(b, TIF_GTC, 7500, 5000, one, 0, "multiple of the tick 0.005");
    refuse(b, TIF_GTC, 4000, 2500, one, 0, "multiple");
    refuse(b, TIF_GTC, 0, 10000, one, 0, "price 0");
    refuse(b, TIF_GTC, -10000, 10000, one, 0, "price -0.01");
    refuse(b, TIF_GTC, MICROS, 10000, one, 0, "up to 0.99");
    refuse(b, TIF_GTC, 10 * one, 10000, one, 0, "price 10");
    refuse(b, TIF_GTC, 500000, 10000, 0, 0, "either size or amount");
    refuse(b, TIF_FAK, 500000, 10000, one, one, "either size or amount");
    refuse(b, TIF_GTC, 500000, 10000, -one, 0, "size");
    refuse(b, TIF_FAK, 500000, 10000, 0, -one, "amount");
    refuse(b, TIF_GTC, 500000, 10000, 0, one, "only for a BUY that is FOK");
    refuse(s, TIF_FAK, 500000, 10000, 0, one, "only for a BUY that is FOK");
    refuse(b, TIF_GTC, 500000, 10000, 9999, 0, "nothing is left");
    refuse(b, TIF_FAK, 500000, 10000, 0, 9999, "nothing is left");
    refuse(s, TIF_FAK, 5000, 5000, 10000, 0, "nothing is left");
    refuse(b, TIF_FAK, 573000, 1000, 5 * one, 0, "a multiple of 10 ");
    refuse(b, TIF_FOK, 570000, 10000, one / 2, 0, "a multiple of 1 ");
    refuse(b, TIF_FAK, 100, 100, 0, most, "amount: too large");
}

static void
the_largest_sizes_do_not_overflow(void **state)
{
    (void)state;
    struct amounts a;

    assert_true(amounts_of(SIDE_sell, TIF_GTC, (struct price){ 999900 },
                           (struct price){ 100 }, (struct qty){ INT64_MAX },
                           (struct money){ 0 }, &a, NULL));
    assert_true(a.shares.micros > INT64_MAX - 10000);
    assert_true(over_limit(&a, (struct price){ 999900 }) == 0);
}

/* Theirs are doubles; ours are never more, and less by at most the two steps
 * of 1e-5 that rounding fees against us costs. */
static void
budgets_shrink_for_fees_as_the_clients_do(void **state)
{
    (void)state;
    struct json *j = vectors_open("polymarket_fee_adjust");

    for each(v, at(json_root(j), "vectors")) {
        int64_t rate = micros_at(v, "feeRate"), theirs;
        struct fee_schedule fees = { true, { rate },
                                     count_at(v, "feeExponent") };
        struct ppm builder = { micros_at(v, "builderTakerFeeRate") };
        struct money out;
        char text[16];
        assert_true(budget_with_fees(
            (struct money){ micros_at(v, "amount") },
            (struct price){ micros_at(v, "price") },
            (struct money){ micros_at(v, "userBalance") }, &fees, builder,
            &out));
        snprintf(text, sizeof text, "%.9s", text_at(v, "adjustedAmount"));
        assert_true(micros_parse(text, strlen(text), &theirs));
        assert_in_range(theirs - out.micros, 0, 20);
    }
    json_destroy(&j);
}

/* Fees are those of what there is, not of what was wished: 80 - 80 / 0.3 x
 * 0.07 x 0.3 x 0.7 - 80 x 0.001. */
static void
a_budget_beyond_the_balance_pays_fees_on_the_balance(void **state)
{
    (void)state;
    struct fee_schedule fees = { true, { 70000 }, 1 };
    struct money out;

    assert_true(budget_with_fees((struct money){ 100000000 },
                                 (struct price){ 300000 },
                                 (struct money){ 80000000 }, &fees,
                                 (struct ppm){ 1000 }, &out));
    assert_in_range(out.micros, 76000000 - 20, 76000000);
}

static void
a_budget_and_its_fees_fit_the_balance(void **state)
{
    (void)state;
    int shrunk = 0;

    for (int i = 0; i < 100000; i++) {
        struct price p = some_price((struct price){ ticks[i % 6] });
        struct fee_schedule fees = { true, { below(100000) },
                                     1 + (uint64_t)below(3) };
        struct ppm builder = { below(3) ? 0 : below(10000) };
        struct money budget = { 1 + below(2000000000) };
        struct money balance = { below(2000000000) }, out, fee, extra;
        struct qty shares;
        if (!budget_with_fees(budget, p, balance, &fees, builder, &out))
            continue;
        assert_true(out.micros > 0 && out.micros <= budget.micros);
        assert_true(muldiv_up(out.micros, MICROS, p.micros, &shares.micros));
        assert_true(fee_up(&fees, p, shares, &fee));
        assert_true(muldiv_up(out.micros, builder.ppm, MICROS,
                              &extra.micros));
        assert_true(out.micros + fee.micros + extra.micros <=
                    balance.micros);
        shrunk += out.micros < budget.micros;
    }
    assert_true(shrunk > 1000);
}

static void
a_budget_under_unknown_fees_is_refused(void **state)
{
    (void)state;
    struct money one = { MICROS }, out;
    struct price half = { MICROS / 2 };
    struct fee_schedule unknown = { false, { 0 }, 1 };
    struct fee_schedule none = { true, { 0 }, 1 };
    struct ppm zero = { 0 };

    assert_false(budget_with_fees(one, half, one, &unknown, zero, &out));
    assert_false(budget_with_fees((struct money){ 0 }, half, one, &none,
                                  zero, &out));
    assert_false(budget_with_fees(one, (struct price){ 0 }, one, &none, zero,
                                  &out));
    assert_false(budget_with_fees(one, half, (struct money){ 0 }, &none,
                                  zero, &out));
    assert_true(budget_with_fees((struct money){ INT64_MAX }, half, one,
                                 &none, zero, &out));
    assert_int_equal(out.micros, MICROS);
    assert_true(budget_with_fees(one, half, one, &none, zero, &out));
    assert_int_equal(out.micros, MICROS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resting_amounts_equal_the_clients),
        cmocka_unit_test(market_amounts_keep_the_venues_precision),
        cmocka_unit_test(lots_are_the_least_shares_that_cost_whole_cents),
        cmocka_unit_test(resting_orders_are_exactly_at_their_price),
        cmocka_unit_test(a_market_buy_spends_its_budget_and_no_more),
        cmocka_unit_test(an_exact_buy_at_once_is_at_its_price_in_whole_cents),
        cmocka_unit_test(a_market_sale_never_asks_more_than_its_limit),
        cmocka_unit_test(what_the_venue_would_refuse_is_refused),
        cmocka_unit_test(the_largest_sizes_do_not_overflow),
        cmocka_unit_test(budgets_shrink_for_fees_as_the_clients_do),
        cmocka_unit_test(a_budget_beyond_the_balance_pays_fees_on_the_balance),
        cmocka_unit_test(a_budget_and_its_fees_fit_the_balance),
        cmocka_unit_test(a_budget_under_unknown_fees_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
