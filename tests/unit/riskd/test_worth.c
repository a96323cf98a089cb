/* test_worth - shares at what they would bring, by hand */
#include "tests/unit/riskd/desk.h"

#include <stdio.h>

#include "riskd/worth.h"

enum { MARKETS = 32 };
#define YEAR_NS (365LL * 86400 * 1000000000)

struct shop {
    struct universe *u;
    struct ledger *l;
    struct worth_desk *w;
    struct quote quotes[2 * MARKETS];
    bool disputed[MARKETS];
    struct worth_terms terms;
    struct worth out;
};

static struct shop *
open_shop(void)
{
    struct shop *s = calloc(1, sizeof *s);
    struct ledger_caps caps = { 64, 32, 64 };
    assert_non_null(s);
    s->u = universe_new(MARKETS);
    s->l = ledger_new(&caps);
    s->w = worth_desk_new(MARKETS);
    s->terms.cash_rate.ppm = 100000; /* 10 % a year. */
    return s;
}

static void
close_shop(struct shop *s)
{
    universe_destroy(&s->u);
    ledger_destroy(&s->l);
    worth_desk_destroy(&s->w);
    free(s);
}

/* Market n: tokens 2n (yes) and 2n + 1, of event e, ends after a year. */
static struct market
market_of(uint32_t n, const char *e, uint64_t size)
{
    struct market m = { .yes = desk_token(2 * n),
                        .no = desk_token(2 * n + 1),
                        .event_size = size,
                        .neg_risk = size > 1,
                        .open = true,
                        .ends = { NOON + YEAR_NS } };
    (void)snprintf(m.market.s, sizeof m.market.s, "m%u", n);
    (void)text_set(&m.event, e);
    return m;
}

static void
list(struct shop *s, uint32_t n, const char *e, uint64_t size)
{
    struct market m = market_of(n, e, size);
    assert_int_not_equal(universe_put(s->u, &m), MAP_NONE);
}

static void
hold(struct shop *s, uint32_t token, enum strategy strategy, int64_t shares,
     int64_t cost)
{
    struct ledger_entry e = { .mode = MODE_paper, .strategy = strategy,
                              .token = desk_token(token) };
    e.account = ACCOUNT_position;
    e.amount.micros = cost;
    assert_true(ledger_apply(s->l, &e));
    e.account = ACCOUNT_shares;
    e.amount.micros = shares;
    assert_true(ledger_apply(s->l, &e));
}

static void
bid(struct shop *s, uint32_t token, int64_t price)
{
    struct hash t = desk_token(token);
    uint32_t i = universe_token(s->u, &t);
    assert_int_not_equal(i, MAP_NONE);
    s->quotes[i] = (struct quote){ true, { price } };
}

static int64_t
worth(struct shop *s)
{
    worth_of(s->w, s->u, s->quotes, s->disputed, s->l, &s->terms,
             (struct nanos){ NOON }, &s->out);
    struct worth first = s->out; /* The desk is clean again. */
    worth_of(s->w, s->u, s->quotes, s->disputed, s->l, &s->terms,
             (struct nanos){ NOON }, &s->out);
    assert_memory_equal(&first, &s->out, sizeof first);
    return s->out.positions;
}

static void
a_lone_share_is_worth_its_bid_or_nothing(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    list(s, 0, "e", 1);
    hold(s, 0, STRATEGY_B, 3 * MICROS, 1500000);
    assert_int_equal(worth(s), 1500000); /* Nobody told us: at cost. */
    assert_int_equal(s->out.missing, 1);
    bid(s, 0, 333333);
    assert_int_equal(worth(s), 999999);
    assert_int_equal(s->out.missing, 0);
    bid(s, 0, 0);
    assert_int_equal(worth(s), 0);
    hold(s, 50, STRATEGY_B, MICROS, 400000); /* Of a market unknown. */
    assert_int_equal(worth(s), 400000);
    assert_int_equal(s->out.missing, 1);
    close_shop(s);
}

/* Else a few bonds would stop everything. */
static void
what_is_bought_alone_is_not_naked(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    for (uint32_t n = 0; n < 3; n++) {
        list(s, n, "e", 1);
        bid(s, 2 * n, 900000);
    }
    hold(s, 0, STRATEGY_F, 100 * MICROS, 95 * MICROS);
    hold(s, 2, STRATEGY_G, 100 * MICROS, 95 * MICROS);
    hold(s, 4, STRATEGY_E, 100 * MICROS, 95 * MICROS);
    assert_int_equal(worth(s), 270 * MICROS);
    assert_int_equal(s->out.naked, 0);
    hold(s, 0, STRATEGY_A, 20 * MICROS, 25 * MICROS);
    worth(s);
    assert_int_equal(s->out.naked, 20 * MICROS); /* 120 for 120. */
    hold(s, 1, STRATEGY_B, 20 * MICROS, MICROS);
    worth(s);
    assert_int_equal(s->out.naked, 0);
    close_shop(s);
}

static void
a_pair_is_a_dollar_whoever_bought_its_halves(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    list(s, 0, "e", 1);
    hold(s, 0, STRATEGY_A, 10 * MICROS, 4 * MICROS);
    hold(s, 1, STRATEGY_B, 6 * MICROS, 3 * MICROS);
    bid(s, 0, 250000);
    bid(s, 1, 250000);
    assert_int_equal(worth(s), 6 * MICROS + MICROS);
    assert_int_equal(s->out.lock, 0); /* Merged at once. */
    s->terms.merge_time.ms = 365LL * 86400 * 1000 / 10;
    assert_int_equal(worth(s), 6 * MICROS + MICROS - 60000);
    assert_int_equal(s->out.lock, 60000);
    close_shop(s);
}

