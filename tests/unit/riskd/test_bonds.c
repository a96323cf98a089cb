/* test_bonds - what F and G buy: price, time and return, at each limit */
#include "tests/unit/common/signal_kit.h"
#include "tests/unit/riskd/check_bench.h"
#include "tests/unit/riskd/desk.h"
#include "tests/unit/riskd/metric_desk.h"

static struct authorize ask;
static struct metric_order order;

static void
bond(enum strategy strategy, int64_t price, int64_t left_ns)
{
    ask = (struct authorize){ .kind = GRANT_KIND_normal,
                              .strategy = strategy };
    ask.legs.count = 1;
    ask.legs.at[0] = (struct leg){ .side = SIDE_buy, .limit = { price },
                                   .avg = { price },
                                   .size = { 100 * MICROS } };
    order = (struct metric_order){ .m = &ask, .market_known = true,
                                   .ends = { view.wall.ns + left_ns },
                                   .bond = strategy == STRATEGY_F,
                                   .bond_wait = { left_ns / 1000000 } };
    view.order = &order;
}

/* The shipped limit of that id, asked. */
static bool
denied(const char *id)
{
    static struct rule_set *set;
    set = set == NULL ? shipped_rules() : set;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *r = &set->at[i];
        if (strcmp(r->id, id) == 0) {
            struct value v = metric_answer(m, &view, r->metric);
            return rule_denies(r, &v);
        }
    }
    fail_msg("no rule %s", id);
    return false;
}

static void
a_bond_costs_what_it_may_and_no_micro_less_or_more(void **state)
{
    (void)state;
    bond(STRATEGY_F, 930000, DAY);
    assert_false(denied("L-25"));
    bond(STRATEGY_F, 929999, DAY);
    assert_true(denied("L-25"));
    bond(STRATEGY_F, 995000, DAY);
    assert_false(denied("L-26"));
    bond(STRATEGY_F, 995001, DAY);
    assert_true(denied("L-26"));
    bond(STRATEGY_B, 100000, DAY);
    assert_false(denied("L-25"));
}

static void
it_pays_within_thirty_days_and_a_tail_within_six_hours(void **state)
{
    (void)state;
    bond(STRATEGY_F, 950000, 30 * DAY);
    assert_false(denied("L-27"));
    bond(STRATEGY_F, 950000, 30 * DAY + 1000000);
    assert_true(denied("L-27"));
    assert_false(denied("L-28")); /* No tail. */
    bond(STRATEGY_G, 950000, 6 * HOUR);
    assert_false(denied("L-28"));
    bond(STRATEGY_G, 950000, 6 * HOUR + 1000000);
    assert_true(denied("L-28"));
    bond(STRATEGY_G, 950000, -HOUR); /* Overdue: it pays now. */
    assert_false(denied("L-28"));
    order.ends.ns = 0; /* Nobody says. */
    assert_true(denied("L-28"));
    bond(STRATEGY_F, 950000, DAY);
    order.bond_wait.ms = -1;
    assert_true(denied("L-27"));
}

static void
it_is_expected_to_bring_enough_a_year(void **state)
{
    (void)state;
    bond(STRATEGY_F, 950000, DAY);
    order.bond_annual.ppm = 100000;
    assert_false(denied("L-12"));
    order.bond_annual.ppm = 99999;
    assert_true(denied("L-12"));
    order.bond = false; /* Of a market that nobody told us of. */
    assert_true(denied("L-12"));
}

static void
a_tail_brings_enough_and_is_never_sure_enough_unless_told(void **state)
{
    (void)state;
    /* 0.98 - 0.95 - 0.0015 of fee is 0.03 of 0.95. */
    bond(STRATEGY_G, 950000, HOUR);
    assert_true(denied("L-29"));
    assert_true(denied("L-30"));
    order.tail_chance.ppm = 980000;
    ask.legs.at[0].fee.micros = 150000;
    assert_false(denied("L-29"));
    assert_false(denied("L-30"));
    ask.legs.at[0].fee.micros++; /* Of 100 shares: rounded up, a micro each. */
    assert_true(denied("L-30"));
    ask.legs.at[0].fee.micros--;
    order.tail_chance.ppm--;
    assert_true(denied("L-30"));
    /* Right, it would bring a tenth; it is not right often enough. */
    bond(STRATEGY_G, 909000, HOUR);
    order.tail_chance.ppm = 899999;
    assert_true(denied("L-29"));
    assert_true(denied("L-30"));
    order.tail_chance.ppm = 900000;
    assert_false(denied("L-29"));
    bond(STRATEGY_F, 970874, HOUR);
    assert_false(denied("L-30"));
    assert_false(denied("L-29"));
}

