/* test_forget - runs that last: what is over makes room for what is new, and
 * nothing of it is left at its number */
#include "tests/unit/scanner/world.h"

#include <stdio.h>

enum { ROOM = 20, MARKETS = 10 * ROOM };

#define YES(n) (&(struct hash[]){ world_token(2 * (n)) }[0])

static struct world *
small_world(void)
{
    struct world *w = world_open();

    w->own.markets_max = ROOM;
    world_start(w);
    world_heartbeat(w);
    return w;
}

/* A pair of its own, events and markets under the same number. */
static struct market
pair(uint32_t n)
{
    char event[16];

    (void)snprintf(event, sizeof event, "e%u", n);
    return world_market(n, event, 0, 1);
}

static void
list(struct world *w, uint32_t n)
{
    struct market m = pair(n);

    WORLD_SAY(w, market, &m);
}

static void
resolve(struct world *w, uint32_t n)
{
    struct market m = pair(n);
    struct resolution r = { .market = m.market, .payout_yes = { MICROS },
                            .final = true };

    WORLD_SAY(w, resolution, &r);
}

/* Its two books cost 97 cents together. */
static void
fill(struct world *w, uint32_t n)
{
    world_book(w, 2 * n, 390000, 400000, 100);
    world_book(w, 2 * n + 1, 560000, 570000, 100);
}

static void
ten_times_its_room_is_followed_and_each_opportunity_found(void **state)
{
    struct world *w = small_world();

    (void)state;
    for (uint32_t n = 0; n < MARKETS; n++) {
        world_forget(w);
        list(w, n);
        fill(w, n);
        assert_int_equal(w->told, 1);
        assert_int_equal(w->opportunity[0].state, OPP_STATE_opened);
        assert_string_equal(w->opportunity[0].event.s, pair(n).event.s);
        assert_true(hash_equal(&w->opportunity[0].legs.at[0].token, YES(n)));
        if (n < 15)
            continue;
        world_forget(w);
        resolve(w, n - 15);
        assert_int_equal(w->told, 1);
        assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
        assert_string_equal(w->opportunity[0].event.s, pair(n - 15).event.s);
    }
    assert_int_equal(world_count(w, SCANNER_markets_refused), 0);
    assert_int_equal(world_count(w, SCANNER_not_opened), 0);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten),
                     MARKETS - ROOM);
    assert_int_equal(scanner_open_count(w->x), 15);
    world_close(w);
}

/* A full house of which the first is over, and its number the next one's. */
static struct world *
first_is_over(void)
{
    struct world *w = small_world();

    for (uint32_t n = 0; n < ROOM; n++)
        list(w, n);
    fill(w, 0);
    assert_int_equal(scanner_open_count(w->x), 1);
    resolve(w, 0);
    assert_int_equal(scanner_open_count(w->x), 0);
    return w;
}

static void
the_next_at_its_number_begins_without_books(void **state)
{
    struct world *w = first_is_over();

    (void)state;
    list(w, 100);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten), 1);
    world_forget(w);
    world_book(w, 200, 390000, 400000, 100);
    world_tick(w);
    assert_int_equal(w->told, 0); /* The other book is not there. */
    world_book(w, 201, 560000, 570000, 100);
    assert_int_equal(w->told, 1);
    assert_true(hash_equal(&w->opportunity[0].legs.at[0].token, YES(100)));
    world_close(w);
}

static void
late_words_of_a_forgotten_market_change_nothing(void **state)
{
    struct world *w = first_is_over();

    (void)state;
    list(w, 100);
    fill(w, 100);
    world_forget(w);
    world_change(w, 0, SIDE_sell, 400000, 0);
    world_book(w, 1, 0, 0, 100);
    resolve(w, 0);
    world_tick(w);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_unknown_token), 2);
    assert_int_equal(scanner_open_count(w->x), 1);
    world_close(w);
}

