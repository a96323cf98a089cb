/* test_basket_search - random baskets against every number of sets there is */
#include "tests/unit/common/basket_world.h"

enum { LEGS_MOST = 4 };

static uint64_t seed;

static int64_t
pick(int64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

/* What so many sets earn, from the books alone; INT64_MIN when they are not
 * within the terms. */
static int64_t
earns(const struct world *w, int64_t sets)
{
    const struct basket_terms *t = &w->terms;
    int64_t cost = 0, fees = 0, marginal = 0, at_limit = 0, lock, profit;
    bool buying = w->legs[0].side == SIDE_buy;

    for (uint32_t i = 0; i < w->count; i++) {
        const struct basket_leg *leg = &w->legs[i];
        const struct levels *side = buying ? &leg->book->asks
                                           : &leg->book->bids;
        struct walk walk = book_walk(side, (struct qty){ sets });
        struct money fee;
        int64_t paid = buying ? walk.cost_up.micros : walk.cost_down.micros;

        if (walk.took.micros < sets || sets < leg->min_size.micros ||
            walk.cost_down.micros < MICROS)
            return INT64_MIN;
        if (buying && t->whole_cents &&
            (wide)walk.worst.micros * sets % 10000000000 != 0)
            return INT64_MIN;
        assert_true(fee_walk_up(&leg->fees, side, (struct qty){ sets },
                                &fee));
        cost += paid;
        fees += fee.micros;
        marginal += walk.worst.micros;
        at_limit += (int64_t)(((wide)walk.worst.micros * sets + 999999) /
                              MICROS);
    }
    if ((buying ? MICROS - marginal : marginal - MICROS) < t->gross_min.ppm)
        return INT64_MIN;
    profit = buying ? sets - cost : cost - sets;
    if (!buying)
        cost = sets;
    lock = (int64_t)(((wide)cost * t->lock_rate_year.ppm * t->lock.ms +
                      INT64_C(31536000000) * MICROS - 1) /
                     (INT64_C(31536000000) * (wide)MICROS));
    profit -= fees + lock;
    if (t->cost_max.micros > 0 &&
        (buying ? at_limit : sets) + fees > t->cost_max.micros)
        return INT64_MIN;
    if (profit <= 0 || (wide)profit * MICROS < (wide)t->net_min.ppm * sets ||
        (wide)profit * MICROS < (wide)t->yield_min.ppm * cost)
        return INT64_MIN;
    return profit;
}

static void
make_random(struct world *w)
{
    static const int64_t grids[] = { 10000, 10000, 5000, 2500, 1000 };
    bool buying = pick(3) > 0;
    int64_t grid = grids[pick(5)], fair;

    w->count = 0;
    memset(w->books, 0, LEGS_MOST * sizeof *w->books);
    fair = 2 + pick(LEGS_MOST - 1);
    for (int64_t i = 0; i < fair; i++) {
        struct book *b = add_leg(w, buying ? SIDE_buy : SIDE_sell);
        int64_t p = (MICROS / fair + (buying ? -50000 : 50000)) / grid * grid;

        for (int64_t k = 1 + pick(5); k > 0; k--) {
            struct qty size = { (1 + pick(3000)) * 10000 };

            p += (buying ? 1 : -1) * grid * pick(3);
            if (p > 0 && p < MICROS)
                book_set(buying ? &b->asks : &b->bids, !buying,
                         (struct price){ p }, size);
        }
        w->legs[i].fees.rate.ppm = pick(3) * 20000;
        w->legs[i].fees.exponent = (uint64_t)(1 + pick(2));
        w->legs[i].min_size = shares(pick(3) * 5);
    }
    w->terms = (struct basket_terms){
        .gross_min = { pick(4) * 10000 },
        .net_min = { pick(3) * 5000 },
        .yield_min = { pick(3) * 8000 },
        .sets_max = { (1 + pick(8000)) * 10000 },
        .cost_max = { pick(2) * (1 + pick(60)) * MICROS },
        .lock_rate_year = { pick(2) * 40000 },
        .lock = { pick(400) * 86400000 },
        .whole_cents = pick(2) == 0,
    };
}

static void
no_number_of_sets_earns_more_than_the_one_chosen(void **state)
{
    struct world *w = make_world();
    unsigned found = 0;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        int64_t best = INT64_MIN, slack = 0;
        enum reason why;

        seed = round + 1;
        make_random(w);
        why = size_up(w);
        for (int64_t sets = 10000; sets <= w->terms.sets_max.micros;
             sets += 10000) {
            int64_t profit = earns(w, sets);

            if (profit > best)
                best = profit;
        }
        for (uint32_t i = 0; i < w->count; i++)
            slack += 12; /* A step of the fee, and roundings. */
        if (why == REASON_none) {
            found++;
            assert_int_equal(earns(w, w->out.sets.micros),
                             w->out.profit.micros);
            assert_true(best - w->out.profit.micros <= slack);
        } else {
            assert_true(best <= slack);
        }
    }
    assert_true(found > 300);
    drop_world(w);
}

static void
depth_is_told_beyond_the_limit_of_a_smaller_basket(void **state)
{
    struct world *w = make_world();
    struct book *b;

    (void)state;
    b = add_buy(w, 400000, 10);
    add_buy(w, 500000, 200);
    book_set(&b->asks, false, (struct price){ 470000 }, shares(40));
    book_set(&b->asks, false, (struct price){ 480000 }, shares(500));
    w->legs[0].fees.rate.ppm = w->legs[1].fees.rate.ppm = 100000;
    w->terms.sets_min = shares(50);
    assert_int_equal(size_up(w), REASON_none);
    /* At 47 + 50 a set clears 3 % and loses 2 % to fees. */
    assert_int_equal(w->out.sets.micros, 10 * MICROS);
    assert_int_equal(w->out.legs.at[0].limit.micros, 400000);
    assert_int_equal(w->out.legs.at[0].depth.micros, 50 * MICROS);
    assert_int_equal(w->out.legs.at[1].depth.micros, 200 * MICROS);
    w->terms.sets_min.micros++;
    assert_int_equal(size_up(w), REASON_BELOW_SHARES);
    drop_world(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_number_of_sets_earns_more_than_the_one_chosen),
        cmocka_unit_test(depth_is_told_beyond_the_limit_of_a_smaller_basket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
