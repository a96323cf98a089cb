/* test_books - books and the changes that come before, behind or instead of
 * them, through the engine */
#include "tests/unit/scanner/world.h"

/* faults: F-075 */
static void
changes_that_overtake_their_book_wait_for_it(void **state)
{
    struct world *w = world_open_pair();
    struct book_snapshot s;

    (void)state;
    world_tick(w);
    s = world_snapshot(w, 0, 390000, 450000, 100);
    world_change(w, 0, SIDE_sell, 400000, 100);
    world_change(w, 0, SIDE_sell, 410000, 100);
    assert_int_equal(world_count(w, SCANNER_pending), 2);
    w->in.req = w->req[1];
    WORLD_SAY(w, book_snapshot, &s);
    w->in.req = 0;
    assert_true(scanner_book(w->x, 0)->usable);
    assert_int_equal(scanner_book(w->x, 0)->seq, 3);
    assert_int_equal(scanner_book(w->x, 0)->asks.count, 3);
    world_close(w);
}

/* faults: F-075 */
static void
changes_the_book_already_holds_fall_out(void **state)
{
    struct world *w = world_open_pair();
    struct book_snapshot s;

    (void)state;
    world_tick(w);
    w->seq[0] = 4;
    world_change(w, 0, SIDE_sell, 400000, 0); /* 5 */
    world_change(w, 0, SIDE_sell, 410000, 0); /* 6 */
    world_change(w, 0, SIDE_sell, 420000, 7); /* 7 */
    w->seq[0] = 5;
    s = world_snapshot(w, 0, 390000, 400000, 100); /* 6 */
    w->in.req = w->req[1];
    WORLD_SAY(w, book_snapshot, &s);
    w->in.req = 0;
    assert_int_equal(scanner_book(w->x, 0)->seq, 7);
    assert_int_equal(scanner_book(w->x, 0)->asks.at[0].price.micros, 400000);
    assert_int_equal(scanner_book(w->x, 0)->asks.count, 2);
    world_close(w);
}

static void
the_room_for_waiting_changes_is_bounded_and_the_newest_keep_theirs(
    void **state)
{
    struct world *w = world_open_pair();
    struct book_snapshot s;

    (void)state;
    world_tick(w);
    for (int i = 0; i < 20; i++)
        world_change(w, 0, SIDE_sell, 400000 + i * 1000, 10);
    assert_int_equal(world_count(w, SCANNER_pending_full), 4);
    world_change(w, 1, SIDE_sell, 700000, 10); /* None is its own. */
    assert_int_equal(world_count(w, SCANNER_pending_full), 5);
    w->seq[0] = 3;
    s = world_snapshot(w, 0, 390000, 450000, 100); /* The fifth follows. */
    w->in.req = w->req[1];
    WORLD_SAY(w, book_snapshot, &s);
    w->in.req = 0;
    assert_int_equal(scanner_book(w->x, 0)->seq, 20);
    assert_true(scanner_book(w->x, 0)->usable);
    w->seq[0] = 21;
    for (int i = 0; i < 16; i++) /* A hole, and the room is all there. */
        world_change(w, 0, SIDE_sell, 500000 + i * 1000, 10);
    assert_int_equal(world_count(w, SCANNER_holes), 1);
    assert_int_equal(world_count(w, SCANNER_pending_full), 5);
    world_close(w);
}

/* faults: F-074 F-075 */
static void
a_hole_closes_the_opportunity_and_asks_for_the_book_at_once(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_tick(w);
    world_fill_pair(w);
    world_answer_end(w, w->req[0], ASKED_universe);
    world_answer_end(w, w->req[1], ASKED_books);
    assert_int_equal(w->told, 1);
    world_forget(w);
    w->seq[0]++;
    world_change(w, 0, SIDE_buy, 380000, 1);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[0].reason, REASON_BOOK_UNUSABLE);
    assert_int_equal(w->asked, 1);
    assert_int_equal(w->request[0].tokens.count, 1);
    assert_memory_equal(w->request[0].tokens.at[0].token.b, world_token(0).b,
                        32);
    world_close(w);
}

