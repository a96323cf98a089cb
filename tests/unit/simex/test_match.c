/* test_match - matching, minting, merging, fees, and that nothing gets lost */
#include "tests/simex/chance.h"
#include "tests/simex/match.h"

#include "proto/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CENT 10000
#define SHARE MICROS

enum { ANN, BEN, CLEO, DORA, PEOPLE = 6, MARKETS = 2 };
/* Market 0 is mirrored, market 1 has two separate books. */

struct place {
    struct accounts *accounts;
    struct match *match;
    struct match_trade trades[64];
    uint32_t trades_count;
};

static void
on_trade(void *arg, const struct match_trade *t)
{
    struct place *p = arg;
    if (p->trades_count < 64)
        p->trades[p->trades_count] = *t;
    p->trades_count++;
}

static struct place
open_place(int64_t fee_ppm)
{
    struct place p = { .accounts = accounts_new(PEOPLE, MARKETS) };
    p.match = match_new(p.accounts, 4096);
    for (uint32_t m = 0; m < MARKETS; m++)
        *match_rules(p.match, m) = (struct match_rules){
            .mirrored = m == 0, .open = true, .tick = CENT,
            .min_size = 5 * SHARE, .fee_ppm = fee_ppm, .fee_exponent = 1,
        };
    for (uint32_t who = 0; who < PEOPLE; who++)
        accounts_deposit(p.accounts, who, 1000 * (int64_t)MICROS);
    return p;
}

static void
close_place(struct place *p)
{
    struct why why = { "" };
    if (!accounts_agree(p->accounts, &why))
        fail_msg("%s", why.s);
    match_destroy(&p->match);
    accounts_destroy(&p->accounts);
}

static struct match_answer
order(struct place *p, uint32_t who, uint32_t market, uint32_t token, bool buy,
      int64_t cents, int64_t shares)
{
    struct match_order o = { .who = who, .market = market, .token = token,
                             .buy = buy, .life = LIFE_GTC,
                             .price = cents * CENT, .qty = shares * SHARE };
    return match_place(p->match, &o, on_trade, p);
}

static int64_t
cash(const struct place *p, uint32_t who)
{
    return p->accounts->purses[who].cash;
}

static int64_t
shares(const struct place *p, uint32_t who, uint32_t market, uint32_t token)
{
    return *accounts_shares(p->accounts, who, market, token);
}

static void
orders_off_the_rules_are_refused(void **state)
{
    struct place p = open_place(0);
    struct match_order o = { .who = ANN, .buy = true, .price = 40 * CENT,
                             .qty = 10 * SHARE };
    (void)state;
    for (int64_t bad = 0; bad <= MICROS; bad += CENT / 2) {
        o.price = bad;
        bool fits = bad % CENT == 0 && bad > 0 && bad < MICROS;
        enum match_word word = match_place(p.match, &o, NULL, NULL).word;
        assert_int_equal(word, fits ? MATCH_LIVE : MATCH_BAD_PRICE);
    }
    o.price = 40 * CENT;
    o.qty = 5 * SHARE - CENT;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word,
                     MATCH_TOO_SMALL);
    o.qty = 5 * SHARE + CENT / 2; /* Three decimals. */
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word,
                     MATCH_BAD_SIZE);
    o.qty = -5 * (int64_t)SHARE;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word,
                     MATCH_BAD_SIZE);
    o.qty = 100000 * (int64_t)SHARE;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word,
                     MATCH_NO_BALANCE);
    match_rules(p.match, 0)->open = false;
    o.qty = 10 * SHARE;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word, MATCH_CLOSED);
    close_place(&p);
}

