/* test_ways - which way out of a partly filled group is taken: on random books
 * against every choice there is, counted share by share. */
#include "executor/ways.h"

#include "executor/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

enum { CENT = 10000, LEGS = 4, ROUNDS = 20000 };

static uint64_t seed = 88172645463325252ULL;
static struct book books[2 * LEGS];

static int64_t
pick(int64_t from, int64_t to)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return from + (int64_t)(seed % (uint64_t)(to - from + 1));
}

static void
fill_side(struct levels *side, int64_t cents, int64_t step)
{
    side->count = 0;
    for (int64_t n = pick(0, 3); n > 0 && cents > 0 && cents < 100; n--) {
        side->at[side->count++] = (struct level){ { cents * CENT },
                                                  SHARES(pick(1, 60)) };
        cents += step * pick(1, 3);
    }
}

static void
fill_book(struct book *b, int64_t around)
{
    memset(b, 0, sizeof *b);
    b->usable = pick(0, 9) > 0;
    b->tick.micros = CENT;
    fill_side(&b->bids, around - pick(0, 4), -1);
    fill_side(&b->asks, around + pick(1, 5), 1);
}

/* A group somewhere between nothing and everything of 100 shares. */
static struct way_ask
random_ask(uint32_t count)
{
    struct way_ask a = { .more = { 50000 }, .less = { 50000 },
                         .may_hedge = pick(0, 4) > 0, .count = count,
                         .set = { MICROS } };
    int64_t least = 100;

    for (uint32_t i = 0; i < count; i++) {
        int64_t meant = pick(5, 90), held = pick(0, 5) * 20;
        struct way_leg *l = &a.leg[i];

        fill_book(&books[i], meant);
        fill_book(&books[LEGS + i], 100 - meant);
        least = held < least ? held : least;
        *l = (struct way_leg){
            .side = SIDE_buy, .meant = { meant * CENT },
            .paid = { meant * CENT }, .held = SHARES(held),
            .missing = SHARES(100 - held),
            .own = { .book = &books[i], .young = true,
                     .fees = { true, { pick(0, 1) * 40000 }, 1 },
                     .tick = { CENT }, .token.b = { (uint8_t)(i + 1) } },
            .other = { .book = &books[LEGS + i], .young = pick(0, 9) > 0,
                       .fees = { true, { pick(0, 1) * 40000 }, 1 },
                       .tick = { CENT },
                       .token.b = { (uint8_t)(i + 101) } },
        };
    }
    a.sets = SHARES(least);
    for (uint32_t i = 0; i < count; i++)
        a.leg[i].surplus.micros = a.leg[i].held.micros - a.sets.micros;
    return a;
}

/* Money for so many whole shares, level by level; INT64_MIN when they are not
 * there within the limit.  Fees and parts of a cent are left to the caller. */
static int64_t
money_for(const struct book *b, enum side side, int64_t limit, int64_t shares)
{
    const struct levels *levels = side == SIDE_buy ? &b->asks : &b->bids;
    int64_t sum = 0;

    for (uint32_t i = 0; i < levels->count && shares > 0; i++) {
        int64_t price = levels->at[i].price.micros;
        int64_t there = levels->at[i].size.micros / MICROS;

        if (side == SIDE_buy ? price > limit : price < limit)
            break;
        there = there < shares ? there : shares;
        sum += there * price;
        shares -= there;
    }
    return shares > 0 ? INT64_MIN : sum;
}

static int64_t
fee_for(const struct way_book *w, enum side side, int64_t shares)
{
    struct money fee;

    assert_true(fee_walk_up(&w->fees,
                            side == SIDE_buy ? &w->book->asks
                                             : &w->book->bids,
                            SHARES(shares), &fee));
    return fee.micros;
}

