/* test_conversion - strategy C through the engine: nothing on fair events, the
 * exact best on planted ones, and each gate */
#include "tests/unit/scanner/event_world.h"

#include "common/fees.h"

enum { BRUTE_MOST = 12, SETS_LEAST = 20, SETS_MOST = 120 };

static uint64_t seed;

static int64_t
pick(int64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

static struct world *
open_c(void)
{
    struct world *w = world_open();

    w->strategy.A = w->strategy.B = false;
    w->strategy.C = true;
    w->strategy.c_time = (struct ms){ 5000 };
    world_start(w);
    world_heartbeat(w);
    return w;
}

/* Fair values that sum to a dollar, in tenths of a cent. */
static void
draw_fairs(uint32_t count, int64_t *fair)
{
    int64_t weight[OUTCOMES_MOST], sum = 0, given = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += weight[i] = 1 + pick(100) * pick(100);
    for (uint32_t i = 1; i < count; i++) {
        fair[i] = 2000 + (MICROS - 2000 * count) * weight[i] / sum / 1000 *
                             1000;
        given += fair[i];
    }
    fair[0] = MICROS - given;
}

static void
a_thousand_fair_events_with_mirrored_books_report_nothing(void **state)
{
    (void)state;
    seed = 1;
    for (int n = 0; n < 1000; n++) {
        struct world *w = open_c();
        struct event *e = make_event(w, 3 + (uint32_t)pick(18), 0);
        int64_t fair[OUTCOMES_MOST];

        draw_fairs(e->count, fair);
        for (uint32_t i = 0; i < e->count; i++)
            for (int64_t k = 0, n_levels = pick(6); k < n_levels; k++) {
                add(&e->yes[i].bids, fair[i] - (1 + k * 2) * 1000,
                    1 + pick(400));
                add(&e->yes[i].asks, fair[i] + (1 + k * 2) * 1000,
                    1 + pick(400));
            }
        mirror(e);
        tell_event(w, e);
        assert_int_equal(w->told, 0);
        free(e);
        world_close(w);
    }
}

/* --- against every subset --------------------------------------------- */

/* What n shares of a side bring, INT64_MIN where there are not so many. */
static int64_t
value(const struct levels *side, bool buys, const struct market *m, int64_t n)
{
    struct fee_schedule f = fee_of(m);
    struct walk walk = book_walk(side, (struct qty){ n * MICROS });
    struct money fee;

    if (walk.took.micros < n * MICROS)
        return INT64_MIN;
    assert_true(fee_walk_up(&f, side, walk.took, &fee));
    return buys ? n * MICROS - walk.cost_up.micros - fee.micros
                : walk.cost_down.micros - fee.micros;
}

/* The best profit of all subsets of NO to buy, all others sold or kept, and
 * of all whole numbers of sets. */
static int64_t
brute(const struct event *e, int64_t gas)
{
    int64_t best = 0;

    for (int64_t n = SETS_LEAST; n <= SETS_MOST; n++) {
        int64_t buy[BRUTE_MOST], sell[BRUTE_MOST];

        for (uint32_t i = 0; i < e->count; i++) {
            buy[i] = value(&e->no[i].asks, true, &e->market[i], n);
            sell[i] = value(&e->yes[i].bids, false, &e->market[i], n);
            if (sell[i] == INT64_MIN)
                sell[i] = 0;
        }
        for (uint32_t set = 0; set < UINT32_C(1) << e->count; set++) {
            int64_t sum = -n * MICROS - gas;
            bool possible = true;

            for (uint32_t i = 0; i < e->count && possible; i++) {
                bool bought = (set >> i & 1) != 0;

                possible = !bought || buy[i] != INT64_MIN;
                sum += possible ? (bought ? buy[i] : sell[i]) : 0;
            }
            if (possible && sum > best)
                best = sum;
        }
    }
    return best;
}

/* Two unlike books a market, with levels that make the best set change as it
 * grows: no side is the better one all the way down.  Cents and whole shares,
 * so that every whole number of sets is one the venue takes. */
static struct event *
draw_planted(struct world *w, uint32_t count, int64_t fee, bool mirrored)
{
    struct event *e = make_event(w, count, fee);
    int64_t fair[OUTCOMES_MOST];

    draw_fairs(count, fair);
    for (uint32_t i = 0; i < count; i++) {
        int64_t cent = (MICROS / count + fair[i]) / 2 / 10000;
        int64_t bid = cent - 1 + pick(4), no = 100 - (cent - 1 + pick(4));

        e->market[i].min_size.micros = MICROS;
        for (int64_t k = 0; k < 4; k++) {
            add(&e->yes[i].bids, bid * 10000, SETS_LEAST + pick(30));
            add(&e->no[i].asks, no * 10000, SETS_LEAST + pick(30));
            bid -= 1 + pick(3);
            no += 1 + pick(3);
        }
    }
    if (mirrored)
        mirror(e);
    return e;
}

static struct world *
open_bare(int64_t gas)
{
    struct world *w = world_open();

    w->strategy = (struct strategy_conf){
        .sets_max = { SETS_MOST * (int64_t)MICROS }, .ttl = { 2000 },
        .c_time = { 5000 }, .c_gas = { gas }, .C = true,
    };
    world_start(w);
    world_heartbeat(w);
    return w;
}

static void
check_told(const struct event *e, const struct opportunity *m)
{
    int64_t pays = 0, bought = 0, sold = 0;

    for (uint32_t i = 0; i < m->legs.count; i++) {
        bool buys = m->legs.at[i].side == SIDE_buy;

        bought += buys;
        sold += !buys;
        assert_true(!buys || sold == 0); /* What is bought stands first. */
    }
    assert_int_equal(m->conversion, bought == 0  ? CONVERSION_mint
                                    : sold == 0 ? CONVERSION_all
                                                : CONVERSION_some);
    assert_true(bought + sold <= e->count);
    assert_true(m->capital.micros >= m->cost.micros);
    assert_int_equal(m->exposed.ms, 5000);
    pays = bought > 0 ? (bought - 1) * m->sets.micros : 0;
    assert_int_equal(m->at_risk.micros,
                     sold == 0 ? 0
                               : m->cost.micros + m->fees.micros - pays);
}

static void
planted_ones_are_found_with_the_profit_of_the_best_of_all_subsets(
    void **state)
{
    int found[4] = { 0 };

    (void)state;
    seed = 2;
    for (int n = 0; n < 300; n++) {
        int64_t fee = n % 2 == 0 ? 0 : 10000 * (1 + pick(3));
        int64_t gas = n % 3 == 0 ? 50000 : 0, best, got = 0;
        struct world *w = open_bare(gas);
        struct event *e = draw_planted(
            w, 3 + (uint32_t)pick(n < 280 ? 6 : 10), fee, n % 5 == 0);

        tell_event(w, e);
        best = brute(e, gas);
        if (w->told > 0) {
            const struct opportunity *m = &w->opportunity[w->told - 1];

            assert_int_not_equal(m->state, OPP_STATE_closed);
            check_told(e, m);
            found[m->conversion]++;
            got = m->profit.micros + m->lock.micros;
        }
        /* Fees go up in steps of ten micros, level by level. */
        if (fee == 0)
            assert_int_equal(got, best);
        else
            assert_in_range(got - best + 20 * e->count, 0, 40 * e->count);
        free(e);
        world_close(w);
    }
    assert_true(found[CONVERSION_all] > 20);
    assert_true(found[CONVERSION_some] > 20);
    assert_true(found[CONVERSION_mint] > 0);
}

/* Each outcome is better bought or better sold by turns, every 2, 3, 4 ...
 * shares: the best set is another one at nearly every number of sets. */
static struct event *
draw_restless(struct world *w, uint32_t count)
{
    struct event *e = make_event(w, count, 0);

    for (uint32_t i = 0; i < count; i++) {
        int64_t bid = 69, gain = 70;

        e->market[i].min_size.micros = MICROS;
        /* One of them a level of one turn, then each of two. */
        add(&e->no[i].asks, (100 - gain) * 10000, 2 + i);
        for (int64_t k = 0; k < 16; k++) {
            add(&e->yes[i].bids, bid * 10000, 2 * (2 + i));
            gain -= k == 0 ? 3 : 4;
            add(&e->no[i].asks, (100 - gain) * 10000, 2 * (2 + i));
            bid -= 4;
        }
    }
    return e;
}

static void
the_best_is_found_however_often_it_changes(void **state)
{
    (void)state;
    for (uint32_t count = 6; count <= BRUTE_MOST; count += 3) {
        struct world *w = open_bare(0);
        struct event *e = draw_restless(w, count);
        const struct opportunity *m;

        tell_event(w, e);
        assert_true(w->told > 0);
        m = &w->opportunity[w->told - 1];
        assert_int_equal(m->profit.micros + m->lock.micros, brute(e, 0));
        free(e);
        world_close(w);
    }
}

/* --- the gates --------------------------------------------------------- */

/* Three outcomes whose bids sum to 1.06, 100 shares each; fees as given. */
static struct event *
draw_small(struct world *w, int64_t fee)
{
    struct event *e = make_event(w, 3, fee);

    add(&e->yes[0].bids, 300000, 100);
    add(&e->yes[1].bids, 350000, 100);
    add(&e->yes[2].bids, 410000, 100);
    mirror(e);
    return e;
}

static void
end_event(struct world *w, struct event *e)
{
    free(e);
    world_close(w);
}

static void
no_of_all_is_bought_where_the_books_are_one(void **state)
{
    struct world *w = open_c();
    struct event *e = draw_small(w, 0);
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    tell_event(w, e);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->strategy, STRATEGY_C);
    assert_int_equal(m->conversion, CONVERSION_all);
    assert_int_equal(m->legs.count, 3);
    assert_memory_equal(m->legs.at[0].token.b, world_token(1).b, 32);
    assert_int_equal(m->gross.ppm, 60000);
    assert_int_equal(m->sets.micros, 100 * MICROS);
    assert_int_equal(m->cost.micros, 194 * MICROS);
    assert_int_equal(m->capital.micros, 194 * MICROS);
    assert_int_equal(m->profit.micros, 6 * MICROS - m->lock.micros);
    end_event(w, e);
}

