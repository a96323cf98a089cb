/* test_promise - what a set of related markets is said to pay, held against its
 * legs */
#include "tests/unit/riskd/check_bench.h"

/* Of three: one dollar or two, whose discount is of each. */
static void
what_E_promises_is_bounded_by_its_legs(void **state)
{
    (void)state;
    struct bench *b = bench_new((struct question){ .size = { MICROS } });
    struct market third = { .neg_risk = false };
    b->m.strategy = STRATEGY_E;
    b->m.legs.count = 3;
    b->m.legs.at[2] = b->m.legs.at[1];
    for (uint32_t i = 0; i < 3; i++) {
        b->q.leg[i].market = i < 2 ? &b->market[i] : &third;
        b->m.legs.at[i].avg = b->m.legs.at[i].limit = (struct price){ 640000 };
    }
    for (uint64_t pays = 0; pays <= 4; pays++) {
        b->m.pays = pays;
        if (pays == 1 || pays == 2) {
            PASSES(b, set);
        } else {
            REFUSES(b, set, BAD_INPUT);
            REFUSES(b, discount, BELOW_GROSS); /* It is nothing. */
        }
    }
    b->m.pays = UINT64_MAX;
    REFUSES(b, set, BAD_INPUT);
    REFUSES(b, discount, BELOW_GROSS);
    b->q.gross_min.ppm = 40000;
    b->m.pays = 1;
    REFUSES(b, discount, BELOW_GROSS);
    b->m.pays = 2;
    PASSES(b, discount); /* 2 - 1.92 = 2 x 0.04 */
    b->m.legs.at[2].avg.micros++;
    REFUSES(b, discount, BELOW_GROSS);
    assert_int_equal(b->f.limit, 80000);
    /* Yes of one event: no two of them pay. */
    for (uint32_t i = 0; i < 3; i++) {
        b->q.leg[i].yes = true;
    }
    b->market[0].neg_risk = b->market[1].neg_risk = third.neg_risk = true;
    b->market[0].event = b->market[1].event = third.event;
    REFUSES(b, set, BAD_INPUT);
    assert_int_equal(b->f.limit, 1);
    b->m.pays = 1;
    PASSES(b, set);
    b->q.leg[2].yes = false;
    b->m.pays = 2;
    PASSES(b, set);
    /* Nobody else tells of dollars. */
    b->m.strategy = STRATEGY_A;
    REFUSES(b, set, BAD_INPUT);
    free(b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_E_promises_is_bounded_by_its_legs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
