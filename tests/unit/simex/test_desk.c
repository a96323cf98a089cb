/* test_desk - settling: what is bound, what comes back, to the micro; makers,
 * the chain's deeds, resolution, and a thousand random lives */
#include "tests/unit/simex/customer.h"

/* All there is to compare: money and shares of everybody, and fees. */
struct picture { int64_t cash[WHO_COUNT], yes[WHO_COUNT], no[WHO_COUNT],
                 fees; };

static struct picture
look(uint32_t m)
{
    struct picture p = { .fees = x->accounts->fees };
    for (uint32_t who = 0; who < WHO_COUNT; who++) {
        p.cash[who] = x->accounts->purses[who].cash;
        p.yes[who] = *accounts_shares(x->accounts, who, m, 0);
        p.no[who] = *accounts_shares(x->accounts, who, m, 1);
    }
    return p;
}

static const char *
last_status(const struct customer *c)
{
    assert_int_equal(ask(c, GETS, "/data/trades", "", NULL), 200);
    return text_of(json_first(get("data")), "status");
}

static struct draft
taker(uint32_t m, bool buy, int64_t cents)
{
    int64_t price = buy ? simex_ask(x, m, 0) : simex_bid(x, m, 0);
    struct draft a = { .market = m, .buy = buy, .life = "FAK" };
    if (buy) {
        a.maker = cents * 10000;
        a.taker = a.maker * MICROS / price / 100 * 100;
    } else {
        a.maker = cents * 10000; /* Shares here. */
        a.taker = a.maker * price / MICROS / 100 * 100;
    }
    return a;
}

static void
a_trade_is_matched_then_mined_then_confirmed(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, true, false);
    struct draft a = taker(m, true, 500);
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(last_status(&c), "TRADE_STATUS_MATCHED");
    assert_string_equal(text_of(json_first(get("data")), "transaction_hash"),
                        "");
    struct draft back = taker(m, false, 100);
    must_refuse(&c, &back, 400, "not enough balance / allowance");
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_MINED");
    assert_int_equal(strlen(text_of(json_first(get("data")),
                                    "transaction_hash")), 66);
    back.maker = 5 * MICROS; /* Now it can be sold. */
    back.taker = 5 * simex_bid(x, m, 0);
    if (back.taker > 0)
        assert_int_equal(post(&c, &back), 200);
    pass(2000);
    pass(1000);
    pass(2000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_CONFIRMED");
}

static void
the_fee_is_that_of_the_trades_whole_size(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, true, false);
    int64_t before = balance(&c, m, -1), fees = 0;
    struct draft a = taker(m, true, 5000);
    int64_t edge = simex_ask(x, m, 0) + 30000; /* Through some levels. */
    a.taker = a.maker * MICROS / edge / 100 * 100;
    assert_int_equal(post(&c, &a), 200);
    assert_true(d->next_trade > 1);
    for (uint32_t i = 0; i < d->next_trade; i++) {
        const struct desk_trade *t = desk_trade_at(d, i);
        int64_t fee = match_fee(match_rules(x->match, m),
                                t->fills[0].t.price, t->qty);
        assert_int_equal(t->fee, fee);
        fees += fee;
    }
    assert_true(fees > 0);
    int64_t made;
    assert_true(json_micros(get("makingAmount"), &made));
    assert_int_equal(before - balance(&c, m, -1), made + fees);
}

/* Each way a trade can fail leaves everything as it was. */
static void
fails(uint32_t m, bool buy, bool spend)
{
    struct customer c;
    customer_enter(&c, 1);
    if (!buy)
        assert_true(desk_split(d, &c.address, m, 50 * MICROS));
    struct draft a = taker(m, buy, 400);
    if (!buy) {
        a.maker = 20 * MICROS;
        a.taker = 20 * simex_bid(x, m, 0);
    }
    struct picture before = look(m);
    d->faults.fail = 20;
    assert_int_equal(post(&c, &a), 200);
    assert_string_equal(text("status"), "matched");
    struct picture between = look(m);
    assert_memory_not_equal(&before, &between, sizeof before);
    if (spend) { /* The crowd turns all it has into something else. */
        for (uint32_t who = 0; who < WHO_USER; who++) {
            int64_t yes = accounts_free_shares(x->accounts, who, m, 0);
            int64_t no = accounts_free_shares(x->accounts, who, m, 1);
            (void)accounts_merge(x->accounts, who, m, yes < no ? yes : no);
        }
    }
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_RETRYING");
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_FAILED");
    struct picture after = look(m);
    if (!spend)
        assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(before.cash[WHO_USER], after.cash[WHO_USER]);
    assert_int_equal(before.yes[WHO_USER], after.yes[WHO_USER]);
    assert_int_equal(x->accounts->purses[WHO_USER].bound, 0);
    assert_int_equal(*accounts_offered(x->accounts, WHO_USER, m, 0), 0);
}

