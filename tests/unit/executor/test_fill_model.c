/* test_fill_model - what paper assumes: read, drawn, and what fills cost */
#include "executor/fill_model.h"

#include "common/must.h"
#include "tests/unit/executor/floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CENTS(n) ((struct price){ (int64_t)(n) * 10000 })
#define SHARES(n) ((struct qty){ (int64_t)(n) * MICROS })

enum which { LATENCIES, SLIPPAGE, IMPACT };

static struct conf_list *
list_of(struct executor_conf *c, enum which w)
{
    return w == LATENCIES  ? &c->fill_model_latencies
           : w == SLIPPAGE ? &c->fill_model_slippage
                           : &c->fill_model_impact;
}

static void
step(struct executor_conf *c, enum which w, const char *text)
{
    struct conf_list *list = list_of(c, w);

    text_set(&list->at[list->count++], text);
}

static struct executor_conf
shipped(void)
{
    struct executor_conf c = { .fill_model_latency = { 150 },
                               .fill_model_share = { MICROS } };

    text_set(&c.fill_model_price_basis, "book");
    return c;
}

static struct fill_model
model_of(const struct executor_conf *c)
{
    struct fill_model m;
    struct why why;

    if (!fill_model_read(c, &m, &why))
        fail_msg("%s", why.s);
    return m;
}

static struct hash
order(uint32_t n)
{
    struct hash h = { { (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16) } };

    return h;
}

/* Asks 40 x 10, 42 x 30; bids 36 x 10. */
static struct book *
shelf(void)
{
    static struct book b;

    memset(&b, 0, sizeof b);
    b.asks.count = 2;
    b.asks.at[0] = (struct level){ CENTS(40), SHARES(10) };
    b.asks.at[1] = (struct level){ CENTS(42), SHARES(30) };
    b.bids.count = 1;
    b.bids.at[0] = (struct level){ CENTS(36), SHARES(10) };
    return &b;
}

static uint32_t
match(const struct fill_model *m, enum side side, int64_t cents,
      int64_t shares, bool whole, struct order_fill *got)
{
    const struct order_venue *v = order_venue_for(MODE_paper);
    void *self = v->create(m);
    struct order_ask ask = {
        .id = order(1), .side = side, .limit = CENTS(cents),
        .meant = CENTS(40), .qty = SHARES(shares), .whole = whole,
        .fees = { true, { 0 }, 1 },
    };
    uint32_t count = v->match(self, &ask, shelf(), (struct nanos){ 0 }, got);

    v->destroy(&self);
    return count;
}

static void
what_makes_no_sense_is_refused_with_its_name(void **state)
{
    static const char *const bad[] = {
        "", ":", "0", "0:", ":5", "x:5", "0:x", "0:1.5", "0:-1", "-0.1:5",
        "1.1:5", "0:10001", "0:5:5", "nan:1", "0:99999999999999999999",
    };
    struct fill_model m;
    struct why why;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct executor_conf c = shipped();

        step(&c, SLIPPAGE, bad[i]);
        assert_false(fill_model_read(&c, &m, &why));
        assert_non_null(strstr(why.s, "executor.fill_model_slippage"));
    }
    struct executor_conf c = shipped();
    step(&c, IMPACT, "0.5:10");
    step(&c, IMPACT, "0.5:20");
    assert_false(fill_model_read(&c, &m, &why));
    c = shipped();
    step(&c, LATENCIES, "0.5:10");
    assert_false(fill_model_read(&c, &m, &why));
    assert_non_null(strstr(why.s, "fill_model_latencies"));
    c = shipped();
    for (int i = 0; i < 17; i++)
        step(&c, IMPACT, "0:0");
    assert_false(fill_model_read(&c, &m, &why));
}