static void
the_better_price_fills_first_and_then_the_earlier_order(void **state)
{
    struct place p = open_place(0);
    (void)state;
    for (uint32_t who = ANN; who <= CLEO; who++)
        assert_true(accounts_split(p.accounts, who, 0, 100 * SHARE));
    uint64_t ann = order(&p, ANN, 0, 0, false, 50, 10).id;
    uint64_t ben = order(&p, BEN, 0, 0, false, 50, 10).id;
    uint64_t cleo = order(&p, CLEO, 0, 0, false, 49, 10).id;
    struct match_answer a = order(&p, DORA, 0, 0, true, 50, 25);
    assert_int_equal(a.word, MATCH_DONE);
    assert_int_equal(p.trades_count, 3);
    assert_int_equal(p.trades[0].maker_id, cleo);
    assert_int_equal(p.trades[0].price, 49 * CENT);
    assert_int_equal(p.trades[1].maker_id, ann);
    assert_int_equal(p.trades[2].maker_id, ben);
    assert_int_equal(p.trades[2].qty, 5 * SHARE);
    assert_int_equal(a.cost, 4900000 + 5000000 + 2500000);
    assert_int_equal(match_size(p.match, 0, 0, ASKS, 500), 5 * SHARE);
    close_place(&p);
}

static void
buyers_of_yes_and_no_mint_a_set(void **state)
{
    struct place p = open_place(0);
    (void)state;
    order(&p, ANN, 0, 1, true, 40, 10); /* NO at 40 = YES offered at 60. */
    assert_int_equal(match_best(p.match, 0, 0, ASKS), 600);
    struct match_answer a = order(&p, BEN, 0, 0, true, 65, 10);
    assert_int_equal(a.filled, 10 * SHARE);
    assert_int_equal(p.trades[0].kind, TRADE_MINT);
    assert_int_equal(p.trades[0].price, 60 * CENT);
    assert_int_equal(shares(&p, ANN, 0, 1), 10 * SHARE);
    assert_int_equal(shares(&p, BEN, 0, 0), 10 * SHARE);
    assert_int_equal(p.accounts->sets[0], 10 * SHARE);
    assert_int_equal(cash(&p, ANN), 996 * (int64_t)MICROS);
    assert_int_equal(cash(&p, BEN), 994 * (int64_t)MICROS);
    close_place(&p);
}

static void
sellers_of_yes_and_no_merge_a_set(void **state)
{
    struct place p = open_place(0);
    (void)state;
    assert_true(accounts_split(p.accounts, ANN, 0, 10 * SHARE));
    assert_true(accounts_split(p.accounts, BEN, 0, 10 * SHARE));
    order(&p, ANN, 0, 1, false, 30, 10); /* NO offered at 30 = YES bid 70. */
    assert_int_equal(match_best(p.match, 0, 0, BIDS), 700);
    struct match_answer a = order(&p, BEN, 0, 0, false, 65, 10);
    assert_int_equal(a.filled, 10 * SHARE);
    assert_int_equal(p.trades[0].kind, TRADE_MERGE);
    assert_int_equal(p.accounts->sets[0], 10 * SHARE);
    assert_int_equal(cash(&p, ANN), 993 * (int64_t)MICROS);
    assert_int_equal(cash(&p, BEN), 997 * (int64_t)MICROS);
    close_place(&p);
}

static void
separate_books_never_mint(void **state)
{
    struct place p = open_place(0);
    (void)state;
    order(&p, ANN, 1, 1, true, 60, 10);
    struct match_answer a = order(&p, BEN, 1, 0, true, 60, 10);
    assert_int_equal(a.word, MATCH_LIVE);
    assert_int_equal(p.trades_count, 0);
    assert_int_equal(match_best(p.match, 1, 0, BIDS), 600);
    assert_int_equal(match_best(p.match, 1, 1, BIDS), 600);
    close_place(&p);
}

