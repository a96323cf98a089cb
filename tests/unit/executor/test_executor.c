/* test_executor - the engine between a small riskd and a small feed: what may
 * begin, in which mode, under which lease; one test a rule. */
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

static void
an_opportunity_becomes_a_filled_basket(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    assert_true(f->last_snapshot.prove);
    assert_int_equal(f->last_snapshot.tokens.count, 4);
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.target.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_int_equal(f->last_execution.cost.micros, 92 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    assert_quiet(f);
    floor_destroy(f);
}

static void
paper_waits_for_its_latency_before_it_looks(void **state)
{
    struct floor *f = floor_new();
    uint32_t asked;

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 30);
    assert_int_equal(f->intents, 4);
    asked = f->snapshots;
    floor_run(f, 120);
    assert_int_equal(f->snapshots, asked);
    floor_run(f, 60);
    assert_int_equal(f->snapshots, asked + 1);
    assert_false(f->last_snapshot.prove);
    assert_int_equal(f->last_snapshot.tokens.count, 4);
    assert_true(f->last_fill.delay.ms >= 150);
    assert_quiet(f);
    floor_destroy(f);
}

static void
one_group_a_scan_id_and_rest_on_its_event(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'a');
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 1);
    floor_open(f, 2, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_resting), 1);
    floor_run(f, 1000);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_duplicate), 2);
    floor_open(f, 3, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_resting), 2);
    floor_open(f, 4, 'c');
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 2);
    floor_run(f, 10000);
    floor_book(f, 0, 22, 23, 201);
    floor_open(f, 5, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 3);
    assert_quiet(f);
    floor_destroy(f);
}

static void
no_more_groups_at_once_than_configured(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.max_groups = 1;
    floor_again(f);
    floor_open(f, 1, 'a');
    floor_open(f, 2, 'c');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_busy), 1);
    assert_quiet(f);
    floor_destroy(f);
}

static void
an_opportunity_older_than_its_ttl_is_left_alone(void **state)
{
    struct floor *f = floor_new();
    struct opportunity m = floor_opportunity(f, 1, 'a');
    struct input in = floor_input(f, SOURCE_scanner, 0);

    (void)state;
    in.said.ns -= 2001 * INT64_C(1000000);
    executor_on_opportunity(f->x, &m, &in, f->out);
    assert_int_equal(floor_counter(f, EXECUTOR_skip_expired), 1);
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 0);
    in.said.ns += INT64_C(1000000);
    executor_on_opportunity(f->x, &m, &in, f->out);
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 1);
    floor_take(f, TURN_SENT);
    assert_quiet(f);
    floor_destroy(f);
}

static void
shadow_records_what_would_have_been_sent(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->lease_mode = MODE_shadow;
    floor_run(f, 600);
    assert_int_equal(executor_mode(f->x), MODE_shadow);
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_SHADOWED);
    assert_int_equal(f->last_execution.mode, MODE_shadow);
    assert_int_equal(f->last_execution.target.micros, 100 * MICROS);
    assert_int_equal(f->last_execution.cost.micros, 92 * MICROS);
    assert_int_equal(f->last_group.legs.at[3].size.micros, 100 * MICROS);
    assert_int_equal(f->auth[0].grant.mode, MODE_shadow);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->orders_sent, 0);
    assert_quiet(f);
    floor_destroy(f);
}

static void
the_mode_is_the_least_of_ours_and_the_leases(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->lease_mode = MODE_live;
    floor_run(f, 600);
    assert_int_equal(executor_mode(f->x), MODE_paper);
    f->lease_mode = MODE_halted;
    floor_run(f, 600);
    assert_int_equal(executor_mode(f->x), MODE_halted);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_mode), 1);
    f->mode = MODE_live;
    f->lease_mode = MODE_live;
    floor_again(f);
    assert_int_equal(executor_mode(f->x), MODE_paper); /* Nobody signs. */
    floor_destroy(f);
}

/* faults: F-023 F-082 F-091 */
static void
a_lease_ends_when_it_is_not_renewed(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->risk_silent = true;
    floor_run(f, 900);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 1);
    floor_run(f, 700);
    floor_open(f, 2, 'c');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_no_lease), 1);
    assert_false(executor_is_ready(f->x));
    floor_run(f, 500);
    assert_int_equal(executor_mode(f->x), MODE_halted);
    f->risk_silent = false;
    assert_quiet(f);
    assert_true(executor_is_ready(f->x));
    floor_destroy(f);
}

