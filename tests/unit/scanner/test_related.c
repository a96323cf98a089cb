/* test_related - what is tied, and the program that finds what it pays: it
 * finds what the baskets of strategies A, B and C find where those are what
 * there is, and never more than is there */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/basket.h"
#include "common/must.h"
#include "scanner/related.h"
#include "tests/unit/scanner/related_kit.h"

enum { EVENTS = 200, DEPTH = 4 };

/* Fees of a level step by ten micros, and lots by a cent of a share. */
enum { NEAR = 2000 };

static uint32_t
draw(uint64_t *seed, uint32_t most)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % (most + 1);
}

static void
add_ask(struct book *b, int64_t price, int64_t shares)
{
    if (price > 0 && price < MICROS)
        b->asks.at[b->asks.count++] = (struct level){
            { price }, { shares * MICROS }
        };
    b->usable = true;
}

static void
make_asks(struct book *b, uint64_t *seed, int64_t from, uint32_t levels,
          int64_t shares)
{
    int64_t price = from;

    *b = (struct book){ .usable = true };
    for (uint32_t i = 0; i < levels; i++) {
        add_ask(b, price, shares > 0 ? shares : 20 + draw(seed, 200));
        price += 10000 + 10000 * (int64_t)draw(seed, 2);
    }
}

/* One of n is yes. */
static struct kin
one_of(uint32_t n)
{
    struct kin k = { .count = n, .outcomes = n };

    for (uint32_t i = 0; i < n; i++)
        k.outcome[i] = (uint8_t)(1u << i);
    return k;
}

static struct basket_terms
plain(enum basket_kind kind)
{
    return (struct basket_terms){ .kind = kind,
                                  .sets_max = { 400 * (int64_t)MICROS } };
}

static int64_t
plan_of(const struct kin *k, const struct related_offer *o)
{
    struct related_plan p;

    return related_best(k, o, &p)
               ? p.least.micros - p.cost.micros - p.fees.micros
               : 0;
}

static int64_t
basket_of(const struct basket_leg *legs, uint32_t n, enum basket_kind kind)
{
    struct basket_terms t = plain(kind);
    struct basket b;

    return basket_size(legs, n, &t, (struct nanos){ 0 }, &b) == REASON_none
               ? b.profit.micros
               : 0;
}

static struct fee_schedule
draw_fees(uint64_t *seed)
{
    return (struct fee_schedule){ true, { 10000 * draw(seed, 4) }, 1 };
}

static void
it_finds_what_a_finds(void **state)
{
    struct book *books = calloc(TIE_MARKETS, sizeof *books);
    uint64_t seed = 1;
    uint32_t found = 0;

    (void)state;
    for (uint32_t e = 0; e < EVENTS; e++) {
        uint32_t n = 3 + draw(&seed, 5);
        struct kin k = one_of(n);
        struct related_offer o = { .most = { 400 * (int64_t)MICROS } };
        struct basket_leg legs[TIE_MARKETS];
        struct fee_schedule fees = draw_fees(&seed);
        int64_t a, p;

        for (uint32_t i = 0; i < n; i++) {
            make_asks(&books[i], &seed,
                      MICROS / n / 10000 * 10000 - 40000 +
                          10000 * (int64_t)draw(&seed, 4), DEPTH, 0);
            legs[i] = (struct basket_leg){ .book = &books[i], .fees = fees };
            o.asks[2 * i] = &books[i].asks;
            o.fees[i] = fees;
        }
        a = basket_of(legs, n, BASKET_SET);
        p = plan_of(&k, &o);
        assert_in_range(p - a + NEAR, 0, 2 * NEAR);
        found += a > 0;
    }
    assert_in_range(found, EVENTS / 4, EVENTS - 1);
    free(books);
}

static void
it_finds_what_b_finds(void **state)
{
    struct book books[2];
    uint64_t seed = 2;
    uint32_t found = 0;

    (void)state;
    for (uint32_t e = 0; e < EVENTS; e++) {
        struct kin k = { .count = 1, .outcomes = 2, .outcome = { 0, 1 } };
        struct related_offer o = { .most = { 400 * (int64_t)MICROS } };
        struct basket_leg legs[2];
        struct fee_schedule fees = draw_fees(&seed);
        int64_t b, p;

        for (uint32_t i = 0; i < 2; i++) {
            make_asks(&books[i], &seed,
                      400000 + 10000 * (int64_t)draw(&seed, 14), DEPTH, 0);
            legs[i] = (struct basket_leg){ .book = &books[i], .fees = fees };
            o.asks[i] = &books[i].asks;
        }
        o.fees[0] = fees;
        b = basket_of(legs, 2, BASKET_SET);
        p = plan_of(&k, &o);
        assert_in_range(p - b + NEAR, 0, 2 * NEAR);
        found += b > 0;
    }
    assert_in_range(found, EVENTS / 4, EVENTS - 1);
}