static void
without_steps_every_order_takes_the_one_latency(void **state)
{
    struct executor_conf c = shipped();
    struct fill_model m = model_of(&c);

    (void)state;
    for (uint32_t i = 0; i < 100; i++) {
        struct hash id = order(i);
        assert_int_equal(fill_model_latency(&m, &id).ms, 150);
    }
}

static void
latencies_are_drawn_as_often_as_their_part_says(void **state)
{
    struct executor_conf c = shipped();
    uint32_t fast = 0, slow = 0;

    (void)state;
    step(&c, LATENCIES, "0:80");
    step(&c, LATENCIES, "0.5:150");
    step(&c, LATENCIES, "0.9:900");
    struct fill_model m = model_of(&c);
    for (uint32_t i = 0; i < 10000; i++) {
        struct hash id = order(i);
        int64_t ms = fill_model_latency(&m, &id).ms;

        assert_int_equal(ms, fill_model_latency(&m, &id).ms);
        fast += ms == 80;
        slow += ms == 900;
    }
    assert_in_range(fast, 4850, 5150);
    assert_in_range(slow, 900, 1100);
}

static void
ghosts_come_as_often_as_said_and_the_same_each_time(void **state)
{
    struct executor_conf c = shipped();
    uint32_t ghosts = 0;

    (void)state;
    c.fill_model_ghost.ppm = 350000;
    struct fill_model m = model_of(&c);
    for (uint32_t i = 0; i < 10000; i++) {
        struct hash id = order(i / 2);
        bool is = fill_model_is_ghost(&m, &id, i % 2);

        assert_int_equal(is, fill_model_is_ghost(&m, &id, i % 2));
        ghosts += is;
    }
    assert_in_range(ghosts, 3350, 3650);
}

static void
slippage_goes_by_the_spread_and_is_written_down(void **state)
{
    struct executor_conf c = shipped();
    struct order_fill got[VENUE_FILLS];

    (void)state;
    step(&c, SLIPPAGE, "0:1");
    step(&c, SLIPPAGE, "0.03:50");
    step(&c, SLIPPAGE, "0.1:500");
    struct fill_model m = model_of(&c);
    /* The spread is 4 cents: 50 bps. */
    assert_int_equal(match(&m, SIDE_buy, 45, 5, false, got), 1);
    assert_int_equal(got[0].price.micros, 402000);
    assert_int_equal(got[0].slippage.bps, 50);
    assert_int_equal(got[0].impact.bps, 0);
    /* Sold at 36, less 50 bps. */
    assert_int_equal(match(&m, SIDE_sell, 30, 5, false, got), 1);
    assert_int_equal(got[0].price.micros, 358200);
}

static void
what_slips_beyond_the_limit_does_not_fill(void **state)
{
    struct executor_conf c = shipped();
    struct order_fill got[VENUE_FILLS];

    (void)state;
    step(&c, SLIPPAGE, "0:50");
    struct fill_model m = model_of(&c);
    assert_int_equal(match(&m, SIDE_buy, 40, 5, false, got), 0);
    assert_int_equal(match(&m, SIDE_sell, 36, 5, false, got), 0);
    assert_int_equal(match(&m, SIDE_buy, 42, 40, false, got), 1);
    /* All or nothing: nothing. */
    assert_int_equal(match(&m, SIDE_buy, 42, 40, true, got), 0);
    assert_int_equal(match(&m, SIDE_buy, 43, 40, true, got), 2);
}

static void
impact_goes_by_our_part_of_what_is_displayed(void **state)
{
    struct executor_conf c = shipped();
    struct order_fill got[VENUE_FILLS];

    (void)state;
    step(&c, IMPACT, "0.25:100");
    step(&c, IMPACT, "1:1000");
    struct fill_model m = model_of(&c);
    assert_int_equal(match(&m, SIDE_buy, 45, 9, false, got), 1);
    assert_int_equal(got[0].price.micros, 400000);
    assert_int_equal(match(&m, SIDE_buy, 45, 10, false, got), 1);
    assert_int_equal(got[0].price.micros, 404000);
    assert_int_equal(got[0].impact.bps, 100);
    assert_int_equal(got[0].slippage.bps, 100);
    /* All there is. */
    assert_int_equal(match(&m, SIDE_buy, 50, 40, false, got), 2);
    assert_int_equal(got[0].price.micros, 440000);
}

