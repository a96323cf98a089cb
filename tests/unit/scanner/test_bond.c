/* test_bond - strategy F through the engine: its price, its wait, its yield
 * after those that do not pay, and each of them from both sides */
#include "tests/unit/scanner/world.h"

enum { DAY_MS = 86400000 };

static void
set_hits(struct world *w, const char *const *lines, uint32_t count)
{
    w->strategy.f_hits.count = count;
    for (uint32_t i = 0; i < count; i++)
        text_set(&w->strategy.f_hits.at[i], lines[i]);
}

static struct world *
open_f(void)
{
    static const char *const hits[] = { "any:0.93:0.96", "any:0.97:0.99",
                                        "sports:0.93:0.9", "not a line",
                                        "any:0.5:x", "any:0.96" };
    struct world *w = world_open();

    w->strategy.A = w->strategy.B = false;
    w->strategy.F = true;
    w->strategy.f_price_min.micros = 930000;
    w->strategy.f_price_max.micros = 995000;
    w->strategy.f_annual_min.ppm = 100000;
    w->strategy.f_wait_min.ms = 8640000;
    w->strategy.f_wait_max.ms = INT64_C(30) * DAY_MS;
    w->strategy.after_end.ms = DAY_MS / 6;
    w->strategy.disputes.ppm = 20000;
    w->strategy.dispute_time.ms = 5 * DAY_MS;
    set_hits(w, hits, 6);
    return w;
}

/* One market that ends in so many days; YES at ask, 100 shares. */
static void
go(struct world *w, int64_t days_ms, int64_t ask, const char *tag)
{
    struct market m = world_market(0, "bond", 0, 1);

    world_start(w);
    world_heartbeat(w);
    m.ends.ns = days_ms < 0 ? 0 : w->in.wall.ns + days_ms * 1000000;
    text_set(&m.tag, tag);
    WORLD_SAY(w, market, &m);
    world_book(w, 1, 20000, 60000, 100);
    world_book(w, 0, ask - 10000, ask, 100);
}

static void
a_bond_says_what_is_expected_of_it(void **state)
{
    struct world *w = open_f();
    const struct opportunity *m = &w->opportunity[0];
    int64_t wait = 4 * (int64_t)DAY_MS + DAY_MS / 6 + DAY_MS / 10;

    (void)state;
    go(w, 4 * (int64_t)DAY_MS, 950000, "politics");
    assert_int_equal(w->told, 1);
    assert_int_equal(m->strategy, STRATEGY_F);
    assert_int_equal(m->legs.count, 1);
    assert_memory_equal(m->legs.at[0].token.b, world_token(0).b, 32);
    assert_int_equal(m->sets.micros, 100 * MICROS);
    assert_int_equal(m->cost.micros, 95 * MICROS);
    /* Not the listed end: a proposal, a challenge, one in fifty disputed. */
    assert_int_equal(m->locked.ms, wait);
    assert_int_equal(m->hit.ppm, 960000);
    assert_int_equal(m->break_even.ppm, 950000);
    /* 100 x 0.96 - 95 = 1 dollar, less the price of 95 until then. */
    assert_int_equal(m->profit.micros, MICROS - m->lock.micros);
    assert_int_equal(m->annual.ppm,
                     (int64_t)(MICROS / 95 * (INT64_C(365) * DAY_MS)) / wait);
    assert_in_range(m->annual.ppm - m->excess.ppm, 39900, 40100);
    assert_int_equal(m->at_risk.micros, 95 * MICROS);
    world_close(w);
}

static void
no_may_be_the_bond_too(void **state)
{
    struct world *w = open_f();

    (void)state;
    go(w, 4 * (int64_t)DAY_MS, 500000, "");
    assert_int_equal(w->told, 0);
    world_book(w, 1, 940000, 950000, 100);
    assert_int_equal(w->told, 1);
    assert_memory_equal(w->opportunity[0].legs.at[0].token.b,
                        world_token(1).b, 32);
    world_close(w);
}

