/* test_tail_again - strategy G: looked at again by the signal as it then is,
 * before anything is asked for; held as a bond is. */
#include "tests/unit/executor/audit.h"

#include "tests/unit/common/signal_kit.h"

enum { YES = 0 };

static struct floor *
open_g(void)
{
    static const char *const questions[] = {
        "Will it be 20-39 times?", "Will it be <20 times?",
        "Will it be 40-59 times?", "Will it be 60+ times?"
    };
    struct floor *f = floor_new();

    f->strategy.G = true;
    f->strategy.g_chance_min.ppm = 900000;
    f->strategy.g_yield_min.ppm = 30000;
    f->strategy.g_price_min.micros = 500000;
    f->strategy.g_left_min.ms = 1800000;
    f->strategy.g_left_max.ms = 21600000;
    f->strategy.g_age_max.ms = 900000;
    for (uint32_t i = 0; i < 4; i++) {
        title_set(&f->market[i].question, questions[i]);
        f->market[i].ends.ns = f->wall.ns + 4 * KIT_HOUR;
    }
    floor_again(f);
    floor_book(f, YES, 90, 92, 100);
    return f;
}

static struct signal
signal_of(const struct floor *f, uint64_t count)
{
    return kit_signal("a", count, 1, f->wall, 4);
}

static void
say(struct floor *f, const struct signal *m)
{
    floor_now(f, SOURCE_feed, 0, &signal_schema, m);
}

static void
go(struct floor *f)
{
    struct opportunity m = floor_opportunity(f, 1, 'a');

    m.strategy = STRATEGY_G;
    m.legs.count = 1;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 5000);
}

static void
it_is_bought_and_held_until_its_market_resolves(void **state)
{
    struct floor *f = open_g();
    struct signal m = signal_of(f, 25);
    struct resolution r = { .market = f->market[0].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    say(f, &m);
    go(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.cost.micros, 92 * MICROS);
    assert_int_equal(f->settles, 0);
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 2000);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_resolve);
    assert_int_equal(f->last_settle.cash.micros, 100 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    audit(f);
    floor_destroy(f);
}

static void
stale(struct floor *f, enum reason why)
{
    go(f);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, why);
    assert_int_equal(f->intents, 0);
    audit(f);
    floor_destroy(f);
}

static void
without_a_signal_of_its_own_it_buys_nothing(void **state)
{
    struct floor *f = open_g();

    (void)state;
    stale(f, REASON_NO_SIGNAL);
}

static void
a_count_that_went_on_meanwhile_decides(void **state)
{
    struct floor *f = open_g();
    struct signal m = signal_of(f, 25);

    (void)state;
    say(f, &m);
    m.count = m.highest = 38;
    say(f, &m);
    stale(f, REASON_UNSURE);
}

static void
a_count_that_fell_or_is_old_buys_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct floor *f = open_g();
        struct signal m = signal_of(f, 25);

        if (i == 0)
            m.highest = 26;
        else
            m.time.ns -= INT64_C(901) * 1000000000;
        say(f, &m);
        stale(f, REASON_NO_SIGNAL);
    }
}

static void
a_price_that_no_longer_pays_is_left(void **state)
{
    struct floor *f = open_g();
    struct signal m = signal_of(f, 25);

    (void)state;
    say(f, &m);
    floor_book(f, YES, 96, 98, 100);
    stale(f, REASON_BELOW_GROSS);
}

static void
bins_that_leave_a_number_out_buy_nothing(void **state)
{
    struct floor *f = open_g();
    struct signal m = signal_of(f, 25);

    (void)state;
    title_set(&f->market[2].question, "Will it be 41-59 times?");
    floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[2]);
    say(f, &m);
    stale(f, REASON_INCOMPLETE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_bought_and_held_until_its_market_resolves),
        cmocka_unit_test(without_a_signal_of_its_own_it_buys_nothing),
        cmocka_unit_test(a_count_that_went_on_meanwhile_decides),
        cmocka_unit_test(a_count_that_fell_or_is_old_buys_nothing),
        cmocka_unit_test(a_price_that_no_longer_pays_is_left),
        cmocka_unit_test(bins_that_leave_a_number_out_buy_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
