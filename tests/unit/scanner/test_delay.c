/* test_delay - what feed said long ago: taken in, not acted on */
#include "tests/unit/scanner/world.h"

/* Said so long ago, heard now. */
static void
hear_late(struct world *w, uint32_t token, int64_t price, int64_t ms)
{
    struct book_delta m = world_delta(w, token, SIDE_sell, price, 100);

    w->in.said.ns = w->in.mono.ns - ms * 1000000;
    scanner_on_book_delta(w->x, &m, &w->in, w->out);
    world_take(w);
}

static struct world *
open_quiet_pair(void)
{
    struct world *w = world_open_pair();

    world_book(w, 0, 390000, 400000, 100);
    world_book(w, 1, 560000, 610000, 100);
    world_forget(w);
    return w;
}

/* faults: F-072 */
static void
what_comes_late_changes_the_book_and_opens_nothing(void **state)
{
    struct world *w = open_quiet_pair();

    (void)state;
    hear_late(w, 1, 570000, 1001);
    assert_int_equal(scanner_book(w->x, 1)->asks.at[0].price.micros, 570000);
    world_tick(w);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_late), 1);
    assert_int_equal(world_count(w, SCANNER_resets), 0);
    world_close(w);
}

static void
caught_up_we_look_at_all_that_changed_meanwhile(void **state)
{
    struct world *w = open_quiet_pair();

    (void)state;
    hear_late(w, 1, 570000, 1500);
    hear_late(w, 1, 580000, 1200);
    assert_int_equal(w->told, 0);
    hear_late(w, 0, 450000, 1000); /* Young enough, and its frame ends. */
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_opened);
    assert_int_equal(world_count(w, SCANNER_sweep_found), 0);
    world_close(w);
}

static void
a_heartbeat_alone_tells_that_we_caught_up(void **state)
{
    struct world *w = open_quiet_pair();

    (void)state;
    hear_late(w, 1, 570000, 1500);
    world_heartbeat(w);
    world_tick(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(world_count(w, SCANNER_sweep_found), 0);
    world_close(w);
}

static void
one_standstill_costs_no_book_however_much_waited_behind_it(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    world_wait(w, 5000);
    for (int i = 0; i < 50; i++) {
        hear_late(w, 0, 400000, 5000 - i);
        world_wait(w, 20);
    }
    assert_int_equal(world_count(w, SCANNER_resets), 0);
    assert_true(scanner_book(w->x, 0)->usable);
    assert_int_equal(w->asked, 0);
    world_close(w);
}

/* faults: F-072 */
static void
a_delay_that_lasts_voids_every_book_and_asks_for_them_anew(void **state)
{
    struct world *w = world_open_pair();

    (void)state;
    world_fill_pair(w);
    world_forget(w);
    for (int i = 0; i < 60; i++) {
        hear_late(w, 0, 400000, 1200);
        world_wait(w, 20);
    }
    assert_int_equal(world_count(w, SCANNER_resets), 0);
    world_wait(w, 20);
    hear_late(w, 0, 400000, 1200); /* Said after it was noticed. */
    assert_int_equal(world_count(w, SCANNER_resets), 1);
    assert_false(scanner_book(w->x, 1)->usable);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].reason, REASON_GAP);
    world_tick(w);
    assert_int_equal(w->asked, 2);
    /* Books that are answered stay, though the backlog lasts. */
    world_answer_book(w, w->req[1], 1, 570000);
    for (int i = 0; i < 50; i++) {
        hear_late(w, 0, 400000, 1200);
        world_wait(w, 20);
    }
    assert_int_equal(world_count(w, SCANNER_resets), 1);
    assert_true(scanner_book(w->x, 1)->usable);
    world_close(w);
}

static void
an_answer_is_never_late(void **state)
{
    struct world *w = open_quiet_pair();

    (void)state;
    world_tick(w);
    w->in.req = w->req[0];
    hear_late(w, 1, 600000, 1500);
    w->in.req = 0;
    assert_int_equal(world_count(w, SCANNER_late), 0);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_late_changes_the_book_and_opens_nothing),
        cmocka_unit_test(caught_up_we_look_at_all_that_changed_meanwhile),
        cmocka_unit_test(a_heartbeat_alone_tells_that_we_caught_up),
        cmocka_unit_test(
            one_standstill_costs_no_book_however_much_waited_behind_it),
        cmocka_unit_test(
            a_delay_that_lasts_voids_every_book_and_asks_for_them_anew),
        cmocka_unit_test(an_answer_is_never_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