static void
its_price_has_two_ends(void **state)
{
    static const struct { int64_t ask; bool found; } all[] = {
        { 929000, false }, { 930000, true }, { 972000, true },
        { 995000, false }, { 996000, false },
    };

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct world *w = open_f();

        go(w, DAY_MS, all[i].ask, "");
        assert_int_equal(w->told > 0, all[i].found);
        world_close(w);
    }
}

static void
what_its_tag_is_known_for_comes_first(void **state)
{
    struct world *w = open_f();

    (void)state;
    go(w, 4 * (int64_t)DAY_MS, 950000, "sports");
    assert_int_equal(w->told, 0); /* 0.90 of them pay. */
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_NET), 1);
    world_close(w);
}

static void
a_price_is_no_expectation(void **state)
{
    struct world *w = open_f();

    (void)state;
    w->strategy.f_hits.count = 0;
    go(w, 4 * (int64_t)DAY_MS, 950000, "");
    assert_int_equal(w->told, 0);
    world_close(w);
}

static void
it_is_neither_over_nor_far_away_nor_open_ended(void **state)
{
    /* What comes after the end is 0.2667 days. */
    static const struct { int64_t ends; bool found; } all[] = {
        { 0, true }, { INT64_C(29) * DAY_MS, false }, { -1, false },
        { INT64_C(30) * DAY_MS, false }, { 2 * DAY_MS, true },
    };

    (void)state;
    for (int i = 0; i < 5; i++) {
        struct world *w = open_f();

        w->strategy.f_annual_min.ppm = i == 1 ? 130000 : 100000;
        go(w, all[i].ends, 950000, "");
        assert_int_equal(w->told > 0, all[i].found);
        world_close(w);
    }
}

static void
the_yield_is_of_the_whole_wait(void **state)
{
    (void)state;
    /* 1.5 cents on 95: 10 % a year is 57.6 days, and 56 on the dollar. */
    for (int64_t less = 0; less < 2; less++) {
        struct world *w = open_f();

        w->strategy.f_wait_max.ms = INT64_C(60) * DAY_MS;
        w->strategy.after_end.ms = w->strategy.disputes.ppm = 0;
        set_hits(w, (const char *const[]){ "any:0.93:0.965" }, 1);
        go(w, (less == 0 ? 55 : 57) * (int64_t)DAY_MS, 950000, "");
        assert_int_equal(w->told, less == 0 ? 1 : 0);
        world_close(w);
    }
}

static void
of_one_that_is_overdue_nobody_knows_when_it_pays(void **state)
{
    struct world *w = open_f();
    struct market m = world_market(0, "bond", 0, 1);

    (void)state;
    go(w, DAY_MS, 950000, "");
    assert_int_equal(w->told, 1);
    m.ends.ns = w->in.wall.ns - 1000000000; /* Proposed, and challenged? */
    WORLD_SAY(w, market, &m);
    world_book(w, 0, 940000, 951000, 100);
    assert_int_equal(w->opportunity[w->told - 1].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[w->told - 1].reason, REASON_WINDOW);
    world_close(w);
}

static void
one_whose_result_is_proposed_early_is_none(void **state)
{
    struct world *w = open_f();
    struct market m = world_market(0, "bond", 0, 1);

    (void)state;
    go(w, DAY_MS, 950000, "");
    assert_int_equal(w->told, 1);
    m.ends.ns = w->in.wall.ns + DAY_MS * INT64_C(1000000);
    m.proposed = true;
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->opportunity[w->told - 1].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[w->told - 1].reason, REASON_PROPOSED);
    world_close(w);
}

