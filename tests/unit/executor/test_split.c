/* test_split - a dollar split and both sides sold: nothing is sold that riskd
 * has not booked as split, nothing is split after a kill, and what was split
 * for nothing is merged again. */
#include "tests/unit/executor/audit.h"

enum { YES = 18, NO = 19 };

static void
finish(struct floor *f)
{
    floor_run(f, 3000);
    audit(f);
    floor_destroy(f);
}

static void
kill_now(struct floor *f)
{
    f->latched = true;
    f->kill_gen = 1;
    floor_say_latch(f);
}

/* The first message of a kind that is on the road; NULL when there is none. */
static struct floor_post *
on_road(struct floor *f, const struct schema *sc)
{
    for (uint32_t i = 0; i < FLOOR_POST; i++)
        if (f->post[i].used && f->post[i].schema == sc)
            return &f->post[i];
    return NULL;
}

static void
lose(struct floor_post *p)
{
    p->used = false;
    free(p->m);
    p->m = NULL;
}

/* Up to where riskd's grant is on its way. */
static struct floor *
granted(struct floor *f)
{
    floor_open(f, 1, 'd');
    while (f->auths == 0) {
        floor_advance(f, 1);
        while (f->auths == 0 && floor_deliver(f, TURN_SENT))
            continue;
    }
    assert_non_null(on_road(f, &grant_schema));
    return f;
}

/* Up to where the split was said, and its ack is on its way. */
static struct floor *
split_on(struct floor *f)
{
    (void)granted(f);
    while (f->said_splits == 0)
        assert_true(floor_deliver(f, TURN_SENT));
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->intents, 0);
    assert_non_null(on_road(f, &ack_schema));
    return f;
}

static struct floor *
split(void)
{
    return split_on(floor_new());
}

static void
assert_merged_again(struct floor *f, enum exec_status status,
                    enum reason reason)
{
    assert_int_equal(f->last_execution.status, status);
    assert_int_equal(f->last_execution.reason, reason);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 0);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->said_splits, 1);
    assert_int_equal(f->said_merges, 1);
    floor_run(f, 3000);
    assert_int_equal(f->settles, 2);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
    assert_int_equal(f->last_settle.qty.micros, 60 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    assert_int_equal(f->token[NO].shares, 0);
    finish(f);
}

static void
a_dollar_is_split_and_both_sides_sold(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    floor_open(f, 1, 'd');
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.reason, REASON_none);
    assert_int_equal(f->last_execution.target.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.filled.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.naked.micros, 0);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_int_equal(f->last_execution.pnl.micros, 3 * MICROS);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_normal);
    assert_int_equal(f->last_intent.side, SIDE_sell);
    assert_int_equal(f->intents, 2);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_split);
    assert_int_equal(f->last_settle.cash.micros, -60 * MICROS);
    assert_int_equal(f->token[YES].shares, 0);
    assert_int_equal(f->token[NO].shares, 0);
    finish(f);
}

static void
both_positions_are_said_when_they_come_and_when_they_go(void **state)
{
    struct floor *f = split();

    (void)state;
    assert_int_equal(f->positions, 2);
    /* 60 dollars, as 45 and 60 stand to each other. */
    assert_int_equal(f->last_position.qty.micros, 60 * MICROS);
    assert_int_equal(f->last_position.strategy, STRATEGY_B);
    assert_string_equal(f->last_position.event.s, "d");
    assert_string_equal(f->last_position.market.s, "market-9");
    assert_true(hash_equal(&f->last_position.token, &f->token[NO].token));
    assert_int_equal(f->last_position.cost.micros, 34285715);
    floor_run(f, 500);
    assert_int_equal(f->positions, 4);
    assert_int_equal(f->last_position.qty.micros, 0);
    finish(f);
}

static void
fees_and_levels_are_in_the_profit_to_the_micro(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->market[9].fee_rate.ppm = 40000;
    f->market[9].fee_exponent = 1;
    floor_now(f, SOURCE_feed, 0, &market_schema, &f->market[9]);
    floor_book(f, YES, 45, 47, 30);
    floor_level(&f->token[YES].bids, 440000, 30);
    floor_open(f, 1, 'd');
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 60 * MICROS);
    /* Fees 4 % of p(1 - p): 30 at 0.45, 30 at 0.44, 60 at 0.60. */
    assert_int_equal(f->last_execution.fees.micros,
                     297000 + 295680 + 576000);
    assert_int_equal(f->last_execution.pnl.micros,
                     13500000 + 13200000 + 36000000 - 60000000 -
                         f->last_execution.fees.micros);
    finish(f);
}

