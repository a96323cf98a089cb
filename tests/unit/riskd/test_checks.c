/* test_checks - every check on both sides of its limit, on plain numbers */
#include "tests/unit/riskd/check_bench.h"

/* A request that every check lets pass, with room to spare. */
static struct bench *
make_bench(void)
{
    struct bench *b = bench_new((struct question){
        .sound = true,
        .room = true,
        .lease = true,
        .clean = true,
        .epoch = RUN,
        .mode_max = MODE_paper,
        .strategy_on = true,
        .age_max = { 5000 },
        .gross_min = { 30000 },
        .depth_min = { 50 * MICROS },
        .worst = USD(90),
        .cash = USD(5000),
        .cost = { USD(45), USD(45) },
    });
    b->conf.naked_max = USD(50);
    b->conf.event_max.ppm = 500000;
    b->conf.unsettled_max.ppm = 800000;
    b->conf.daily_loss_max = USD(50);
    b->conf.failures_max = 3;
    b->conf.latency_max.ms = 500;
    b->conf.clock_max.ms = 5000;
    b->conf.collar_max.micros = 300000;
    return b;
}

static void
the_bench_passes_every_check(void **state)
{
    (void)state;
    struct bench *b = make_bench();
#define CHECK(name) PASSES(b, name);
#include "riskd/checks.def"
    free(b);
}

static void
every_field_out_of_its_range_is_refused(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    const struct authorize good = b->m;
#define BAD(change) \
    b->m = good;    \
    change;         \
    REFUSES(b, fields, BAD_INPUT)
#define GOOD(change) \
    b->m = good;     \
    change;          \
    PASSES(b, fields)
    BAD(b->m.group = (struct uuid){ { 0 } });
    BAD(b->m.attempt = 0);
    GOOD(b->m.attempt = 1000);
    BAD(b->m.attempt = 1001);
    BAD(b->m.attempt = UINT64_MAX);
    BAD(b->m.kind = grant_kind_end_);
    BAD(b->m.kind = (enum grant_kind) - 1);
    BAD(b->m.kind = GRANT_KIND_unwind); /* It buys. */
    BAD(b->m.mode = MODE_halted);
    BAD(b->m.mode = (enum mode)4);
    BAD(b->m.mode = (enum mode) - 1);
    BAD(b->m.strategy = STRATEGY_none);
    BAD(b->m.strategy = strategy_end_);
    BAD(b->m.event.s[0] = '\0');
    BAD(memset(b->m.event.s, 'x', sizeof b->m.event.s));
    BAD(b->m.legs.count = 0);
    BAD(b->m.legs.count = 33);
    BAD(b->m.legs.count = UINT32_MAX);
    BAD(b->m.legs.at[1].token = b->m.legs.at[0].token);
    BAD(b->m.legs.at[1].token = (struct hash){ { 0 } });
    BAD(b->m.legs.at[1].side = (enum side)2);
    BAD(b->m.legs.at[1].limit.micros = 0);
    GOOD(b->m.legs.at[1].limit.micros = 1);
    GOOD(b->m.legs.at[1].limit.micros = 1000000);
    BAD(b->m.legs.at[1].limit.micros = 1000001);
    BAD(b->m.legs.at[1].limit.micros = INT64_MIN);
    BAD(b->m.legs.at[1].avg.micros = -1);
    BAD(b->m.legs.at[1].avg.micros = 1000001);
    BAD(b->m.legs.at[1].size.micros = 0);
    BAD(b->m.legs.at[1].size.micros = -MICROS);
    GOOD(b->m.legs.at[1].size.micros = SIZE_MAX_MICROS);
    BAD(b->m.legs.at[1].size.micros = SIZE_MAX_MICROS + 1);
    BAD(b->m.legs.at[1].size.micros = INT64_MAX);
    BAD(b->m.legs.at[1].depth.micros = -1);
    GOOD(b->m.legs.at[1].depth.micros = INT64_MAX);
    BAD(b->m.legs.at[1].fee.micros = -1);
    GOOD(b->m.legs.at[1].fee.micros = 100 * MICROS);
    BAD(b->m.legs.at[1].fee.micros = 100 * MICROS + 1);
    BAD(b->m.legs.at[1].age.ms = -1);
    GOOD(b->m.legs.at[1].age.ms = INT64_MAX);
    GOOD(b->m.kind = GRANT_KIND_unwind;
         b->m.legs.at[0].side = b->m.legs.at[1].side = SIDE_sell);
    free(b);
}

static void
books_that_do_not_add_up_or_are_full_grant_nothing(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.sound = false;
    REFUSES(b, books, CONFLICT);
    b->q.sound = true;
    b->q.room = false;
    REFUSES(b, books, OVERFLOW);
    free(b);
}

