/* test_sending - grants into orders: late, wrong, smaller, twice, never; and
 * reservations that find their way back. */
#include "tests/unit/executor/floor.h"

/* Everything is over: no group, no reservation, books agree. */
static void
assert_quiet(struct floor *f)
{
    floor_run(f, 3000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(f->said_fills, f->fills);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
}

/* faults: F-002 F-081 F-082 */
static void
silence_of_riskd_is_an_error_and_its_reservation_is_freed(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_deliver(f, TURN_SENT);
    while (f->auths == 0 && floor_deliver(f, TURN_SENT))
        continue;
    assert_int_equal(floor_open_auths(f), 1);
    for (uint32_t i = 0; i < FLOOR_POST; i++)
        f->post[i].at.ns += INT64_C(1000000000000); /* Lost for good. */
    f->risk_silent = true;
    floor_run(f, 1100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_TIMEOUT);
    f->risk_silent = false;
    assert_quiet(f);
    assert_int_equal(floor_counter(f, EXECUTOR_orphans), 1);
    assert_int_equal(f->intents, 0);
    floor_destroy(f);
}

static struct grant
granted(struct floor *f)
{
    while (f->auths == 0) {
        floor_advance(f, 1);
        while (f->auths == 0 && floor_deliver(f, TURN_SENT))
            continue;
    }
    return f->auth[0].grant;
}

/* Takes the grant that is on its way off the road. */
static uint64_t
intercept(struct floor *f)
{
    for (uint32_t i = 0; i < FLOOR_POST; i++) {
        struct floor_post *p = &f->post[i];

        if (p->used && p->schema == &grant_schema) {
            p->used = false;
            free(p->m);
            p->m = NULL;
            return p->req;
        }
    }
    return 0;
}

static void
try_grant(void (*spoil)(struct floor *f, struct grant *g),
          enum exec_status status)
{
    struct floor *f = floor_new();
    struct grant g;
    uint64_t req;

    floor_open(f, 1, 'a');
    g = granted(f);
    req = intercept(f);
    assert_true(req != 0);
    spoil(f, &g);
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    assert_int_equal(f->intents, 0);
    floor_run(f, 1200);
    assert_int_equal(f->last_execution.status, status);
    assert_int_equal(f->intents, 0);
    floor_destroy(f);
}

static void
larger(struct floor *f, struct grant *g)
{
    (void)f;
    g->legs.at[1].size.micros++;
}

static void
dearer(struct floor *f, struct grant *g)
{
    (void)f;
    g->legs.at[1].limit.micros += 10000;
}

static void
another_token(struct floor *f, struct grant *g)
{
    g->legs.at[1].token = f->token[9].token;
}

static void
another_side(struct floor *f, struct grant *g)
{
    (void)f;
    g->legs.at[1].side = SIDE_sell;
}

static void
fewer_legs(struct floor *f, struct grant *g)
{
    (void)f;
    g->legs.count--;
}

static void
nothing_of_a_leg(struct floor *f, struct grant *g)
{
    (void)f;
    g->legs.at[0].size.micros = 0;
}

static void
older_epoch(struct floor *f, struct grant *g)
{
    (void)f;
    g->epoch--;
}

static void
older_kill_generation(struct floor *f, struct grant *g)
{
    g->kill_gen = f->kill_gen + 7;
}

static void
late(struct floor *f, struct grant *g)
{
    (void)f;
    g->ttl.ms = 0;
}

static void
too_small(struct floor *f, struct grant *g)
{
    (void)f;
    for (uint32_t i = 0; i < g->legs.count; i++)
        g->legs.at[i].size.micros = 4 * MICROS;
}

static void
a_grant_that_is_not_the_one_asked_for_is_given_back(void **state)
{
    (void)state;
    try_grant(larger, EXEC_STATUS_ERROR);
    try_grant(dearer, EXEC_STATUS_ERROR);
    try_grant(another_token, EXEC_STATUS_ERROR);
    try_grant(another_side, EXEC_STATUS_ERROR);
    try_grant(fewer_legs, EXEC_STATUS_ERROR);
    try_grant(nothing_of_a_leg, EXEC_STATUS_ERROR);
    try_grant(late, EXEC_STATUS_ERROR);
    try_grant(older_epoch, EXEC_STATUS_DENIED);
    try_grant(older_kill_generation, EXEC_STATUS_DENIED);
    try_grant(too_small, EXEC_STATUS_DENIED);
}

/* faults: F-080 */
static void
a_grant_for_a_group_nobody_knows_is_given_back(void **state)
{
    struct floor *f = floor_new();
    struct grant g;

    (void)state;
    floor_open(f, 1, 'a');
    g = granted(f);
    g.group.b[15] ^= 1;
    g.auth.b[15] ^= 1;
    f->auth[f->auths].open = true;
    f->auth[f->auths++].grant = g;
    floor_now(f, SOURCE_riskd, 999999, &grant_schema, &g);
    assert_int_equal(f->intents, 0);
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->intents, 4);
    assert_quiet(f);
    floor_destroy(f);
}

