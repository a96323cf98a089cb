/* test_universe_forget - what is over makes room, the longest over first, and
 * its numbers go to others */
#include "common/must.h"
#include "common/universe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct hash
token(uint32_t n)
{
    struct hash h = { { 0 } };

    h.b[0] = 1;
    memcpy(&h.b[28], &n, sizeof n);
    return h;
}

static struct market
market(uint32_t n, uint32_t event)
{
    struct market m = { .yes = token(2 * n), .no = token(2 * n + 1),
                        .open = true, .event_size = 3 };

    (void)snprintf(m.market.s, sizeof m.market.s, "m%u", n);
    (void)snprintf(m.event.s, sizeof m.event.s, "e%u", event);
    return m;
}

static uint32_t
put(struct universe *u, uint32_t n, uint32_t event, bool open)
{
    struct market m = market(n, event);

    m.open = open;
    return universe_put(u, &m);
}

static uint32_t
event_of(const struct universe *u, uint32_t event)
{
    struct market m = market(0, event);

    return universe_find_event(u, &m.event);
}

static bool
resolve(struct universe *u, uint32_t n, bool final)
{
    struct market m = market(n, 0);
    struct resolution r = { .market = m.market, .payout_yes = { MICROS },
                            .final = final };
    uint32_t i;

    return universe_resolve(u, &r, &i);
}

static void
ten_times_its_room_passes_through(void **state)
{
    enum { CAP = 16, MARKETS = 10 * CAP };
    struct universe *u = universe_new(CAP);

    (void)state;
    for (uint32_t n = 0; n < MARKETS; n++) {
        if (universe_is_full(u))
            universe_forget(u, universe_over(u));
        assert_int_not_equal(put(u, n, n / 2, true), MAP_NONE);
        if (n >= CAP - 2)
            assert_true(resolve(u, n - (CAP - 2), true));
    }
    assert_int_equal(universe_markets(u), CAP);
    for (uint32_t n = MARKETS - (CAP - 2); n < MARKETS; n++) {
        struct market m = market(n, n / 2);
        uint32_t i = universe_find_market(u, &m.market);

        assert_int_not_equal(i, MAP_NONE);
        assert_true(universe_market(u, i)->m.open);
        assert_int_equal(universe_token(u, &m.no), 2 * i + 1);
    }
    universe_destroy(&u);
}

static void
what_was_over_first_goes_first_and_what_is_spared_last(void **state)
{
    struct universe *u = universe_new(4);

    (void)state;
    for (uint32_t n = 0; n < 4; n++)
        put(u, n, n, true);
    assert_int_equal(universe_over(u), MAP_NONE);
    resolve(u, 2, false);
    put(u, 0, 0, false);
    resolve(u, 3, true);
    assert_int_equal(universe_over(u), event_of(u, 2));
    universe_spare(u, event_of(u, 2));
    assert_int_equal(universe_over(u), event_of(u, 0));
    universe_forget(u, event_of(u, 0));
    assert_int_equal(universe_over(u), event_of(u, 3));
    universe_forget(u, event_of(u, 3));
    assert_int_equal(universe_over(u), event_of(u, 2));
    universe_forget(u, event_of(u, 2));
    assert_int_equal(universe_over(u), MAP_NONE);
    assert_int_not_equal(event_of(u, 1), MAP_NONE);
    universe_destroy(&u);
}

static void
an_event_with_an_open_market_is_not_over(void **state)
{
    struct universe *u = universe_new(4);

    (void)state;
    for (uint32_t n = 0; n < 3; n++)
        put(u, n, 7, true);
    resolve(u, 0, true);
    resolve(u, 1, true);
    assert_int_equal(universe_over(u), MAP_NONE);
    put(u, 2, 7, false);
    assert_int_equal(universe_over(u), 0);
    put(u, 3, 7, true); /* Another of its markets. */
    assert_int_equal(universe_over(u), MAP_NONE);
    put(u, 3, 7, false);
    put(u, 2, 7, true); /* Open again. */
    assert_int_equal(universe_over(u), MAP_NONE);
    put(u, 0, 7, true); /* A final resolution is the last word. */
    put(u, 2, 7, false);
    assert_int_equal(universe_over(u), 0);
    universe_destroy(&u);
}