static void
a_killed_order_changes_nothing(void **state)
{
    struct place p = open_place(40000);
    (void)state;
    assert_true(accounts_split(p.accounts, ANN, 0, 100 * SHARE));
    order(&p, ANN, 0, 0, false, 50, 10);
    struct match_order o = { .who = BEN, .buy = true, .life = LIFE_FOK,
                             .price = 50 * CENT, .qty = 11 * SHARE };
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word, MATCH_KILLED);
    o.life = LIFE_FAK;
    o.price = 49 * CENT;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word, MATCH_KILLED);
    o.life = LIFE_GTC;
    o.post_only = true;
    o.price = 50 * CENT;
    assert_int_equal(match_place(p.match, &o, NULL, NULL).word,
                     MATCH_CROSSES);
    assert_int_equal(cash(&p, BEN), 1000 * (int64_t)MICROS);
    assert_int_equal(p.accounts->purses[BEN].bound, 0);
    o.post_only = false;
    o.life = LIFE_FAK;
    struct match_answer a = match_place(p.match, &o, NULL, NULL);
    assert_int_equal(a.word, MATCH_DONE);
    assert_int_equal(a.filled, 10 * SHARE);
    assert_int_equal(match_best(p.match, 0, 0, BIDS), NO_LEVEL);
    assert_int_equal(p.accounts->purses[BEN].bound, 0);
    close_place(&p);
}

static void
the_taker_alone_pays_the_fee_rounded_down(void **state)
{
    struct place p = open_place(70000);
    const struct match_rules *r = match_rules(p.match, 0);
    (void)state;
    /* 100 x 0.07 x 0.25 = 1.75; 5 x 0.07 x 0.0099 = 0.003465;
     * 7.77 x 0.07 x 0.37 x 0.63 = 0.126780...; below 0.00001: nothing. */
    assert_int_equal(match_fee(r, 50 * CENT, 100 * SHARE), 1750000);
    assert_int_equal(match_fee(r, 1 * CENT, 5 * SHARE), 3460);
    assert_int_equal(match_fee(r, 37 * CENT, 7770000), 126780);
    assert_int_equal(match_fee(r, 1 * CENT, 14400), 0);
    struct match_rules steep = *r;
    steep.fee_exponent = 2; /* 100 x 0.07 x 0.0625 */
    assert_int_equal(match_fee(&steep, 50 * CENT, 100 * SHARE), 437500);

    assert_true(accounts_split(p.accounts, ANN, 0, 100 * SHARE));
    order(&p, ANN, 0, 0, false, 50, 100);
    struct match_answer a = order(&p, BEN, 0, 0, true, 50, 100);
    assert_int_equal(a.fee, 1750000);
    assert_int_equal(cash(&p, BEN), 1000000000 - 50000000 - 1750000);
    assert_int_equal(cash(&p, ANN), 900000000 + 50000000);
    assert_int_equal(p.accounts->fees, 1750000);
    close_place(&p);
}

static void
what_rests_is_bound_and_comes_back_when_cancelled(void **state)
{
    struct place p = open_place(0);
    (void)state;
    uint64_t id = order(&p, ANN, 0, 0, true, 50, 100).id;
    assert_int_equal(accounts_free_cash(p.accounts, ANN), 950000000);
    assert_int_equal(order(&p, ANN, 0, 1, true, 49, 2000).word,
                     MATCH_NO_BALANCE);
    assert_true(match_cancel(p.match, id));
    assert_false(match_cancel(p.match, id));
    assert_int_equal(accounts_free_cash(p.accounts, ANN), 1000000000);
    order(&p, ANN, 0, 0, true, 50, 10);
    assert_false(match_cancel(p.match, id)); /* Its place is used again. */
    close_place(&p);
}

static void
winners_are_paid_a_dollar_a_share(void **state)
{
    struct place p = open_place(0);
    (void)state;
    order(&p, ANN, 0, 1, true, 40, 10);
    order(&p, BEN, 0, 0, true, 60, 10);
    order(&p, CLEO, 0, 0, true, 30, 10);
    match_resolve(p.match, 0, 0);
    assert_int_equal(cash(&p, BEN), 1004 * (int64_t)MICROS);
    assert_int_equal(cash(&p, ANN), 996 * (int64_t)MICROS);
    assert_int_equal(accounts_free_cash(p.accounts, CLEO), 1000000000);
    assert_int_equal(order(&p, CLEO, 0, 0, true, 30, 10).word, MATCH_CLOSED);
    close_place(&p);
}

