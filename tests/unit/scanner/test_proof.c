/* test_proof - heartbeats alone prove that nothing of feed was lost
 *
 * What is heard beside them shows that feed lives, not what else it said. */
#include "tests/unit/scanner/world.h"

static void
changes_without_heartbeats_keep_nothing_open(void **state)
{
    struct world *w = world_open_pair();
    int64_t ms = 0;

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    while (scanner_open_count(w->x) > 0 && ms < 5000) {
        world_forget(w);
        world_wait(w, 50);
        ms += 50;
        world_change(w, 0, SIDE_buy, 100000, ms);
        world_tick(w);
    }
    assert_int_equal(ms, 1550);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[0].reason, REASON_FEED_DOWN);
    world_change(w, 0, SIDE_sell, 395000, 100);
    world_tick(w);
    assert_int_equal(w->told, 1);
    /* What came meanwhile was taken in; proved, it opens at once. */
    world_heartbeat(w);
    world_tick(w);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].legs.at[0].limit.micros, 395000);
    world_close(w);
}

static void
of_a_run_nothing_is_taken_in_before_its_first_heartbeat(void **state)
{
    struct world *w = world_open();

    (void)state;
    world_start(w);
    world_event(w, "pair", 0, 1);
    world_fill_pair(w);
    world_tick(w);
    assert_int_equal(w->told + w->asked, 0);
    assert_int_equal(universe_markets(scanner_universe(w->x)), 0);
    world_heartbeat(w);
    assert_int_equal(w->asked, 1);
    assert_int_equal(w->request[0].what, ASKED_universe);
    world_event(w, "pair", 0, 1);
    world_fill_pair(w);
    assert_int_equal(w->told, 1);
    world_close(w);
}

/* faults: F-076 */
static void
a_new_run_voids_every_book_at_once_and_asks_at_its_heartbeat(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    w->in.run++;
    w->epoch = w->in.run << 24;
    world_fill_pair(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_GAP);
    assert_false(scanner_book(w->x, 0)->usable);
    world_tick(w);
    assert_int_equal(w->asked, 0);
    world_heartbeat(w);
    assert_int_equal(w->asked, 2);
    assert_int_equal(w->request[1].tokens.count, 2);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_without_heartbeats_keep_nothing_open),
        cmocka_unit_test(
            of_a_run_nothing_is_taken_in_before_its_first_heartbeat),
        cmocka_unit_test(
            a_new_run_voids_every_book_at_once_and_asks_at_its_heartbeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
