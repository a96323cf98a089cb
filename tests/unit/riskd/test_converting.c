/* test_converting - NO bought becomes dollars and YES; dollars become YES: the
 * worst case is reserved, and every settlement sums to nothing */
#include "tests/unit/riskd/desk.h"

/* Group n: NO of tokens 0 .. bought - 1 at 0.72, YES of the rest at 0.30. */
static struct authorize
ask(uint32_t n, uint32_t bought, uint32_t sold)
{
    struct authorize m = desk_ask(n, bought + sold, 0, 720000, 100);
    m.strategy = STRATEGY_C;
    for (uint32_t i = bought; i < bought + sold; i++) {
        m.legs.at[i].side = SIDE_sell;
        m.legs.at[i].limit.micros = m.legs.at[i].avg.micros = 300000;
    }
    return m;
}

static struct desk *
desk_c(void)
{
    struct desk *d = desk_conf();
    d->strategy.C = true;
    desk_open(d);
    return d;
}

static struct grant
grant_of(struct desk *d, const struct authorize *m)
{
    HEAR(d, authorize, m);
    assert_int_equal(d->said[TYPE_grant], 1);
    return d->grant;
}

static struct settle
convert(const struct grant *g, int64_t qty, int64_t made, int64_t cash)
{
    return (struct settle){ .ref = desk_uuid(500), .mode = MODE_paper,
                            .kind = SETTLE_KIND_convert,
                            .token = g->legs.at[0].token, .qty = { qty },
                            .made = { made }, .cash = { cash },
                            .auth = g->auth };
}

static void
buy(struct desk *d, const struct grant *g, uint32_t leg)
{
    char id[] = "f0";
    id[1] = (char)('0' + leg);
    struct fill f = desk_fill(g, leg, id, 720000, 100 * MICROS);
    f.fee.micros = 0;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
}

static void
takes(struct desk *d, const struct settle *m)
{
    HEAR(d, settle, m);
    assert_true(d->ack.ok);
    desk_assert_recalls(d);
}

static void
refuses(struct desk *d, const struct settle *m, enum reason why)
{
    struct hash was = riskd_digest(d->x);
    HEAR(d, settle, m);
    assert_int_equal(d->said[TYPE_ack], 1);
    assert_false(d->ack.ok);
    assert_int_equal(d->ack.reason, why);
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
}

static void
let_go(struct desk *d, const struct grant *g)
{
    struct release r = { .auth = g->auth, .leg = legs_cap,
                         .evidence = EVIDENCE_venue_terminal };
    HEAR(d, release, &r);
    assert_true(d->ack.ok);
    desk_assert_recalls(d);
}

static struct grant
sell_all(struct desk *d, const struct grant *g, uint32_t bought,
         int64_t shares)
{
    struct authorize m = { .group = g->group, .scan_id = desk_uuid(9),
                           .attempt = 2, .epoch = RUN,
                           .kind = GRANT_KIND_unwind, .mode = MODE_paper,
                           .strategy = STRATEGY_C, .event = g->event };
    for (uint32_t i = bought; i < g->legs.count; i++) {
        m.legs.at[m.legs.count] = g->legs.at[i];
        m.legs.at[m.legs.count++].size.micros = shares;
    }
    return grant_of(d, &m);
}

static void
no_of_all_is_dollars_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 4, 0);
    struct grant g = grant_of(d, &m);
    struct settle s = convert(&g, 100 * MICROS, 100 * MICROS, 300 * MICROS);
    /* 4 x 72.01, and 5 % of three of them to complete it. */
    assert_int_equal(g.reserved.micros, 288040000 + 10801500);
    for (uint32_t i = 0; i < 4; i++) {
        refuses(d, &s, REASON_NOT_HELD);
        buy(d, &g, i);
    }
    takes(d, &s);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).realised.micros, 12 * MICROS);
    HEAR(d, settle, &s); /* Once. */
    assert_int_equal(d->ack.reason, REASON_DUPLICATE);
    let_go(d, &g);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).cash.micros, USD(5012).micros);
    desk_free(d);
}

static void
yes_of_the_others_costs_what_is_left(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 2, 2);
    struct grant g = grant_of(d, &m);
    /* Only what is bought is reserved; what is sold comes of it. */
    assert_int_equal(g.reserved.micros, 144020000 + 3600500);
    buy(d, &g, 0);
    buy(d, &g, 1);
    struct settle s = convert(&g, 100 * MICROS, 100 * MICROS, 100 * MICROS);
    takes(d, &s);
    assert_int_equal(desk_state(d).exposure.micros, 44 * MICROS);
    assert_int_equal(desk_state(d).realised.micros, 0);
    struct grant u = sell_all(d, &g, 2, 100 * MICROS);
    for (uint32_t i = 0; i < 2; i++) {
        char id[] = "s0";
        id[1] = (char)('0' + i);
        struct fill f = desk_fill(&u, i, id, 300000, 100 * MICROS);
        f.fee.micros = 0;
        HEAR(d, fill, &f);
        assert_true(d->ack.ok);
    }
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).realised.micros, 16 * MICROS);
    let_go(d, &g);
    let_go(d, &u);
    assert_int_equal(desk_state(d).cash.micros, USD(5016).micros);
    desk_free(d);
}

