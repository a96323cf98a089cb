/* test_fill_wait - what the fill model makes of trades of others: for orders
 * that take at the next one, and those that rest in a queue; both sides. */
#include "executor/fill_model.h"
#include "tests/unit/executor/audit.h"

#define CENTS(n) ((struct price){ (int64_t)(n) * 10000 })
#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

struct bench {
    struct fill_model model;
    struct order_ask ask;
    struct order_wait wait;
    struct order_fill got;
    struct qty left;          /* Of the last trade. */
};

/* Asks 40 x 10; bids 36 x 30. */
static enum order_arrival
arrive(struct bench *b)
{
    struct book book = { .usable = true };

    book.asks.count = book.bids.count = 1;
    book.asks.at[0] = (struct level){ CENTS(40), SHARES(10) };
    book.bids.at[0] = (struct level){ CENTS(36), SHARES(30) };
    return fill_model_arrive(&b->model, &b->ask, &book,
                             (struct nanos){ 1000000000 }, &b->wait);
}

static struct bench
bench(enum side side, int64_t cents, bool rests)
{
    return (struct bench){
        .model = { .basis = FILL_BASIS_next_trade, .share = { MICROS },
                   .wait = { 5000 } },
        .ask = { .side = side, .limit = CENTS(cents), .meant = CENTS(cents),
                 .qty = SHARES(20), .rests = rests,
                 .fees = { true, { 40000 }, 1 },
                 .sent = { 850000000 } },
    };
}

static bool
trade(struct bench *b, enum side side, int64_t cents, int64_t shares)
{
    struct trade t = { .price = CENTS(cents), .size = SHARES(shares),
                       .side = side };
    bool is;

    b->left = t.size;
    is = fill_model_trade(&b->model, &b->ask, &t,
                          (struct nanos){ 1100000000 }, &b->left, &b->wait,
                          &b->got);
    if (is)
        b->ask.qty.micros -= b->got.qty.micros;
    return is;
}

static void
a_buy_gets_what_others_buy_at_their_price_and_no_more_of_it(void **state)
{
    struct bench b = bench(SIDE_buy, 40, false);

    (void)state;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_int_equal(b.wait.until.ns, INT64_C(6000000000));
    assert_false(trade(&b, SIDE_sell, 36, 100)); /* Of the other side. */
    assert_false(trade(&b, SIDE_buy, 41, 100));  /* Beyond the limit. */
    assert_true(trade(&b, SIDE_buy, 39, 7));
    assert_int_equal(b.got.price.micros, 390000);
    assert_int_equal(b.got.qty.micros, 7 * MICROS);
    assert_int_equal(b.got.delay.ms, 250);
    assert_true(b.got.fee.micros > 0);
    assert_true(b.got.slippage.bps < 0);
    assert_true(trade(&b, SIDE_buy, 40, 100));
    assert_int_equal(b.got.qty.micros, 13 * MICROS);
    assert_int_equal(b.left.micros, 87 * MICROS);
    assert_int_equal(b.wait.matched.micros, 20 * MICROS);
}

/* Each rounded up would be more than was set aside for the order. */
static void
the_parts_of_an_order_cost_what_the_whole_does(void **state)
{
    struct bench b = bench(SIDE_buy, 37, false);
    struct money whole, cost, fees = { 0 }, costs = { 0 };

    (void)state;
    b.ask.qty.micros = 21432500;
    assert_true(fee_up(&b.ask.fees, b.ask.limit, b.ask.qty, &whole));
    assert_true(cost_up(b.ask.limit, b.ask.qty, &cost));
    assert_int_equal(arrive(&b), ORDER_WAITS);
    b.model.share.ppm = 123457;
    for (int i = 0; b.ask.qty.micros > 0; i++) {
        struct money paid;
        if (trade(&b, SIDE_buy, 37, 10 + i)) {
            assert_true(cost_up(b.got.price, b.got.qty, &paid));
            costs.micros += paid.micros;
            fees.micros += b.got.fee.micros;
        }
        assert_true(i < 100);
    }
    assert_int_equal(fees.micros, whole.micros);
    assert_int_equal(costs.micros, cost.micros);
}

static void
a_sell_gets_what_others_sell(void **state)
{
    struct bench b = bench(SIDE_sell, 35, false);

    (void)state;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_false(trade(&b, SIDE_buy, 40, 100));
    assert_false(trade(&b, SIDE_sell, 34, 100));
    assert_true(trade(&b, SIDE_sell, 36, 100));
    assert_int_equal(b.got.price.micros, 360000);
    assert_int_equal(b.got.qty.micros, 20 * MICROS);
}