static void
a_failed_purchase_is_taken_back(void **state)
{
    (void)state;
    fails(find_market(true, true, false), true, false); /* Mints. */
}

static void
a_failed_purchase_of_shares_is_taken_back(void **state)
{
    (void)state;
    fails(find_market(false, false, false), true, false); /* Transfers. */
}

static void
a_failed_sale_is_taken_back(void **state)
{
    (void)state;
    fails(find_market(true, true, false), false, false);
}

static void
a_failed_sale_in_separate_books_is_taken_back(void **state)
{
    (void)state;
    fails(find_market(false, false, false), false, false);
}

static void
a_failure_is_taken_back_though_the_crowd_spent_it(void **state)
{
    (void)state;
    fails(find_market(false, false, false), false, true);
}

static void
a_retried_trade_ends_well_and_a_stuck_one_does_not(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    struct draft a = taker(m, true, 200);
    d->faults.retry = 1;
    assert_int_equal(post(&c, &a), 200);
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_RETRYING");
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_MINED");
    int64_t had = balance(&c, m, 0);
    d->faults.stuck = 1;
    d->faults.stuck_ms = 30000;
    assert_int_equal(post(&c, &a), 200);
    pass(29999);
    assert_string_equal(last_status(&c),
                        "TRADE_STATUS_MATCHED_NOT_BROADCASTED");
    assert_int_equal(balance(&c, m, 0), had);
    pass(1);
    pass(1000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_FAILED");
    assert_int_equal(balance(&c, m, 0), had);
}

static void
a_resting_order_is_filled_by_the_crowd(void **state)
{
    struct customer c;
    char id[80];
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, true, false);
    int64_t mid = simex_ask(x, m, 0) - 10000;
    struct draft a = { .market = m, .buy = true, .maker = 20 * mid,
                       .taker = 20 * MICROS };
    while (simex_bid(x, m, 0) >= mid) /* Nobody stands before it. */
        simex_sweep(x, m, 0, BIDS,
                    (uint32_t)(simex_bid(x, m, 0) / GRID_STEP));
    assert_int_equal(post(&c, &a), 200);
    snprintf(id, sizeof id, "%s", text("orderID"));
    struct match_order hit = {
        .who = WHO_TAKER, .market = m, .token = 1, .buy = true,
        .life = LIFE_FAK, .price = MICROS - mid, .qty = 8 * MICROS,
    };
    assert_int_equal(simex_order(x, &hit).filled, 8 * MICROS);
    pass(0);
    assert_int_equal(ask(&c, GETS, "/data/trades", "", NULL), 200);
    const struct json_value *t = json_first(get("data"));
    assert_string_equal(text_of(t, "trader_side"), "MAKER");
    t = json_first(json_get(t, "maker_orders"));
    assert_string_equal(text_of(t, "order_id"), id);
    assert_string_equal(text_of(t, "owner"), c.id);
    assert_string_equal(text_of(t, "side"), "BUY");
    assert_string_equal(text_of(t, "outcome"), "Yes");
    assert_int_equal(ask(&c, GETS, "/data/orders", "", NULL), 200);
    assert_string_equal(text_of(json_first(get("data")), "size_matched"),
                        "8");
    /* The crowd takes the rest when its opinion changes. */
    tide_set_fair(x, m, mid - 20000);
    pass(0);
    assert_int_equal(d->live_count, 0);
    assert_int_equal(d->orders[0].filled, 20 * MICROS);
    assert_int_equal(d->orders[0].cost, 20 * mid);
    pass(1000);
    assert_int_equal(balance(&c, m, 0), 20 * MICROS);
    assert_int_equal(balance(&c, m, -1), 1000 * (int64_t)MICROS - 20 * mid);
}

