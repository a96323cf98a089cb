/* test_universe - numbers stay, ids are unique, and nothing grows beyond its
 * room */
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
market(uint32_t n, const char *event)
{
    struct market m = { .yes = token(2 * n), .no = token(2 * n + 1),
                        .open = true, .event_size = 3 };

    snprintf(m.market.s, sizeof m.market.s, "m%u", n);
    text_set(&m.event, event);
    return m;
}

static struct text
name(const char *s)
{
    struct text t = { "" };

    text_set(&t, s);
    return t;
}

static void
markets_tokens_and_events_are_found_by_their_ids(void **state)
{
    struct universe *u = universe_new(8);
    struct market m;
    struct text id;
    struct hash h;

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        m = market(i, i < 3 ? "e1" : "e2");
        assert_int_equal(universe_put(u, &m), i);
    }
    assert_int_equal(universe_markets(u), 4);
    assert_int_equal(universe_events(u), 2);
    id = name("m2");
    assert_int_equal(universe_find_market(u, &id), 2);
    id = name("e2");
    assert_int_equal(universe_find_event(u, &id), 1);
    id = name("m9");
    assert_int_equal(universe_find_market(u, &id), MAP_NONE);
    assert_int_equal(universe_find_event(u, &id), MAP_NONE);
    h = token(5);
    assert_int_equal(universe_token(u, &h), 5);
    h = token(8);
    assert_int_equal(universe_token(u, &h), MAP_NONE);
    assert_int_equal(universe_event(u, 0)->count, 3);
    assert_int_equal(universe_event(u, 0)->markets[2], 2);
    assert_int_equal(universe_market(u, 3)->event, 1);
    assert_int_equal(universe_market(u, 3)->yes, 6);
    assert_int_equal(universe_market(u, 3)->no, 7);
    universe_destroy(&u);
    assert_null(u);
}

static void
a_known_market_is_refreshed_in_its_place(void **state)
{
    struct universe *u = universe_new(2);
    struct market m = market(0, "e1");

    (void)state;
    assert_int_equal(universe_put(u, &m), 0);
    m.liquidity.micros = 7;
    m.open = false;
    assert_int_equal(universe_put(u, &m), 0);
    assert_int_equal(universe_markets(u), 1);
    assert_int_equal(universe_event(u, 0)->count, 1);
    assert_int_equal(universe_market(u, 0)->m.liquidity.micros, 7);
    assert_false(universe_market(u, 0)->m.open);
    universe_destroy(&u);
}

static void
a_market_that_turns_into_another_is_closed(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct universe *u = universe_new(2);
        struct market m = market(0, "e1"), other = m;

        (void)state;
        assert_int_equal(universe_put(u, &m), 0);
        if (i == 0)
            other.yes = token(90);
        else if (i == 1)
            other.no = token(90);
        else
            text_set(&other.event, "e2");
        assert_int_equal(universe_put(u, &other), MAP_NONE);
        assert_false(universe_market(u, 0)->m.open);
        assert_true(hash_equal(&universe_market(u, 0)->m.yes, &m.yes));
        assert_int_equal(universe_events(u), 1);
        universe_destroy(&u);
    }
}

static void
a_market_without_ids_is_refused(void **state)
{
    struct universe *u = universe_new(2);
    struct market m;

    (void)state;
    m = market(0, "");
    assert_int_equal(universe_put(u, &m), MAP_NONE);
    m = market(0, "e");
    memset(m.market.s, 0, sizeof m.market.s);
    assert_int_equal(universe_put(u, &m), MAP_NONE);
    m = market(0, "e");
    memset(&m.no, 0, sizeof m.no);
    assert_int_equal(universe_put(u, &m), MAP_NONE);
    m = market(0, "e");
    m.no = m.yes;
    assert_int_equal(universe_put(u, &m), MAP_NONE);
    assert_int_equal(universe_markets(u), 0);
    universe_destroy(&u);
}

static void
a_token_belongs_to_one_market(void **state)
{
    struct universe *u = universe_new(4);
    struct market m = market(0, "e1");

    (void)state;
    assert_int_equal(universe_put(u, &m), 0);
    m = market(1, "e1");
    m.no = token(0);
    assert_int_equal(universe_put(u, &m), MAP_NONE);
    assert_int_equal(universe_markets(u), 1);
    m.no = token(3);
    assert_int_equal(universe_put(u, &m), 1);
    universe_destroy(&u);
}

static void
what_does_not_fit_is_refused(void **state)
{
    struct universe *u = universe_new(2);
    struct market m;

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        m = market(i, "e1");
        assert_int_equal(universe_put(u, &m), i < 2 ? i : MAP_NONE);
    }
    m = market(1, "e1");
    assert_int_equal(universe_put(u, &m), 1); /* Known ones still come. */
    universe_destroy(&u);
    u = universe_new(UNIVERSE_EVENT_MARKETS + 2);
    for (uint32_t i = 0; i <= UNIVERSE_EVENT_MARKETS; i++) {
        m = market(i, "big");
        assert_int_equal(universe_put(u, &m),
                         i < UNIVERSE_EVENT_MARKETS ? i : MAP_NONE);
    }
    m = market(500, "small");
    assert_int_equal(universe_put(u, &m), UNIVERSE_EVENT_MARKETS);
    universe_destroy(&u);
}

static void
a_resolution_closes_and_a_final_one_resolves(void **state)
{
    struct universe *u = universe_new(2);
    struct market m = market(0, "e1");
    struct resolution r = { .market = m.market, .payout_yes = { 500000 } };
    uint32_t i = 99;

    (void)state;
    assert_int_equal(universe_put(u, &m), 0);
    assert_true(universe_resolve(u, &r, &i));
    assert_int_equal(i, 0);
    assert_false(universe_market(u, 0)->m.open);
    assert_false(universe_market(u, 0)->resolved);
    r.final = true;
    r.payout_yes.micros = MICROS;
    assert_true(universe_resolve(u, &r, &i));
    assert_true(universe_market(u, 0)->resolved);
    assert_int_equal(universe_market(u, 0)->payout_yes.micros, MICROS);
    r.payout_yes.micros = MICROS + 1;
    assert_false(universe_resolve(u, &r, &i));
    r.payout_yes.micros = -1;
    assert_false(universe_resolve(u, &r, &i));
    r.payout_yes.micros = 0;
    r.market = name("m7");
    assert_false(universe_resolve(u, &r, &i));
    assert_int_equal(universe_market(u, 0)->payout_yes.micros, MICROS);
    /* A later record does not bring it back to life. */
    assert_int_equal(universe_put(u, &m), 0);
    assert_true(universe_market(u, 0)->resolved);
    universe_destroy(&u);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markets_tokens_and_events_are_found_by_their_ids),
        cmocka_unit_test(a_known_market_is_refreshed_in_its_place),
        cmocka_unit_test(a_market_that_turns_into_another_is_closed),
        cmocka_unit_test(a_market_without_ids_is_refused),
        cmocka_unit_test(a_token_belongs_to_one_market),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_resolution_closes_and_a_final_one_resolves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