static void
at_the_mid_a_fill_costs_half_the_spread_less(void **state)
{
    struct executor_conf c = shipped();
    struct order_fill got[VENUE_FILLS];

    (void)state;
    text_set(&c.fill_model_price_basis, "mid");
    struct fill_model m = model_of(&c);
    assert_int_equal(match(&m, SIDE_buy, 40, 50, false, got), 1);
    assert_int_equal(got[0].price.micros, 380000);
    assert_int_equal(got[0].qty.micros, 10 * MICROS);
    assert_int_equal(got[0].slippage.bps, -500);
    assert_int_equal(match(&m, SIDE_sell, 36, 5, false, got), 1);
    assert_int_equal(got[0].price.micros, 380000);
}

static void
without_a_mid_nothing_fills_at_it(void **state)
{
    struct executor_conf c = shipped();
    struct order_fill got[VENUE_FILLS];
    struct order_ask ask = { .limit = CENTS(50), .qty = SHARES(5),
                             .fees = { true, { 0 }, 1 } };
    const struct order_venue *v = order_venue_for(MODE_paper);
    struct book *b = shelf();

    (void)state;
    text_set(&c.fill_model_price_basis, "mid");
    struct fill_model m = model_of(&c);
    void *self = v->create(&m);
    b->bids.count = 0;
    assert_int_equal(v->match(self, &ask, b, (struct nanos){ 0 }, got), 0);
    v->destroy(&self);
}

/* Through the engine. */
static void
ghosts_are_never_ours_and_the_group_ends(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.fill_model_ghost.ppm = MICROS;
    floor_again(f);
    floor_open(f, 1, 'a');
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(f->last_execution.filled.micros, 0);
    assert_int_equal(floor_counter(f, EXECUTOR_fills), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_ghosts), 4);
    assert_int_equal(floor_open_auths(f), 0);
    floor_destroy(f);
}

/* Half of the trades fail: whatever is held at the end, riskd knows of. */
static void
groups_with_some_ghosts_end_with_books_that_agree(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 40; n++) {
        struct floor *f = floor_new();

        f->conf.fill_model_ghost.ppm = 500000;
        step(&f->conf, LATENCIES, "0:0");
        step(&f->conf, LATENCIES, "0.5:700");
        step(&f->conf, SLIPPAGE, "0:10");
        f->conf.patch_limit.ppm = 100000;
        floor_again(f);
        floor_open(f, n, n % 2 ? 'a' : 'b');
        floor_run(f, 120000);
        assert_int_equal(executor_open(f->x), 0);
        assert_int_equal(floor_open_auths(f), 0);
        assert_int_equal(f->said_fills, f->fills);
        assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
        floor_destroy(f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_no_sense_is_refused_with_its_name),
        cmocka_unit_test(without_steps_every_order_takes_the_one_latency),
        cmocka_unit_test(latencies_are_drawn_as_often_as_their_part_says),
        cmocka_unit_test(ghosts_come_as_often_as_said_and_the_same_each_time),
        cmocka_unit_test(slippage_goes_by_the_spread_and_is_written_down),
        cmocka_unit_test(what_slips_beyond_the_limit_does_not_fill),
        cmocka_unit_test(impact_goes_by_our_part_of_what_is_displayed),
        cmocka_unit_test(at_the_mid_a_fill_costs_half_the_spread_less),
        cmocka_unit_test(without_a_mid_nothing_fills_at_it),
        cmocka_unit_test(ghosts_are_never_ours_and_the_group_ends),
        cmocka_unit_test(groups_with_some_ghosts_end_with_books_that_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
