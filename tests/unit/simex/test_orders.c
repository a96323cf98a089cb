/* test_orders - POST /order and /orders: what is taken, and what is refused
 * with which words */
#include "tests/unit/simex/customer.h"

#define CENT 10000

static void
what_is_wrong_with_an_order_is_said(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    int64_t ask_price = simex_ask(x, m, 0);
    struct draft good = { .market = m, .buy = true, .maker = MICROS,
                          .taker = 10 * MICROS };
    struct draft a = good;
    a.spoil = 1;
    must_refuse(&c, &a, 400, "invalid signature");
    a = good;
    a.version = 3;
    must_refuse(&c, &a, 400, "order_version_mismatch");
    a = good;
    snprintf(a.owner, sizeof a.owner, "somebody");
    must_refuse(&c, &a, 400,
                "the order owner has to be the owner of the API KEY");
    a = good;
    a.maker = MICROS * 45 / 40; /* 0.1125 */
    must_refuse(&c, &a, 400, "breaks minimum tick size rule: 0.01");
    a = good;
    a.maker = MICROS / 10000 * 101 + 1;
    must_refuse(&c, &a, 400, "the buy orders maker amount supports a max "
                "accuracy of 4 decimals, taker amount a max of 2 decimals");
    a = good;
    a.maker = 4 * CENT * 10;
    a.taker = 4 * MICROS;
    must_refuse(&c, &a, 400, "Size (4) lower than the minimum: 5");
    a = good;
    a.expires_s = now / 1000 + 1000;
    must_refuse(&c, &a, 400, "invalid expiration");
    a.life = "GTD";
    a.expires_s = now / 1000 + 60;
    must_refuse(&c, &a, 400, "invalid expiration");
    a = good;
    a.maker = 2000 * (int64_t)MICROS;
    a.taker = 20000 * (int64_t)MICROS;
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    a = good;
    a.buy = false;
    a.maker = 10 * MICROS;
    a.taker = 9 * MICROS;
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    a = good;
    a.maker = 10 * ask_price;
    a.post_only = true;
    must_refuse(&c, &a, 400, "invalid post-only order: order crosses book");
    a = good;
    a.life = "FAK";
    must_refuse(&c, &a, 400, "no orders found to match with FAK order");
    a.life = "FOK";
    must_refuse(&c, &a, 400, "order couldn't be fully filled");
    a.life = "GTX";
    must_refuse(&c, &a, 400, "Invalid order payload");
    a = good;
    a.life = "FAK";
    a.maker = 90 * CENT;
    a.taker = a.maker * MICROS / ask_price / 100 * 100;
    must_refuse(&c, &a, 400, "invalid amount for a marketable BUY order "
                "($0.9), min size: $1");
    a.maker = 50 * ask_price + 100;
    a.taker = 50 * MICROS;
    must_refuse(&c, &a, 400, "the market buy orders maker amount supports a "
                "max accuracy of 2 decimals, taker amount a max of 4");
    assert_int_equal(d->live_count, 0);
}

/* Of all that rests as well: what was allowed is allowed once. */
static void
more_than_the_exchanges_may_take_is_refused(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    d->terms.allowance = 2 * MICROS;
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS * 5 / 2,
                       .taker = 25 * MICROS };
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    a.maker = 2 * MICROS;
    a.taker = 20 * MICROS;
    assert_int_equal(post(&c, &a), 200);
    a.maker = MICROS;
    a.taker = 10 * MICROS;
    must_refuse(&c, &a, 400, "not enough balance / allowance");
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(post(&c, &a), 200);
    assert_true(desk_split(d, &c.address, a.market, 100 * MICROS));
    a.buy = false; /* Shares are another allowance. */
    a.maker = 50 * MICROS;
    a.taker = 45 * MICROS;
    assert_int_equal(post(&c, &a), 200);
    d->terms.allowance = 0;
}

static void
the_same_order_is_taken_once(void **state)
{
    struct customer c;
    char body[8192];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    draft_write(&c, &a, body, sizeof body);
    assert_int_equal(ask(&c, POSTS, "/order", "", body), 200);
    assert_int_equal(ask(&c, POSTS, "/order", "", body), 400);
    assert_non_null(strstr(q.s, "is invalid. Duplicated."));
    assert_int_equal(ask(&c, DELETES, "/cancel-all", "", NULL), 200);
    assert_int_equal(ask(&c, POSTS, "/order", "", body), 400);
    a.life = "FAK"; /* Killed: its hash is known all the same. */
    draft_write(&c, &a, body, sizeof body);
    assert_int_equal(ask(&c, POSTS, "/order", "", body), 400);
    assert_int_equal(ask(&c, POSTS, "/order", "", body), 400);
    assert_non_null(strstr(q.s, "is invalid. Duplicated."));
}