static void
a_smaller_grant_makes_smaller_equal_orders(void **state)
{
    struct floor *f = floor_new();
    struct grant g;
    uint64_t req;

    (void)state;
    floor_open(f, 1, 'a');
    g = granted(f);
    req = intercept(f);
    g.legs.at[2].size.micros = 37654321;
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    assert_int_equal(f->intents, 4);
    /* 0.23 a share: whole cents only in whole shares. */
    assert_int_equal(f->last_intent.qty.micros, 37 * MICROS);
    floor_run(f, 400);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.target.micros, 37 * MICROS);
    assert_quiet(f);
    floor_destroy(f);
}

/* faults: F-079 F-080 */
static void
the_same_grant_twice_sends_nothing_twice(void **state)
{
    struct floor *f = floor_new();
    struct grant g;
    uint64_t req;

    (void)state;
    floor_open(f, 1, 'a');
    g = granted(f);
    req = intercept(f);
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    floor_run(f, 500);
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_quiet(f);
    floor_destroy(f);
}

/* faults: F-010 F-013 */
static void
fills_and_releases_are_said_until_acked(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->intents, 4);
    f->risk_silent = true;
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->fills, 0);
    assert_int_equal(floor_open_auths(f), 1);
    assert_true(floor_counter(f, EXECUTOR_resent) >= 4 * 8);
    f->risk_silent = false;
    assert_quiet(f);
    assert_int_equal(f->fills, 4);
    floor_destroy(f);
}

/* faults: F-040 */
static void
a_kill_stops_what_was_not_sent(void **state)
{
    struct floor *f = floor_new();
    struct grant g;
    uint64_t req;

    (void)state;
    floor_open(f, 1, 'a');
    g = granted(f);
    req = intercept(f);
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    floor_open(f, 2, 'c');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_latched), 1);
    assert_int_equal(f->intents, 0);
    assert_quiet(f);
    floor_destroy(f);
}

/* faults: F-023 F-081 */
static void
a_grant_under_a_lease_that_ran_out_is_given_back(void **state)
{
    struct floor *f = floor_new();
    struct grant g;
    uint64_t req;

    (void)state;
    f->conf.authorize_wait.ms = 5000;
    floor_again(f);
    floor_open(f, 1, 'a');
    g = granted(f);
    req = intercept(f);
    f->risk_silent = true;
    floor_run(f, 2500);
    g.ttl.ms = 10000;
    floor_now(f, SOURCE_riskd, req, &grant_schema, &g);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_NO_LEASE);
    f->risk_silent = false;
    assert_quiet(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            silence_of_riskd_is_an_error_and_its_reservation_is_freed),
        cmocka_unit_test(a_grant_that_is_not_the_one_asked_for_is_given_back),
        cmocka_unit_test(a_grant_for_a_group_nobody_knows_is_given_back),
        cmocka_unit_test(a_smaller_grant_makes_smaller_equal_orders),
        cmocka_unit_test(the_same_grant_twice_sends_nothing_twice),
        cmocka_unit_test(fills_and_releases_are_said_until_acked),
        cmocka_unit_test(a_grant_under_a_lease_that_ran_out_is_given_back),
        cmocka_unit_test(a_kill_stops_what_was_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
