/* test_book_status - what makes a book unusable, and when that is old news */
#include "tests/unit/common/book_world.h"

static void
what_makes_a_book_unusable_voids_it_until_the_epoch_it_names(void **state)
{
    static const enum book_state states[] = {
        BOOK_STATE_stale, BOOK_STATE_resync, BOOK_STATE_closed
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct book *b = whole_book();
        struct book_status m = { .epoch = EPOCH + 1, .state = states[i],
                                 .reason = REASON_BOOK_OLD };
        struct book_snapshot s = snapshot(EPOCH, 9);

        assert_true(book_status_apply(b, &m, RUN));
        assert_false(b->usable);
        assert_int_equal(b->why_not, REASON_BOOK_OLD);
        assert_int_equal(b->bids.count, 0);
        assert_true(book_snapshot_apply(b, &s, RUN)); /* Sent before. */
        assert_false(b->usable);
        s.epoch++;
        s.book_seq = 1;
        assert_true(book_snapshot_apply(b, &s, RUN));
        assert_true(b->usable);
        free(b);
    }
}

/* Answers and what is published travel apart. */
static void
a_status_that_its_book_overtook_is_old_news(void **state)
{
    struct book *b = whole_book();
    struct book_status m = { .epoch = EPOCH, .state = BOOK_STATE_resync,
                             .reason = REASON_GAP };
    struct book_delta d = delta(2, SIDE_buy, 390000, MICROS);

    (void)state;
    assert_false(book_status_apply(b, &m, RUN));
    m.state = BOOK_STATE_stale;
    assert_false(book_status_apply(b, &m, RUN));
    m.state = BOOK_STATE_closed;
    assert_false(book_status_apply(b, &m, RUN));
    assert_true(b->usable);
    assert_int_equal(book_delta_apply(b, &d, RUN), BOOK_CHANGED);
    free(b);
}

static void
live_of_a_book_we_never_saw_is_a_hole(void **state)
{
    struct book *b = whole_book();
    struct book_status m = { .epoch = EPOCH, .state = BOOK_STATE_live };

    (void)state;
    assert_true(book_status_apply(b, &m, RUN));
    assert_true(b->usable);
    m.epoch++;
    assert_true(book_status_apply(b, &m, RUN));
    assert_false(b->usable);
    assert_int_equal(b->why_not, REASON_GAP);
    free(b);
}

static void
a_resync_of_an_epoch_never_seen_waits_for_that_epoch(void **state)
{
    struct book *b = whole_book();
    struct book_status m = { .epoch = EPOCH + 1,
                             .state = BOOK_STATE_resync };
    struct book_snapshot s = snapshot(EPOCH, 9);

    (void)state;
    assert_true(book_status_apply(b, &m, RUN));
    assert_true(book_status_apply(b, &m, RUN));
    assert_int_equal(b->why_not, REASON_BOOK_UNUSABLE);
    assert_true(book_snapshot_apply(b, &s, RUN));
    assert_false(b->usable);
    s.epoch++;
    assert_true(book_snapshot_apply(b, &s, RUN));
    assert_true(b->usable);
    free(b);
}

static void
old_and_senseless_statuses_change_nothing_or_the_worst(void **state)
{
    struct book *b = whole_book();
    struct book_status m = { .epoch = EPOCH - 1,
                             .state = BOOK_STATE_closed };

    (void)state;
    assert_false(book_status_apply(b, &m, RUN));
    assert_true(b->usable);
    m.epoch = EPOCH + 1;
    assert_false(book_status_apply(b, &m, RUN - 1));
    assert_true(b->usable);
    m.state = book_state_end_;
    assert_true(book_status_apply(b, &m, RUN));
    assert_false(b->usable);
    free(b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_makes_a_book_unusable_voids_it_until_the_epoch_it_names),
        cmocka_unit_test(a_status_that_its_book_overtook_is_old_news),
        cmocka_unit_test(live_of_a_book_we_never_saw_is_a_hole),
        cmocka_unit_test(a_resync_of_an_epoch_never_seen_waits_for_that_epoch),
        cmocka_unit_test(
            old_and_senseless_statuses_change_nothing_or_the_worst),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