static void
no_order_goes_out_before_riskd_has_the_split(void **state)
{
    struct floor *f = split();

    (void)state;
    lose(on_road(f, &ack_schema));
    floor_run(f, 480);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->last_group.state, GROUP_STATE_working);
    floor_run(f, 100); /* Said again, and acked. */
    assert_int_equal(f->intents, 2);
    assert_int_equal(f->settles, 1);
    floor_run(f, 300);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    finish(f);
}

static void
a_split_that_was_lost_is_said_again(void **state)
{
    struct floor *f = granted(floor_new());

    (void)state;
    f->lose_permille = 1000;
    while (f->said_splits == 0)
        assert_true(floor_deliver(f, TURN_SENT));
    f->lose_permille = 0;
    floor_run(f, 480);
    assert_int_equal(f->settles, 0);
    assert_int_equal(f->intents, 0);
    floor_run(f, 400);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->said_splits, 1);
    finish(f);
}

static void
everything_heard_twice_is_done_once(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->repeat_permille = 1000;
    floor_open(f, 1, 'd');
    floor_run(f, 1000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->said_splits, 1);
    assert_int_equal(f->intents, 2);
    assert_int_equal(f->settles, 1);
    f->repeat_permille = 0;
    finish(f);
}

static void
a_split_nobody_acks_is_merged_again_after_it(void **state)
{
    struct floor *f = granted(floor_new());

    (void)state;
    while (f->said_splits == 0) {
        f->risk_silent = true;
        assert_true(floor_deliver(f, TURN_SENT));
    }
    assert_int_equal(f->settles, 0);
    floor_run(f, 2100);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_true(f->last_execution.status == EXEC_STATUS_ERROR ||
                f->last_execution.status == EXEC_STATUS_DENIED);
    assert_int_equal(floor_open_auths(f), 1);
    f->risk_silent = false; /* Split, release and merge, in that order. */
    assert_merged_again(f, f->last_execution.status,
                        f->last_execution.reason);
}

static void
an_ack_after_the_grants_time_sells_nothing(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->conf.resend.ms = 60000;
    floor_again(f);
    (void)split_on(f);
    on_road(f, &ack_schema)->at.ns += INT64_C(2100) * 1000000;
    floor_run(f, 2050);
    assert_int_equal(f->said_merges, 1);
    assert_int_equal(f->settles, 1);
    floor_run(f, 100);
    assert_merged_again(f, EXEC_STATUS_ERROR, REASON_TIMEOUT);
}

static void
a_kill_before_the_split_splits_nothing(void **state)
{
    struct floor *f = granted(floor_new());

    (void)state;
    kill_now(f);
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(f->last_execution.cost.micros, 0);
    assert_int_equal(f->said_splits, 0);
    assert_int_equal(f->settles, 0);
    finish(f);
}

static void
a_kill_between_split_and_orders_sends_none_and_merges(void **state)
{
    struct floor *f = split();

    (void)state;
    kill_now(f);
    floor_run(f, 100);
    assert_merged_again(f, EXEC_STATUS_DENIED, REASON_LATCHED);
}

static void
a_kill_while_the_split_is_on_its_way_merges_at_once(void **state)
{
    struct floor *f = split();

    (void)state;
    lose(on_road(f, &ack_schema));
    kill_now(f);
    floor_run(f, 20);
    assert_merged_again(f, EXEC_STATUS_DENIED, REASON_LATCHED);
}

static void
a_resolution_between_split_and_orders_merges(void **state)
{
    struct floor *f = split();
    struct resolution r = { .market = f->market[9].market,
                            .payout_yes = { MICROS }, .final = true };

    (void)state;
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 100);
    assert_merged_again(f, EXEC_STATUS_DENIED, REASON_RESOLVED);
}