/* The most that any number of shares brings, sold or hedged. */
static int64_t
best_of_leg(const struct way_ask *a, const struct way_leg *l)
{
    int64_t most = INT64_MIN;
    int64_t least = (l->paid.micros * 95 + 100 * CENT - 1) / (100 * CENT) *
                    CENT;
    int64_t surplus = l->surplus.micros / MICROS;

    if (least < CENT)
        least = CENT;
    for (int64_t n = 1; n <= surplus; n++) {
        int64_t in = l->own.book->usable
                         ? money_for(l->own.book, SIDE_sell, least, n)
                         : INT64_MIN;

        if (in != INT64_MIN) {
            in -= fee_for(&l->own, SIDE_sell, n);
            most = in > most ? in : most;
        }
        in = a->may_hedge && l->other.book->usable && l->other.young
                 ? money_for(l->other.book, SIDE_buy, MICROS - least, n)
                 : INT64_MIN;
        if (in != INT64_MIN && in >= MICROS) {
            in = n * MICROS - in - fee_for(&l->other, SIDE_buy, n);
            most = in > most ? in : most;
        }
    }
    return most;
}

/* Whole shares against parts of a cent: a BUY is cut to those. */
/* faults: F-213 */
static void
going_back_brings_the_most_that_any_choice_does(void **state)
{
    struct way w;
    uint32_t sold = 0, hedged = 0, none = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct way_ask a = random_ask((uint32_t)pick(1, LEGS));
        int64_t best = a.sets.micros;
        bool possible = false;

        for (uint32_t k = 0; k < a.count; k++) {
            int64_t leg = best_of_leg(&a, &a.leg[k]);

            best += leg == INT64_MIN ? 0 : leg;
            possible |= leg != INT64_MIN;
        }
        ways_back(&a, &w);
        assert_true(w.worth >= best - (int64_t)a.count * MICROS);
        assert_true(w.worth <= best + (int64_t)a.count * MICROS);
        assert_true(w.possible || !possible);
        for (uint32_t k = 0; k < w.legs.count; k++) {
            bool hedge = w.legs.at[k].side == SIDE_buy;

            sold += !hedge;
            hedged += hedge;
            assert_true(!hedge || w.kind == GRANT_KIND_hedge);
        }
        none += !w.possible;
    }
    assert_true(sold > ROUNDS / 20 && hedged > ROUNDS / 20 &&
                none > ROUNDS / 20);
}

/* Money and bounds of whatever is proposed, added up anew. */
static void
assert_sound(const struct way_ask *a, const struct way *w)
{
    for (uint32_t k = 0; k < w->legs.count; k++) {
        const struct leg *l = &w->legs.at[k];
        const struct way_leg *of = NULL;
        bool hedge;
        int64_t most;

        for (uint32_t i = 0; i < a->count; i++)
            if (hash_equal(&a->leg[i].own.token, &l->token) ||
                hash_equal(&a->leg[i].other.token, &l->token))
                of = &a->leg[i];
        assert_non_null(of);
        hedge = hash_equal(&of->other.token, &l->token);
        most = w->kind == GRANT_KIND_patch ? of->missing.micros
                                           : of->surplus.micros;
        assert_true(l->size.micros > 0 && l->size.micros <= most);
        assert_int_equal(l->limit.micros % CENT, 0);
        if (w->kind == GRANT_KIND_patch)
            assert_true(l->limit.micros * 100 <= of->meant.micros * 105);
        else if (hedge)
            assert_true((MICROS - l->limit.micros) * 100 >=
                        of->meant.micros * 95);
        else
            assert_true(l->limit.micros * 100 >= of->paid.micros * 95);
        assert_true(!hedge || (a->may_hedge && of->other.young));
    }
}

static void
no_way_leaves_its_limits_or_takes_more_than_there_is(void **state)
{
    struct way on, back;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct way_ask a = random_ask((uint32_t)pick(1, LEGS));

        ways_complete(&a, &on);
        ways_back(&a, &back);
        if (on.possible)
            assert_sound(&a, &on);
        assert_sound(&a, &back);
    }
}

