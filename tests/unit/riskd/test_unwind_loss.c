/* test_unwind_loss - what a group bought is not sold again for much less */
#include "tests/unit/riskd/check_bench.h"
#include "tests/unit/riskd/live_desk.h"

/* 100 shares bought for 40 dollars, to be sold at a limit. */
static struct bench *
selling(int64_t limit)
{
    struct bench *b = bench_new((struct question){ .sound = true });
    b->conf.unwind_max.ppm = 50000;
    b->m.kind = GRANT_KIND_unwind;
    b->m.legs.count = 1;
    b->m.legs.at[0].side = SIDE_sell;
    b->m.legs.at[0].limit.micros = limit;
    b->q.paid[0] = USD(40);
    b->q.bought[0].micros = 100 * MICROS;
    return b;
}

static void
a_sale_may_bring_a_twentieth_less_than_was_paid(void **state)
{
    (void)state;
    struct bench *b = selling(380000);
    PASSES(b, unwind_loss);
    b->m.legs.at[0].limit.micros--;
    REFUSES(b, unwind_loss, SLIPPAGE);
    assert_int_equal(b->f.value, 379999);
    assert_int_equal(b->f.limit, 380000);
    b->q.paid[0].micros = 39999894; /* A little less was paid. */
    PASSES(b, unwind_loss);
    b->q.bought[0].micros = 0; /* Nobody knows what it cost. */
    b->m.legs.at[0].limit.micros = 10000;
    PASSES(b, unwind_loss);
    free(b);
}

static void
the_largest_numbers_are_compared_as_they_are(void **state)
{
    (void)state;
    struct bench *b = selling(950000);
    b->q.paid[0].micros = 1000000LL * MICROS;
    b->q.bought[0].micros = 1000000LL * MICROS;
    PASSES(b, unwind_loss);
    b->q.paid[0].micros += 2;
    REFUSES(b, unwind_loss, SLIPPAGE);
    free(b);
}

/* Bought at 0.39, for less than the limit; sold however the book stands. */
static bool
is_granted(struct desk *d, uint32_t group, int64_t limit, int64_t avg)
{
    struct authorize m = desk_ask(group, 1, 0, limit, 100);
    m.mode = MODE_live;
    m.kind = GRANT_KIND_unwind;
    m.legs.at[0].side = SIDE_sell;
    m.legs.at[0].avg.micros = avg;
    HEAR(d, authorize, &m);
    desk_assert_recalls(d);
    return d->said[TYPE_grant] == 1;
}

static void
it_is_what_its_own_group_paid_that_counts(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.unwind_max.ppm = 50000;
    d->common.mode = MODE_live;
    d->conf.stage = 1;
    desk_open(d);
    struct grant g = buy(d, 1);
    struct fill f = desk_fill(&g, 0, "b", 390000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_confirmed));
    release_all(d, &g);
    assert_false(is_granted(d, 1, 370499, 390000));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_SLIPPAGE);
    assert_string_equal(d->denial.rule.s, "unwind_loss");
    desk_free(d);
    d = desk_conf();
    d->conf.unwind_max.ppm = 50000;
    d->common.mode = MODE_live;
    d->conf.stage = 1;
    desk_open(d);
    g = buy(d, 1);
    f = desk_fill(&g, 0, "b", 390000, 100 * MICROS);
    assert_true(hear(d, &f, FILL_STATE_confirmed));
    release_all(d, &g);
    /* The bid is better than what was paid: no reason to refuse. */
    assert_true(is_granted(d, 1, 370500, 600000));
    desk_free(d);
}

/* Everything held is sold by groups that bought nothing. */
static void
a_sale_of_what_others_bought_goes_by_the_cheapest_of_them(void **state)
{
    (void)state;
    static const int64_t limits[] = { 361000, 360999, 370500 };
    for (int i = 0; i < 3; i++) {
        struct desk *d = desk_conf();
        d->conf.unwind_max.ppm = 50000;
        d->common.mode = MODE_live;
        d->conf.stage = 1;
        desk_open(d);
        for (uint32_t n = 1; n <= 2; n++) {
            struct grant g = buy(d, n);
            struct fill f = desk_fill(&g, 0, n == 1 ? "b" : "c",
                                      n == 1 ? 390000 : 380000, 50 * MICROS);
            assert_true(hear(d, &f, FILL_STATE_confirmed));
            release_all(d, &g);
        }
        assert_int_equal(is_granted(d, 77, limits[i], 390000), i != 1);
        desk_free(d);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sale_may_bring_a_twentieth_less_than_was_paid),
        cmocka_unit_test(the_largest_numbers_are_compared_as_they_are),
        cmocka_unit_test(it_is_what_its_own_group_paid_that_counts),
        cmocka_unit_test(
            a_sale_of_what_others_bought_goes_by_the_cheapest_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