static void
a_micro_below_the_threshold_is_nothing(void **state)
{
    for (int64_t less = 0; less < 2; less++) {
        struct world *w = open_c();
        struct event *e = make_event(w, 3, 0);

        add(&e->yes[0].bids, 300000, 100);
        add(&e->yes[1].bids, 350000, 100);
        add(&e->yes[2].bids, 380000 - less, 100);
        mirror(e);
        tell_event(w, e);
        assert_int_equal(w->told, less == 0 ? 1 : 0);
        end_event(w, e);
    }
    (void)state;
}

static void
fees_kill_it(void **state)
{
    struct world *w = open_c();
    struct event *e = draw_small(w, 100000); /* 6.8 cents a set. */

    (void)state;
    tell_event(w, e);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_NET), 1);
    end_event(w, e);
}

static void
too_few_shares_are_nothing(void **state)
{
    struct world *w = open_c();
    struct event *e = draw_small(w, 0);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        e->yes[i].bids.at[0].size.micros = 49 * MICROS;
    mirror(e);
    tell_event(w, e);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_blocked_BELOW_SHARES), 1);
    end_event(w, e);
}

static void
what_is_not_whole_is_refused(void **state)
{
    const enum scanner_counter why[] = {
        SCANNER_blocked_AUGMENTED, SCANNER_blocked_AUGMENTED,
        SCANNER_blocked_INCOMPLETE, SCANNER_blocked_CLOSED,
        SCANNER_blocked_FEE_UNKNOWN, SCANNER_blocked_PROPOSED,
    };

    (void)state;
    for (int n = 0; n < 6; n++) {
        struct world *w = open_c();
        struct event *e = draw_small(w, 0);
        struct market *m = &e->market[1];

        m->augmented = n == 0;
        m->other = n == 1;      /* The unnamed rest. */
        m->event_size += n == 2; /* A question nobody follows. */
        m->open = n != 3;       /* As while its result may be disputed. */
        m->fee_known = n != 4;
        m->proposed = n == 5;   /* As while it still takes orders. */
        tell_event(w, e);
        assert_int_equal(w->told, 0);
        assert_true(world_count(w, why[n]) > 0);
        end_event(w, e);
    }
}