static void
nothing_of_the_former_is_left_at_a_number(void **state)
{
    struct universe *u = universe_new(2);
    struct market old = market(0, 0);

    (void)state;
    put(u, 0, 0, true);
    put(u, 1, 0, true);
    assert_true(universe_is_full(u));
    resolve(u, 0, true);
    resolve(u, 1, true);
    universe_forget(u, 0);
    assert_false(universe_is_full(u));
    assert_int_equal(universe_find_market(u, &old.market), MAP_NONE);
    assert_int_equal(universe_token(u, &old.yes), MAP_NONE);
    assert_int_equal(universe_token(u, &old.no), MAP_NONE);
    assert_int_equal(universe_event(u, 0)->count, 0);
    assert_false(universe_market(u, 0)->m.open);
    assert_false(resolve(u, 0, true));
    assert_int_equal(universe_over(u), MAP_NONE);
    put(u, 5, 9, true);
    assert_int_equal(universe_event(u, 0)->count, 1);
    assert_int_equal(event_of(u, 9), 0);
    uint32_t i = universe_event(u, 0)->markets[0];
    assert_false(universe_market(u, i)->resolved);
    assert_int_equal(universe_market(u, i)->payout_yes.micros, 0);
    put(u, 0, 0, true); /* It may come back. */
    assert_int_not_equal(event_of(u, 0), MAP_NONE);
    universe_destroy(&u);
}

static void
what_a_whole_list_does_not_name_is_as_good_as_closed(void **state)
{
    struct universe *u = universe_new(4);

    (void)state;
    put(u, 0, 0, true);
    put(u, 1, 1, true);
    universe_asked(u);
    put(u, 1, 1, true);
    put(u, 2, 2, true);
    assert_int_equal(universe_over(u), MAP_NONE); /* Not told whole yet. */
    universe_told(u);
    assert_true(universe_market(u, 0)->unlisted);
    assert_false(universe_market(u, 1)->unlisted);
    assert_int_equal(universe_over(u), event_of(u, 0));
    put(u, 0, 0, true);
    assert_false(universe_market(u, 0)->unlisted);
    assert_int_equal(universe_over(u), MAP_NONE);
    universe_destroy(&u);
}

/* --- against a model: every event with the turn at which it was over ---- */

enum { ROOM = 12, EVENTS = 8, NAMES = 40, TURNS = 20000 };

struct model_market {
    bool used, open, resolved, unlisted;
    uint32_t n;
    uint64_t list;
};

struct model {
    struct model_market at[ROOM]; /* By number. */
    uint32_t markets;
    uint64_t turn, list;
    uint64_t over[EVENTS];     /* 0 = not over, or not there. */
};

/* A name is always of the same event. */
static uint32_t
home(uint32_t n)
{
    return n % EVENTS;
}

static bool
model_is_live(const struct model_market *m)
{
    return m->used && m->open && !m->resolved && !m->unlisted;
}

static void
model_note(struct model *o, uint32_t event)
{
    bool there = false, live = false;

    for (uint32_t i = 0; i < ROOM; i++)
        if (o->at[i].used && home(o->at[i].n) == event) {
            there = true;
            live |= model_is_live(&o->at[i]);
        }
    if (!there || live)
        o->over[event] = 0;
    else if (o->over[event] == 0)
        o->over[event] = ++o->turn;
}

static uint32_t
model_over(const struct model *o)
{
    uint32_t first = MAP_NONE;

    for (uint32_t e = 0; e < EVENTS; e++)
        if (o->over[e] > 0 &&
            (first == MAP_NONE || o->over[e] < o->over[first]))
            first = e;
    return first;
}

static struct model_market *
model_find(struct model *o, uint32_t n)
{
    for (uint32_t i = 0; i < ROOM; i++)
        if (o->at[i].used && o->at[i].n == n)
            return &o->at[i];
    return NULL;
}

