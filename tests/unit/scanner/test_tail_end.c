/* test_tail_end - strategy G through the engine: what it finds by a signal,
 * what it says of it, each threshold from both sides, and what stops it */
#include "tests/unit/scanner/world.h"

#include "tests/unit/common/signal_kit.h"

/* Three bins; the middle one is the market 0, "<20" is 1, "40+" is 2. */
static struct market
bin(const struct world *w, uint32_t i)
{
    static const char *const questions[] = {
        "Will it be 20-39 times?", "Will it be <20 times?",
        "Will it be 40+ times?"
    };
    struct market m = world_market(i, "bins", i, 3);

    title_set(&m.question, questions[i]);
    m.ends.ns = w->in.wall.ns + 4 * KIT_HOUR;
    return m;
}

static struct world *
open_g(void)
{
    struct world *w = world_open();

    w->strategy.A = w->strategy.B = false;
    w->strategy.G = true;
    w->strategy.g_chance_min.ppm = 900000;
    w->strategy.g_yield_min.ppm = 30000;
    w->strategy.g_doubt.ppm = 5000;
    w->strategy.g_price_min.micros = 500000;
    w->strategy.g_left_min.ms = 1800000;
    w->strategy.g_left_max.ms = 21600000;
    w->strategy.g_age_max.ms = 900000;
    return w;
}

static void
tell_bins(struct world *w)
{
    for (uint32_t i = 0; i < 3; i++) {
        struct market m = bin(w, i);

        WORLD_SAY(w, market, &m);
    }
}

static void
start(struct world *w)
{
    world_start(w);
    world_heartbeat(w);
    tell_bins(w);
}

/* So many posts so far, one an hour, four hours to go. */
static struct signal
signal_of(const struct world *w, uint64_t count)
{
    return kit_signal("bins", count, 1, w->in.wall, 4);
}

static void
tell(struct world *w, uint64_t count)
{
    struct signal m = signal_of(w, count);

    WORLD_SAY(w, signal, &m);
}

/* The books of token: YES of market i is 2 i, its NO one more. */
static void
ask(struct world *w, uint32_t token, int64_t price)
{
    world_book(w, token, price - 20000, price, 100);
}

static void
the_bin_that_is_all_but_sure_is_bought(void **state)
{
    struct world *w = open_g();
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    start(w);
    tell(w, 25);
    assert_int_equal(w->told, 0);
    ask(w, 0, 900000);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->strategy, STRATEGY_G);
    assert_int_equal(m->legs.count, 1);
    assert_int_equal(m->legs.at[0].side, SIDE_buy);
    assert_memory_equal(m->legs.at[0].token.b, world_token(0).b, 32);
    assert_int_equal(m->sets.micros, 100 * MICROS);
    assert_int_equal(m->cost.micros, 90 * MICROS);
    /* 0.99998 of four hours, less half a percent of doubt. */
    assert_in_range(m->hit.ppm, 994950, 994990);
    assert_int_equal(m->break_even.ppm, 900000);
    assert_int_equal(m->locked.ms, 4 * 3600000);
    assert_int_equal(m->profit.micros,
                     100 * m->hit.ppm - m->cost.micros - m->lock.micros);
    assert_int_equal(m->at_risk.micros, 90 * MICROS);
    assert_int_equal(m->annual.ppm, 0); /* Of a few hours none is made. */
    world_close(w);
}

static void
no_of_a_bin_that_is_passed_is_bought_too(void **state)
{
    struct world *w = open_g();

    (void)state;
    start(w);
    tell(w, 25);
    ask(w, 3, 950000); /* NO of "<20". */
    assert_int_equal(w->told, 1);
    assert_memory_equal(w->opportunity[0].legs.at[0].token.b,
                        world_token(3).b, 32);
    assert_int_equal(w->opportunity[0].hit.ppm, 995000);
    ask(w, 2, 900000); /* YES of it, however cheap. */
    ask(w, 2, 600000);
    assert_int_equal(w->told, 1);
    world_close(w);
}

static void
without_a_signal_price_says_nothing(void **state)
{
    struct world *w = open_g();
    struct signal other = signal_of(w, 25);

    (void)state;
    start(w);
    ask(w, 0, 900000);
    ask(w, 3, 900000);
    text_set(&other.event, "another");
    WORLD_SAY(w, signal, &other);
    ask(w, 0, 890000);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_looks), 0);
    tell(w, 25); /* And then it does, of both. */
    assert_int_equal(w->told, 2);
    world_close(w);
}

static void
signals_may_come_before_their_markets(void **state)
{
    struct world *w = open_g();

    (void)state;
    world_start(w);
    world_heartbeat(w);
    tell(w, 25);
    tell_bins(w);
    tell(w, 25); /* Once all bins are there. */
    ask(w, 0, 900000);
    assert_int_equal(w->told, 1);
    world_close(w);
}

/* Expected: P - p - fee - lock, of p.  A millionth of chance either side. */
static void
what_is_expected_must_be_three_percent_of_the_price(void **state)
{
    unsigned found = 0;

    (void)state;
    for (int64_t doubt = 4950; doubt < 5050; doubt++) {
        struct world *w = open_g();
        int64_t cost = 96600000, lock, gain;

        w->strategy.g_doubt.ppm = doubt;
        start(w);
        tell(w, 25);
        ask(w, 3, 966000);
        lock = (int64_t)(((wide)cost * 40000 * 4 * 3600000 +
                          INT64_C(31536000000) * MICROS - 1) /
                         (INT64_C(31536000000) * (wide)MICROS));
        gain = 100 * (MICROS - doubt) - cost - lock;
        assert_int_equal(w->told > 0, gain * 100 >= 3 * cost);
        assert_int_equal(world_count(w, SCANNER_blocked_BELOW_NET) +
                             world_count(w, SCANNER_below_gross) > 0,
                         gain * 100 < 3 * cost);
        found += w->told > 0;
        world_close(w);
    }
    assert_int_equal(found, 53); /* Up to 0.005002. */
}

