/* test_related - one token each of markets that are tied, of more than one
 * event: bought and held, in paper and in no other mode */
#include "tests/unit/executor/audit.h"

enum { NO_B = 9, YES_C = 10, NO_C = 11, NO_D = 13, MARKET_B = 4, MARKET_C = 5 };

static struct floor *
open_e(void)
{
    struct floor *f = floor_new();

    f->strategy.E = true;
    f->strategy.e_gas.micros = 20000;
    f->strategy.e_risk.ppm = 5000;
    floor_again(f);
    floor_book(f, NO_B, 46, 48, 100);
    floor_book(f, YES_C, 44, 46, 100);
    return f;
}

static struct opportunity
opportunity_e(struct floor *f, uint32_t one, uint32_t other)
{
    struct opportunity m = floor_opportunity(f, 1, 'b');

    m.strategy = STRATEGY_E;
    m.pays = 1;
    m.legs.at[0].token = f->token[one].token;
    m.legs.at[0].limit.micros = 480000;
    m.legs.at[1].token = f->token[other].token;
    m.legs.at[1].limit.micros = 460000;
    return m;
}

static void
go(struct floor *f, uint32_t one, uint32_t other)
{
    struct opportunity m = opportunity_e(f, one, other);

    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 3000);
}

static void
both_are_bought_and_held_until_each_resolves(void **state)
{
    struct floor *f = open_e();
    struct resolution b = { .market = f->market[MARKET_B].market,
                            .payout_yes = { MICROS }, .final = true };
    struct resolution c = { .market = f->market[MARKET_C].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    go(f, NO_B, YES_C);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.cost.micros, 94 * MICROS);
    assert_int_equal(f->settles, 0);
    assert_int_equal(f->token[NO_B].shares, 100 * MICROS);
    assert_int_equal(f->token[YES_C].shares, 100 * MICROS);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &b);
    floor_run(f, 2000);
    assert_int_equal(f->last_settle.cash.micros, 0);
    assert_int_equal(f->token[NO_B].shares, 0);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &c);
    floor_run(f, 2000);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    assert_int_equal(f->token[YES_C].shares, 0);
    audit(f);
    floor_destroy(f);
}

/* NO of three of which one at most is yes: two dollars. */
static struct opportunity
opportunity_of_two_dollars(struct floor *f)
{
    struct opportunity m = opportunity_e(f, NO_B, NO_C);

    floor_book(f, NO_C, 58, 60, 100);
    floor_book(f, NO_D, 58, 60, 100);
    floor_book(f, NO_B, 58, 60, 100);
    m.legs.at[2] = m.legs.at[1];
    m.legs.at[2].token = f->token[NO_D].token;
    m.legs.count = 3;
    for (uint32_t i = 0; i < 3; i++)
        m.legs.at[i].limit.micros = 600000;
    m.pays = 2;
    return m;
}

static void
a_set_that_pays_two_dollars_may_cost_more_than_one(void **state)
{
    struct floor *f = open_e();
    struct opportunity m = opportunity_of_two_dollars(f);

    (void)state;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.cost.micros, 180 * MICROS);
    assert_int_equal(f->token[NO_C].shares, 100 * MICROS);
    audit(f);
    floor_destroy(f);
}

/* Neither none, nor as many as there are tokens; nor without a word. */
static void
dollars_that_cannot_be_are_no_opportunity(void **state)
{
    static const uint64_t wrong[] = { 0, 3, 4, UINT64_MAX };

    (void)state;
    for (uint32_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct floor *f = open_e();
        struct opportunity m = opportunity_of_two_dollars(f);

        m.pays = wrong[i];
        floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
        floor_run(f, 3000);
        assert_int_equal(f->intents, 0);
        assert_true(executor_counters(f->x)[EXECUTOR_bad_in] > 0);
        floor_destroy(f);
    }
}

static void
a_set_that_is_said_to_pay_less_is_not_worth_its_price(void **state)
{
    struct floor *f = open_e();
    struct opportunity m = opportunity_of_two_dollars(f);

    (void)state;
    m.pays = 1;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->intents, 0);
    floor_destroy(f);
}

static void
what_moved_away_meanwhile_is_stale(void **state)
{
    struct floor *f = open_e();

    (void)state;
    floor_book(f, YES_C, 47, 50, 100);
    go(f, NO_B, YES_C);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->intents, 0);
    audit(f);
    floor_destroy(f);
}

static void
two_tokens_of_one_market_are_no_relation(void **state)
{
    struct floor *f = open_e();

    (void)state;
    floor_book(f, NO_B - 1, 44, 46, 100);
    go(f, NO_B, NO_B - 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->intents, 0);
    audit(f);
    floor_destroy(f);
}

static void
nothing_of_it_is_done_live(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->strategy.E = true;
    floor_again(f);
    floor_run(f, 2000);
    floor_book(f, NO_B, 46, 48, 100);
    floor_book(f, YES_C, 44, 46, 100);
    go(f, NO_B, YES_C);
    assert_int_equal(f->last_execution.mode, MODE_live);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_MODE);
    assert_int_equal(f->intents, 0);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_bought_and_held_until_each_resolves),
        cmocka_unit_test(a_set_that_pays_two_dollars_may_cost_more_than_one),
        cmocka_unit_test(dollars_that_cannot_be_are_no_opportunity),
        cmocka_unit_test(a_set_that_is_said_to_pay_less_is_not_worth_its_price),
        cmocka_unit_test(what_moved_away_meanwhile_is_stale),
        cmocka_unit_test(two_tokens_of_one_market_are_no_relation),
        cmocka_unit_test(nothing_of_it_is_done_live),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
