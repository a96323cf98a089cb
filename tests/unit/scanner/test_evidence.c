/* test_evidence - what an opportunity says it was computed from, through the
 * engine: always the books of the basket it tells, never of a later moment */
#include "tests/unit/scanner/world.h"

static const int64_t day_ms = INT64_C(86400000);

/* YES at 40 and 41 cents, NO at 57: open with both levels of YES. */
static struct world *
open_pair(void)
{
    struct world *w = world_open_pair();
    struct book_snapshot m = world_snapshot(w, 0, 390000, 400000, 60);

    w->strategy.gross_min.ppm = 10000;
    scanner_destroy(&w->x);
    world_start(w);
    world_heartbeat(w);
    world_event(w, "pair", 0, 1);
    m.asks.count = 2;
    m.asks.at[1] = (struct level){ { 410000 }, { 40 * MICROS } };
    WORLD_SAY(w, book_snapshot, &m);
    world_book(w, 1, 560000, 570000, 100);
    assert_int_equal(w->told, 1);
    return w;
}

static void
assert_level(const struct opportunity *m, uint32_t i, uint64_t leg,
             int64_t price, int64_t shares)
{
    assert_true(i < m->used.count);
    assert_int_equal(m->used.at[i].leg, leg);
    assert_int_equal(m->used.at[i].price.micros, price);
    assert_int_equal(m->used.at[i].size.micros, shares * MICROS);
}

static void
an_opening_shows_every_level_it_uses(void **state)
{
    struct world *w = open_pair();
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    assert_int_equal(m->sets.micros, 100 * MICROS);
    assert_int_equal(m->used.count, 3);
    assert_int_equal(m->left_out, 0);
    assert_level(m, 0, 0, 400000, 60);
    assert_level(m, 1, 0, 410000, 40);
    assert_level(m, 2, 1, 570000, 100);
    world_close(w);
}

static void
an_update_told_at_once_shows_the_books_as_they_became(void **state)
{
    struct world *w = open_pair();
    const struct opportunity *m = &w->opportunity[1];

    (void)state;
    world_wait(w, 200);
    world_change(w, 0, SIDE_sell, 400000, 70);
    assert_int_equal(w->told, 2);
    assert_int_equal(m->state, OPP_STATE_updated);
    assert_int_equal(m->used.count, 3);
    assert_level(m, 0, 0, 400000, 70);
    assert_level(m, 1, 0, 410000, 40);
    world_close(w);
}

static void
an_update_told_late_shows_the_books_of_its_own_legs(void **state)
{
    struct world *w = open_pair();
    const struct opportunity *m = &w->opportunity[1];
    struct book_delta d;

    (void)state;
    world_change(w, 0, SIDE_sell, 410000, 30);
    assert_int_equal(w->told, 1);
    /* The book goes on changing in a frame that has not ended: nothing is
     * looked at, and what is told meanwhile is what was seen before. */
    d = world_delta(w, 0, SIDE_sell, 400000, 0);
    d.more = true;
    WORLD_SAY(w, book_delta, &d);
    world_wait(w, 200);
    world_tick(w);
    assert_int_equal(w->told, 2);
    assert_int_equal(m->legs.at[0].book_seq + 1, w->seq[0]);
    assert_int_equal(m->used.count, 3);
    assert_level(m, 0, 0, 400000, 60);
    assert_level(m, 1, 0, 410000, 30);
    world_close(w);
}

static void
a_closing_shows_what_was_open_last(void **state)
{
    struct world *w = open_pair();
    const struct opportunity *m = &w->opportunity[1];

    (void)state;
    world_change(w, 0, SIDE_sell, 400000, 70);
    world_change(w, 1, SIDE_sell, 570000, 0);
    assert_int_equal(w->told, 2);
    assert_int_equal(m->state, OPP_STATE_closed);
    assert_int_equal(m->used.count, 3);
    assert_level(m, 0, 0, 400000, 70);
    world_close(w);
}

static void
a_pair_is_locked_until_it_is_merged(void **state)
{
    struct world *w = open_pair();

    (void)state;
    assert_int_equal(w->opportunity[0].locked.ms, 60000);
    world_close(w);
}

/* Three outcomes at 96 cents; the last one ends then. */
static struct world *
open_event(struct nanos ends)
{
    struct world *w = world_open();

    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < 3; i++) {
        struct market m = world_market(i, "e1", i, 3);

        if (i == 2)
            m.ends = ends;
        WORLD_SAY(w, market, &m);
    }
    for (uint32_t i = 0; i < 3; i++)
        world_book(w, 2 * i, 290000, 320000, 100);
    assert_int_equal(w->told, 1);
    return w;
}

static void
a_basket_is_locked_until_its_last_market_ends(void **state)
{
    struct nanos then = { INT64_C(1790000000000000000) +
                          30 * day_ms * 1000000 };
    struct world *w = open_event(then);

    (void)state;
    assert_int_equal(w->opportunity[0].locked.ms, 30 * day_ms);
    world_close(w);
}

static void
an_end_nobody_knows_is_priced_as_a_year_and_said_to_be_unknown(void **state)
{
    struct world *w = open_event((struct nanos){ 0 });
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    assert_int_equal(m->lock.micros, m->cost.micros / 25); /* 4 %. */
    assert_int_equal(m->locked.ms, 0);
    world_close(w);
}

static void
what_an_earlier_run_left_open_is_closed_with_the_levels_it_had(void **state)
{
    struct world *w = open_pair();
    struct opportunity before = w->opportunity[0];
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    scanner_destroy(&w->x);
    world_start(w);
    world_forget(w);
    scanner_recall_opportunity(w->x, &before, &w->in);
    world_tick(w);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->state, OPP_STATE_closed);
    assert_int_equal(m->reason, REASON_RESTARTED);
    assert_int_equal(m->used.count, 3);
    assert_level(m, 1, 0, 410000, 40);
    assert_int_equal(m->locked.ms, 60000);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opening_shows_every_level_it_uses),
        cmocka_unit_test(
            an_update_told_at_once_shows_the_books_as_they_became),
        cmocka_unit_test(an_update_told_late_shows_the_books_of_its_own_legs),
        cmocka_unit_test(a_closing_shows_what_was_open_last),
        cmocka_unit_test(a_pair_is_locked_until_it_is_merged),
        cmocka_unit_test(a_basket_is_locked_until_its_last_market_ends),
        cmocka_unit_test(
            an_end_nobody_knows_is_priced_as_a_year_and_said_to_be_unknown),
        cmocka_unit_test(
            what_an_earlier_run_left_open_is_closed_with_the_levels_it_had),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
