/* test_asks - what is asked of feed, and how patiently, through the engine */
#include "tests/unit/scanner/world.h"

/* faults: F-070 */
static void
the_universe_is_asked_for_first_and_then_its_books(void **state)
{
    struct world *w = world_open();

    (void)state;
    world_start(w);
    world_tick(w);
    assert_int_equal(w->asked, 0); /* Nobody to ask yet. */
    world_heartbeat(w);
    assert_int_equal(w->asked, 1);
    assert_int_equal(w->request[0].what, ASKED_universe);
    assert_false(scanner_is_ready(w->x));
    w->in.req = w->req[0];
    world_event(w, "e", 0, 40);
    assert_int_equal(w->asked, 1);
    world_answer_end(w, w->req[0], ASKED_universe);
    assert_true(scanner_is_ready(w->x));
    /* 80 tokens in batches of 64. */
    assert_int_equal(w->asked, 3);
    assert_int_equal(w->request[1].what, ASKED_books);
    assert_int_equal(w->request[1].tokens.count, 64);
    assert_int_equal(w->request[2].tokens.count, 16);
    assert_false(w->request[1].prove);
    assert_memory_equal(w->request[2].tokens.at[15].token.b,
                        world_token(79).b, 32);
    assert_int_not_equal(w->req[1], w->req[2]);
    world_close(w);
}

static void
books_that_did_not_come_are_asked_for_again_with_longer_pauses(void **state)
{
    struct world *w = world_open_pair();
    static const int64_t pauses[] = { 100, 200, 400, 800, 1600, 3000, 3000 };

    (void)state;
    world_tick(w);
    assert_int_equal(w->asked, 2);
    assert_int_equal(w->request[1].tokens.count, 2);
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        world_answer_end(w, w->req[w->asked - 1], ASKED_books);
        world_forget(w);
        world_wait(w, pauses[i] - 1);
        world_heartbeat(w);
        world_tick(w);
        assert_int_equal(w->asked, i >= 4 ? w->asked : 0);
        world_forget(w);
        world_wait(w, 1);
        world_tick(w);
        assert_int_equal(w->request[0].tokens.count, 2);
    }
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
an_answer_that_does_not_come_is_asked_for_again(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_tick(w);
    world_forget(w);
    world_wait(w, 1000);
    world_heartbeat(w);
    world_wait(w, 1000);
    world_tick(w);
    assert_int_equal(world_count(w, SCANNER_timeouts), 2);
    assert_int_equal(w->asked, 1); /* The universe; the books pause first. */
    assert_int_equal(w->request[0].what, ASKED_universe);
    world_wait(w, 100);
    world_tick(w);
    assert_int_equal(w->asked, 2);
    /* The late answer to the first is ignored. */
    world_answer_book(w, 2, 0, 400000);
    assert_false(scanner_book(w->x, 0)->usable);
    world_answer_book(w, w->req[1], 0, 400000);
    assert_true(scanner_book(w->x, 0)->usable);
    world_close(w);
}

static void
a_book_feed_cannot_give_is_asked_for_after_the_longest_pause(void **state)
{
    struct world *w = world_open_pair();
    struct book_status m = { .token = world_token(1),
                             .state = BOOK_STATE_resync };

    (void)state;
    world_tick(w);
    m.epoch = w->epoch;
    w->in.req = w->req[1];
    WORLD_SAY(w, book_status, &m);
    w->in.req = 0;
    world_answer_book(w, w->req[1], 0, 400000);
    world_answer_end(w, w->req[1], ASKED_books);
    world_answer_end(w, w->req[0], ASKED_universe);
    world_forget(w);
    world_wait(w, 1500);
    world_heartbeat(w);
    world_wait(w, 1499);
    world_tick(w);
    assert_int_equal(w->asked, 0);
    world_wait(w, 1);
    world_tick(w);
    assert_int_equal(w->asked, 1);
    assert_int_equal(w->request[0].tokens.count, 1);
    /* It is told when there is one. */
    world_book(w, 1, 560000, 570000, 100);
    assert_true(scanner_book(w->x, 1)->usable);
    world_close(w);
}

static void
more_markets_than_there_is_room_for_are_refused_and_counted(void **state)
{
    struct world *w = world_open();

    (void)state;
    w->own.markets_max = 3;
    world_start(w);
    world_heartbeat(w);
    world_event(w, "e", 0, 5);
    assert_int_equal(world_count(w, SCANNER_markets), 3);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 2);
    world_close(w);
}

static void
end_universe(struct world *w, uint64_t sent)
{
    struct snapshot_end m = { .what = ASKED_universe, .sent = sent };

    w->in.req = w->req[w->asked - 1];
    WORLD_SAY(w, snapshot_end, &m);
    w->in.req = 0;
}

static void
a_universe_of_which_a_market_was_lost_is_asked_for_again(void **state)
{
    struct world *w = world_open();

    (void)state;
    world_start(w);
    world_heartbeat(w);
    w->in.req = w->req[0];
    world_event(w, "e", 0, 2);
    end_universe(w, 3);
    assert_false(scanner_is_ready(w->x));
    world_wait(w, 1000);
    world_heartbeat(w);
    world_wait(w, 1000);
    world_forget(w);
    world_tick(w);
    assert_int_equal(w->request[w->asked - 1].what, ASKED_universe);
    w->in.req = w->req[w->asked - 1];
    world_event(w, "e", 0, 3);
    end_universe(w, 3);
    assert_true(scanner_is_ready(w->x));
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_universe_is_asked_for_first_and_then_its_books),
        cmocka_unit_test(
            books_that_did_not_come_are_asked_for_again_with_longer_pauses),
        cmocka_unit_test(an_answer_that_does_not_come_is_asked_for_again),
        cmocka_unit_test(
            a_universe_of_which_a_market_was_lost_is_asked_for_again),
        cmocka_unit_test(
            a_book_feed_cannot_give_is_asked_for_after_the_longest_pause),
        cmocka_unit_test(
            more_markets_than_there_is_room_for_are_refused_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