static void
latch_lease_epoch_mode_and_strategy_are_gates(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.latched = true;
    REFUSES(b, latched, LATCHED);
    b->q.lease = false;
    REFUSES(b, lease, NO_LEASE);
    b->q.lease = true;
    b->q.clean = false;
    REFUSES(b, lease, NO_LEASE);
    b->q.epoch = RUN + 1;
    REFUSES(b, epoch, EPOCH);
    b->q.epoch = RUN - 1;
    REFUSES(b, epoch, EPOCH);
    b->q.mode_max = MODE_shadow;
    REFUSES(b, mode, MODE);
    b->m.mode = MODE_shadow;
    PASSES(b, mode);
    b->q.strategy_on = false;
    REFUSES(b, strategy, STRATEGY_OFF);
    free(b);
}

static void
a_book_is_too_old_at_five_seconds(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[1].age.ms = 4999;
    PASSES(b, book_age);
    b->m.legs.at[1].age.ms = 5000;
    REFUSES(b, book_age, BOOK_OLD);
    assert_int_equal(b->f.value, 5000);
    assert_int_equal(b->f.limit, 5000);
    free(b);
}

static void
the_discount_is_that_of_the_averages(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[0].limit.micros = 900000;
    b->m.legs.at[0].avg.micros = 520000;
    PASSES(b, discount); /* 1 - 0.52 - 0.45 = 0.03 */
    b->m.legs.at[0].avg.micros = 520001;
    REFUSES(b, discount, BELOW_GROSS);
    assert_int_equal(b->f.value, 29999);
    b->m.legs.at[0].avg.micros = 0; /* No average: the limit. */
    REFUSES(b, discount, BELOW_GROSS);
    b->m.strategy = STRATEGY_F;
    PASSES(b, discount);
    b->m.strategy = STRATEGY_B;
    b->m.legs.at[0].side = b->m.legs.at[1].side = SIDE_sell;
    b->m.legs.at[0].avg.micros = 580000;
    PASSES(b, discount); /* 0.58 + 0.45 - 1 = 0.03 */
    b->m.legs.at[0].avg.micros = 579999;
    REFUSES(b, discount, BELOW_GROSS);
    b->m.legs.at[1].side = SIDE_buy;
    REFUSES(b, discount, BAD_INPUT);
    free(b);
}

static void
depth_shares_and_money_of_an_order_have_limits(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[1].depth.micros = 50 * MICROS;
    PASSES(b, depth);
    b->m.legs.at[1].depth.micros--;
    REFUSES(b, depth, BELOW_SHARES);
    b->m.legs.at[1].size.micros = 500 * MICROS;
    PASSES(b, shares_limit);
    b->m.legs.at[1].size.micros++;
    REFUSES(b, shares_limit, SHARES_LIMIT);
    PASSES(b, order_limit); /* 0 is no limit. */
    b->conf.order_max = USD(45);
    PASSES(b, order_limit);
    b->q.cost[1].micros++;
    REFUSES(b, order_limit, ORDER_LIMIT);
    assert_int_equal(b->f.value, 45 * MICROS + 1);
    free(b);
}

static void
a_trade_takes_at_most_its_share_of_the_capital(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.group = USD(1410);
    PASSES(b, trade_limit); /* 1410 + 90 = 30 % of 5000 */
    b->q.group.micros++;
    REFUSES(b, trade_limit, TRADE_LIMIT);
    assert_int_equal(b->f.limit, 1500LL * MICROS);
    b->q.group = USD(1410);
    b->q.equity.micros--;
    REFUSES(b, trade_limit, TRADE_LIMIT);
    free(b);
}

static void
an_event_takes_at_most_its_share_of_the_capital(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.event = USD(2410);
    PASSES(b, event_limit);
    b->q.event.micros++;
    REFUSES(b, event_limit, EVENT_LIMIT);
    free(b);
}

static void
what_is_unsettled_takes_at_most_its_share_of_the_capital(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.unsettled = USD(3910);
    PASSES(b, unsettled_limit);
    b->q.unsettled.micros++;
    REFUSES(b, unsettled_limit, UNSETTLED_LIMIT);
    free(b);
}

static void
the_position_limit_is_in_dollars_and_may_be_absent(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.unsettled = USD(3910);
    PASSES(b, position_limit);
    b->conf.position_max = USD(4000);
    PASSES(b, position_limit);
    b->q.unsettled.micros++;
    REFUSES(b, position_limit, POSITION_LIMIT);
    free(b);
}

static void
cash_must_cover_the_worst_case(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.cash = USD(90);
    PASSES(b, cash);
    b->q.cash.micros--;
    REFUSES(b, cash, CAPITAL);
    b->q.cash.micros = -1;
    REFUSES(b, cash, CAPITAL);
    free(b);
}

static void
no_capital_grants_nothing(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.equity = USD(0);
    REFUSES(b, trade_limit, TRADE_LIMIT);
    REFUSES(b, event_limit, EVENT_LIMIT);
    REFUSES(b, unsettled_limit, UNSETTLED_LIMIT);
    b->q.equity = USD(-5);
    REFUSES(b, trade_limit, TRADE_LIMIT);
    b->q.equity.micros = INT64_MAX; /* The products take 128 bits. */
    PASSES(b, trade_limit);
    free(b);
}

