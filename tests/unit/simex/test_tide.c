/* test_tide - the crowd alone: nothing is ever to be found in its books */
#include "tests/simex/simex.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START INT64_C(1795000000000)

/* What a run did; the sums are the test's own arithmetic. */
struct watch {
    struct simex *x;
    uint64_t news[NEWS_PLANTED + 1];
    uint64_t print;          /* Of everything told. */
    int64_t least_sum, most_bids;
};

static void
check_event(struct watch *w, uint32_t event)
{
    const struct listed_event *e = &w->x->listing->events[event];
    int64_t asks = 0, bids = 0;
    bool whole = true;
    for (uint32_t i = e->first; i < e->first + e->count; i++) {
        uint32_t tokens = e->count == 1 ? 2 : 1;
        for (uint32_t t = 0; t < tokens; t++) {
            int64_t ask = simex_ask(w->x, i, t);
            asks += ask;
            bids += simex_bid(w->x, i, t);
            whole &= ask > 0;
        }
    }
    if (whole) {
        assert_true(asks > MICROS);
        if (w->least_sum == 0 || asks < w->least_sum)
            w->least_sum = asks;
    }
    assert_true(bids < MICROS);
    if (bids > w->most_bids)
        w->most_bids = bids;
}

static void
on_news(void *arg, const struct news *n)
{
    struct watch *w = arg;
    const struct listed_market *m = &w->x->listing->markets[n->market];
    w->news[n->what]++;
    w->print = w->print * 31 + n->market * 7 + n->level * 3 + n->what +
               (uint64_t)n->qty;
    if (n->what == NEWS_LEVEL) {
        int64_t tick = match_rules(w->x->match, n->market)->tick;
        assert_int_equal((int64_t)n->level * GRID_STEP % tick, 0);
        assert_true(m->changed_ms == n->now_ms);
    }
    check_event(w, m->event);
}

static struct watch
run(uint64_t seed, int64_t length_ms, uint32_t rate)
{
    struct simex_terms terms = { .seed = seed, .start_ms = START,
                                 .events = 50, .rate = rate,
                                 .run_ms = 60000 };
    struct watch w = { .x = simex_new(&terms) };
    simex_listen(w.x, on_news, &w);
    for (uint32_t e = 0; e < w.x->listing->events_count; e++)
        check_event(&w, e);
    simex_start(w.x, START);
    for (int64_t at = 0; at <= length_ms; at += 25)
        simex_tick(w.x, START + at);
    simex_listen(w.x, NULL, NULL); /* w moves. */
    return w;
}

static void
the_universe_is_as_large_and_mixed_as_promised(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct simex_terms terms = { .seed = seed, .start_ms = START,
                                     .events = 40 };
        struct simex *x = simex_new(&terms);
        const struct listing *l = x->listing;
        uint32_t kinds[4] = { 0 }, sizes[LISTED_EVENT_MARKETS + 1] = { 0 };
        uint32_t free = 0, unknown = 0, fine = 0, coarse = 0;
        assert_true(l->events_count >= 40 && l->markets_count * 2 >= 300);
        for (uint32_t e = 0; e < l->events_count; e++) {
            int64_t fair = 0;
            kinds[l->events[e].kind]++;
            sizes[l->events[e].count]++;
            for (uint32_t i = 0; i < l->events[e].count; i++)
                fair += x->tide.fair[l->events[e].first + i];
            if (l->events[e].count > 1)
                assert_int_equal(fair, MICROS);
        }
        for (uint32_t i = 0; i < l->markets_count; i++) {
            free += !l->markets[i].fees_enabled;
            unknown += !l->markets[i].fee_known;
            fine += l->markets[i].first_tick == 1000;
            coarse += l->markets[i].first_tick == 10000;
        }
        for (uint32_t n = 3; n <= 12; n++)
            assert_true(sizes[n] > 0);
        assert_true(kinds[EVENT_SEPARATE] >= 3 && kinds[EVENT_BINARY] >= 10);
        assert_true(kinds[EVENT_AUGMENTED] >= 3);
        assert_true(free && unknown && fine && coarse);
        simex_destroy(&x);
    }
}

static void
no_basket_ever_pays(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct watch w = run(seed, 120000, 300);
        struct why why = { "" };
        assert_true(w.news[NEWS_LEVEL] > 20000);
        assert_true(w.news[NEWS_TRADE] > 1000);
        assert_true(w.least_sum > MICROS && w.most_bids < MICROS);
        if (!accounts_agree(w.x->accounts, &why))
            fail_msg("%s", why.s);
        simex_destroy(&w.x);
    }
}

static void
updates_come_at_the_rate_asked_for(void **state)
{
    (void)state;
    struct watch w = run(3, 60000, 150);
    assert_in_range(w.x->tide.updates, 60 * 130, 60 * 170);
    simex_destroy(&w.x);
}

static void
one_seed_is_one_run(void **state)
{
    (void)state;
    struct watch a = run(7, 20000, 200), b = run(7, 20000, 200);
    struct watch c = run(8, 20000, 200);
    assert_true(a.print == b.print && a.print != c.print);
    assert_memory_equal(a.news, b.news, sizeof a.news);
    simex_destroy(&a.x);
    simex_destroy(&b.x);
    simex_destroy(&c.x);
}

static void
a_market_near_the_end_gets_a_finer_tick_and_new_books(void **state)
{
    (void)state;
    struct watch w = run(1, 300000, 300);
    const struct listed_event *e = &w.x->listing->events[11];
    assert_true(w.news[NEWS_TICK] > 0);
    assert_true(w.news[NEWS_BOOKS] >= w.news[NEWS_TICK]);
    assert_int_equal(match_rules(w.x->match, e->first)->tick, 1000);
    assert_int_equal(w.x->listing->markets[e->first].first_tick, 10000);
    simex_destroy(&w.x);
}

static void
every_open_side_keeps_quotes(void **state)
{
    (void)state;
    struct watch w = run(2, 60000, 300);
    for (uint32_t i = 0; i < w.x->listing->markets_count; i++) {
        if (w.x->tide.fair[i] < 40000 || w.x->tide.fair[i] > 940000)
            continue; /* At the edge there may be no room for a side. */
        for (uint32_t l = 0; l < simex_ladders(w.x, i); l++) {
            assert_true(match_levels(w.x->match, i, l, BIDS) >= 2);
            assert_true(match_levels(w.x->match, i, l, ASKS) >= 2);
        }
    }
    simex_destroy(&w.x);
}

static void
a_wall_clock_that_jumps_does_no_harm(void **state)
{
    (void)state;
    struct watch w = run(4, 1000, 100);
    simex_tick(w.x, START - 5000);
    simex_tick(w.x, START + INT64_C(86400000));
    uint64_t updates = w.x->tide.updates;
    assert_true(updates < 20000);
    simex_tick(w.x, START + INT64_C(86401000));
    assert_in_range(w.x->tide.updates - updates, 50, 150);
    simex_destroy(&w.x);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_universe_is_as_large_and_mixed_as_promised),
        cmocka_unit_test(no_basket_ever_pays),
        cmocka_unit_test(updates_come_at_the_rate_asked_for),
        cmocka_unit_test(one_seed_is_one_run),
        cmocka_unit_test(a_market_near_the_end_gets_a_finer_tick_and_new_books),
        cmocka_unit_test(every_open_side_keeps_quotes),
        cmocka_unit_test(a_wall_clock_that_jumps_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