static void
every_yes_of_an_event_is_a_dollar_less_its_lock(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    for (uint32_t n = 0; n < 3; n++) {
        list(s, n, "e", 3);
        hold(s, 2 * n, STRATEGY_A, (5 + n) * MICROS, MICROS);
        bid(s, 2 * n, 100000);
    }
    /* 5 sets at 0.9, one share and two at 0.1. */
    assert_int_equal(worth(s), 4500000 + 300000);
    assert_int_equal(s->out.lock, 500000);
    close_shop(s);
}

static void
an_event_that_can_grow_or_is_not_known_whole_makes_no_set(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct shop *s = open_shop();
        for (uint32_t n = 0; n < 2; n++) {
            struct market m = market_of(n, "e", i == 0 ? 3 : 2);
            m.augmented = i == 1;
            m.neg_risk = i != 2;
            assert_int_not_equal(universe_put(s->u, &m), MAP_NONE);
            hold(s, 2 * n, STRATEGY_A, 5 * MICROS, MICROS);
            bid(s, 2 * n, 100000);
        }
        assert_int_equal(worth(s), MICROS);
        close_shop(s);
    }
}

static void
no_of_k_markets_pays_k_less_one(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    for (uint32_t n = 0; n < 4; n++) {
        struct market m = market_of(n, "e", 9);
        m.ends.ns = NOON; /* Today: no lock. */
        assert_int_not_equal(universe_put(s->u, &m), MAP_NONE);
        bid(s, 2 * n + 1, 500000);
    }
    hold(s, 1, STRATEGY_C, 2 * MICROS, MICROS);
    hold(s, 3, STRATEGY_C, 5 * MICROS, MICROS);
    hold(s, 5, STRATEGY_C, 7 * MICROS, MICROS);
    /* Two of three at 2, three of two at 1, two alone at 0.5. */
    assert_int_equal(worth(s), 4 * MICROS + 3 * MICROS + MICROS);
    close_shop(s);
}

static void
a_result_counts_in_full_only_when_it_is_final(void **state)
{
    (void)state;
    struct shop *s = open_shop();
    uint32_t i;
    list(s, 0, "e", 1);
    hold(s, 0, STRATEGY_B, 10 * MICROS, 4 * MICROS);
    hold(s, 1, STRATEGY_B, 2 * MICROS, MICROS);
    bid(s, 0, 990000);
    struct resolution r = { .payout_yes = { MICROS }, .final = false };
    (void)text_set(&r.market, "m0");
    assert_true(universe_resolve(s->u, &r, &i));
    s->disputed[i] = true;
    assert_int_equal(worth(s), 4 * MICROS); /* Not won, and not lost twice. */
    s->disputed[i] = false;
    r.final = true;
    assert_true(universe_resolve(s->u, &r, &i));
    assert_int_equal(worth(s), 10 * MICROS);
    r.payout_yes.micros = 500000;
    assert_true(universe_resolve(s->u, &r, &i));
    assert_int_equal(worth(s), 5 * MICROS + MICROS);
    close_shop(s);
}

static void
a_lock_costs_the_money_for_its_time_rounded_up(void **state)
{
    (void)state;
    struct ppm rate = { 40000 };
    struct ms day = { 86400000 };
    assert_int_equal(worth_lock_cost(USD(365), rate, day).micros, 40000);
    assert_int_equal(worth_lock_cost((struct money){ 1 }, rate, day).micros, 1);
    assert_int_equal(worth_lock_cost(USD(0), rate, day).micros, 0);
    assert_int_equal(worth_lock_cost(USD(5), rate, (struct ms){ -1 }).micros,
                     0);
    struct money all = { INT64_MAX };
    assert_true(worth_lock_cost(all, (struct ppm){ MICROS * 10 },
                                (struct ms){ INT64_MAX }).micros > 0);
    struct shop *s = open_shop();
    struct hash t = desk_token(0), other = desk_token(9);
    list(s, 0, "e", 1);
    struct nanos at = { NOON + YEAR_NS - 1500000 };
    assert_int_equal(worth_lock(s->u, &t, at).ms, 2);
    at.ns += 1500000;
    assert_int_equal(worth_lock(s->u, &t, at).ms, 0);
    assert_int_equal(worth_lock(s->u, &other, at).ms, 365LL * 86400000);
    close_shop(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lone_share_is_worth_its_bid_or_nothing),
        cmocka_unit_test(what_is_bought_alone_is_not_naked),
        cmocka_unit_test(a_pair_is_a_dollar_whoever_bought_its_halves),
        cmocka_unit_test(every_yes_of_an_event_is_a_dollar_less_its_lock),
        cmocka_unit_test(
            an_event_that_can_grow_or_is_not_known_whole_makes_no_set),
        cmocka_unit_test(no_of_k_markets_pays_k_less_one),
        cmocka_unit_test(a_result_counts_in_full_only_when_it_is_final),
        cmocka_unit_test(a_lock_costs_the_money_for_its_time_rounded_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