static void
the_last_share_must_pay_as_well(void **state)
{
    struct world *w = open_g();
    struct book_snapshot m;

    (void)state;
    w->strategy.depth_min.micros = 0;
    start(w);
    tell(w, 25);
    m = world_snapshot(w, 3, 800000, 850000, 100);
    m.asks.count = 3;
    m.asks.at[1] = (struct level){ { 966000 }, { 50 * MICROS } };
    m.asks.at[2] = (struct level){ { 967000 }, { 50 * MICROS } };
    WORLD_SAY(w, book_snapshot, &m);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].sets.micros, 150 * MICROS);
    assert_int_equal(w->opportunity[0].legs.at[0].limit.micros, 966000);
    world_close(w);
}

static void
a_fee_kills_it(void **state)
{
    struct world *w = open_g();
    struct market m = bin(w, 1);

    (void)state;
    start(w);
    tell(w, 25);
    ask(w, 3, 960000);
    assert_int_equal(w->told, 1);
    m.fee_rate.ppm = 250000; /* Of 0.0384: about a cent. */
    WORLD_SAY(w, market, &m);
    assert_int_equal(w->opportunity[w->told - 1].state, OPP_STATE_closed);
    assert_int_equal(w->opportunity[w->told - 1].reason, REASON_BELOW_NET);
    world_close(w);
}

static void
ninety_in_a_hundred_it_must_be(void **state)
{
    struct world *w = open_g();
    uint64_t count = 39;

    (void)state;
    start(w);
    /* The nearer to 39, the less sure it stays there. */
    ask(w, 0, 500000);
    for (; w->told == 0; count--) {
        assert_in_range(count, 30, 39);
        tell(w, count);
    }
    /* 4 expected: 6 at most are 0.889, 7 are 0.949. */
    assert_int_equal(count, 31);
    assert_in_range(w->opportunity[0].hit.ppm, 943000, 945000);
    assert_int_equal(world_count(w, SCANNER_blocked_UNSURE), 7);
    world_close(w);
}

static void
what_is_too_cheap_is_left_alone(void **state)
{
    struct world *w = open_g();

    (void)state;
    start(w);
    tell(w, 25);
    ask(w, 0, 499000);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_SUM_TOO_LOW), 1);
    ask(w, 0, 500000);
    assert_int_equal(w->told, 1);
    world_close(w);
}

static struct world *
open_found(void)
{
    struct world *w = open_g();

    start(w);
    tell(w, 25);
    ask(w, 0, 900000);
    assert_int_equal(w->told, 1);
    return w;
}

static void
closed_for(struct world *w, enum reason why)
{
    const struct opportunity *m = &w->opportunity[w->told - 1];

    assert_int_equal(m->state, OPP_STATE_closed);
    assert_int_equal(m->reason, why);
    world_close(w);
}

static void
a_count_that_falls_is_none(void **state)
{
    struct world *w = open_found();
    struct signal m = signal_of(w, 24);

    (void)state;
    m.highest = 25;
    WORLD_SAY(w, signal, &m);
    closed_for(w, REASON_NO_SIGNAL);
}

static void
a_signal_that_falls_silent_is_none(void **state)
{
    struct world *w = open_found();

    (void)state;
    world_wait(w, 900000);
    world_heartbeat(w);
    ask(w, 0, 901000);
    assert_int_equal(w->opportunity[w->told - 1].state, OPP_STATE_updated);
    world_wait(w, 1);
    ask(w, 0, 900000);
    closed_for(w, REASON_NO_SIGNAL);
}

static void
the_last_half_hour_is_left_alone(void **state)
{
    struct world *w = open_found();
    struct signal m = signal_of(w, 25);

    (void)state;
    world_wait(w, 3 * 3600000 + 1800001);
    world_heartbeat(w);
    m.time = m.hours_end = w->in.wall;
    m.hours_end.ns -= m.hours_end.ns % KIT_HOUR;
    WORLD_SAY(w, signal, &m);
    closed_for(w, REASON_WINDOW);
}

static void
bins_that_do_not_fit_together_are_no_bins(void **state)
{
    struct world *w = open_found();
    struct market m = bin(w, 0);

    (void)state;
    title_set(&m.question, "Will it be 20-38 times?");
    WORLD_SAY(w, market, &m);
    closed_for(w, REASON_INCOMPLETE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bin_that_is_all_but_sure_is_bought),
        cmocka_unit_test(no_of_a_bin_that_is_passed_is_bought_too),
        cmocka_unit_test(without_a_signal_price_says_nothing),
        cmocka_unit_test(signals_may_come_before_their_markets),
        cmocka_unit_test(what_is_expected_must_be_three_percent_of_the_price),
        cmocka_unit_test(the_last_share_must_pay_as_well),
        cmocka_unit_test(a_fee_kills_it),
        cmocka_unit_test(ninety_in_a_hundred_it_must_be),
        cmocka_unit_test(what_is_too_cheap_is_left_alone),
        cmocka_unit_test(a_count_that_falls_is_none),
        cmocka_unit_test(a_signal_that_falls_silent_is_none),
        cmocka_unit_test(the_last_half_hour_is_left_alone),
        cmocka_unit_test(bins_that_do_not_fit_together_are_no_bins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