static void
no_share_of_it_yields_less_than_it_must(void **state)
{
    struct world *w = open_f();
    struct book_snapshot m;

    (void)state;
    go(w, 4 * (int64_t)DAY_MS, 500000, "");
    /* 0.96 of them pay, and the wait asks for 0.0012 of each: the third level
     * is not worth it, although the average would be. */
    m = world_snapshot(w, 0, 930000, 940000, 60);
    m.asks.count = 3;
    m.asks.at[1] = (struct level){ { 958000 }, { 60 * MICROS } };
    m.asks.at[2] = (struct level){ { 962000 }, { 60 * MICROS } };
    WORLD_SAY(w, book_snapshot, &m);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[w->told - 1].sets.micros, 120 * MICROS);
    world_close(w);
}

static void
its_fee_is_taken_off(void **state)
{
    struct world *w = open_f();
    struct market m = world_market(0, "bond", 0, 1);

    (void)state;
    go(w, 4 * (int64_t)DAY_MS, 950000, "");
    assert_int_equal(w->told, 1);
    m.ends.ns = w->in.wall.ns + INT64_C(4) * DAY_MS * 1000000;
    m.fee_rate.ppm = 200000; /* Of 0.0475: nearly a cent. */
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->opportunity[w->told - 1].state, OPP_STATE_closed);
    world_close(w);
}

static void
the_fee_is_paid_too_so_it_yields_on_that(void **state)
{
    struct world *w = open_f();
    struct market m = world_market(0, "bond", 0, 1);
    const struct opportunity *o;
    int64_t wait, paid;

    (void)state;
    world_start(w);
    world_heartbeat(w);
    m.ends.ns = w->in.wall.ns + INT64_C(2) * DAY_MS * 1000000;
    m.fee_rate.ppm = 100000; /* Of 0.0475: 47.5 cents. */
    WORLD_SAY(w, market, &m);
    world_book(w, 1, 20000, 60000, 100);
    world_book(w, 0, 940000, 950000, 100);
    assert_int_equal(w->told, 1);
    o = &w->opportunity[0];
    wait = o->locked.ms;
    paid = o->cost.micros + o->fees.micros;
    assert_int_equal(o->fees.micros, 475000);
    assert_int_equal(paid, 95475000);
    assert_int_equal(o->annual.ppm,
                     (int64_t)((wide)(o->profit.micros + o->lock.micros) *
                               MICROS / paid * (INT64_C(365) * DAY_MS) /
                               wait));
    world_close(w);
}

static void
an_ask_nobody_bids_near_is_no_price(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct world *w = open_f();

        w->strategy.f_spread_max.micros = 30000;
        go(w, 4 * (int64_t)DAY_MS, 990000, ""); /* Too dear. */
        assert_int_equal(w->told, 0);
        world_book(w, 0, i == 0 ? 920000 : 919000, 950000, 100);
        if (i == 2)
            world_book(w, 0, 0, 950000, 100);
        assert_int_equal(w->told, i == 0 ? 1 : 0);
        if (i > 0)
            assert_true(world_count(w, SCANNER_blocked_UNSURE) > 0);
        world_close(w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bond_says_what_is_expected_of_it),
        cmocka_unit_test(no_may_be_the_bond_too),
        cmocka_unit_test(its_price_has_two_ends),
        cmocka_unit_test(what_its_tag_is_known_for_comes_first),
        cmocka_unit_test(a_price_is_no_expectation),
        cmocka_unit_test(it_is_neither_over_nor_far_away_nor_open_ended),
        cmocka_unit_test(the_yield_is_of_the_whole_wait),
        cmocka_unit_test(one_whose_result_is_proposed_early_is_none),
        cmocka_unit_test(of_one_that_is_overdue_nobody_knows_when_it_pays),
        cmocka_unit_test(no_share_of_it_yields_less_than_it_must),
        cmocka_unit_test(its_fee_is_taken_off),
        cmocka_unit_test(the_fee_is_paid_too_so_it_yields_on_that),
        cmocka_unit_test(an_ask_nobody_bids_near_is_no_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
