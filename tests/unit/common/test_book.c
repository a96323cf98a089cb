/* test_book - snapshots and changes: whatever does not fit makes a book
 * unusable */
#include "tests/unit/common/book_world.h"

static void
a_snapshot_makes_a_book_usable(void **state)
{
    struct book *b = whole_book();

    (void)state;
    assert_int_equal(b->run, RUN);
    assert_int_equal(b->epoch, EPOCH);
    assert_int_equal(b->seq, 1);
    assert_true(b->proved);
    assert_int_equal(b->why_not, REASON_none);
    assert_int_equal(book_best(&b->bids)->price.micros, 390000);
    assert_int_equal(book_best(&b->asks)->price.micros, 400000);
    free(b);
}

static void
parts_make_a_book_only_together_and_in_order(void **state)
{
    struct book *b = make_book();
    struct book_snapshot one = snapshot(EPOCH, 5), two = one;

    (void)state;
    one.parts = two.parts = 2;
    two.part = 1;
    two.bids.at[0].price.micros = 370000;
    two.bids.at[1].price.micros = 360000;
    two.asks.count = 0;
    assert_true(book_snapshot_apply(b, &one, RUN));
    assert_false(b->usable);
    assert_true(book_snapshot_apply(b, &two, RUN));
    assert_true(b->usable);
    assert_int_equal(b->bids.count, 4);
    assert_int_equal(b->bids.at[3].price.micros, 360000);
    book_clear(b, REASON_GAP);
    assert_false(book_snapshot_apply(b, &two, RUN));
    assert_false(b->usable);
    assert_int_equal(b->why_not, REASON_GAP);
    free(b);
}

static void
parts_of_different_books_do_not_mix(void **state)
{
    for (int i = 0; i < 5; i++) {
        struct book *b = make_book();
        struct book_snapshot one = snapshot(EPOCH, 5), two = one;
        uint64_t run = RUN;

        (void)state;
        one.parts = two.parts = 2;
        two.part = 1;
        two.bids.count = two.asks.count = 0;
        two.book_seq += i == 0;
        two.epoch += i == 1;
        run += i == 2;
        two.part += i == 3;
        assert_true(book_snapshot_apply(b, &one, RUN));
        assert_int_equal(book_snapshot_apply(b, &two, run), i == 4);
        assert_int_equal(b->usable, i == 4);
        free(b);
    }
}

static void
a_level_that_is_none_spoils_the_whole_snapshot(void **state)
{
    static const struct level bad[] = {
        { { 0 }, { MICROS } },        { { -10000 }, { MICROS } },
        { { MICROS }, { MICROS } },   { { 2 * MICROS }, { MICROS } },
        { { INT64_MAX }, { 1 } },     { { INT64_MIN }, { 1 } },
        { { 375000 }, { MICROS } },   { { 380000 }, { MICROS } },
        { { 370000 }, { 0 } },        { { 370000 }, { -1 } },
        { { 370000 }, { INT64_MAX } }, { { 370000 }, { BOOK_SIZE_MAX + 1 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct book *b = make_book();
        struct book_snapshot m = snapshot(EPOCH, 1);

        m.bids.at[m.bids.count++] = bad[i];
        assert_false(book_snapshot_apply(b, &m, RUN));
        assert_false(b->usable);
        assert_int_equal(b->why_not, REASON_BAD_INPUT);
        assert_int_equal(b->bids.count, 0);
        m.bids.at[2] = (struct level){ { 10000 }, { BOOK_SIZE_MAX } };
        assert_true(book_snapshot_apply(b, &m, RUN));
        assert_true(b->usable);
        free(b);
    }
}

static void
asks_out_of_order_spoil_it_too(void **state)
{
    struct book *b = make_book();
    struct book_snapshot m = snapshot(EPOCH, 1);

    (void)state;
    m.asks.at[1].price.micros = 390000;
    assert_false(book_snapshot_apply(b, &m, RUN));
    assert_false(b->usable);
    free(b);
}

static void
a_count_beyond_the_list_is_refused(void **state)
{
    struct book *b = make_book();
    struct book_snapshot m = snapshot(EPOCH, 1);

    (void)state;
    m.bids.count = levels_cap + 1;
    assert_false(book_snapshot_apply(b, &m, RUN));
    m = snapshot(EPOCH, 1);
    m.asks.count = UINT32_MAX;
    assert_false(book_snapshot_apply(b, &m, RUN));
    free(b);
}

static void
more_levels_than_fit_are_cut_at_the_bottom(void **state)
{
    struct book *b = make_book();
    struct book_snapshot m = snapshot(EPOCH, 1);

    (void)state;
    m.tick.micros = 1;
    m.bids.count = levels_cap;
    for (uint32_t i = 0; i < levels_cap; i++)
        m.bids.at[i] = (struct level){ { 390000 - i }, { 1 } };
    m.parts = 2;
    m.asks.count = 0;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_false(b->cut);
    m.part = 1;
    m.bids.count = 1;
    m.bids.at[0].price.micros = 1;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_true(b->usable);
    assert_true(b->cut);
    assert_int_equal(b->bids.count, levels_cap);
    free(b);
}

/* faults: F-075 */
static void
what_is_older_than_the_book_is_ignored(void **state)
{
    struct book *b = whole_book();
    struct book_snapshot m = snapshot(EPOCH - 1, 9);

    (void)state;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_int_equal(b->epoch, EPOCH);
    m = snapshot(EPOCH + 5, 1);
    assert_true(book_snapshot_apply(b, &m, RUN - 1));
    assert_int_equal(b->epoch, EPOCH);
    m = snapshot(EPOCH, 0);
    m.bids.count = 0;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_int_equal(b->bids.count, 2);
    /* The same again, seen alive later. */
    m = snapshot(EPOCH, 1);
    m.received.ns = 7777;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_int_equal(b->received.ns, 7777);
    m.received.ns = 5;
    assert_true(book_snapshot_apply(b, &m, RUN));
    assert_int_equal(b->received.ns, 7777);
    free(b);
}

static void
a_newer_run_replaces_everything(void **state)
{
    struct book *b = whole_book();
    struct book_snapshot m = snapshot(1, 1);

    (void)state;
    assert_true(book_snapshot_apply(b, &m, RUN + 1));
    assert_true(b->usable);
    assert_int_equal(b->run, RUN + 1);
    assert_int_equal(b->epoch, 1);
    free(b);
}

static void
changes_apply_one_after_the_other(void **state)
{
    struct book *b = whole_book();
    struct book_delta m = delta(2, SIDE_sell, 400000, 0);

    (void)state;
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_CHANGED);
    assert_int_equal(book_best(&b->asks)->price.micros, 410000);
    assert_int_equal(b->received.ns, 2000);
    m = delta(3, SIDE_sell, 420000, 5 * MICROS);
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_CHANGED);
    m = delta(4, SIDE_sell, 410000, 10 * MICROS);
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_SAME);
    m = delta(5, SIDE_sell, 430000, 0);
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_SAME);
    m = delta(6, SIDE_buy, 400000, MICROS);
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_CHANGED);
    assert_int_equal(book_best(&b->bids)->price.micros, 400000);
    assert_int_equal(b->seq, 6);
    assert_true(b->usable);
    free(b);
}