static void
two_legs_or_a_sale_are_no_bond_that_can_be_judged(void **state)
{
    (void)state;
    bond(STRATEGY_F, 950000, DAY);
    ask.legs.count = 2;
    order.bond = false; /* Not of that shape. */
    assert_true(denied("L-25"));
    assert_true(denied("L-12"));
    bond(STRATEGY_F, 950000, DAY);
    ask.legs.at[0].side = SIDE_sell;
    order.bond = false;
    assert_true(denied("L-26"));
    ask.kind = GRANT_KIND_unwind; /* Giving one up is not asked. */
    assert_false(denied("L-26"));
    assert_false(denied("L-27"));
}

/* Against an engine: what F holds and has reserved counts where it is alike,
 * by event, tag and day. */
static void
bonds_that_are_alike_share_a_limit(void **state)
{
    (void)state;
    static const struct { const char *event, *tag; int64_t day; bool ok; }
        cases[] = {
            { "other", "b", 2, true },  { "an event", "b", 2, false },
            { "other", "a", 2, false }, { "other", "b", 1, false },
        };
    for (int i = 0; i < 4; i++) {
        struct desk *d = desk_conf();
        d->strategy.F = true;
        d->strategy.f_price_min.micros = 930000;
        d->strategy.f_price_max.micros = 995000;
        d->conf.bond_max.ppm = MICROS;
        d->conf.bond_event_max.ppm = d->conf.bond_tag_max.ppm =
            d->conf.bond_day_max.ppm = 30000; /* $150. */
        desk_open(d);
        struct input was = d->in;
        d->in.src = SOURCE_feed;
        d->in.peer = 0;
        for (int n = 0; n < 2; n++) {
            struct market k = { .yes = desk_token(n == 0 ? 0 : 2),
                                .no = desk_token(n == 0 ? 1 : 3),
                                .open = true, .fee_known = true };
            (void)text_set(&k.market, n == 0 ? "m0" : "m1");
            (void)text_set(&k.event, n == 0 ? "an event" : cases[i].event);
            (void)text_set(&k.tag, n == 0 ? "a" : cases[i].tag);
            k.ends.ns = NOON + (n == 0 ? 1 : cases[i].day) * DAY_NS;
            HEAR(d, market, &k);
        }
        d->in = was;
        for (uint32_t n = 0; n < 2; n++) {
            ask = desk_ask(1 + n, 1, 2 * n, 950000, 100);
            ask.strategy = STRATEGY_F;
            if (n == 1)
                (void)text_set(&ask.event, cases[i].event);
            HEAR(d, authorize, &ask);
            if (n == 0) { /* One held in part, the rest reserved. */
                struct fill f = desk_fill(&d->grant, 0, "f", 950000,
                                          40 * MICROS);
                assert_int_equal(d->said[TYPE_grant], 1);
                HEAR(d, fill, &f);
                assert_true(d->ack.ok);
            }
        }
        assert_int_equal(d->said[TYPE_grant], cases[i].ok);
        if (!cases[i].ok)
            assert_string_equal(d->denial.rule.s, "bond");
        desk_free(d);
    }
}

static bool
buys_bond(struct desk *d, uint32_t n)
{
    ask = desk_ask(n, 1, 2 * n, 950000, 100);
    ask.strategy = STRATEGY_F;
    HEAR(d, authorize, &ask);
    return d->said[TYPE_grant] == 1;
}

