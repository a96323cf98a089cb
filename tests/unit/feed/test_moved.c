/* test_moved - how far a price went, and what is told of it with a book */
#include "tests/unit/feed/kit.h"

#include "feed/moved.h"

#define AT(s) ((struct nanos){ (s) * INT64_C(1000000000) })
#define CENTS(c) ((struct price){ (c) * 10000 })

static void
the_range_is_that_of_the_last_minute(void **state)
{
    struct moved m = { 0 };

    (void)state;
    assert_int_equal(moved_range(&m, AT(0)).micros, 0);
    moved_saw(&m, AT(0), CENTS(40));
    assert_int_equal(moved_range(&m, AT(0)).micros, 0);
    moved_saw(&m, AT(5), CENTS(45));
    moved_saw(&m, AT(25), CENTS(42));
    moved_saw(&m, AT(59), CENTS(70));
    assert_int_equal(moved_range(&m, AT(59)).micros, 300000);
    assert_int_equal(moved_range(&m, AT(60)).micros, 300000);
    /* The first ten seconds are more than a minute ago. */
    assert_int_equal(moved_range(&m, AT(70)).micros, 280000);
    assert_int_equal(moved_range(&m, AT(89)).micros, 280000);
    /* It was 42 until it was 70. */
    assert_int_equal(moved_range(&m, AT(119)).micros, 280000);
    assert_int_equal(moved_range(&m, AT(120)).micros, 0);
    assert_int_equal(moved_range(&m, AT(1000)).micros, 0);
}

static void
a_price_that_stood_long_jumps_all_the_same(void **state)
{
    struct moved m = { 0 };

    (void)state;
    moved_saw(&m, AT(0), CENTS(70));
    moved_saw(&m, AT(1000), CENTS(1));
    assert_int_equal(moved_range(&m, AT(1000)).micros, 690000);
    moved_saw(&m, AT(1030), CENTS(2));
    assert_int_equal(moved_range(&m, AT(1059)).micros, 690000);
    assert_int_equal(moved_range(&m, AT(1070)).micros, 10000);
    assert_int_equal(moved_range(&m, AT(1100)).micros, 0);
}

static int64_t
moved_to(struct kit *k, int64_t ms, const char *bids, const char *asks)
{
    kit_forget(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS + ms, bids, asks, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    return k->snapshot.moved.micros;
}

static void
a_book_says_how_far_its_middle_went(void **state)
{
    struct kit *k = kit_open(false);

    (void)state;
    kit_live(k); /* 0.45 and 0.5. */
    assert_int_equal(moved_to(k, 1, BIDS_1, ASKS_1), 0);
    assert_int_equal(moved_to(k, 2, L("0.71", "10"), L("0.74", "10")),
                     250000);
    assert_int_equal(moved_to(k, 3, "", L("0.9", "10")), 250000);
    for (int i = 0; i < 8; i++) { /* Its connection lives. */
        kit_wait(k, 9000);
        feed_on_alive(k->f, 0, &k->in);
    }
    assert_int_equal(moved_to(k, 71000, L("0.71", "10"), L("0.74", "10")), 0);
    kit_close(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_range_is_that_of_the_last_minute),
        cmocka_unit_test(a_price_that_stood_long_jumps_all_the_same),
        cmocka_unit_test(a_book_says_how_far_its_middle_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