static void
a_wallet_splits_merges_and_redeems(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    uint32_t e = x->listing->markets[m].event;
    struct address nobody = { { 9 } };
    assert_false(desk_split(d, &nobody, m, MICROS));
    assert_true(desk_split(d, &c.address, m, 100 * MICROS));
    assert_int_equal(balance(&c, m, 1), 100 * MICROS);
    assert_true(desk_merge(d, &c.address, m, 40 * MICROS));
    assert_false(desk_merge(d, &c.address, m, 61 * MICROS));
    assert_int_equal(desk_redeem(d, &c.address, m), 0);
    simex_close(x, e);
    simex_resolve(x, e, m - x->listing->events[e].first);
    assert_int_equal(balance(&c, m, 0), 60 * MICROS);
    assert_int_equal(balance(&c, m, 1), 60 * MICROS);
    assert_int_equal(balance(&c, m, -1), 940 * (int64_t)MICROS);
    assert_true(desk_split(d, &c.address, m, MICROS));
    assert_true(desk_merge(d, &c.address, m, 11 * MICROS));
    assert_true(accounts_agree(x->accounts, NULL));
    assert_int_equal(desk_redeem(d, &c.address, m), 50 * MICROS);
    assert_int_equal(desk_redeem(d, &c.address, m), 0);
    assert_int_equal(balance(&c, m, 1), 0);
    assert_int_equal(balance(&c, m, -1), 1000 * (int64_t)MICROS);
}

static void
an_ending_settles_what_is_pending_and_cancels_what_rests(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    uint32_t e = x->listing->markets[m].event;
    struct draft a = taker(m, true, 300), rest = a;
    assert_int_equal(post(&c, &a), 200);
    d->faults.fail = 1;
    assert_int_equal(post(&c, &a), 200);
    rest.life = NULL;
    rest.maker = MICROS;
    rest.taker = 10 * MICROS;
    assert_int_equal(post(&c, &rest), 200);
    uint32_t order = d->live[0];
    simex_close(x, e);
    assert_int_equal(d->live_count, 0);
    assert_string_equal(d->orders[order].reason, "MARKET_RESOLVED");
    simex_resolve(x, e, m - x->listing->events[e].first);
    assert_true(accounts_agree(x->accounts, NULL));
    assert_int_equal(accounts_claim(x->accounts, WHO_USER, m),
                     desk_trade_at(d, 0)->qty);
    pass(1000);
    pass(1000);
    pass(2000);
    assert_string_equal(last_status(&c), "TRADE_STATUS_FAILED");
    assert_true(accounts_agree(x->accounts, NULL));
    must_refuse(&c, &rest, 404, "No orderbook exists");
}

static void
a_closed_market_takes_no_order(void **state)
{
    struct customer c;
    (void)state;
    customer_enter(&c, 1);
    uint32_t m = find_market(true, false, false);
    struct draft a = { .market = m, .buy = true, .maker = MICROS,
                       .taker = 10 * MICROS };
    simex_close(x, x->listing->markets[m].event);
    must_refuse(&c, &a, 400,
                "the market is not yet ready to process new orders");
}