static void
only_what_is_held_is_sold(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.legs.at[1].side = SIDE_sell;
    b->q.free[1].micros = 100 * MICROS;
    PASSES(b, held);
    b->q.free[1].micros--;
    REFUSES(b, held, NOT_HELD);
    b->q.free[1].micros = -MICROS;
    REFUSES(b, held, NOT_HELD);
    free(b);
}

static void
the_day_s_loss_halts_above_its_limit(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.day_loss = USD(50);
    PASSES(b, daily_loss);
    b->q.day_loss.micros++;
    REFUSES(b, daily_loss, DAILY_LOSS);
    b->m.mode = MODE_shadow;
    PASSES(b, daily_loss);
    b->m.mode = MODE_paper;
    b->q.day_loss = USD(-100);
    PASSES(b, daily_loss);
    b->q.day_halted = true;
    REFUSES(b, daily_loss, DAILY_LOSS);
    free(b);
}

static void
pause_and_latency_stop_what_they_are_about(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->q.paused = true;
    REFUSES(b, breaker, BREAKER);
    b->m.mode = MODE_shadow;
    PASSES(b, breaker);
    b->q.slow = true;
    PASSES(b, latency);
    b->m.mode = MODE_live;
    REFUSES(b, latency, LATENCY);
    free(b);
}

static void
no_price_went_further_than_the_collar(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    PASSES(b, collar);
    b->m.moved.micros = 300000;
    PASSES(b, collar);
    b->m.moved.micros = 300001;
    REFUSES(b, collar, JUMPED);
    assert_int_equal(b->f.value, 300001);
    assert_int_equal(b->f.limit, 300000);
    b->conf.collar_max.micros = MICROS; /* Any. */
    PASSES(b, collar);
    free(b);
}

static void
live_the_clocks_differ_by_no_more_than_the_limit(void **state)
{
    (void)state;
    struct bench *b = make_bench();
    b->m.mode = MODE_paper; /* There is no other clock. */
    PASSES(b, clock);
    b->m.mode = MODE_live;
    REFUSES(b, clock, CLOCK); /* Nobody knows. */
    b->q.clock_known = true;
    PASSES(b, clock);
    b->q.clock.ms = 5000;
    PASSES(b, clock);
    b->q.clock.ms = 5001;
    REFUSES(b, clock, CLOCK);
    assert_int_equal(b->f.value, 5001);
    assert_int_equal(b->f.limit, 5000);
    b->q.clock.ms = -5000;
    PASSES(b, clock);
    b->q.clock.ms = -5001;
    REFUSES(b, clock, CLOCK);
    free(b);
}

/* Reducing exposure must stay possible when adding it is not. */
static void
an_unwind_is_asked_only_what_concerns_it(void **state)
{
    (void)state;
    const struct check *asked[] = { &check_fields, &check_books, &check_latched,
                                    &check_lease,  &check_epoch, &check_mode,
                                    &check_held,   &check_scope,
                                    &check_tick,   &check_unwind_loss,
                                    &check_rules };
    unsigned found = 0;
#define CHECK(name) found += (check_##name.kinds & FOR_UNWIND) != 0;
#include "riskd/checks.def"
    assert_int_equal(found, sizeof asked / sizeof asked[0]);
    for (unsigned i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        assert_true(asked[i]->kinds & FOR_UNWIND);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bench_passes_every_check),
        cmocka_unit_test(every_field_out_of_its_range_is_refused),
        cmocka_unit_test(books_that_do_not_add_up_or_are_full_grant_nothing),
        cmocka_unit_test(latch_lease_epoch_mode_and_strategy_are_gates),
        cmocka_unit_test(a_book_is_too_old_at_five_seconds),
        cmocka_unit_test(the_discount_is_that_of_the_averages),
        cmocka_unit_test(depth_shares_and_money_of_an_order_have_limits),
        cmocka_unit_test(a_trade_takes_at_most_its_share_of_the_capital),
        cmocka_unit_test(an_event_takes_at_most_its_share_of_the_capital),
        cmocka_unit_test(
            what_is_unsettled_takes_at_most_its_share_of_the_capital),
        cmocka_unit_test(the_position_limit_is_in_dollars_and_may_be_absent),
        cmocka_unit_test(cash_must_cover_the_worst_case),
        cmocka_unit_test(no_capital_grants_nothing),
        cmocka_unit_test(only_what_is_held_is_sold),
        cmocka_unit_test(the_day_s_loss_halts_above_its_limit),
        cmocka_unit_test(pause_and_latency_stop_what_they_are_about),
        cmocka_unit_test(no_price_went_further_than_the_collar),
        cmocka_unit_test(live_the_clocks_differ_by_no_more_than_the_limit),
        cmocka_unit_test(an_unwind_is_asked_only_what_concerns_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
