/* test_paper - the paper venue: walks what is there, at its prices, once. */
#include "executor/fill_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CENTS(n) ((struct price){ (int64_t)(n) * 10000 })
#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

struct table {
    const struct order_venue *venue;
    void *self;
    struct book book;
    struct hash token;
    struct nanos wall;
    struct order_fill got[VENUE_FILLS];
};

static const struct fill_model usual = {
    .latency = { 150 }, .memory = { 60000 }, .share = { MICROS },
};

static void
level(struct levels *side, int64_t cents, int64_t shares)
{
    side->at[side->count++] = (struct level){ CENTS(cents), SHARES(shares) };
}

/* Asks 40 x 10, 41 x 20, 43 x 30; bids 38 x 10, 37 x 20. */
static void
show(struct table *t)
{
    memset(&t->book, 0, sizeof t->book);
    t->book.usable = true;
    level(&t->book.asks, 40, 10);
    level(&t->book.asks, 41, 20);
    level(&t->book.asks, 43, 30);
    level(&t->book.bids, 38, 10);
    level(&t->book.bids, 37, 20);
    t->venue->adjust(t->self, &t->token, t->wall, &t->book);
}

static struct table *
lay(const struct fill_model *model)
{
    struct table *t = calloc(1, sizeof *t);

    assert_non_null(t);
    t->venue = order_venue_for(MODE_paper);
    assert_non_null(t->venue);
    t->self = t->venue->create(model);
    t->token.b[5] = 5;
    t->wall.ns = INT64_C(1000000000000);
    show(t);
    return t;
}

static void
clear(struct table *t)
{
    t->venue->destroy(&t->self);
    assert_null(t->self);
    free(t);
}

static uint32_t
match(struct table *t, enum side side, int64_t cents, int64_t shares)
{
    struct order_ask ask = {
        .token = t->token, .side = side, .limit = CENTS(cents),
        .meant = CENTS(40), .qty = SHARES(shares),
        .fees = { true, { 40000 }, 1 },
        .sent = { t->wall.ns - 150 * 1000000 },
    };

    return t->venue->match(t->self, &ask, &t->book, t->wall, t->got);
}

static int64_t
sum(const struct table *t, uint32_t count)
{
    int64_t all = 0;

    for (uint32_t i = 0; i < count; i++)
        all += t->got[i].qty.micros;
    return all;
}

static void
there_is_a_venue_for_paper_and_none_for_other_modes(void **state)
{
    (void)state;
    assert_int_equal(order_venue_for(MODE_paper)->mode, MODE_paper);
    assert_null(order_venue_for(MODE_halted));
    assert_null(order_venue_for(MODE_shadow));
}

static void
a_buy_walks_the_asks_one_fill_a_level(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(match(t, SIDE_buy, 43, 45), 3);
    assert_int_equal(t->got[0].price.micros, 400000);
    assert_int_equal(t->got[0].qty.micros, 10 * MICROS);
    assert_int_equal(t->got[1].price.micros, 410000);
    assert_int_equal(t->got[1].qty.micros, 20 * MICROS);
    assert_int_equal(t->got[2].price.micros, 430000);
    assert_int_equal(t->got[2].qty.micros, 15 * MICROS);
    clear(t);
}

static void
nothing_is_bought_beyond_the_limit(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(match(t, SIDE_buy, 41, 100), 2);
    assert_int_equal(sum(t, 2), 30 * MICROS);
    assert_int_equal(match(t, SIDE_buy, 39, 100), 0);
    clear(t);
}

static void
a_sell_walks_the_bids_down_to_its_limit(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(match(t, SIDE_sell, 38, 100), 1);
    assert_int_equal(t->got[0].price.micros, 380000);
    assert_int_equal(sum(t, 1), 10 * MICROS);
    clear(t);
}

static void
each_fill_says_what_it_cost(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(match(t, SIDE_buy, 43, 60), 3);
    /* 10 x 0.04 x 0.24 = 0.096 dollars on 4 dollars: 240 bps. */
    assert_int_equal(t->got[0].fee.micros, 96000);
    assert_int_equal(t->got[0].fee_bps.bps, 240);
    assert_int_equal(t->got[0].slippage.bps, 0);
    assert_int_equal(t->got[0].impact.bps, 0);
    assert_int_equal(t->got[0].delay.ms, 150);
    /* 43 against 40, both meant and best: 7.5 %. */
    assert_int_equal(t->got[2].slippage.bps, 750);
    assert_int_equal(t->got[2].impact.bps, 750);
    clear(t);
}

static void
the_same_displayed_shares_are_never_taken_twice(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(sum(t, match(t, SIDE_buy, 41, 25)), 25 * MICROS);
    show(t); /* The venue displays them still. */
    assert_int_equal(t->book.asks.count, 2);
    assert_int_equal(t->book.asks.at[0].size.micros, 5 * MICROS);
    assert_int_equal(sum(t, match(t, SIDE_buy, 41, 25)), 5 * MICROS);
    show(t);
    assert_int_equal(match(t, SIDE_buy, 41, 25), 0);
    assert_int_equal(sum(t, match(t, SIDE_buy, 43, 100)), 30 * MICROS);
    clear(t);
}

