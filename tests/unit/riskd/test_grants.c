/* test_grants - what is promised: keys, room, forgetting, and lines that fit
 * no promise */
#include "tests/unit/riskd/desk_trade.h"

#include "common/digest.h"
#include "riskd/grants.h"

static struct grant
make_grant(uint32_t n)
{
    struct grant g = { .auth = desk_uuid(1000 + n),
                       .group = desk_uuid(n),
                       .attempt = 1,
                       .mode = MODE_paper,
                       .strategy = STRATEGY_A };
    g.legs.count = 2;
    g.legs.at[0].token = desk_token(1);
    g.legs.at[1].token = desk_token(2);
    g.legs.at[0].size.micros = g.legs.at[1].size.micros = 10 * MICROS;
    return g;
}

static struct promise *
enter(struct grants *g, uint32_t n)
{
    struct grant grant = make_grant(n);
    struct hash content = { { 0 } };
    return grants_enter(g, &grant, &content, (struct nanos){ 0 });
}

static struct ledger_entry
line_of(uint32_t n, enum account account, uint32_t token, int64_t amount)
{
    struct ledger_entry e = { .account = account,
                              .amount = { amount },
                              .ref = desk_uuid(1000 + n),
                              .auth = desk_uuid(1000 + n) };
    if (token != 0) {
        e.token = desk_token(token);
    }
    return e;
}

static void
the_oldest_ended_grant_is_forgotten_first(void **state)
{
    (void)state;
    struct grants *g = grants_new(3, 3);
    struct uuid first = desk_uuid(1), second = desk_uuid(2);
    grants_close(g, enter(g, 1), legs_cap);
    grants_close(g, enter(g, 2), legs_cap);
    assert_non_null(enter(g, 3));
    assert_non_null(enter(g, 4));
    assert_null(grants_find_key(g, &first, GRANT_KIND_normal, 1));
    assert_non_null(grants_find_key(g, &second, GRANT_KIND_normal, 1));
    assert_non_null(enter(g, 5));
    assert_null(grants_find_key(g, &second, GRANT_KIND_normal, 1));
    assert_false(grants_has_room(g));
    assert_null(enter(g, 6)); /* All open: none is forgotten. */
    assert_int_equal(grants_open(g), 3);
    grants_destroy(&g);
}

static void
a_key_and_an_auth_are_entered_once(void **state)
{
    (void)state;
    struct grants *g = grants_new(4, 4);
    struct hash content = { { 0 } };
    assert_non_null(enter(g, 1));
    assert_null(enter(g, 1));
    struct grant other = make_grant(1);
    other.attempt = 2; /* Another key, the same auth. */
    assert_null(grants_enter(g, &other, &content, (struct nanos){ 0 }));
    other.auth = desk_uuid(77);
    assert_non_null(grants_enter(g, &other, &content, (struct nanos){ 0 }));
    grants_destroy(&g);
}

static void
a_line_finds_its_leg_by_its_token(void **state)
{
    (void)state;
    struct grants *g = grants_new(4, 4);
    struct promise *p = enter(g, 1);
    struct ledger_entry e = line_of(1, ACCOUNT_reserved, 2, 500);
    assert_true(grants_apply(g, &e));
    e = line_of(1, ACCOUNT_reserved, 0, 25);
    assert_true(grants_apply(g, &e));
    assert_int_equal(p->legs[0].left.micros, 0);
    assert_int_equal(p->legs[1].left.micros, 500);
    assert_int_equal(p->allowance.micros, 25);
    e = line_of(1, ACCOUNT_reserved, 2, -300);
    e.ref = desk_uuid(5); /* A fill's. */
    assert_true(grants_apply(g, &e));
    assert_int_equal(p->spent.micros, 300);
    assert_int_equal(grants_group(g, &p->grant.group).micros, 525);
    e = line_of(1, ACCOUNT_shares, 2, 4 * MICROS);
    assert_true(grants_apply(g, &e));
    assert_int_equal(p->legs[1].shares.micros, 6 * MICROS);
    assert_true(p->legs[1].filled);
    e.amount.micros = 20 * MICROS; /* A better price gave more shares. */
    assert_true(grants_apply(g, &e));
    assert_int_equal(p->legs[1].shares.micros, 0);
    grants_destroy(&g);
}

