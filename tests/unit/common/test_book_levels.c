/* test_book_levels - levels kept in order, and what is asked of them */
#include "tests/unit/common/book_world.h"

static void
setting_levels_keeps_them_sorted(void **state)
{
    struct levels *side = calloc(1, sizeof *side);
    uint64_t seed = 7;

    (void)state;
    assert_non_null(side);
    for (int i = 0; i < 20000; i++) {
        bool is_bids = i >= 10000;

        if (i == 10000)
            side->count = 0;
        seed = seed * UINT64_C(6364136223846793005) + 1;
        book_set(side, is_bids,
                 (struct price){ 1 + (int64_t)(seed >> 33) % 700 },
                 (struct qty){ (int64_t)(seed >> 40) % 3 });
        assert_true(side->count <= levels_cap);
        for (uint32_t k = 1; k < side->count; k++)
            assert_true(is_bids ? side->at[k].price.micros <
                                      side->at[k - 1].price.micros
                                : side->at[k].price.micros >
                                      side->at[k - 1].price.micros);
    }
    free(side);
}

static void
a_full_side_drops_its_worst(void **state)
{
    struct book *b = whole_book();
    struct book_delta m;

    (void)state;
    b->tick.micros = 1;
    for (uint32_t i = 0; i < levels_cap - 2; i++) {
        m = delta(2 + i, SIDE_buy, 100000 + i, MICROS);
        assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_CHANGED);
    }
    assert_false(b->cut);
    m = delta(levels_cap, SIDE_buy, 391000, MICROS);
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_CHANGED);
    assert_true(b->cut);
    assert_int_equal(b->bids.count, levels_cap);
    assert_int_equal(b->bids.at[levels_cap - 1].price.micros, 100001);
    m = delta(levels_cap + 1, SIDE_buy, 50000, MICROS);
    book_delta_apply(b, &m, RUN);
    assert_int_equal(b->bids.at[levels_cap - 1].price.micros, 100001);
    free(b);
}

static void
crossed_means_a_bid_at_or_above_an_ask(void **state)
{
    struct book *b = whole_book();

    (void)state;
    assert_false(book_is_crossed(b));
    book_set(&b->bids, true, (struct price){ 400000 }, (struct qty){ 1 });
    assert_true(book_is_crossed(b));
    b->asks.count = 0;
    assert_false(book_is_crossed(b));
    free(b);
}

static void
a_mirror_agrees_in_prices_sizes_and_empty_sides(void **state)
{
    struct book *yes = whole_book(), *no = whole_book();

    (void)state;
    book_set(&no->bids, true, (struct price){ 600000 },
             (struct qty){ 10 * MICROS });
    no->asks.count = 0;
    book_set(&no->asks, false, (struct price){ 610000 },
             (struct qty){ 10 * MICROS });
    assert_true(book_is_mirror(yes, no));
    book_set(&no->asks, false, (struct price){ 610000 },
             (struct qty){ 10 * MICROS + 1 });
    assert_false(book_is_mirror(yes, no));
    book_set(&no->asks, false, (struct price){ 610000 }, (struct qty){ 0 });
    assert_false(book_is_mirror(yes, no));
    yes->bids.count = 0;
    assert_true(book_is_mirror(yes, no));
    yes->asks.count = no->bids.count = 0;
    assert_true(book_is_mirror(yes, no));
    free(yes);
    free(no);
}

static void
an_age_rounds_up_and_is_never_negative(void **state)
{
    struct book *b = whole_book();

    (void)state;
    b->received.ns = 5000000;
    assert_int_equal(book_age(b, (struct nanos){ 5000000 }).ms, 0);
    assert_int_equal(book_age(b, (struct nanos){ 5000001 }).ms, 1);
    assert_int_equal(book_age(b, (struct nanos){ 6000000 }).ms, 1);
    assert_int_equal(book_age(b, (struct nanos){ 4000000 }).ms, 0);
    b->received.ns = INT64_MIN;
    assert_true(book_age(b, (struct nanos){ INT64_MAX }).ms > 0);
    free(b);
}

static void
a_walk_takes_from_the_top_and_rounds_each_level(void **state)
{
    struct book *b = whole_book();
    struct walk w = book_walk(&b->asks, (struct qty){ 15 * MICROS });

    (void)state;
    assert_int_equal(w.took.micros, 15 * MICROS);
    assert_int_equal(w.worst.micros, 410000);
    assert_int_equal(w.cost_up.micros, 6050000);
    assert_int_equal(w.cost_down.micros, 6050000);
    w = book_walk(&b->asks, (struct qty){ 10 * MICROS + 1 });
    assert_int_equal(w.cost_up.micros, 4000001);
    assert_int_equal(w.cost_down.micros, 4000000);
    w = book_walk(&b->asks, (struct qty){ 21 * MICROS });
    assert_int_equal(w.took.micros, 20 * MICROS);
    w = book_walk(&b->asks, (struct qty){ 0 });
    assert_int_equal(w.took.micros, 0);
    assert_int_equal(w.worst.micros, 0);
    w = book_walk(&b->asks, (struct qty){ -5 });
    assert_int_equal(w.took.micros, 0);
    b->asks.count = 0;
    w = book_walk(&b->asks, (struct qty){ INT64_MAX });
    assert_int_equal(w.took.micros, 0);
    free(b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_levels_keeps_them_sorted),
        cmocka_unit_test(a_full_side_drops_its_worst),
        cmocka_unit_test(crossed_means_a_bid_at_or_above_an_ask),
        cmocka_unit_test(a_mirror_agrees_in_prices_sizes_and_empty_sides),
        cmocka_unit_test(an_age_rounds_up_and_is_never_negative),
        cmocka_unit_test(a_walk_takes_from_the_top_and_rounds_each_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