static void
half_a_dollar_is_paid_for_either_answer(void **state)
{
    struct place p = open_place(0);
    struct why why = { "" };
    (void)state;
    order(&p, ANN, 0, 1, true, 40, 10);
    order(&p, BEN, 0, 0, true, 60, 10);
    match_resolve(p.match, 0, BOTH_WIN);
    assert_int_equal(cash(&p, BEN), 999 * (int64_t)MICROS);
    assert_int_equal(cash(&p, ANN), 1001 * (int64_t)MICROS);
    if (!accounts_agree(p.accounts, &why))
        fail_msg("%s", why.s);
    close_place(&p);
}

/* One random order or cancellation; odd sizes make odd money. */
static void
act(struct place *p, struct chance *c, uint64_t *ids, uint32_t ids_count)
{
    struct match_order o = {
        .who = chance_below(c, PEOPLE), .market = chance_below(c, MARKETS),
        .token = chance_below(c, 2), .buy = chance_of(c, 50),
        .post_only = chance_of(c, 5),
        .life = chance_of(c, 60) ? LIFE_GTC
                : chance_of(c, 50) ? LIFE_FAK : LIFE_FOK,
    };
    int64_t tick = match_rules(p->match, o.market)->tick;
    o.price = tick * chance_between(c, 1, MICROS / tick - 1);
    o.qty = o.life == LIFE_GTC ? chance_between(c, 500, 4000) * CENT
                               : chance_between(c, 50000, 400000) * 100;
    uint64_t *slot = &ids[chance_below(c, ids_count)];
    if (chance_of(c, 5))
        accounts_split(p->accounts, o.who, o.market, o.qty);
    if (chance_of(c, 3))
        accounts_merge(p->accounts, o.who, o.market, o.qty / 7);
    if (*slot && chance_of(c, 40))
        match_cancel(p->match, *slot);
    uint64_t id = match_place(p->match, &o, on_trade, p).id;
    if (id)
        *slot = id;
}

static void
money_and_shares_are_conserved_to_the_micro(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct place p = open_place(40000 + (int64_t)seed * 777);
        uint64_t ids[256] = { 0 };
        struct chance c;
        struct why why = { "" };
        chance_start(&c, seed);
        match_rules(p.match, 1)->tick = 1000;
        for (uint32_t i = 0; i < 6000; i++) {
            act(&p, &c, ids, 256);
            if (!accounts_agree(p.accounts, &why))
                fail_msg("seed %llu, order %u: %s", (unsigned long long)seed,
                         i, why.s);
            for (uint32_t m = 0; m < MARKETS; m++) {
                uint32_t bid = match_best(p.match, m, 0, BIDS);
                uint32_t ask = match_best(p.match, m, 0, ASKS);
                assert_true(bid == NO_LEVEL || ask == NO_LEVEL || bid < ask);
            }
        }
        assert_true(p.trades_count > 1000);
        match_resolve(p.match, 0, (uint32_t)(seed % 3));
        match_resolve(p.match, 1, 1);
        if (!accounts_agree(p.accounts, &why))
            fail_msg("seed %llu, paid: %s", (unsigned long long)seed, why.s);
        close_place(&p);
    }
}

