/* test_basket_used - the levels a basket says it was computed from: they are
 * the book's, in its order, down to the worst price, and account for every
 * share and every cent */
#include "tests/unit/common/basket_world.h"

static void
level(struct world *w, uint32_t leg, int64_t price, int64_t size)
{
    struct book *b = &w->books[leg];
    bool bids = w->legs[leg].side == SIDE_sell;

    book_set(bids ? &b->bids : &b->asks, bids, (struct price){ price },
             shares(size));
}

static uint64_t
used_of(const struct world *w, struct used_levels *out)
{
    uint64_t left_out;

    basket_used(&w->out, out, &left_out);
    return left_out;
}

static void
assert_level(const struct used_levels *u, uint32_t i, uint64_t leg,
             int64_t price, int64_t size)
{
    assert_true(i < u->count);
    assert_int_equal(u->at[i].leg, leg);
    assert_int_equal(u->at[i].price.micros, price);
    assert_int_equal(u->at[i].size.micros, size * MICROS);
}

static void
levels_stand_in_order_down_to_the_worst_price(void **state)
{
    struct world *w = make_world();
    static struct used_levels u;

    (void)state;
    add_buy(w, 400000, 50);
    add_buy(w, 500000, 200);
    level(w, 0, 420000, 10);
    level(w, 0, 470000, 100);
    level(w, 0, 480000, 100); /* No longer clears. */
    w->terms.whole_cents = false;
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 160 * MICROS);
    assert_int_equal(used_of(w, &u), 0);
    assert_int_equal(u.count, 4);
    assert_level(&u, 0, 0, 400000, 50);
    assert_level(&u, 1, 0, 420000, 10);
    assert_level(&u, 2, 0, 470000, 100);
    assert_level(&u, 3, 1, 500000, 200);
    drop_world(w);
}

static void
a_leg_that_sells_shows_its_bids(void **state)
{
    struct world *w = make_world();
    static struct used_levels u;

    (void)state;
    add_sell(w, 600000, 50);
    add_sell(w, 500000, 100);
    level(w, 0, 550000, 100);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 100 * MICROS);
    assert_int_equal(used_of(w, &u), 0);
    assert_int_equal(u.count, 3);
    assert_level(&u, 0, 0, 600000, 50);
    assert_level(&u, 1, 0, 550000, 100);
    assert_level(&u, 2, 1, 500000, 100);
    drop_world(w);
}

static void
no_basket_shows_nothing(void **state)
{
    struct world *w = make_world();
    static struct used_levels u;

    (void)state;
    add_buy(w, 400000, 50);
    add_buy(w, 500000, 200);
    assert_int_equal(size_up(w), REASON_none);
    level(w, 1, 500000, 0);
    assert_int_equal(size_up(w), REASON_NO_ASK);
    assert_int_equal(used_of(w, &u), 0);
    assert_int_equal(u.count, 0);
    assert_int_equal(w->out.locked.ms, 0);
    drop_world(w);
}

/* What buying the leg's shares costs by these levels alone, as the search
 * rounds it: each level up. */
static int64_t
cost_by(const struct used_levels *u, uint32_t leg, int64_t size,
        int64_t *worst)
{
    int64_t cost = 0;

    for (uint32_t i = 0; i < u->count && size > 0; i++) {
        const struct used_level *l = &u->at[i];
        int64_t part = l->size.micros < size ? l->size.micros : size;

        if (l->leg != leg)
            continue;
        cost += (int64_t)(((wide)l->price.micros * part + MICROS - 1) /
                          MICROS);
        size -= part;
        *worst = l->price.micros;
    }
    assert_int_equal(size, 0);
    return cost;
}

/* Random books; whatever basket comes of them, a person with the levels alone
 * computes the same cost, and the same worst price, to the micro. */
