/* test_riskd - leases, grants and denials, state: each input by hand and
 * every answer looked at */
#include "tests/unit/riskd/desk.h"

static void
assert_denied(const struct desk *d, enum reason first)
{
    assert_int_equal(d->said[TYPE_denial], 1);
    assert_int_equal(d->said[TYPE_grant], 0);
    assert_true(d->denial.reasons.count > 0);
    assert_int_equal(d->denial.reasons.at[0].code, first);
}

static void
the_paper_books_begin_with_the_capital_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    assert_int_equal(desk_state(d).high_water.micros, 5000LL * MICROS);
    d->capital.initial_usd = USD(9999);
    desk_restart(d);
    desk_tick(d);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    desk_free(d);
}

static void
a_grant_reserves_the_worst_case_and_the_allowance(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 3, 0, 300000, 100);
    m.legs.at[2].limit.micros = m.legs.at[2].avg.micros = 200000;
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 1);
    /* 30.01 + 30.01 + 20.01, and 5 % of the two dear ones. */
    assert_int_equal(d->grant.reserved.micros, 80030000 + 3001000);
    assert_int_equal(desk_state(d).reserved.micros, 83031000);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS - 83031000);
    assert_int_equal(desk_state(d).equity.micros, 5000LL * MICROS);
    assert_int_equal(d->grant.epoch, RUN);
    assert_int_equal(d->grant.ttl.ms, 2000);
    desk_assert_recalls(d);
    desk_free(d);
}

/* faults: F-019 */
static void
the_same_request_gets_the_same_answer(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    struct uuid auth = d->grant.auth;
    desk_pass(d, 700);
    m.legs.at[0].age.ms = 1; /* Fresher evidence, the same order. */
    HEAR(d, authorize, &m);
    assert_true(uuid_equal(&d->grant.auth, &auth));
    assert_int_equal(d->grant.ttl.ms, 1300);
    desk_restart(d);
    HEAR(d, authorize, &m);
    assert_true(uuid_equal(&d->grant.auth, &auth));
    assert_int_equal(riskd_counters(d->x)[RISKD_granted], 0);
    desk_pass(d, 5000);
    HEAR(d, authorize, &m);
    assert_int_equal(d->grant.ttl.ms, 0);
    desk_free(d);
}

static void
the_same_key_with_other_content_is_a_conflict(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    int64_t reserved = desk_state(d).reserved.micros;
    m.legs.at[1].size.micros++;
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_CONFLICT);
    m = desk_ask(1, 2, 0, 400000, 100);
    m.mode = MODE_shadow;
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_CONFLICT);
    assert_int_equal(desk_state(d).reserved.micros, reserved);
    desk_free(d);
}

static void
a_denial_is_repeated_and_not_reconsidered(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    m.epoch = RUN + 1;
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_EPOCH);
    uint32_t facts = d->facts_count;
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_EPOCH);
    assert_int_equal(d->facts_count, facts);
    m.legs.at[0].size.micros--;
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_CONFLICT);
    desk_free(d);
}

static void
a_denial_carries_every_reason_and_the_first_rule(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 499000, 100);
    m.mode = MODE_live;
    m.legs.at[0].age.ms = 5000;
    m.legs.at[1].depth.micros = 0;
    HEAR(d, authorize, &m);
    enum reason all[] = { REASON_MODE,
                          REASON_BOOK_OLD,
                          REASON_BELOW_GROSS,
                          REASON_BELOW_SHARES,
                          REASON_TRADE_LIMIT,
                          REASON_EVENT_LIMIT,
                          REASON_UNSETTLED_LIMIT,
                          REASON_CAPITAL };
    assert_int_equal(d->denial.reasons.count, 8);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(d->denial.reasons.at[i].code, all[i]);
    }
    assert_string_equal(d->denial.rule.s, "mode");
    assert_int_equal(d->denial.value, MODE_live);
    assert_int_equal(d->denial.limit, MODE_paper);
    desk_free(d);
}

/* faults: F-082 F-091 */
static void
nothing_is_granted_without_a_lease_that_lives(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    desk_start(d);
    desk_latch(d, false, 0);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_NO_LEASE);
    desk_lease(d);
    desk_pass(d, 1999);
    m.group = desk_uuid(2);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 1);
    desk_pass(d, 1); /* At its end a lease is over. */
    m.group = desk_uuid(3);
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_NO_LEASE);
    HEAR(d, lease_request, &((struct lease_request){ .clean = false }));
    m.group = desk_uuid(4);
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_NO_LEASE);
    desk_free(d);
}

/* faults: F-033 F-046 */
static void
a_new_run_voids_the_old_epoch_at_once(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    d->in.run = RUN + 1;
    desk_lease(d);
    assert_int_equal(d->lease.epoch, RUN + 1);
    assert_int_equal(d->lease.ttl.ms, 2000);
    d->in.run = RUN;
    desk_lease(d);
    assert_int_equal(d->lease.ttl.ms, 0);
    assert_int_equal(d->lease.mode, MODE_halted);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    assert_denied(d, REASON_NO_LEASE);
    d->in.run = RUN + 1;
    m.group = desk_uuid(2);
    HEAR(d, authorize, &m); /* It still names the old epoch. */
    assert_denied(d, REASON_EPOCH);
    m.epoch = RUN + 1;
    m.group = desk_uuid(3);
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 1);
    desk_free(d);
}

/* Granted under or not: what an older run is asked for must never be given,
 * and a crash leaves what was on disk before the lease left. */