static void
a_budget_is_spent_at_whatever_better_price(void **state)
{
    struct place p = open_place(50000);
    struct match_order o = { .who = ANN, .buy = true, .life = LIFE_FAK,
                             .price = 60 * CENT, .qty = 10 * SHARE,
                             .budget = 6 * MICROS };
    (void)state;
    order(&p, BEN, 0, 1, true, 70, 5);  /* YES at 30 cents, */
    order(&p, CLEO, 0, 1, true, 70, 5);
    order(&p, BEN, 0, 1, true, 50, 50); /* and at 50. */
    struct match_answer a = match_place(p.match, &o, on_trade, &p);
    assert_int_equal(a.word, MATCH_DONE);
    assert_int_equal(a.filled, 16 * SHARE); /* 10 for 3, 6 for 3. */
    assert_int_equal(a.cost, 6 * MICROS);
    assert_int_equal(p.trades_count, 3);
    /* Two makers at one price are one trade, with one fee. */
    assert_int_equal(p.trades[0].group, p.trades[1].group);
    assert_int_not_equal(p.trades[1].group, p.trades[2].group);
    assert_int_equal(p.trades[0].fee + p.trades[1].fee,
                     match_fee(match_rules(p.match, 0), 30 * CENT,
                               10 * SHARE));
    assert_int_equal(p.accounts->purses[ANN].bound, 0);
    o.life = LIFE_FOK;
    o.budget = 30 * MICROS; /* 44 shares for 22 dollars are left. */
    assert_int_equal(match_place(p.match, &o, on_trade, &p).word,
                     MATCH_KILLED);
    o.budget = 22 * MICROS;
    assert_int_equal(match_place(p.match, &o, on_trade, &p).filled,
                     44 * SHARE);
    close_place(&p);
}

static void
each_kind_of_trade_can_be_taken_back(void **state)
{
    struct place p = open_place(50000);
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        p.trades_count = 0;
        bool merges = kind == TRADE_MERGE;
        if (kind == TRADE_TRANSFER)
            assert_true(accounts_split(p.accounts, BEN, 0, 10 * SHARE));
        if (merges) {
            assert_true(accounts_split(p.accounts, ANN, 0, 10 * SHARE));
            assert_true(accounts_split(p.accounts, BEN, 0, 10 * SHARE));
        }
        int64_t ann = cash(&p, ANN), ben = cash(&p, BEN);
        int64_t fees = p.accounts->fees, sets = p.accounts->sets[0];
        order(&p, BEN, 0, kind != TRADE_TRANSFER, kind == TRADE_MINT, 60,
              10);
        order(&p, ANN, 0, 0, !merges, kind == TRADE_TRANSFER ? 60 : 40, 10);
        assert_int_equal(p.trades_count, 1);
        assert_int_equal(p.trades[0].kind, kind);
        assert_true(p.accounts->fees > fees);
        match_undo(p.match, &p.trades[0]);
        assert_int_equal(cash(&p, ANN), ann);
        assert_int_equal(cash(&p, BEN), ben);
        assert_int_equal(p.accounts->fees, fees);
        assert_int_equal(p.accounts->sets[0], sets);
        assert_true(accounts_agree(p.accounts, NULL));
    }
    close_place(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_off_the_rules_are_refused),
        cmocka_unit_test(
            the_better_price_fills_first_and_then_the_earlier_order),
        cmocka_unit_test(buyers_of_yes_and_no_mint_a_set),
        cmocka_unit_test(sellers_of_yes_and_no_merge_a_set),
        cmocka_unit_test(separate_books_never_mint),
        cmocka_unit_test(a_killed_order_changes_nothing),
        cmocka_unit_test(the_taker_alone_pays_the_fee_rounded_down),
        cmocka_unit_test(what_rests_is_bound_and_comes_back_when_cancelled),
        cmocka_unit_test(winners_are_paid_a_dollar_a_share),
        cmocka_unit_test(half_a_dollar_is_paid_for_either_answer),
        cmocka_unit_test(money_and_shares_are_conserved_to_the_micro),
        cmocka_unit_test(a_budget_is_spent_at_whatever_better_price),
        cmocka_unit_test(each_kind_of_trade_can_be_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