static void
another_token_or_side_is_not_touched(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(sum(t, match(t, SIDE_buy, 43, 60)), 60 * MICROS);
    t->token.b[5] = 6;
    show(t);
    assert_int_equal(sum(t, match(t, SIDE_buy, 43, 60)), 60 * MICROS);
    t->token.b[5] = 5;
    show(t);
    assert_int_equal(t->book.asks.count, 0);
    assert_int_equal(t->book.bids.count, 2);
    clear(t);
}

static void
a_level_that_changed_is_new(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(sum(t, match(t, SIDE_buy, 40, 10)), 10 * MICROS);
    memset(&t->book, 0, sizeof t->book);
    level(&t->book.asks, 40, 11);
    t->venue->adjust(t->self, &t->token, t->wall, &t->book);
    assert_int_equal(t->book.asks.at[0].size.micros, 11 * MICROS);
    /* And stays so when the old size comes back. */
    show(t);
    assert_int_equal(t->book.asks.at[0].size.micros, 10 * MICROS);
    clear(t);
}

static void
what_was_taken_is_forgotten_in_time(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    assert_int_equal(sum(t, match(t, SIDE_buy, 40, 10)), 10 * MICROS);
    t->wall.ns += INT64_C(59999) * 1000000;
    show(t);
    assert_int_equal(t->book.asks.at[0].price.micros, 410000);
    t->wall.ns += 1000000;
    show(t);
    assert_int_equal(t->book.asks.at[0].price.micros, 400000);
    clear(t);
}

static void
fills_of_an_earlier_run_are_taken_off_too(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    t->venue->recall(t->self, &t->token, SIDE_buy, CENTS(40), SHARES(4),
                     t->wall);
    show(t);
    assert_int_equal(t->book.asks.at[0].size.micros, 6 * MICROS);
    assert_int_equal(sum(t, match(t, SIDE_buy, 40, 10)), 6 * MICROS);
    clear(t);
}

static void
only_our_share_of_a_level_is_there_for_us(void **state)
{
    struct fill_model half = usual;
    struct table *t;

    (void)state;
    half.share.ppm = 500000;
    t = lay(&half);
    assert_int_equal(sum(t, match(t, SIDE_buy, 40, 10)), 5 * MICROS);
    show(t);
    assert_int_equal(match(t, SIDE_buy, 40, 10), 0);
    clear(t);
}

static void
at_the_limit_every_fill_costs_the_limit(void **state)
{
    struct fill_model limit = usual;
    struct table *t;

    (void)state;
    limit.basis = FILL_BASIS_limit;
    t = lay(&limit);
    assert_int_equal(match(t, SIDE_buy, 43, 20), 2);
    assert_int_equal(t->got[0].price.micros, 430000);
    assert_int_equal(t->got[1].price.micros, 430000);
    clear(t);
}

static void
deep_walks_end_at_thirty_two_levels(void **state)
{
    struct table *t = lay(&usual);

    (void)state;
    t->book.asks.count = 0;
    for (int64_t i = 0; i < 50; i++)
        level(&t->book.asks, 10 + i, 1);
    assert_int_equal(match(t, SIDE_buy, 90, 100), VENUE_FILLS);
    clear(t);
}

static void
without_a_fee_schedule_nothing_fills(void **state)
{
    struct table *t = lay(&usual);
    struct order_ask ask = { .token = t->token, .side = SIDE_buy,
                             .limit = CENTS(50), .qty = SHARES(1) };

    (void)state;
    assert_int_equal(t->venue->match(t->self, &ask, &t->book, t->wall,
                                     t->got), 0);
    clear(t);
}

static void
order_ids_differ_in_every_part_and_repeat_for_the_same(void **state)
{
    const struct order_venue *v = order_venue_for(MODE_paper);
    struct order_key key = { { { 1 } }, 1, 1, 1 }, other[4];
    struct hash first, again, ids[4];

    (void)state;
    v->name_order(&key, &first);
    v->name_order(&key, &again);
    assert_true(hash_equal(&first, &again));
    for (int i = 0; i < 4; i++)
        other[i] = key;
    other[0].group.b[15] = 1;
    other[1].leg = 2;
    other[2].attempt = 2;
    other[3].salt = 2;
    for (int i = 0; i < 4; i++) {
        v->name_order(&other[i], &ids[i]);
        assert_false(hash_equal(&first, &ids[i]));
        for (int k = 0; k < i; k++)
            assert_false(hash_equal(&ids[i], &ids[k]));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_a_venue_for_paper_and_none_for_other_modes),
        cmocka_unit_test(a_buy_walks_the_asks_one_fill_a_level),
        cmocka_unit_test(nothing_is_bought_beyond_the_limit),
        cmocka_unit_test(a_sell_walks_the_bids_down_to_its_limit),
        cmocka_unit_test(each_fill_says_what_it_cost),
        cmocka_unit_test(the_same_displayed_shares_are_never_taken_twice),
        cmocka_unit_test(another_token_or_side_is_not_touched),
        cmocka_unit_test(a_level_that_changed_is_new),
        cmocka_unit_test(what_was_taken_is_forgotten_in_time),
        cmocka_unit_test(fills_of_an_earlier_run_are_taken_off_too),
        cmocka_unit_test(only_our_share_of_a_level_is_there_for_us),
        cmocka_unit_test(at_the_limit_every_fill_costs_the_limit),
        cmocka_unit_test(deep_walks_end_at_thirty_two_levels),
        cmocka_unit_test(without_a_fee_schedule_nothing_fills),
        cmocka_unit_test(
            order_ids_differ_in_every_part_and_repeat_for_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
