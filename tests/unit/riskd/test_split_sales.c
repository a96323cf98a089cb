/* test_split_sales - what becomes of the shares a dollar was split into, and
 * of the dollars that were not */
#include "tests/unit/riskd/split_desk.h"

static void
a_release_frees_what_was_not_split_and_ends_the_splitting(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    split(d, &g, 1, 60 * MICROS);
    let_go(d, &g, 1, EVIDENCE_never_sent); /* A split is no fill. */
    struct settle s = split_of(&g, 2, 1);
    refuses(d, &s, REASON_CONFLICT);
    let_go(d, &g, legs_cap, EVIDENCE_never_sent);
    refuses(d, &s, REASON_CONFLICT);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).cash.micros, 4940LL * MICROS);
    assert_int_equal(desk_state(d).exposure.micros, 60 * MICROS);
    desk_free(d);
}

static void
a_leg_that_sold_was_sent(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    split(d, &g, 1, 60 * MICROS);
    assert_true(sell(d, &g, 0, "y", 580000, MICROS));
    struct release r = { .auth = g.auth,
                         .leg = legs_cap,
                         .evidence = EVIDENCE_never_sent };
    HEAR(d, release, &r);
    assert_false(d->ack.ok);
    assert_int_equal(d->ack.reason, REASON_CONFLICT);
    desk_free(d);
}

static struct settle
merge_of(uint32_t ref, int64_t shares)
{
    return (struct settle){ .ref = desk_uuid(700 + ref),
                            .mode = MODE_paper,
                            .kind = SETTLE_KIND_merge,
                            .token = desk_token(0),
                            .pair = desk_token(1),
                            .qty = { shares * MICROS },
                            .cash = { shares * MICROS } };
}

static void
split_shares_are_promised_to_their_own_sales_until_the_release(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    split(d, &g, 1, 60 * MICROS);
    struct settle merge = merge_of(1, 60);
    HEAR(d, settle, &merge);
    assert_int_equal(d->said[TYPE_ack], 0); /* Not yet: ask again. */
    struct authorize u = ask_split(1, 60 * MICROS);
    u.kind = GRANT_KIND_unwind;
    u.legs.count = 1;
    denied(d, &u, REASON_NOT_HELD);
    assert_true(sell(d, &g, 0, "y", 580000, 20 * MICROS));
    assert_true(sell(d, &g, 1, "n", 460000, 5 * MICROS));
    desk_restart(d);
    merge = merge_of(1, 40);
    HEAR(d, settle, &merge);
    assert_int_equal(d->said[TYPE_ack], 0);
    let_go(d, &g, legs_cap, EVIDENCE_venue_terminal);
    u.attempt = 2;
    u.legs.at[0].size.micros = 40 * MICROS + 1;
    denied(d, &u, REASON_NOT_HELD);
    books(d, &merge);
    u = ask_split(1, 15 * MICROS); /* What is left of the other. */
    u.kind = GRANT_KIND_unwind;
    u.attempt = 3;
    u.legs.count = 1;
    u.legs.at[0] = u.legs.at[1];
    g = granted(d, &u);
    assert_true(sell(d, &g, 0, "u", 460000, 15 * MICROS));
    let_go(d, &g, legs_cap, EVIDENCE_venue_terminal);
    assert_int_equal(desk_state(d).exposure.micros, 0);
    assert_int_equal(desk_state(d).realised.micros,
                     11600000 + 2300000 + 40 * MICROS + 6900000 -
                         60 * MICROS - 15000);
    desk_free(d);
}

static void
what_is_not_split_promises_no_shares_of_others(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 60 * MICROS);
    struct grant old = granted(d, &m);
    split(d, &old, 1, 60 * MICROS);
    let_go(d, &old, legs_cap, EVIDENCE_venue_terminal);
    m = ask_split(2, 100 * MICROS);
    struct grant g = granted(d, &m);
    struct settle merge = merge_of(1, 60); /* The old ones are free. */
    books(d, &merge);
    split(d, &g, 2, 30 * MICROS);
    merge = merge_of(2, 30);
    HEAR(d, settle, &merge);
    assert_int_equal(d->said[TYPE_ack], 0);
    desk_free(d);
}

static void
nothing_is_sold_before_it_is_split(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    assert_false(sell(d, &g, 0, "y", 580000, 50 * MICROS));
    assert_int_equal(d->ack.reason, REASON_NOT_HELD);
    split(d, &g, 1, 100 * MICROS);
    assert_true(sell(d, &g, 0, "y", 580000, 50 * MICROS));
    desk_free(d);
}

static void
a_sale_that_fails_leaves_its_shares_unpromised(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    split(d, &g, 1, 100 * MICROS);
    struct fill f = desk_fill(&g, 0, "y", 580000, 100 * MICROS);
    f.state = FILL_STATE_matched;
    HEAR(d, fill, &f);
    f.state = FILL_STATE_failed;
    HEAR(d, fill, &f);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).exposure.micros, 100 * MICROS);
    assert_int_equal(desk_state(d).realised.micros, 0);
    desk_restart(d);
    struct authorize u = ask_split(1, 100 * MICROS);
    u.kind = GRANT_KIND_unwind;
    u.legs.count = 1;
    (void)granted(d, &u);
    desk_free(d);
}

/* By halves the cheap leg would lose 210 on its way. */
static void
a_lopsided_pair_sold_leg_by_leg_halts_no_day(void **state)
{
    (void)state;
    for (uint32_t first = 0; first < 2; first++) {
        struct desk *d = desk_new();
        struct authorize m = ask_split(1, 500 * MICROS);
        m.legs.at[0].limit.micros = m.legs.at[0].avg.micros = 950000;
        m.legs.at[1].limit.micros = m.legs.at[1].avg.micros = 80000;
        struct grant g = granted(d, &m);
        split(d, &g, 1, 500 * MICROS);
        for (uint32_t i = 0; i < 2; i++) {
            uint32_t leg = i ^ first;
            assert_true(sell(d, &g, leg, i ? "b" : "a",
                             m.legs.at[leg].limit.micros, 500 * MICROS));
            assert_true(desk_state(d).day_pnl.micros > 0);
        }
        assert_int_equal(desk_state(d).realised.micros, 15 * MICROS - 10000);
        desk_free(d);
    }
}

static void
a_group_s_patch_does_not_take_what_its_split_reserved(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = ask_split(1, 100 * MICROS);
    struct grant g = granted(d, &m);
    struct authorize p = desk_ask(1, 1, 5, 400000, 10);
    p.attempt = 2;
    p.strategy = STRATEGY_B;
    struct grant more = granted(d, &p);
    release_leg(d, &more, legs_cap, EVIDENCE_never_sent);
    p.kind = GRANT_KIND_patch;
    (void)granted(d, &p);
    assert_int_equal(desk_state(d).reserved.micros, 100 * MICROS + 4010000);
    split(d, &g, 1, 100 * MICROS);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_release_frees_what_was_not_split_and_ends_the_splitting),
        cmocka_unit_test(a_leg_that_sold_was_sent),
        cmocka_unit_test(
            split_shares_are_promised_to_their_own_sales_until_the_release),
        cmocka_unit_test(what_is_not_split_promises_no_shares_of_others),
        cmocka_unit_test(nothing_is_sold_before_it_is_split),
        cmocka_unit_test(a_sale_that_fails_leaves_its_shares_unpromised),
        cmocka_unit_test(a_lopsided_pair_sold_leg_by_leg_halts_no_day),
        cmocka_unit_test(a_group_s_patch_does_not_take_what_its_split_reserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