static void
lines_that_fit_no_promise_are_refused(void **state)
{
    (void)state;
    struct grants *g = grants_new(4, 4);
    assert_non_null(enter(g, 1));
    struct ledger_entry e = line_of(2, ACCOUNT_reserved, 1, 5);
    assert_false(grants_apply(g, &e)); /* Nobody's auth. */
    e = line_of(1, ACCOUNT_reserved, 9, 5);
    assert_false(grants_apply(g, &e)); /* Not a leg of it. */
    e = line_of(1, ACCOUNT_reserved, 1, -5);
    assert_false(grants_apply(g, &e)); /* More than was reserved. */
    e = line_of(1, ACCOUNT_reserved, 1, INT64_MAX);
    e.auth = (struct uuid){ { 0 } };
    assert_false(grants_apply(g, &e)); /* Reserved for nobody. */
    e.account = ACCOUNT_cash;
    assert_true(grants_apply(g, &e));
    grants_destroy(&g);
}

static void
one_leg_after_the_other_ends_a_grant(void **state)
{
    (void)state;
    struct grants *g = grants_new(4, 4);
    struct promise *p = enter(g, 1);
    grants_close(g, p, 1);
    grants_close(g, p, 1);
    assert_true(p->open);
    grants_close(g, p, 0);
    assert_false(p->open);
    grants_close(g, p, legs_cap);
    assert_int_equal(grants_open(g), 0);
    grants_destroy(&g);
}

static void
facts_that_do_not_fit_stop_every_grant(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 60);
    HEAR(d, authorize, &m);
    const struct input past = { .wall = { NOON } };
    struct ledger_entry wrong = { .mode = MODE_shadow };
    struct release unknown = { .auth = desk_uuid(4), .leg = 0 };
    struct grant again = d->grant;
    struct ledger_entry half = { .mode = MODE_paper,
                                 .account = ACCOUNT_cash,
                                 .amount = { 1 } };
    for (int i = 0; i < 4; i++) {
        struct riskd *x = desk_recalled(d);
        riskd_destroy(&d->x);
        d->x = x;
        if (i == 0) {
            riskd_recall_ledger_entry(d->x, &wrong, &past);
        } else if (i == 1) {
            riskd_recall_release(d->x, &unknown, &past);
        } else if (i == 2) {
            riskd_recall_grant(d->x, &again, &past);
        } else {
            riskd_recall_ledger_entry(d->x, &half, &past);
        }
        desk_latch(d, false, 0);
        desk_lease(d);
        assert_int_equal(d->lease.mode, MODE_shadow);
        assert_int_equal(d->state.reasons.at[0].code, REASON_CONFLICT);
        m.group = desk_uuid(10 + (uint32_t)i);
        HEAR(d, authorize, &m);
        assert_int_equal(d->said[TYPE_denial], 1);
        assert_string_equal(d->denial.rule.s, "books");
    }
    desk_free(d);
}

static void
a_group_s_limit_counts_what_it_spent_before(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.trade_max.ppm = 16200; /* 81 of 5000. */
    d->conf.patch_allowance.ppm = 0;
    desk_open(d);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m); /* 80.02 */
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS); /* 40.005 spent */
    release_all(d, &g);
    struct authorize p = desk_ask(1, 1, 1, 420000, 100); /* 42.01 */
    p.kind = GRANT_KIND_patch;
    HEAR(d, authorize, &p);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, REASON_TRADE_LIMIT);
    assert_int_equal(d->denial.value, 40005000 + 42010000);
    p = desk_ask(1, 1, 1, 400000, 100);
    p.kind = GRANT_KIND_patch;
    p.attempt = 2;
    (void)granted(d, &p);
    desk_free(d);
}

static bool
is_patched(struct desk *d, uint32_t token, int64_t shares)
{
    static uint64_t attempt = 1;
    struct authorize p = desk_ask(1, 1, token, 400000, shares);
    p.kind = GRANT_KIND_patch;
    p.attempt = ++attempt;
    HEAR(d, authorize, &p);
    return d->said[TYPE_grant] == 1;
}

/* Its grant is long forgotten: nobody knows what it missed. */
static void
a_patch_of_a_group_that_is_not_remembered_misses_nothing(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    assert_false(is_patched(d, 0, 1));
    bool missed = false; /* Nor is there a price it began with. */
    for (uint32_t i = 0; i < d->denial.reasons.count; i++) {
        missed = missed ||
                 d->denial.reasons.at[i].code == REASON_SHARES_LIMIT;
    }
    assert_true(missed);
    desk_free(d);
}