static void
what_is_minted_comes_out_of_the_reservation(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 0, 4);
    struct grant g = grant_of(d, &m);
    assert_int_equal(g.reserved.micros, 100 * MICROS);
    struct settle s = convert(&g, 101 * MICROS, 101 * MICROS,
                              -101 * (int64_t)MICROS);
    refuses(d, &s, REASON_CAPITAL);
    s = convert(&g, 100 * MICROS, 100 * MICROS, -100 * (int64_t)MICROS);
    takes(d, &s);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).exposure.micros, 100 * MICROS);
    struct grant u = sell_all(d, &g, 0, 100 * MICROS);
    struct fill f = desk_fill(&u, 3, "s", 300000, 100 * MICROS);
    f.fee.micros = 0;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    /* A quarter of the dollar each. */
    assert_int_equal(desk_state(d).realised.micros, 5 * MICROS);
    let_go(d, &g);
    let_go(d, &u);
    desk_free(d);
}

static void
dollars_beyond_all_cost_are_realised_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 2, 1);
    m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 200000;
    m.legs.at[1].limit.micros = m.legs.at[1].avg.micros = 720000;
    struct grant g = grant_of(d, &m);
    struct fill f = desk_fill(&g, 0, "f", 200000, 100 * MICROS);
    f.fee.micros = 0;
    HEAR(d, fill, &f);
    buy(d, &g, 1);
    struct settle s = convert(&g, 100 * MICROS, 100 * MICROS, 100 * MICROS);
    takes(d, &s);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).realised.micros, 8 * MICROS);
    desk_free(d);
}

static void
a_conversion_that_cannot_be_true_books_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 2, 2);
    struct grant g = grant_of(d, &m);
    buy(d, &g, 0);
    buy(d, &g, 1);
    const struct settle good =
        convert(&g, 100 * MICROS, 100 * MICROS, 100 * MICROS);
    struct settle s = good;
    s.cash.micros++;
    refuses(d, &s, REASON_BAD_INPUT);
    s = good;
    s.made.micros++;
    refuses(d, &s, REASON_BAD_INPUT);
    s = good;
    s.made.micros = 0;
    refuses(d, &s, REASON_BAD_INPUT);
    s = good;
    s.made.micros = s.qty.micros = s.cash.micros = INT64_MAX;
    refuses(d, &s, REASON_BAD_INPUT);
    s = good;
    s.auth = desk_uuid(77);
    refuses(d, &s, REASON_CONFLICT);
    s = good;
    s.mode = MODE_live;
    refuses(d, &s, REASON_CONFLICT);
    s = good;
    memset(&s.auth, 0, sizeof s.auth);
    refuses(d, &s, REASON_BAD_INPUT);
    s = good;
    takes(d, &s);
    s.ref = desk_uuid(501);
    refuses(d, &s, REASON_NOT_HELD); /* Again, under another name. */
    desk_free(d);
}

static void
what_is_sold_must_stand_last_and_be_worth_it(void **state)
{
    (void)state;
    struct desk *d = desk_c();
    struct authorize m = ask(1, 2, 2);
    m.legs.at[2].limit.micros = m.legs.at[2].avg.micros = 169999;
    HEAR(d, authorize, &m); /* 1 - 1.44 + 0.469999 = 0.029999 */
    assert_int_equal(d->denial.reasons.at[0].code, REASON_BELOW_GROSS);
    assert_int_equal(d->denial.value, 29999);
    m = ask(2, 2, 2);
    m.legs.at[0].side = SIDE_sell;
    HEAR(d, authorize, &m);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_BAD_INPUT);
    m = ask(3, 2, 2);
    m.strategy = STRATEGY_A;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_denial], 1);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_of_all_is_dollars_at_once),
        cmocka_unit_test(yes_of_the_others_costs_what_is_left),
        cmocka_unit_test(what_is_minted_comes_out_of_the_reservation),
        cmocka_unit_test(dollars_beyond_all_cost_are_realised_at_once),
        cmocka_unit_test(a_conversion_that_cannot_be_true_books_nothing),
        cmocka_unit_test(what_is_sold_must_stand_last_and_be_worth_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