static void
a_market_buy_spends_its_money_at_the_better_price(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    int64_t price = simex_ask(x, m, 0);
    struct draft a = { .market = m, .buy = true, .life = "FAK",
                       .maker = 2 * MICROS,
                       .taker = 2 * MICROS * INT64_C(1000000) /
                                (price + 5 * CENT) / 100 * 100 };
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "matched");
    int64_t got, want = 2 * MICROS * INT64_C(1000000) / price;
    assert_true(json_micros(get("takingAmount"), &got));
    assert_int_equal(got, want);
    assert_true(got > a.taker);
    assert_int_equal(json_size(get("tradeIDs")), 1);
    assert_int_equal(balance(&c, m, -1), 998 * (int64_t)MICROS);
    assert_int_equal(balance(&c, m, 0), 0); /* Not mined yet. */
    pass(1000);
    assert_int_equal(balance(&c, m, 0), want);
}

static void
a_market_sell_bound_a_hair_below_its_price_still_matches(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    int64_t bid = simex_bid(x, m, 0);
    assert_true(desk_split(d, &c.address, m, 100 * MICROS));
    struct draft a = { .market = m, .life = "FAK",
                       .maker = 733 * CENT,
                       .taker = 733 * CENT * bid / MICROS / 100 * 100 };
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "matched");
    assert_string_equal(text("makingAmount"), "7.33");
}

static void
a_batch_says_of_each_what_became_of_it(void **state)
{
    static char body[65536], one[4096];
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    size_t n = 0;
    body[n++] = '[';
    for (int i = 0; i < 3; i++) {
        a.spoil = i == 1;
        draft_write(&c, &a, one, sizeof one);
        n += (size_t)snprintf(body + n, sizeof body - n, "%s%s",
                              i ? "," : "", one);
    }
    snprintf(body + n, sizeof body - n, "]");
    assert_int_equal(ask(&c, POSTS, "/orders", "", body), 200);
    const struct json_value *v = json_first(json_root(j));
    assert_string_equal(text_of(v, "status"), "live");
    v = json_next(v);
    assert_string_equal(text_of(v, "errorMsg"), "invalid signature");
    assert_string_equal(text_of(v, "orderID"), "");
    assert_string_equal(text_of(json_next(v), "status"), "live");
    for (n = 1; n + sizeof one < sizeof body && d->next_order < 40;) {
        n += (size_t)snprintf(body + n, sizeof body - n, "%s%s",
                              n > 1 ? "," : "", one);
        if (n > 16 * strlen(one))
            break;
    }
    snprintf(body + n, sizeof body - n, "]");
    assert_int_equal(ask(&c, POSTS, "/orders", "", body), 400);
    assert_string_equal(text("error"),
                        "Too many orders in payload: 16, max allowed: 15");
    assert_int_equal(ask(&c, POSTS, "/orders", "", "[]"), 400);
}

static void
each_kind_of_wallet_trades_with_its_own_money(void **state)
{
    struct customer c;
    struct address wallets[3];
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS };
    for (int type = 1; type <= 2; type++) {
        memset(wallets[type].b, 0x10 + type, 20);
        a.type = type;
        a.wallet = &wallets[type];
        must_refuse(&c, &a, 400, "maker address not allowed");
        assert_int_not_equal(desk_open_wallet(d, 0, &wallets[type],
                                              (uint8_t)type, 5 * MICROS),
                             DESK_NONE);
        assert_int_equal(post(&c, &a), 200);
        assert_string_equal(text("status"), "live");
        uint32_t who = d->wallets[desk_wallet(d, &wallets[type])].who;
        assert_int_equal(x->accounts->purses[who].bound, MICROS);
    }
    a.type = 3; /* A contract's signature must be wrapped: test_typed. */
    must_refuse(&c, &a, 400, "maker address not allowed");
    a.type = 1;
    a.wallet = &wallets[2];
    must_refuse(&c, &a, 400, "maker address not allowed");
}