static void
both_put(struct universe *u, struct model *o, uint32_t n, bool open)
{
    struct model_market *known = model_find(o, n);
    uint32_t i = put(u, n, home(n), open);

    if (known == NULL && o->markets == ROOM) {
        assert_int_equal(i, MAP_NONE);
        return;
    }
    assert_true(i < ROOM);
    if (known == NULL) {
        assert_false(o->at[i].used);
        o->at[i] = (struct model_market){ .used = true, .n = n };
        o->markets++;
    } else {
        assert_ptr_equal(known, &o->at[i]);
    }
    o->at[i].open = open;
    o->at[i].unlisted = false;
    o->at[i].list = o->list;
    model_note(o, home(n));
}

static void
both_resolve(struct universe *u, struct model *o, uint32_t n, bool final)
{
    struct model_market *known = model_find(o, n);

    assert_int_equal(resolve(u, n, final), known != NULL);
    if (known == NULL)
        return;
    known->open = false;
    known->resolved |= final;
    model_note(o, home(n));
}

static void
both_told(struct universe *u, struct model *o)
{
    universe_told(u);
    for (uint32_t i = 0; i < ROOM; i++)
        if (o->at[i].used && o->at[i].list != o->list) {
            o->at[i].unlisted = true;
            model_note(o, home(o->at[i].n));
        }
}

static void
both_forget(struct universe *u, struct model *o, uint32_t event)
{
    universe_forget(u, event_of(u, event));
    for (uint32_t i = 0; i < ROOM; i++)
        if (o->at[i].used && home(o->at[i].n) == event) {
            o->at[i].used = false;
            o->markets--;
        }
    model_note(o, event);
}

static void
assert_same(const struct universe *u, struct model *o)
{
    uint32_t first = model_over(o);

    assert_int_equal(universe_is_full(u), o->markets == ROOM);
    assert_int_equal(universe_over(u),
                     first == MAP_NONE ? MAP_NONE : event_of(u, first));
    for (uint32_t n = 0; n < NAMES; n++) {
        const struct model_market *known = model_find(o, n);
        struct market m = market(n, home(n));
        uint32_t i = universe_find_market(u, &m.market);
        const struct universe_market *at;

        assert_int_equal(i != MAP_NONE, known != NULL);
        assert_int_equal(universe_token(u, &m.yes) != MAP_NONE,
                         known != NULL);
        if (known == NULL)
            continue;
        at = universe_market(u, i);
        assert_ptr_equal(known, &o->at[i]);
        assert_int_equal(at->event, event_of(u, home(n)));
        assert_int_equal(at->m.open, known->open);
        assert_int_equal(at->resolved, known->resolved);
        assert_int_equal(at->unlisted, known->unlisted);
    }
}

static uint32_t
below(uint64_t *seed, uint32_t n)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)(*seed >> 20) % n;
}

static void
it_does_what_a_simple_model_does(void **state)
{
    struct universe *u = universe_new(ROOM);
    struct model o = { .markets = 0 };
    uint64_t seed = 88172645463325252ULL, forgotten = 0;

    (void)state;
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        uint32_t what = below(&seed, 20), n = below(&seed, NAMES);
        uint32_t over = model_over(&o);

        if (what < 11) {
            both_put(u, &o, n, what < 8);
        } else if (what < 16) {
            both_resolve(u, &o, n, what < 13);
        } else if (what == 16) {
            universe_asked(u);
            o.list++;
        } else if (what == 17) {
            both_told(u, &o);
        } else if (what == 18 && over != MAP_NONE) {
            universe_spare(u, event_of(u, over));
            o.over[over] = ++o.turn;
        } else if (over != MAP_NONE) {
            both_forget(u, &o, over);
            forgotten++;
        }
        assert_same(u, &o);
    }
    assert_true(forgotten > TURNS / 100);
    universe_destroy(&u);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_times_its_room_passes_through),
        cmocka_unit_test(
            what_was_over_first_goes_first_and_what_is_spared_last),
        cmocka_unit_test(an_event_with_an_open_market_is_not_over),
        cmocka_unit_test(nothing_of_the_former_is_left_at_a_number),
        cmocka_unit_test(what_a_whole_list_does_not_name_is_as_good_as_closed),
        cmocka_unit_test(it_does_what_a_simple_model_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
