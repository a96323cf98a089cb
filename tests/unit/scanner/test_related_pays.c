/* test_related_pays - strategy E where a set pays other than a dollar: two,
 * none, or two in parts */
#include "tests/unit/scanner/related_world.h"

/* Of three of which one at most is yes, NO pays two dollars. */
static void
what_pays_two_dollars_is_bought_for_less(void **state)
{
    struct ties *ties = one_tie("exclusive", (const int[]){ 0, 1, 2, -1 });
    struct world *w = open_e(ties, 3);
    const struct opportunity *m = &w->opportunity[0];

    (void)state;
    /* Three cents of each dollar: 1.94, and of two of them 1.29. */
    set_asks(w, 0, 500000, 650001);
    set_asks(w, 1, 500000, 650000);
    set_asks(w, 2, 500000, 640000);
    assert_int_equal(w->told, 0);
    set_asks(w, 0, 500000, 650000);
    assert_int_equal(w->told, 1);
    assert_int_equal(m->legs.count, 3);
    assert_int_equal(m->pays, 2);
    assert_int_equal(m->sets.micros, SHARES * MICROS);
    assert_int_equal(m->cost.micros, 194 * MICROS);
    assert_int_equal(m->gross.ppm, 30000); /* Of each dollar it pays. */
    assert_int_equal(m->profit.micros,
                     6 * MICROS - m->lock.micros - m->fees.micros);
    close_e(w, ties);
}

static void
the_premium_is_of_each_dollar_it_pays(void **state)
{
    struct ties *ties = one_tie("exclusive", (const int[]){ 0, 1, 2, -1 });
    int64_t profit[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *w = world_e(ties);

        w->strategy.e_risk.ppm = i * 5000;
        start_e(w, 3);
        for (uint32_t k = 0; k < 3; k++)
            set_asks(w, k, 500000, 600000);
        assert_int_equal(w->told, 1);
        profit[i] = w->opportunity[0].profit.micros;
        world_close(w);
    }
    assert_int_equal(profit[0] - profit[1], 1000000); /* Of 200 dollars. */
    ties_destroy(&ties);
}

static void
what_may_pay_nothing_is_not_bought_however_cheap(void **state)
{
    struct ties *ties = one_tie("exclusive", (const int[]){ 0, 1, 2, -1 });
    struct world *w = open_e(ties, 3);

    (void)state;
    /* All may be no. */
    for (uint32_t i = 0; i < 3; i++)
        set_asks(w, i, 40000, 970000);
    assert_int_equal(w->told, 0);
    assert_int_equal(world_count(w, SCANNER_opened), 0);
    close_e(w, ties);
}

/* 0 implies 1 and 2 implies 3; both pay, two dollars together, and each is
 * taken for itself, the one that earns more first. */
static void
two_chains_are_two_sets(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct ties *ties;
    struct world *w;

    (void)state;
    TIE(t, "implies", 0, 1);
    TIE(t, "implies", 2, 3);
    TIE(t, "exclusive", 0, 2);
    ties = kit_ties(t);
    w = open_e(ties, 4);
    for (uint32_t i = 0; i < 4; i++) {
        world_wait(w, 300);
        world_heartbeat(w);
        set_asks(w, i, i % 2 == 0 ? 700000 : 350000 - 10000 * i, 600000);
    }
    assert_int_equal(w->told, 2); /* Once 1 was there, once 3 was. */
    assert_int_equal(w->opportunity[1].pays, 1);
    assert_int_equal(w->opportunity[1].legs.count, 2);
    assert_memory_equal(w->opportunity[1].legs.at[1].token.b,
                        world_token(6).b, 32);
    world_wait(w, 300);
    world_heartbeat(w);
    set_asks(w, 3, 700000, 600000); /* Bought by somebody. */
    assert_int_equal(w->told, 3);
    assert_memory_equal(w->opportunity[2].legs.at[1].token.b,
                        world_token(2).b, 32);
    free(t);
    close_e(w, ties);
}

/* 0 implies 3, and of 0, 1, 2 one at most is yes. */
static void
of_sets_that_share_a_token_the_better_is_taken(void **state)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct ties *ties;
    struct world *w;

    (void)state;
    TIE(t, "exclusive", 0, 1, 2);
    TIE(t, "implies", 0, 3);
    ties = kit_ties(t);
    w = open_e(ties, 4);
    for (uint32_t i = 0; i < 3; i++)
        set_asks(w, i, 700000, i == 0 ? 550000 : 680000);
    assert_int_equal(w->told, 1);
    assert_int_equal(w->opportunity[0].pays, 2);
    /* YES of 3 makes a dollar of 85 cents with NO of 0, which earned 9 cents
     * with both the others. */
    world_wait(w, 300);
    world_heartbeat(w);
    set_asks(w, 3, 300000, 700000);
    assert_int_equal(w->told, 2);
    assert_int_equal(w->opportunity[1].pays, 1);
    assert_int_equal(w->opportunity[1].legs.count, 2);
    assert_memory_equal(w->opportunity[1].legs.at[1].token.b,
                        world_token(6).b, 32);
    free(t);
    close_e(w, ties);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_pays_two_dollars_is_bought_for_less),
        cmocka_unit_test(the_premium_is_of_each_dollar_it_pays),
        cmocka_unit_test(what_may_pay_nothing_is_not_bought_however_cheap),
        cmocka_unit_test(two_chains_are_two_sets),
        cmocka_unit_test(of_sets_that_share_a_token_the_better_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