static void
an_epoch_leased_is_remembered_over_a_crash(void **state)
{
    (void)state;
    for (int granted = 0; granted < 2; granted++) {
        struct desk *d = desk_new();
        struct authorize m = desk_ask(1, 2, 0, 400000, 100);
        if (granted) {
            HEAR(d, authorize, &m);
        }
        while (d->facts_count > d->synced) {
            free(d->facts[--d->facts_count].msg);
        }
        struct riskd *x = desk_recalled(d);
        riskd_destroy(&d->x);
        d->x = x;
        d->in.run = RUN - 1;
        desk_lease(d);
        assert_int_equal(d->lease.ttl.ms, 0);
        assert_int_equal(d->lease.epoch, RUN);
        desk_free(d);
    }
}

static void
list_open_names_what_is_still_reserved(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t i = 1; i <= 3; i++) {
        struct authorize m = desk_ask(i, 2, i * 10, 400000, 100);
        (void)text_set(&m.event, i == 1 ? "x" : i == 2 ? "y" : "z");
        HEAR(d, authorize, &m);
    }
    struct release r = { .auth = d->grant.auth,
                         .leg = legs_cap,
                         .evidence = EVIDENCE_never_sent };
    HEAR(d, release, &r);
    uint32_t facts = d->facts_count;
    HEAR(d, list_open, &((struct list_open){ RUN }));
    assert_int_equal(d->said[TYPE_grant], 2);
    assert_int_equal(d->end.sent, 2);
    assert_int_equal(d->end.what, ASKED_grants);
    assert_int_equal(d->grant.ttl.ms, 0);
    assert_int_equal(d->facts_count, facts);
    desk_free(d);
}

static void
open_grants_are_bounded(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->conf.grants_open = 2;
    desk_open(d);
    for (uint32_t i = 1; i <= 3; i++) {
        struct authorize m = desk_ask(i, 2, i * 10, 400000, 60);
        HEAR(d, authorize, &m);
    }
    assert_denied(d, REASON_OVERFLOW);
    assert_string_equal(d->denial.rule.s, "books");
    desk_free(d);
}

static void
a_state_is_said_when_it_changes_and_from_time_to_time(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_pass(d, 3000); /* The lease is over. */
    desk_tick(d);
    assert_int_equal(d->said[TYPE_risk_state], 1);
    uint32_t facts = d->facts_count;
    desk_pass(d, 4999);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_risk_state], 0);
    desk_pass(d, 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_risk_state], 1);
    assert_int_equal(d->facts_count, facts); /* Nothing new to write. */
    desk_lease(d);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    desk_pass(d, 499);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_risk_state], 0);
    desk_pass(d, 1);
    desk_tick(d);
    assert_int_equal(d->said[TYPE_risk_state], 1);
    assert_int_equal(d->state.reserved.micros, desk_state(d).reserved.micros);
    desk_free(d);
}

static void
shadow_reserves_on_the_paper_books_and_lets_go(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    m.mode = MODE_shadow;
    HEAR(d, authorize, &m);
    assert_int_equal(d->grant.mode, MODE_shadow);
    assert_true(desk_state(d).reserved.micros > 0);
    struct fill f = desk_fill(&d->grant, 0, "x", 400000, MICROS);
    HEAR(d, fill, &f); /* Nothing fills in shadow. */
    assert_false(d->ack.ok);
    struct release r = { .auth = d->grant.auth,
                         .leg = legs_cap,
                         .evidence = EVIDENCE_never_sent };
    HEAR(d, release, &r);
    assert_true(d->ack.ok);
    assert_int_equal(desk_state(d).reserved.micros, 0);
    assert_int_equal(desk_state(d).cash.micros, 5000LL * MICROS);
    desk_assert_recalls(d);
    desk_free(d);
}

static void
the_stage_caps_the_mode(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    desk_open(d);
    assert_int_equal(d->lease.mode, MODE_paper);
    d->conf.stage = 1;
    desk_restart(d);
    assert_int_equal(d->lease.mode, MODE_live);
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    m.mode = MODE_live; /* Its books begin with the next turn. */
    HEAR(d, authorize, &m);
    assert_int_equal(d->said[TYPE_grant], 1);
    d->common.mode = MODE_shadow;
    desk_restart(d);
    assert_int_equal(d->lease.mode, MODE_shadow);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_paper_books_begin_with_the_capital_once),
        cmocka_unit_test(a_grant_reserves_the_worst_case_and_the_allowance),
        cmocka_unit_test(the_same_request_gets_the_same_answer),
        cmocka_unit_test(the_same_key_with_other_content_is_a_conflict),
        cmocka_unit_test(a_denial_is_repeated_and_not_reconsidered),
        cmocka_unit_test(a_denial_carries_every_reason_and_the_first_rule),
        cmocka_unit_test(nothing_is_granted_without_a_lease_that_lives),
        cmocka_unit_test(a_new_run_voids_the_old_epoch_at_once),
        cmocka_unit_test(an_epoch_leased_is_remembered_over_a_crash),
        cmocka_unit_test(list_open_names_what_is_still_reserved),
        cmocka_unit_test(open_grants_are_bounded),
        cmocka_unit_test(a_state_is_said_when_it_changes_and_from_time_to_time),
        cmocka_unit_test(shadow_reserves_on_the_paper_books_and_lets_go),
        cmocka_unit_test(the_stage_caps_the_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