/* All of what is missing, at what its levels cost. */
static void
completing_is_worth_its_sets_less_their_cost(void **state)
{
    struct way w;
    uint32_t possible = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct way_ask a = random_ask((uint32_t)pick(1, LEGS));
        int64_t worth = 100 * MICROS;
        bool all = true;

        for (uint32_t k = 0; k < a.count; k++) {
            const struct way_leg *l = &a.leg[k];
            int64_t most = l->meant.micros * 105 / 100 / CENT * CENT;
            int64_t missing = l->missing.micros / MICROS, cost;

            if (missing == 0)
                continue;
            cost = l->own.book->usable
                       ? money_for(l->own.book, SIDE_buy, most, missing)
                       : INT64_MIN;
            all &= cost != INT64_MIN && cost >= MICROS;
            if (all)
                worth -= cost + fee_for(&l->own, SIDE_buy, missing);
        }
        ways_complete(&a, &w);
        if (w.legs.count == 0 || !w.possible)
            continue;
        assert_true(all);
        possible++;
        assert_true(w.worth >= worth - 2 * (int64_t)a.count * MICROS);
        assert_true(w.worth <= worth + (int64_t)a.count * MICROS);
    }
    assert_true(possible > ROUNDS / 100);
}

static void
the_better_of_two_is_the_one_that_can_be_and_is_worth_more(void **state)
{
    struct way a = { .possible = true, .worth = 5 };
    struct way b = { .possible = true, .worth = 5 };

    (void)state;
    assert_ptr_equal(ways_better(&a, &b), &a);
    b.worth = 6;
    assert_ptr_equal(ways_better(&a, &b), &b);
    b.possible = false;
    assert_ptr_equal(ways_better(&a, &b), &a);
    assert_ptr_equal(ways_better(&b, &a), &a);
}

/* Of two legs the first is owed: the other's surplus waits where that can be
 * bought, and only there. */
static void
what_is_owed_is_bought_before_anything_is_sold(void **state)
{
    uint32_t bought = 0, sold = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct way_ask a = random_ask(2);
        struct way_leg *l = &a.leg[0];
        int64_t owed = pick(1, 40), there = 0;
        int64_t limit = l->meant.micros * 105 / 100 / CENT * CENT;
        struct way w;

        l->held.micros = l->surplus.micros = -owed * MICROS;
        a.sets.micros = 0;
        for (uint32_t i = 0; l->own.book->usable && i < books[0].asks.count;
             i++)
            if (books[0].asks.at[i].price.micros <= limit)
                there += books[0].asks.at[i].size.micros;
        ways_back(&a, &w);
        assert_int_not_equal(w.possible ? w.kind : GRANT_KIND_unwind,
                             GRANT_KIND_patch); /* A sale may fail yet. */
        a.settled = true;
        ways_back(&a, &w);
        if (!w.possible || w.kind != GRANT_KIND_patch) {
            sold += w.possible;
            assert_true(owed * l->meant.micros < MICROS ||
                        there * l->meant.micros / MICROS < 2 * MICROS);
            continue;
        }
        bought++;
        assert_int_equal(w.legs.count, 1);
        assert_true(hash_equal(&w.legs.at[0].token, &l->own.token));
        assert_int_equal(w.legs.at[0].side, SIDE_buy);
        assert_true(w.legs.at[0].limit.micros <= limit);
        assert_true(w.legs.at[0].size.micros <= owed * MICROS);
        assert_true(w.worth < 0);
    }
    assert_true(bought > 1000 && sold > 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(going_back_brings_the_most_that_any_choice_does),
        cmocka_unit_test(no_way_leaves_its_limits_or_takes_more_than_there_is),
        cmocka_unit_test(completing_is_worth_its_sets_less_their_cost),
        cmocka_unit_test(what_is_owed_is_bought_before_anything_is_sold),
        cmocka_unit_test(
            the_better_of_two_is_the_one_that_can_be_and_is_worth_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