static void
the_trades_price_is_made_worse_and_then_may_be_beyond_the_limit(void **state)
{
    struct bench b = bench(SIDE_buy, 40, false), s = bench(SIDE_sell, 36,
                                                           false);

    (void)state;
    b.model.slippage.count = s.model.slippage.count = 1;
    b.model.slippage.at[0].is = s.model.slippage.at[0].is = 100;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_false(trade(&b, SIDE_buy, 40, 5));
    assert_true(trade(&b, SIDE_buy, 39, 5));
    assert_int_equal(b.got.price.micros, 393900);
    assert_int_equal(arrive(&s), ORDER_WAITS);
    assert_false(trade(&s, SIDE_sell, 36, 5));
    assert_true(trade(&s, SIDE_sell, 37, 5));
    assert_int_equal(s.got.price.micros, 366300);
}

static void
part_of_a_trade_is_ours_and_all_or_nothing_needs_all_of_it(void **state)
{
    struct bench b = bench(SIDE_buy, 40, false);

    (void)state;
    b.model.share.ppm = 250000;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_true(trade(&b, SIDE_buy, 40, 10));
    assert_int_equal(b.got.qty.micros, 2500000);
    b = bench(SIDE_buy, 40, false);
    b.ask.whole = true;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_false(trade(&b, SIDE_buy, 40, 19));
    assert_int_equal(b.left.micros, 19 * MICROS);
    assert_true(trade(&b, SIDE_buy, 40, 20));
}

static void
what_rests_fills_only_once_the_queue_in_front_of_it_has_traded(void **state)
{
    struct bench b = bench(SIDE_buy, 36, true);

    (void)state;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_int_equal(b.wait.ahead.micros, 30 * MICROS);
    assert_int_equal(b.wait.until.ns, 0);
    assert_false(trade(&b, SIDE_buy, 36, 100));  /* Of its own side. */
    assert_false(trade(&b, SIDE_sell, 37, 100)); /* Not as deep. */
    assert_int_equal(b.wait.ahead.micros, 30 * MICROS);
    assert_false(trade(&b, SIDE_sell, 36, 25));
    assert_int_equal(b.wait.ahead.micros, 5 * MICROS);
    assert_true(trade(&b, SIDE_sell, 35, 9));
    assert_int_equal(b.got.price.micros, 360000); /* Its own. */
    assert_int_equal(b.got.qty.micros, 4 * MICROS);
    assert_int_equal(b.got.fee.micros, 0);
    assert_int_equal(b.got.slippage.bps, 0);
    assert_int_equal(b.left.micros, 0);
}

static void
a_sell_rests_among_the_asks_and_at_a_new_price_first(void **state)
{
    struct bench b = bench(SIDE_sell, 40, true);

    (void)state;
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_int_equal(b.wait.ahead.micros, 10 * MICROS);
    assert_true(trade(&b, SIDE_buy, 41, 100));
    assert_int_equal(b.got.qty.micros, 20 * MICROS);
    assert_int_equal(b.got.price.micros, 400000);
    assert_int_equal(b.left.micros, 70 * MICROS);
    b = bench(SIDE_sell, 38, true);
    assert_int_equal(arrive(&b), ORDER_WAITS);
    assert_int_equal(b.wait.ahead.micros, 0);
}

static void
what_would_take_may_not_rest(void **state)
{
    struct bench b = bench(SIDE_buy, 40, true), s = bench(SIDE_sell, 36,
                                                          true);

    (void)state;
    assert_int_equal(arrive(&b), ORDER_CROSSES);
    assert_int_equal(arrive(&s), ORDER_CROSSES);
    b = bench(SIDE_buy, 36, false);
    b.model.basis = FILL_BASIS_book;
    assert_int_equal(arrive(&b), ORDER_TAKES);
    assert_false(b.wait.on);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_buy_gets_what_others_buy_at_their_price_and_no_more_of_it),
        cmocka_unit_test(a_sell_gets_what_others_sell),
        cmocka_unit_test(the_parts_of_an_order_cost_what_the_whole_does),
        cmocka_unit_test(
            the_trades_price_is_made_worse_and_then_may_be_beyond_the_limit),
        cmocka_unit_test(
            part_of_a_trade_is_ours_and_all_or_nothing_needs_all_of_it),
        cmocka_unit_test(
            what_rests_fills_only_once_the_queue_in_front_of_it_has_traded),
        cmocka_unit_test(a_sell_rests_among_the_asks_and_at_a_new_price_first),
        cmocka_unit_test(what_would_take_may_not_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