static void
a_new_tick_size_voids_the_book_until_its_new_epoch(void **state)
{
    struct world *w = world_open_pair();
    struct tick_size m = { .token = world_token(0), .old_tick = { 10000 },
                           .new_tick = { 1000 } };

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    m.epoch = w->epoch + 1;
    WORLD_SAY(w, tick_size, &m);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_BOOK_UNUSABLE);
    world_book(w, 0, 390000, 400000, 100);
    assert_int_equal(w->told, 1);
    w->epoch++;
    w->seq[0] = 0;
    world_book(w, 0, 390000, 400000, 100);
    assert_int_equal(w->told, 2);
    WORLD_SAY(w, tick_size, &m); /* Told again: the book is newer. */
    assert_true(scanner_book(w->x, 0)->usable);
    world_close(w);
}

static void
a_stale_book_blocks_until_it_comes_again(void **state)
{
    struct world *w = world_open_pair();
    struct book_status m = { .token = world_token(1),
                             .state = BOOK_STATE_stale,
                             .reason = REASON_BOOK_OLD };

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    m.epoch = ++w->epoch;
    WORLD_SAY(w, book_status, &m);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_BOOK_UNUSABLE);
    assert_int_equal(w->asked, 0); /* It will be told of. */
    w->seq[1] = 0;
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].state, OPP_STATE_opened);
    world_close(w);
}

static void
a_book_that_feed_takes_back_is_not_asked_for(void **state)
{
    struct world *w = world_open_pair();
    struct book_status m = { .token = world_token(0),
                             .state = BOOK_STATE_resync,
                             .reason = REASON_GAP };

    (void)state;
    world_tick(w);
    world_fill_pair(w);
    world_answer_end(w, w->req[1], ASKED_books);
    world_forget(w);
    m.epoch = w->epoch + 1;
    WORLD_SAY(w, book_status, &m);
    assert_int_equal(w->told, 1);
    /* Nor for changes of it that were on their way. */
    world_change(w, 0, SIDE_sell, 410000, 10);
    world_wait(w, 1000);
    world_heartbeat(w);
    assert_int_equal(w->asked, 0);
    assert_int_equal(world_count(w, SCANNER_pending), 0);
    world_close(w);
}

static void
the_first_hole_after_a_whole_book_never_waits(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_tick(w);
    world_answer_end(w, w->req[0], ASKED_universe);
    world_answer_end(w, w->req[1], ASKED_books);
    for (int i = 0; i < 5; i++) {
        world_fill_pair(w); /* Published, not answered. */
        world_forget(w);
        w->seq[0]++;
        world_change(w, 0, SIDE_buy, 380000, 1 + i);
        assert_int_equal(w->asked, 1);
        world_answer_end(w, w->req[0], ASKED_books);
    }
    world_close(w);
}

static void
a_book_out_of_its_senses_is_asked_for_again(void **state)
{
    struct world *w = world_open_pair();
    struct book_snapshot m;

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    m = world_snapshot(w, 0, 390000, 400000, INT64_MAX / MICROS);
    WORLD_SAY(w, book_snapshot, &m);
    assert_int_equal(world_count(w, SCANNER_bad_books), 1);
    assert_false(scanner_book(w->x, 0)->usable);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_BOOK_UNUSABLE);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_that_overtake_their_book_wait_for_it),
        cmocka_unit_test(changes_the_book_already_holds_fall_out),
        cmocka_unit_test(
            the_room_for_waiting_changes_is_bounded_and_the_newest_keep_theirs
        ),
        cmocka_unit_test(
            a_hole_closes_the_opportunity_and_asks_for_the_book_at_once),
        cmocka_unit_test(a_new_tick_size_voids_the_book_until_its_new_epoch),
        cmocka_unit_test(a_stale_book_blocks_until_it_comes_again),
        cmocka_unit_test(a_book_that_feed_takes_back_is_not_asked_for),
        cmocka_unit_test(the_first_hole_after_a_whole_book_never_waits),
        cmocka_unit_test(a_book_out_of_its_senses_is_asked_for_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
