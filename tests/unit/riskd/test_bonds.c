/* test_bonds - what F and G buy: price, time and return, at each limit */
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
                                   .avg = { price } };
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
    bond(STRATEGY_G, 970873, HOUR); /* 0.030001 of it */
    assert_false(denied("L-30"));
    bond(STRATEGY_G, 970874, HOUR); /* 0.029999 */
    assert_true(denied("L-30"));
    assert_true(denied("L-29"));
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bond_costs_what_it_may_and_no_micro_less_or_more),
        TEST(it_pays_within_thirty_days_and_a_tail_within_six_hours),
        TEST(it_is_expected_to_bring_enough_a_year),
        TEST(a_tail_brings_enough_and_is_never_sure_enough_unless_told),
        cmocka_unit_test(bonds_that_are_alike_share_a_limit),
        TEST(two_legs_or_a_sale_are_no_bond_that_can_be_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