/* faults: F-074 */
static void
a_missing_change_is_a_hole(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct book *b = whole_book();
        struct book_delta m = delta(2, SIDE_buy, 390000, MICROS);
        uint64_t run = RUN;

        (void)state;
        m.book_seq += i == 0;
        m.epoch += i == 1;
        run += i == 2;
        assert_int_equal(book_delta_apply(b, &m, run), BOOK_HOLE);
        assert_false(b->usable);
        assert_int_equal(b->why_not, REASON_GAP);
        m = delta(2, SIDE_buy, 390000, MICROS);
        assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_HOLE);
        /* A snapshot mends it, the same one as well. */
        struct book_snapshot s = snapshot(EPOCH, 1);
        assert_true(book_snapshot_apply(b, &s, RUN));
        assert_true(b->usable);
        free(b);
    }
}

/* faults: F-073 */
static void
a_repeated_change_is_old_news(void **state)
{
    struct book *b = whole_book();
    struct book_delta m = delta(1, SIDE_buy, 390000, MICROS);

    (void)state;
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_OLD_NEWS);
    m = delta(9, SIDE_buy, 390000, MICROS);
    m.epoch--;
    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_OLD_NEWS);
    m = delta(9, SIDE_buy, 390000, MICROS);
    assert_int_equal(book_delta_apply(b, &m, RUN - 1), BOOK_OLD_NEWS);
    assert_true(b->usable);
    assert_int_equal(book_best(&b->bids)->size.micros, 10 * MICROS);
    free(b);
}

static void
a_change_that_makes_no_sense_spoils_the_book(void **state)
{
    static const struct level bad[] = {
        { { 0 }, { MICROS } },       { { MICROS }, { MICROS } },
        { { -1 }, { 0 } },           { { 395000 }, { MICROS } },
        { { 395000 }, { 0 } },       { { 380000 }, { -1 } },
        { { 380000 }, { INT64_MIN } }, { { 380000 }, { INT64_MAX } },
        { { INT64_MAX }, { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct book *b = whole_book();
        struct book_delta m = delta(2, SIDE_buy, bad[i].price.micros,
                                    bad[i].size.micros);

        assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_HOLE);
        assert_int_equal(b->why_not, REASON_BAD_INPUT);
        free(b);
    }
    struct book *b = whole_book();
    struct book_delta m = delta(2, side_end_, 390000, MICROS);

    assert_int_equal(book_delta_apply(b, &m, RUN), BOOK_HOLE);
    free(b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_makes_a_book_usable),
        cmocka_unit_test(parts_make_a_book_only_together_and_in_order),
        cmocka_unit_test(parts_of_different_books_do_not_mix),
        cmocka_unit_test(a_level_that_is_none_spoils_the_whole_snapshot),
        cmocka_unit_test(asks_out_of_order_spoil_it_too),
        cmocka_unit_test(a_count_beyond_the_list_is_refused),
        cmocka_unit_test(more_levels_than_fit_are_cut_at_the_bottom),
        cmocka_unit_test(what_is_older_than_the_book_is_ignored),
        cmocka_unit_test(a_newer_run_replaces_everything),
        cmocka_unit_test(changes_apply_one_after_the_other),
        cmocka_unit_test(a_missing_change_is_a_hole),
        cmocka_unit_test(a_repeated_change_is_old_news),
        cmocka_unit_test(a_change_that_makes_no_sense_spoils_the_book),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