static void
the_levels_alone_give_the_same_cost_and_limits(void **state)
{
    static struct used_levels u;
    uint64_t seed = 1;
    int found = 0;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct world *w = make_world();
        uint32_t legs = 2 + (uint32_t)round % 9;
        int64_t cost = 0;

        for (uint32_t i = 0; i < legs; i++) {
            int64_t price = 960000 / legs / 1000 * 1000;

            add_buy(w, price, 20 + (int64_t)i);
            for (int n = 0; n < 12; n++) {
                seed = seed * UINT64_C(6364136223846793005) + 1442695040;
                price += (int64_t)(seed >> 60) * 1000;
                level(w, i, price, 1 + (int64_t)(seed >> 33) % 90);
            }
        }
        w->terms.whole_cents = round % 2 == 0;
        w->terms.gross_min.ppm = round % 3 * 5000;
        if (size_up(w) == REASON_none) {
            found++;
            assert_int_equal(used_of(w, &u), 0);
            for (uint32_t i = 0; i < legs; i++) {
                int64_t worst = 0;

                cost += cost_by(&u, i, w->out.sets.micros, &worst);
                assert_int_equal(worst, w->out.legs.at[i].limit.micros);
            }
            assert_int_equal(cost, w->out.cost.micros);
        }
        drop_world(w);
    }
    assert_true(found > 1000);
}

/* A leg of this many levels, each a share at the next thousandth. */
static void
add_deep(struct world *w, int64_t price, int64_t levels)
{
    add_buy(w, price, 1);
    for (int64_t i = 1; i < levels; i++)
        level(w, w->count - 1, price + i * 100, 1);
}

static void
what_does_not_fit_keeps_every_legs_best_levels_and_its_worst(void **state)
{
    struct world *w = make_world();
    static struct used_levels u;
    uint32_t seen[legs_cap] = { 0 };

    (void)state;
    /* 20 legs of 100 levels and one of 3: 256 places, 12 for each deep one
     * and one more where it can be had for none. */
    for (int i = 0; i < 20; i++)
        add_deep(w, 20000, 100);
    add_buy(w, 20000, 40);
    level(w, 20, 20100, 40);
    level(w, 20, 20200, 40);
    w->terms.whole_cents = false;
    for (uint32_t i = 0; i < w->count; i++)
        w->legs[i].min_size = shares(0);
    w->terms.sets_min = shares(0);
    w->terms.sets_max = shares(100);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(w->out.sets.micros, 100 * MICROS);
    assert_int_equal(used_of(w, &u), 20 * (100 - 12));
    assert_int_equal(u.count, 20 * 12 + 3);
    for (uint32_t i = 0; i < u.count; i++) {
        uint32_t leg = (uint32_t)u.at[i].leg;
        int64_t price = 20000 + 100 * (int64_t)seen[leg]++;

        if (leg < 20 && seen[leg] == 12)
            price = w->out.legs.at[leg].limit.micros;
        assert_int_equal(u.at[i].price.micros, price);
    }
    assert_int_equal(w->out.legs.at[0].limit.micros, 20000 + 99 * 100);
    drop_world(w);
}

static void
the_largest_basket_fits_a_message_and_a_record(void **state)
{
    struct world *w = make_world();
    static struct opportunity m;
    static uint8_t packed[PACKED_CAP];

    (void)state;
    for (uint32_t i = 0; i < legs_cap; i++)
        add_deep(w, 10000, 100);
    w->terms.whole_cents = false;
    w->terms.sets_max = shares(100);
    assert_int_equal(size_up(w), REASON_none);
    assert_int_equal(used_of(w, &m.used), 32 * (100 - 8));
    assert_int_equal(m.used.count, used_levels_cap);
    /* And with the largest numbers everywhere. */
    memset(&m, 0x7f, sizeof m);
    m.legs.count = legs_cap;
    m.used.count = used_levels_cap;
    for (uint32_t i = 0; i < legs_cap; i++)
        m.legs.at[i].side = SIDE_sell;
    m.state = OPP_STATE_closed;
    m.strategy = STRATEGY_B;
    m.reason = REASON_GONE;
    m.conversion = CONVERSION_mint;
    memset(m.event.s, 'x', sizeof m.event.s - 1);
    m.event.s[sizeof m.event.s - 1] = '\0';
    size_t size = opportunity_pack(&m, packed, sizeof packed);
    assert_true(size > 10000);
    assert_true(size <= BYTES_CAP / 2);
    assert_true(opportunity_unpack(&m, packed, size));
    drop_world(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_stand_in_order_down_to_the_worst_price),
        cmocka_unit_test(a_leg_that_sells_shows_its_bids),
        cmocka_unit_test(no_basket_shows_nothing),
        cmocka_unit_test(the_levels_alone_give_the_same_cost_and_limits),
        cmocka_unit_test(
            what_does_not_fit_keeps_every_legs_best_levels_and_its_worst),
        cmocka_unit_test(the_largest_basket_fits_a_message_and_a_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