/* Feed may have dropped its market, or not told of it yet. */
static void
a_bond_of_a_market_nobody_tells_of_is_like_any_other(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->strategy.F = true;
    d->strategy.f_price_min.micros = 930000;
    d->strategy.f_price_max.micros = 995000;
    d->conf.bond_max.ppm = d->conf.bond_event_max.ppm = MICROS;
    d->conf.bond_tag_max.ppm = 30000; /* $150. */
    d->conf.bond_day_max.ppm = MICROS;
    desk_open(d);
    assert_true(buys_bond(d, 1));
    struct market k = { .yes = desk_token(4), .no = desk_token(5),
                        .open = true, .fee_known = true,
                        .ends = { NOON + DAY_NS } };
    (void)text_set(&k.market, "m");
    (void)text_set(&k.event, "an event");
    (void)text_set(&k.tag, "a");
    HEAR(d, market, &k);
    assert_false(buys_bond(d, 2));
    assert_string_equal(d->denial.rule.s, "bond");
    desk_free(d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

static void
a_tail_is_worth_its_price_by_what_is_expected_of_it(void **state)
{
    (void)state;
    struct bench *b = bench_new((struct question){ .data_fault = NULL });
    PASSES(b, tail); /* None. */
    b->m.strategy = STRATEGY_G;
    b->q.tail_least.ppm = 900000;
    b->q.tail_yield.ppm = 30000;
    REFUSES(b, tail, BAD_INPUT); /* Two legs. */
    b->m.legs.count = 1;
    b->m.legs.at[0].limit.micros = 950000;
    b->m.legs.at[0].size = (struct qty){ 100 * MICROS };
    b->m.legs.at[0].fee = (struct money){ 150000 };
    /* 0.98 - 0.95 - 0.0015 is 0.03 of 0.95; a micro less is not. */
    b->q.tail_chance.ppm = 980000;
    PASSES(b, tail);
    b->m.legs.at[0].fee.micros++;
    REFUSES(b, tail, BELOW_NET);
    b->m.legs.at[0].fee.micros--;
    b->q.tail_chance.ppm--;
    REFUSES(b, tail, BELOW_NET);
    b->m.legs.at[0].limit.micros = 500000;
    b->q.tail_chance.ppm = 900000;
    PASSES(b, tail);
    b->q.tail_chance.ppm--;
    REFUSES(b, tail, UNSURE);
    b->q.tail_chance.ppm = MICROS;
    b->q.tail_unknown = REASON_NO_SIGNAL;
    REFUSES(b, tail, NO_SIGNAL);
    b->q.tail_unknown = REASON_none;
    b->m.legs.at[0].side = SIDE_sell;
    REFUSES(b, tail, BAD_INPUT);
    free(b);
}

/* Against an engine: by the signal it heard itself, whoever asks. */
static void
a_tail_is_granted_by_the_signal_that_was_heard(void **state)
{
    (void)state;
    static const char *const questions[] = { "Will it be <20 times?",
                                             "Will it be 20+ times?" };
    static const struct { uint64_t count, highest; bool told, ok; } cases[] = {
        { 25, 25, true, true },   { 25, 25, false, false },
        { 24, 25, true, false },  { 19, 19, true, false },
    };
    for (int i = 0; i < 4; i++) {
        struct desk *d = desk_conf();
        d->strategy.G = true;
        d->strategy.g_chance_min.ppm = 990000;
        d->strategy.g_yield_min.ppm = 30000;
        d->strategy.g_left_max.ms = 21600000;
        d->strategy.g_age_max.ms = 900000;
        d->conf.bond_max.ppm = d->conf.bond_event_max.ppm =
            d->conf.bond_tag_max.ppm = d->conf.bond_day_max.ppm = MICROS;
        desk_open(d);
        struct input was = d->in;
        struct signal s = kit_signal("an event", cases[i].count, 1,
                                     d->in.wall, 4);
        s.highest = cases[i].highest;
        d->in.src = SOURCE_feed;
        d->in.peer = 0;
        for (uint32_t n = 0; n < 2; n++) {
            struct market k = { .yes = desk_token(2 * n),
                                .no = desk_token(2 * n + 1), .open = true,
                                .fee_known = true, .event_size = 2,
                                .event_index = n, .ends = s.ends };
            (void)text_set(&k.market, n == 0 ? "m0" : "m1");
            (void)text_set(&k.event, "an event");
            (void)title_set(&k.question, questions[n]);
            HEAR(d, market, &k);
        }
        if (cases[i].told) {
            HEAR(d, signal, &s);
        }
        d->in = was;
        ask = desk_ask(1, 1, 2, 950000, 100);
        ask.strategy = STRATEGY_G;
        HEAR(d, authorize, &ask);
        assert_int_equal(d->said[TYPE_grant] == 1, cases[i].ok);
        desk_free(d);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bond_costs_what_it_may_and_no_micro_less_or_more),
        TEST(it_pays_within_thirty_days_and_a_tail_within_six_hours),
        TEST(it_is_expected_to_bring_enough_a_year),
        TEST(a_tail_brings_enough_and_is_never_sure_enough_unless_told),
        cmocka_unit_test(bonds_that_are_alike_share_a_limit),
        cmocka_unit_test(a_bond_of_a_market_nobody_tells_of_is_like_any_other),
        TEST(a_tail_is_worth_its_price_by_what_is_expected_of_it),
        TEST(a_tail_is_granted_by_the_signal_that_was_heard),
        TEST(two_legs_or_a_sale_are_no_bond_that_can_be_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