static void
books_are_asked_for_at_a_number_whose_former_was_waited_for(void **state)
{
    struct world *w = small_world();
    bool asked = false;

    (void)state;
    for (uint32_t n = 0; n < ROOM; n++)
        list(w, n); /* All books are queued, */
    resolve(w, 0);
    list(w, 100); /* those of the first, too. */
    world_forget(w);
    world_tick(w);
    assert_true(w->asked > 0);
    for (uint32_t r = 0; r < w->asked; r++)
        for (uint32_t i = 0; i < w->request[r].tokens.count; i++) {
            const struct hash *token = &w->request[r].tokens.at[i].token;

            assert_false(hash_equal(token, YES(0)));
            asked |= hash_equal(token, YES(100));
        }
    assert_true(asked);
    world_close(w);
}

static void
what_is_to_be_closed_is_not_forgotten_before(void **state)
{
    struct world *w = small_world();
    struct book_delta m;

    (void)state;
    for (uint32_t n = 0; n < ROOM; n++)
        list(w, n);
    fill(w, 0);
    world_forget(w);
    m = world_delta(w, 3, SIDE_buy, 100000, 10);
    m.more = true; /* In a frame nothing is looked at. */
    WORLD_SAY(w, book_delta, &m);
    resolve(w, 0);
    assert_int_equal(scanner_open_count(w->x), 1);
    list(w, 100);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 1);
    m = world_delta(w, 3, SIDE_buy, 100000, 20);
    WORLD_SAY(w, book_delta, &m);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].state, OPP_STATE_closed);
    list(w, 100);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 1);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten), 1);
    world_close(w);
}

static void
an_event_is_forgotten_whole_and_not_for_one_of_its_own(void **state)
{
    struct world *w = small_world();
    struct market m;

    (void)state;
    world_event(w, "many", 0, ROOM - 1);
    list(w, 50);
    for (uint32_t n = 0; n < ROOM - 1; n++) {
        m = world_market(n, "many", n, ROOM - 1);
        m.open = false;
        WORLD_SAY(w, market, &m);
    }
    m = world_market(60, "many", ROOM - 1, ROOM);
    WORLD_SAY(w, market, &m);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten), 0);
    list(w, 51);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten), ROOM - 1);
    world_close(w);
}

/* Feed was down as they ended: its next run does not list them. */
static void
what_the_next_run_of_feed_does_not_list_makes_room(void **state)
{
    struct world *w = small_world();
    uint64_t sent = 0;

    (void)state;
    for (uint32_t n = 0; n < ROOM; n++)
        list(w, n);
    world_forget(w);
    w->in.run++;
    world_heartbeat(w);
    assert_int_equal(w->request[0].what, ASKED_universe);
    w->in.req = w->req[0];
    for (uint32_t n = 0; n < 5; n++, sent++)
        list(w, n);
    WORLD_SAY(w, snapshot_end,
              (&(struct snapshot_end){ .what = ASKED_universe,
                                       .sent = sent }));
    w->in.req = 0;
    for (uint32_t n = 100; n < 100 + ROOM - 5; n++)
        list(w, n);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 0);
    assert_int_equal(world_count(w, SCANNER_markets_forgotten), ROOM - 5);
    list(w, 150);
    assert_int_equal(world_count(w, SCANNER_markets_refused), 1);
    w->epoch = UINT64_C(6) << 24;
    world_forget(w);
    fill(w, 0);
    fill(w, 100);
    assert_int_equal(w->told, 2);
    world_close(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            ten_times_its_room_is_followed_and_each_opportunity_found),
        cmocka_unit_test(the_next_at_its_number_begins_without_books),
        cmocka_unit_test(late_words_of_a_forgotten_market_change_nothing),
        cmocka_unit_test(
            books_are_asked_for_at_a_number_whose_former_was_waited_for),
        cmocka_unit_test(what_is_to_be_closed_is_not_forgotten_before),
        cmocka_unit_test(
            an_event_is_forgotten_whole_and_not_for_one_of_its_own),
        cmocka_unit_test(what_the_next_run_of_feed_does_not_list_makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