static void
a_lease_that_ended_between_split_and_orders_merges(void **state)
{
    struct floor *f = granted(floor_new());
    struct floor_post *p = on_road(f, &grant_schema);

    (void)state;
    ((struct grant *)p->m)->ttl.ms = 60000;
    while (f->said_splits == 0)
        assert_true(floor_deliver(f, TURN_SENT));
    lose(on_road(f, &ack_schema));
    f->risk_silent = true;
    floor_run(f, 2100);
    assert_int_equal(f->last_execution.reason, REASON_NO_LEASE);
    f->risk_silent = false;
    assert_merged_again(f, EXEC_STATUS_DENIED, REASON_NO_LEASE);
}

static void
a_split_riskd_refuses_ends_as_an_error_and_leaves_nothing(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->refuse_split = REASON_CAPITAL;
    floor_open(f, 1, 'd');
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_CONFLICT);
    assert_int_equal(f->intents, 0);
    assert_int_equal(f->last_position.qty.micros, 0);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 2);
    assert_int_equal(f->settles, 0);
    assert_int_equal(floor_open_auths(f), 0);
    audit_groups(f);
    audit_shares(f);
    floor_destroy(f);
}

static void
a_denial_splits_nothing(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->deny_next = REASON_EVENT_LIMIT;
    floor_open(f, 1, 'd');
    floor_run(f, 100);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_EVENT_LIMIT);
    assert_int_equal(f->said_splits, 0);
    finish(f);
}

static void
only_what_is_granted_is_split(void **state)
{
    struct floor *f = granted(floor_new());
    struct floor_post *p = on_road(f, &grant_schema);
    struct grant *g = p->m;

    (void)state;
    g->legs.at[0].size.micros = 33337000;
    g->legs.at[1].size.micros = 40 * MICROS;
    floor_run(f, 500);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.target.micros, 33330000);
    assert_int_equal(f->last_execution.cost.micros, 33330000);
    assert_int_equal(f->last_settle.qty.micros, 33330000);
    finish(f);
}

static void
shadow_splits_nothing_and_says_what_it_would_have(void **state)
{
    struct floor *f = floor_new();

    (void)state;
    f->mode = MODE_shadow;
    floor_again(f);
    floor_open(f, 1, 'd');
    floor_run(f, 200);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_SHADOWED);
    assert_int_equal(f->last_execution.cost.micros, 60 * MICROS);
    assert_int_equal(f->said_splits, 0);
    assert_int_equal(f->positions, 0);
    finish(f);
}

static void
two_tokens_of_different_markets_are_no_pair(void **state)
{
    struct floor *f = floor_new();
    struct opportunity m = floor_opportunity(f, 1, 'd');

    (void)state;
    m.legs.at[0].token = f->token[9].token; /* Bids 70. */
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 200);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_STALE);
    assert_int_equal(f->last_execution.reason, REASON_INCOMPLETE);
    assert_int_equal(f->auths, 0);
    finish(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dollar_is_split_and_both_sides_sold),
        cmocka_unit_test(
            both_positions_are_said_when_they_come_and_when_they_go),
        cmocka_unit_test(fees_and_levels_are_in_the_profit_to_the_micro),
        cmocka_unit_test(no_order_goes_out_before_riskd_has_the_split),
        cmocka_unit_test(a_split_that_was_lost_is_said_again),
        cmocka_unit_test(everything_heard_twice_is_done_once),
        cmocka_unit_test(a_split_nobody_acks_is_merged_again_after_it),
        cmocka_unit_test(an_ack_after_the_grants_time_sells_nothing),
        cmocka_unit_test(a_kill_before_the_split_splits_nothing),
        cmocka_unit_test(
            a_kill_between_split_and_orders_sends_none_and_merges),
        cmocka_unit_test(a_kill_while_the_split_is_on_its_way_merges_at_once),
        cmocka_unit_test(a_resolution_between_split_and_orders_merges),
        cmocka_unit_test(a_lease_that_ended_between_split_and_orders_merges),
        cmocka_unit_test(
            a_split_riskd_refuses_ends_as_an_error_and_leaves_nothing),
        cmocka_unit_test(a_denial_splits_nothing),
        cmocka_unit_test(only_what_is_granted_is_split),
        cmocka_unit_test(shadow_splits_nothing_and_says_what_it_would_have),
        cmocka_unit_test(two_tokens_of_different_markets_are_no_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