/* The best NO to convert, of all that could be chosen; a YES kept is worth
 * nothing.  To sell a YES at its bid is to buy its NO at the rest. */
static int64_t
best_conversion(const struct book *no, uint32_t n, struct fee_schedule fees)
{
    int64_t best = 0;

    for (uint32_t in = 1; in < 1u << n; in++) {
        struct basket_leg legs[TIE_MARKETS];
        uint32_t count = 0;
        int64_t profit;

        for (uint32_t i = 0; i < n; i++)
            if ((in >> i & 1) != 0)
                legs[count++] = (struct basket_leg){ .book = &no[i],
                                                     .fees = fees };
        profit = basket_of(legs, count, BASKET_CONVERT);
        best = profit > best ? profit : best;
    }
    return best;
}

/* Where all books have as many shares as the others, else more: a portfolio
 * need not have as many of each. */
static void
it_finds_what_c_finds(void **state)
{
    struct book *books = calloc(TIE_MARKETS, sizeof *books);
    uint64_t seed = 3;
    uint32_t found = 0, more = 0;

    (void)state;
    for (uint32_t e = 0; e < EVENTS; e++) {
        bool even = e % 2 == 0;
        uint32_t n = 3 + draw(&seed, 3);
        struct kin k = one_of(n);
        struct related_offer o = { .most = { 400 * (int64_t)MICROS } };
        struct fee_schedule fees = draw_fees(&seed);
        int64_t c, p;

        for (uint32_t i = 0; i < n; i++) {
            make_asks(&books[i], &seed,
                      MICROS - MICROS / n / 10000 * 10000 -
                          (even ? 40000 : 200000) +
                          10000 * (int64_t)draw(&seed, 8), even ? 1 : 2,
                      even ? 100 : 0);
            o.asks[2 * i + 1] = &books[i].asks;
            o.fees[i] = fees;
        }
        c = best_conversion(books, n, fees);
        p = plan_of(&k, &o);
        assert_true(p >= c - NEAR);
        assert_true(!even || p <= c + NEAR);
        found += c > 0;
        more += p > c + NEAR;
    }
    assert_in_range(found, EVENTS / 4, EVENTS - 1);
    assert_true(more > 0);
    free(books);
}

/* Prices no outcome of which loses: each is dearer than its probability. */
static void
it_finds_nothing_where_there_is_nothing(void **state)
{
    struct book *books = calloc(RELATED_TOKENS, sizeof *books);
    uint64_t seed = 4;

    (void)state;
    for (uint32_t e = 0; e < EVENTS; e++) {
        struct kin k = { .count = 1 + draw(&seed, 7) };
        struct related_offer o = { .most = { 400 * (int64_t)MICROS } };
        int64_t weight[TIE_OUTCOMES], sum = 0;

        for (uint32_t i = 0; i < 1u << k.count; i++)
            if (draw(&seed, 2) == 0)
                k.outcome[k.outcomes++] = (uint8_t)i;
        for (uint32_t i = 0; i < k.outcomes; i++)
            sum += weight[i] = 1 + draw(&seed, 1000);
        for (uint32_t t = 0; t < 2 * k.count; t++) {
            int64_t mine = 0;

            for (uint32_t i = 0; i < k.outcomes; i++)
                if ((k.outcome[i] >> t / 2 & 1) == (t % 2 == 0))
                    mine += weight[i];
            make_asks(&books[t], &seed,
                      sum > 0 ? mine * MICROS / sum + 10 : 10, DEPTH, 0);
            o.asks[t] = &books[t].asks;
            o.fees[t / 2] = (struct fee_schedule){ true, { 0 }, 1 };
        }
        assert_int_equal(plan_of(&k, &o), 0);
    }
    free(books);
}

static void
the_same_again_is_the_same(void **state)
{
    struct book *books = calloc(RELATED_TOKENS, sizeof *books);
    struct related_offer o = { .most = { 400 * (int64_t)MICROS } };
    struct kin k = one_of(TIE_MARKETS);
    struct related_plan a, b;
    uint64_t seed = 5;

    (void)state;
    for (uint32_t t = 0; t < RELATED_TOKENS; t++) {
        make_asks(&books[t], &seed, t % 2 == 0 ? 100000 : 800000, DEPTH, 0);
        o.asks[t] = &books[t].asks;
        o.fees[t / 2] = (struct fee_schedule){ true, { 20000 }, 1 };
    }
    assert_true(related_best(&k, &o, &a));
    for (int i = 0; i < 5; i++) {
        assert_true(related_best(&k, &o, &b));
        assert_memory_equal(&a, &b, sizeof a);
    }
    free(books);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_what_a_finds),
        cmocka_unit_test(it_finds_what_b_finds),
        cmocka_unit_test(it_finds_what_c_finds),
        cmocka_unit_test(it_finds_nothing_where_there_is_nothing),
        cmocka_unit_test(the_same_again_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