/* faults: F-092 */
static void
a_late_lease_is_not_stretched(void **state)
{
    struct floor *f = floor_new();
    int alive = 0;

    (void)state;
    f->delay_least.ms = f->delay_most.ms = 1600;
    floor_run(f, 5000);
    for (int i = 0; i < 100; i++) {
        floor_run(f, 10);
        assert_false(executor_is_ready(f->x));
        alive += executor_mode(f->x) == MODE_paper;
    }
    assert_true(alive > 50 && alive < 100);
    floor_open(f, 1, 'a');
    assert_int_equal(floor_counter(f, EXECUTOR_skip_no_lease), 1);
    floor_destroy(f);
}

static void
hops_are_measured_once(void **state)
{
    struct floor *f = floor_new();
    struct executor_sample s[8];
    uint32_t count;
    bool seen[EXECUTOR_HOPS] = { false };

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    count = executor_samples(f->x, s, 8);
    assert_int_equal(count, 3);
    for (uint32_t i = 0; i < count; i++)
        seen[s[i].hop] = true;
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_int_equal(executor_samples(f->x, s, 8), 0);
    floor_destroy(f);
}

static void
baskets_to_sell_that_are_no_pair_are_refused_with_a_reason(void **state)
{
    struct floor *f = floor_new();
    struct opportunity m = floor_opportunity(f, 1, 'd');

    (void)state;
    m.strategy = STRATEGY_A;
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_NOT_HELD);
    assert_quiet(f);
    floor_destroy(f);
}

static void
opportunities_out_of_range_are_counted_and_dropped(void **state)
{
    struct floor *f = floor_new();
    struct opportunity good = floor_opportunity(f, 1, 'a'), m[12];

    (void)state;
    for (int i = 0; i < 12; i++)
        m[i] = good;
    m[0].legs.count = 0;
    m[1].legs.count = 33;
    m[2].legs.at[1].token = m[2].legs.at[0].token;
    m[3].legs.at[1].limit.micros = 0;
    m[4].legs.at[1].limit.micros = MICROS;
    m[5].legs.at[1].size.micros = -1;
    m[6].legs.at[1].size.micros = INT64_MAX;
    m[7].sets.micros = 0;
    m[8].strategy = STRATEGY_H;
    m[9].event.s[0] = '\0';
    memset(&m[10].scan_id, 0, sizeof m[10].scan_id);
    m[11].ttl.ms = -1;
    for (int i = 0; i < 12; i++)
        floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m[i]);
    assert_int_equal(floor_counter(f, EXECUTOR_bad_in), 12);
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 0);
    floor_destroy(f);
}

/* With each request for a lease, in whatever mode. */
static void
how_nodes_answer_goes_to_riskd(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_run(f, 1000);
    assert_int_equal(f->last_lease.nodes_asked, 0);
    floor_now(f, SOURCE_executor, 0, &nodes_state_schema,
              &((struct nodes_state){ .asked = 40, .failed = 7 }));
    for (int i = 0; i < 2; i++) {
        memset(&f->last_lease, 0, sizeof f->last_lease);
        floor_run(f, 1000);
        assert_int_equal(f->last_lease.nodes_asked, 40);
        assert_int_equal(f->last_lease.nodes_failed, 7);
    }
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opportunity_becomes_a_filled_basket),
        cmocka_unit_test(paper_waits_for_its_latency_before_it_looks),
        cmocka_unit_test(one_group_a_scan_id_and_rest_on_its_event),
        cmocka_unit_test(no_more_groups_at_once_than_configured),
        cmocka_unit_test(an_opportunity_older_than_its_ttl_is_left_alone),
        cmocka_unit_test(shadow_records_what_would_have_been_sent),
        cmocka_unit_test(the_mode_is_the_least_of_ours_and_the_leases),
        cmocka_unit_test(a_lease_ends_when_it_is_not_renewed),
        cmocka_unit_test(a_late_lease_is_not_stretched),
        cmocka_unit_test(hops_are_measured_once),
        cmocka_unit_test(
            baskets_to_sell_that_are_no_pair_are_refused_with_a_reason),
        cmocka_unit_test(opportunities_out_of_range_are_counted_and_dropped),
        cmocka_unit_test(how_nodes_answer_goes_to_riskd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