static void
accounts_are_read_from_their_texts(void **state)
{
    struct why why = { "" };
    (void)state;
    assert_false(desk_open_text(
        d, "1:0x70997970C51812dc3A010C7d01b50e0d17dc79C8=5", &why));
    assert_true(desk_open_text(
        d, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=12.5", &why));
    assert_true(desk_open_text(
        d, "1:0x70997970C51812dc3A010C7d01b50e0d17dc79C8=5", &why));
    assert_int_equal(d->wallets[1].type, 1);
    assert_int_equal(x->accounts->purses[WHO_USER].cash, 12500000);
    static const char *const bad[] = {
        "", "=", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=", "x=5",
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=-1",
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=1e3",
        "4:0x70997970C51812dc3A010C7d01b50e0d17dc79C8=5",
        "2:0x70997970C51812dc3A010C7d01b50e0d17dc79C8=5",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(desk_open_text(d, bad[i], &why));
}

/* Whatever happens, money is conserved and in the end nothing is bound. */
static void
a_thousand_lives_conserve_every_micro(void **state)
{
    struct customer c[2];
    struct chance dice;
    (void)state;
    chance_start(&dice, 99);
    d->terms.orders_rate = d->terms.cancels_rate = 0;
    x->terms.rate = 300;
    customer_enter(&c[0], 1);
    customer_enter(&c[1], 2);
    for (int i = 0; i < 1000; i++) {
        uint32_t m = chance_below(&dice, 12);
        struct customer *who = &c[chance_below(&dice, 2)];
        static const char *const lives[] = { "GTC", "FAK", "FOK" };
        int64_t tick = match_rules(x->match, m)->tick;
        int64_t price = chance_between(&dice, 1, MICROS / tick - 1) * tick;
        struct draft a = {
            .market = m, .token = chance_below(&dice, 2),
            .buy = chance_of(&dice, 70), .life = lives[i % 3],
            .post_only = i % 9 == 0, .defer = chance_of(&dice, 5),
        };
        int64_t shares = chance_between(&dice, 5, 40) * MICROS;
        int64_t dollars = shares / MICROS * price;
        if (i % 3) /* Whole cents. */
            dollars = (dollars + 9999) / 10000 * 10000;
        a.maker = a.buy ? dollars : shares;
        a.taker = a.buy ? shares : dollars;
        if (chance_of(&dice, 10))
            d->faults.fail++;
        if (chance_of(&dice, 5))
            d->faults.retry++;
        int status = post(who, &a);
        assert_true(status == 200 || status == 400 || status == 404);
        if (chance_of(&dice, 10))
            (void)desk_split(d, &who->address, m, 10 * MICROS);
        if (chance_of(&dice, 5))
            (void)desk_merge(d, &who->address, m, 5 * MICROS);
        if (chance_of(&dice, 5))
            (void)ask(who, DELETES, "/cancel-all", "", NULL);
        if (i == 600)
            simex_close(x, x->listing->markets[0].event);
        if (i == 620)
            simex_resolve(x, x->listing->markets[0].event, 1);
        pass(chance_between(&dice, 0, 300));
        forget_frames();
        struct why why = { "" };
        if (!accounts_agree(x->accounts, &why))
            fail_msg("%d: %s", i, why.s);
    }
    for (int i = 0; i < 2; i++)
        (void)ask(&c[i], DELETES, "/cancel-all", "", NULL);
    pass(300);
    for (int i = 0; i < 2; i++)
        (void)ask(&c[i], DELETES, "/cancel-all", "", NULL);
    for (int i = 0; i < 10; i++)
        pass(1000);
    assert_int_equal(d->live_count, 0);
    assert_true(d->next_trade > 100);
    for (uint32_t who = WHO_USER; who < WHO_COUNT; who++) {
        assert_int_equal(x->accounts->purses[who].bound, 0);
        for (uint32_t m = 0; m < x->listing->markets_count; m++) {
            assert_int_equal(*accounts_offered(x->accounts, who, m, 0), 0);
            assert_int_equal(*accounts_offered(x->accounts, who, m, 1), 0);
        }
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_trade_is_matched_then_mined_then_confirmed),
        T(the_fee_is_that_of_the_trades_whole_size),
        T(a_failed_purchase_is_taken_back),
        T(a_failed_purchase_of_shares_is_taken_back),
        T(a_failed_sale_is_taken_back),
        T(a_failed_sale_in_separate_books_is_taken_back),
        T(a_failure_is_taken_back_though_the_crowd_spent_it),
        T(a_retried_trade_ends_well_and_a_stuck_one_does_not),
        T(a_resting_order_is_filled_by_the_crowd),
        T(a_wallet_splits_merges_and_redeems),
        T(an_ending_settles_what_is_pending_and_cancels_what_rests),
        T(a_closed_market_takes_no_order),
        T(accounts_are_read_from_their_texts),
        T(a_thousand_lives_conserve_every_micro),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