static void
a_position_wants_an_order_of_version_3(void **state)
{
    struct customer c;
    uint32_t m = 0;
    (void)state;
    customer_enter(&c, 1);
    while (!x->listing->markets[m].position)
        m++;
    simex_list(x, x->listing->markets[m].event);
    struct draft a = { .market = m, .buy = true, .maker = MICROS,
                       .taker = 10 * MICROS, .version = 2 };
    must_refuse(&c, &a, 400, "order_version_mismatch");
    a.version = 3;
    assert_int_equal(post(&c, &a), 200);
}

static void
a_dated_order_ends_a_minute_early(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    struct draft a = { .market = find_market(true, false, false),
                       .buy = true, .maker = MICROS, .taker = 10 * MICROS,
                       .life = "GTD", .expires_s = now / 1000 + 180 };
    assert_int_equal(post(&c, &a), 200);
    pass(119999);
    assert_int_equal(d->live_count, 1);
    pass(1);
    assert_int_equal(d->live_count, 0);
}

static void
takers_wait_where_the_market_says_so(void **state)
{
    struct customer c;
    char id[80], body[120];
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, true, false);
    x->listing->markets[m].delayed = true;
    int64_t price = simex_ask(x, m, 0);
    struct draft a = { .market = m, .buy = true, .maker = 50 * price,
                       .taker = 50 * MICROS, .life = "FAK" };
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "delayed");
    snprintf(id, sizeof id, "%s", text("orderID"));
    snprintf(body, sizeof body, "{\"orderID\":\"%s\"}", id);
    assert_int_equal(ask(&c, DELETES, "/order", "", body), 200);
    assert_int_equal(json_size(get("canceled")), 0);
    pass(249);
    assert_int_equal(d->next_trade, 0);
    pass(1);
    assert_int_equal(d->next_trade, 1);
    assert_int_equal(d->live_count, 0);
    a.buy = false; /* What rests does not wait. */
    a.life = "GTC";
    a.maker = 5 * MICROS;
    a.taker = 5 * 990000;
    pass(1000);
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "live");
    a.defer = true;
    a.taker = 5 * 980000;
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "delayed");
}

/* Signed, but nonsense: refused, and nothing moves that should not. */
static void
wild_amounts_break_nothing(void **state)
{
    static const int64_t some[] = { 0, 1, 99, 100, 9999, 10000, 1000000,
                                    INT64_C(1) << 40, INT64_C(1) << 50,
                                    (INT64_C(1) << 50) + 10000,
                                    INT64_MAX - 7, INT64_MAX };
    static const char *const lives[] = { "GTC", "GTD", "FOK", "FAK" };
    struct customer c;
    struct chance dice;
    (void)state;
    chance_start(&dice, 7);
    d->terms.orders_rate = 0;
    customer_enter(&c, 1);
    assert_true(desk_split(d, &c.address, 0, 100 * MICROS));
    for (int i = 0; i < 600; i++) {
        struct draft a = {
            .market = chance_below(&dice, 8), .token = chance_below(&dice, 2),
            .buy = chance_of(&dice, 50), .life = lives[i % 4],
            .maker = some[chance_below(&dice, 12)],
            .taker = some[chance_below(&dice, 12)],
        };
        if (i % 4 == 1)
            a.expires_s = now / 1000 + 500;
        if (chance_of(&dice, 50))
            a.taker = chance_between(&dice, 0, 2000000000);
        int status = post(&c, &a);
        if (status != 200 && status != 400 && status != 404)
            fail_msg("%d: %s", status, q.s);
        struct why why = { "" };
        if (!accounts_agree(x->accounts, &why))
            fail_msg("%d: %s", i, why.s);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_is_wrong_with_an_order_is_said),
        T(more_than_the_exchanges_may_take_is_refused),
        T(the_same_order_is_taken_once),
        T(a_market_buy_spends_its_money_at_the_better_price),
        T(a_market_sell_bound_a_hair_below_its_price_still_matches),
        T(a_batch_says_of_each_what_became_of_it),
        T(each_kind_of_wallet_trades_with_its_own_money),
        T(a_position_wants_an_order_of_version_3),
        T(a_dated_order_ends_a_minute_early),
        T(takers_wait_where_the_market_says_so),
        T(wild_amounts_break_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
