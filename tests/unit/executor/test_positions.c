/* test_positions - what nothing is left of makes room, what is held never */
#include "executor/positions.h"

#include "common/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { ROOM = 8, NAMES = 24, TURNS = 50000 };

static struct hash
token(uint32_t n)
{
    struct hash h = { { 1 } };

    memcpy(&h.b[28], &n, sizeof n);
    return h;
}

static const struct position *
trade(struct positions *p, uint32_t n, enum side side, int64_t shares)
{
    struct fill m = { .mode = MODE_paper, .token = token(n), .side = side,
                      .price = { 400000 }, .qty = { shares * MICROS } };
    struct text name = { "e" };

    return positions_fill(p, &m, STRATEGY_A, &name, &name);
}

static int64_t
held(const struct positions *p, uint32_t n)
{
    struct hash h = token(n);
    const struct position *at = positions_find(p, MODE_paper, &h);

    return at == NULL ? 0 : at->qty.micros / MICROS;
}

static void
ten_times_its_room_is_bought_and_sold(void **state)
{
    struct positions *p = positions_new(ROOM);

    (void)state;
    for (uint32_t n = 0; n < 10 * ROOM; n++) {
        assert_true(positions_room(p) > 0);
        assert_non_null(trade(p, n, SIDE_buy, 10));
        if (n >= ROOM - 1)
            assert_non_null(trade(p, n - (ROOM - 1), SIDE_sell, 10));
    }
    assert_int_equal(positions_room(p), 1);
    assert_int_equal(positions_count(p), ROOM);
    positions_destroy(&p);
}

static void
what_is_held_is_not_given_away(void **state)
{
    struct positions *p = positions_new(ROOM);

    (void)state;
    for (uint32_t n = 0; n < ROOM; n++)
        assert_non_null(trade(p, n, SIDE_buy, 10));
    assert_int_equal(positions_room(p), 0);
    assert_null(trade(p, ROOM, SIDE_buy, 10));
    assert_non_null(trade(p, 5, SIDE_sell, 9));
    assert_null(trade(p, ROOM, SIDE_buy, 10));
    assert_non_null(trade(p, 5, SIDE_sell, 1));
    assert_non_null(trade(p, ROOM, SIDE_buy, 3));
    for (uint32_t n = 0; n <= ROOM; n++)
        assert_int_equal(held(p, n), n == 5 ? 0 : n == ROOM ? 3 : 10);
    positions_destroy(&p);
}

/* A trade that failed takes back what it brought, or took. */
static void
what_a_failed_trade_leaves_is_counted_as_it_is(void **state)
{
    struct positions *p = positions_new(ROOM);
    struct fill m = { .mode = MODE_paper, .token = token(0),
                      .side = SIDE_buy, .price = { 400000 },
                      .qty = { 10 * MICROS } };

    (void)state;
    for (uint32_t n = 0; n < ROOM; n++)
        assert_non_null(trade(p, n, SIDE_buy, 10));
    assert_non_null(positions_unfill(p, &m, STRATEGY_A));
    assert_int_equal(positions_room(p), 1);
    assert_non_null(trade(p, 0, SIDE_buy, 10));
    assert_int_equal(positions_room(p), 0);
    assert_non_null(trade(p, 0, SIDE_sell, 10));
    assert_int_equal(positions_room(p), 1);
    m.side = SIDE_sell;
    assert_non_null(positions_unfill(p, &m, STRATEGY_A));
    assert_int_equal(positions_room(p), 0);
    assert_null(trade(p, ROOM, SIDE_buy, 10)); /* It would look for ever. */
    positions_destroy(&p);
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
it_holds_what_a_plain_list_holds(void **state)
{
    struct positions *p = positions_new(ROOM);
    int64_t shares[NAMES] = { 0 };
    uint32_t room = ROOM, refused = 0;
    uint64_t seed = 88172645463325252ULL;

    (void)state;
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        uint32_t n = below(&seed, NAMES);
        int64_t qty = 1 + below(&seed, 3);
        bool buy = below(&seed, 2) == 0;
        bool fits = buy ? shares[n] > 0 || room > 0 : shares[n] >= qty;
        bool done = trade(p, n, buy ? SIDE_buy : SIDE_sell, qty) != NULL;

        assert_int_equal(done, fits);
        refused += !done;
        if (done) {
            room -= shares[n] == 0;
            shares[n] += buy ? qty : -qty;
            room += shares[n] == 0;
        }
        assert_int_equal(positions_room(p), room);
        for (uint32_t i = 0; i < NAMES; i++)
            assert_int_equal(held(p, i), shares[i]);
    }
    assert_in_range(refused, TURNS / 20, TURNS - TURNS / 20);
    positions_destroy(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_times_its_room_is_bought_and_sold),
        cmocka_unit_test(what_is_held_is_not_given_away),
        cmocka_unit_test(what_a_failed_trade_leaves_is_counted_as_it_is),
        cmocka_unit_test(it_holds_what_a_plain_list_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