static void
a_leg_that_is_stale_on_one_side_is_refused(void **state)
{
    struct world *w = open_c();
    struct event *e = draw_small(w, 0);

    (void)state;
    /* The no book of the last was not told that its yes book moved. */
    e->no[2].asks.at[0].price.micros = 570000;
    tell_event(w, e);
    assert_int_equal(w->told, 0);
    assert_true(world_count(w, SCANNER_blocked_MIRROR_BROKEN) > 0);
    end_event(w, e);
}

static void
capital_bounds_the_sets(void **state)
{
    struct world *w = open_c();
    struct event *e;

    (void)state;
    w->strategy.c_cost_max.micros = 100 * MICROS;
    scanner_destroy(&w->x);
    world_start(w);
    world_heartbeat(w);
    e = draw_small(w, 0);
    tell_event(w, e);
    assert_int_equal(w->told, 1);
    /* 1.94 a set, in lots of one share. */
    assert_int_equal(w->opportunity[0].sets.micros, 51 * MICROS);
    end_event(w, e);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_thousand_fair_events_with_mirrored_books_report_nothing),
        cmocka_unit_test(the_best_is_found_however_often_it_changes),
        cmocka_unit_test(
            planted_ones_are_found_with_the_profit_of_the_best_of_all_subsets),
        cmocka_unit_test(no_of_all_is_bought_where_the_books_are_one),
        cmocka_unit_test(a_micro_below_the_threshold_is_nothing),
        cmocka_unit_test(fees_kill_it),
        cmocka_unit_test(too_few_shares_are_nothing),
        cmocka_unit_test(what_is_not_whole_is_refused),
        cmocka_unit_test(a_leg_that_is_stale_on_one_side_is_refused),
        cmocka_unit_test(capital_bounds_the_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