static void
a_patch_is_no_larger_than_what_its_group_missed(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 400000, 100 * MICROS);
    fill_leg(d, &g, 1, "b", 400000, 60 * MICROS);
    assert_false(is_patched(d, 0, 1));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_SHARES_LIMIT);
    assert_string_equal(d->denial.rule.s, "missed");
    assert_false(is_patched(d, 1, 41));
    assert_int_equal(d->denial.limit, 40 * MICROS);
    desk_restart(d);
    assert_true(is_patched(d, 1, 30));
    assert_false(is_patched(d, 1, 11)); /* The other may still come. */
    fill_leg(d, &d->grant, 0, "c", 400000, 20 * MICROS);
    release_all(d, &d->grant);
    assert_false(is_patched(d, 1, 21));
    assert_true(is_patched(d, 1, 20));
    desk_free(d);
}

static void
hedge_denied(struct desk *d, struct authorize *m, enum reason why)
{
    HEAR(d, authorize, m);
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->denial.reasons.at[0].code, why);
    m->attempt++;
}

/* 100 of a pair's one half were bought at 45 cents, of the other 40. */
static void
a_hedge_is_bounded_by_what_is_held_and_what_that_cost(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 450000, 100);
    m.strategy = STRATEGY_B;
    list_market(d);
    struct grant g = granted(d, &m);
    fill_leg(d, &g, 0, "a", 450000, 100 * MICROS);
    fill_leg(d, &g, 1, "b", 450000, 40 * MICROS);
    release_all(d, &g);
    struct authorize h = desk_ask(1, 1, 1, 570000, 60);
    h.strategy = STRATEGY_B;
    h.kind = GRANT_KIND_hedge;
    h.legs.at[0].size.micros++;
    hedge_denied(d, &h, REASON_NOT_HELD);
    h.legs.at[0].size.micros--;
    h.legs.at[0].limit.micros = 580000; /* Leaves 42 of 45 cents. */
    hedge_denied(d, &h, REASON_SLIPPAGE);
    h.legs.at[0].limit.micros = 570000;
    g = granted(d, &h);
    fill_leg(d, &g, 0, "c", 570000, 60 * MICROS);
    release_all(d, &g);
    h.attempt++;
    h.legs.at[0].size.micros = MICROS;
    hedge_denied(d, &h, REASON_NOT_HELD);
    desk_free(d);
}

static void
a_token_keeps_the_event_it_was_first_booked_under(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t i = 1; i <= 2; i++) {
        struct authorize m = desk_ask(i, 2, 0, 400000, 60);
        (void)text_set(&m.event, i == 1 ? "x" : "y");
        struct grant g = granted(d, &m);
        fill_leg(d, &g, 0, i == 1 ? "1" : "2", 400000, 60 * MICROS);
        release_all(d, &g);
    }
    d->conf.event_max.ppm = 0;
    desk_restart(d); /* Now every request says what its event holds. */
    const char *names[] = { "x", "y" };
    for (uint32_t i = 0; i < 2; i++) {
        struct authorize m = desk_ask(10 + i, 2, 4, 400000, 60);
        (void)text_set(&m.event, names[i]);
        HEAR(d, authorize, &m);
        int64_t worst = 48020000 + 1200500;
        assert_string_equal(d->denial.rule.s, "event_limit");
        assert_int_equal(d->denial.value, worst + (i == 0 ? 48010000 : 0));
    }
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_ended_grant_is_forgotten_first),
        cmocka_unit_test(a_key_and_an_auth_are_entered_once),
        cmocka_unit_test(a_line_finds_its_leg_by_its_token),
        cmocka_unit_test(lines_that_fit_no_promise_are_refused),
        cmocka_unit_test(one_leg_after_the_other_ends_a_grant),
        cmocka_unit_test(facts_that_do_not_fit_stop_every_grant),
        cmocka_unit_test(a_group_s_limit_counts_what_it_spent_before),
        cmocka_unit_test(a_patch_is_no_larger_than_what_its_group_missed),
        cmocka_unit_test(
            a_patch_of_a_group_that_is_not_remembered_misses_nothing),
        cmocka_unit_test(
            a_hedge_is_bounded_by_what_is_held_and_what_that_cost),
        cmocka_unit_test(a_token_keeps_the_event_it_was_first_booked_under),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
