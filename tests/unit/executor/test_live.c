/* test_live - groups at a small venue: what fills, what is refused, what is
 * lost on the way, and what must be looked for. */
#include "tests/unit/executor/audit_live.h"

static void
a_basket_is_sent_in_one_batch_and_ends_when_it_has_settled(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(f->venue.placed, 1);
    assert_int_equal(f->venue.orders, 4);
    assert_int_equal(f->executions, 0);
    assert_int_equal(f->said_fills, 4);
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(f->last_fill.state, FILL_STATE_confirmed);
    audit_live(f);
    floor_destroy(f);
}

/* A BUY spends its money: at a better price it gets more than was meant. */
static void
what_better_prices_gave_beyond_full_sets_is_sold(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    floor_open(f, 1, 'a');
    for (int i = 0; f->auths == 0 && i < 1000; i++) {
        floor_advance(f, 1);
        while (f->auths == 0 && floor_deliver(f, TURN_SENT))
            continue;
        if (f->auths == 0)
            floor_tick(f, TURN_SENT);
    }
    floor_book(f, 0, 20, 0, 200); /* Asked at 23: 9 more for the money. */
    floor_level(&f->token[0].asks, 210000, 200);
    floor_run(f, 8000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_true(f->last_execution.naked.micros < MICROS / 10);
    assert_true(f->last_execution.naked_dollars.micros > 0);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    audit_live(f);
    floor_destroy(f);
}

/* 100 shares at 23 cents each, of four legs. */
/* faults: F-209 */
static void
a_fee_is_booked_as_the_venue_says_it_or_else_by_the_schedule(void **state)
{
    (void)state;
    for (int64_t bps = 0; bps <= 400; bps += 200) {
        struct floor *f = floor_live();

        for (uint32_t i = 0; i < 4; i++) {
            f->market[i].fee_rate.ppm = 40000;
            f->market[i].fee_exponent = 1;
            f->market[i].rev++;
        }
        floor_new_engine(f);
        floor_run(f, 3000);
        f->venue.fee_rate.bps = bps;
        floor_open(f, 1, 'a');
        floor_run(f, 4000);
        assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
        assert_int_equal(floor_counter(f, EXECUTOR_fee_conflicts),
                         bps == 200 ? 4 : 0);
        assert_int_equal(floor_counter(f, EXECUTOR_alarms),
                         bps == 200 ? 4 : 0);
        /* 100 x 0.04 x 0.23 x 0.77 */
        assert_int_equal(f->last_execution.fees.micros,
                         4 * (bps == 200 ? 354200 : 708400));
        audit_live(f);
        floor_destroy(f);
    }
}

static void
a_pair_is_merged_on_chain(void **state)
{
    static const struct address at = { { 0x77 } };

    (void)state;
    for (int safe = 0; safe < 2; safe++) {
        struct order_identity id = *floor_identity();
        struct floor *f = floor_live();
        must(wallet_make(safe ? WALLET_SAFE : WALLET_EOA, &id.wallet.owner,
                         safe ? &at : NULL, &id.wallet, NULL));
        f->identity = &id;
        floor_new_engine(f);
        floor_run(f, 3000);
        floor_book(f, 8, 43, 45, 60);
        floor_book(f, 9, 43, 50, 60);
        floor_open(f, 1, 'b');
        floor_run(f, 5000);
        assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
        assert_int_equal(f->venue.deeds, 1);
        assert_string_equal(f->last_settle.evidence.s, "0xabc");
        assert_int_equal(f->last_settle.kind, SETTLE_KIND_merge);
        audit_live(f);
        floor_destroy(f);
    }
}

static void
nothing_is_begun_that_could_not_be_ended_on_chain(void **state)
{
    static const struct address other = { { 0x77 } };
    struct order_identity id = *floor_identity();
    struct floor *f = floor_live();

    (void)state;
    for (int i = 0; i < 3; i++) {
        if (i < 2) /* No relayer; and one that is not this key's. */
            must(wallet_make(i == 0 ? WALLET_DEPOSIT : WALLET_PROXY,
                             &id.wallet.owner, &other, &id.wallet, NULL));
        else
            f->conf.chain_rpc.s[0] = '\0';
        f->identity = i < 2 ? &id : floor_identity();
        floor_new_engine(f);
        floor_run(f, 3000);
        floor_open(f, 1 + (uint64_t)i, i == 0 ? 'b' : 'a');
        floor_run(f, 1000);
        assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
        assert_int_equal(f->last_execution.reason, REASON_FORBIDDEN);
    }
    assert_int_equal(f->venue.placed, 0);
    floor_destroy(f);
}

static void
gas_is_booked_once_in_dollars_that_are_not_cash(void **state)
{
    struct floor *f = floor_live();
    struct chain_tx m = {
        .ref = { { 5 } }, .op = VENUE_OP_merge, .market = { "b" },
        .token = f->token[8].token, .pair = f->token[9].token,
        .qty = { MICROS },
        .purpose = CHAIN_PURPOSE_approve, .tx = { { 9 } },
        .state = CHAIN_STATE_signed, .size = 1, .raw = { .count = 1 },
        .strategy = STRATEGY_B,
    };

    (void)state;
    floor_now(f, SOURCE_executor, 0, &chain_tx_schema, &m);
    assert_int_equal(f->settles, 0);
    m.size = m.raw.count = 0;
    m.state = CHAIN_STATE_reverted; /* What fails is paid for, too. */
    m.paid = UINT64_C(3333333333333334); /* 0.0033.. of a coin of $0.3. */
    floor_now(f, SOURCE_executor, 0, &chain_tx_schema, &m);
    floor_run(f, 100);
    assert_int_equal(f->settles, 1);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_gas);
    assert_int_equal(f->last_settle.strategy, STRATEGY_B);
    assert_int_equal(f->last_settle.cash.micros, -1001);
    struct uuid ref = f->last_settle.ref;
    floor_again(f);
    floor_now(f, SOURCE_executor, 0, &chain_tx_schema, &m);
    floor_run(f, 1000);
    assert_true(uuid_equal(&f->last_settle.ref, &ref));
    m.tx.b[0]++;
    m.state = CHAIN_STATE_gone;
    floor_now(f, SOURCE_executor, 0, &chain_tx_schema, &m);
    floor_run(f, 100);
    assert_true(uuid_equal(&f->last_settle.ref, &ref));
    floor_destroy(f);
}

/* A group on event a, whose one place meets that fate; then all is calm. */
static struct floor *
meets(enum floor_fate fate, uint32_t times, int64_t ms)
{
    struct floor *f = floor_live();

    f->venue.fate = fate;
    f->venue.fates = times;
    floor_open(f, 1, 'a');
    floor_run(f, ms);
    return f;
}

static uint32_t
released_as(const struct floor *f, enum evidence evidence)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < f->releases; i++)
        count += f->release[i].evidence == evidence;
    return count;
}

static void
what_is_refused_for_a_reason_is_freed_at_once(void **state)
{
    struct floor *f = meets(FATE_refused, 1, 1000);

    (void)state;
    assert_int_equal(f->venue.placed, 1);
    assert_int_equal(f->venue.orders, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.reason, REASON_NO_FILL);
    assert_int_equal(floor_counter(f, EXECUTOR_rejected), 4);
    assert_true(released_as(f, EVIDENCE_rejected_proven) > 0);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-008 F-009 */
static void
an_answer_lost_after_acceptance_is_found_and_not_sent_again(void **state)
{
    struct floor *f = meets(FATE_answer_lost, 1, 6000);

    (void)state;
    assert_int_equal(f->venue.placed, 1);
    assert_int_equal(f->venue.orders, 4);
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-008 F-011 */
static void
the_same_with_a_deaf_stream_is_found_by_looking(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.deaf_permille = 1000;
    f->venue.fate = FATE_answer_lost;
    f->venue.fates = 1;
    floor_open(f, 1, 'a');
    floor_run(f, 100);
    assert_int_equal(floor_counter(f, EXECUTOR_unknown), 4);
    floor_run(f, 15000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
what_never_arrived_is_dead_only_after_a_long_quiet(void **state)
{
    struct floor *f = meets(FATE_lost, 1, 19000);

    (void)state;
    assert_int_equal(f->executions, 0);
    assert_int_equal(floor_open_auths(f), 1);
    assert_int_equal(f->releases, 0);
    floor_run(f, 8000);
    assert_int_equal(floor_counter(f, EXECUTOR_dead), 4);
    assert_true(released_as(f, EVIDENCE_not_found_quiet) > 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->venue.placed, 1);
    audit_live(f);
    floor_destroy(f);
}

static void
a_doubt_begins_the_quiet_anew(void **state)
{
    struct floor *f = meets(FATE_lost, 1, 15000);

    (void)state;
    f->venue.blind = true;
    floor_run(f, 6000);
    f->venue.blind = false;
    floor_run(f, 12000);
    assert_int_equal(f->releases, 0);
    floor_run(f, 15000);
    assert_int_equal(floor_counter(f, EXECUTOR_dead), 4);
    audit_live(f);
    floor_destroy(f);
}

static void
what_provably_never_left_goes_again_with_the_same_bytes(void **state)
{
    struct floor *f = meets(FATE_not_sent, 1, 4000);

    (void)state;
    assert_int_equal(floor_counter(f, EXECUTOR_replaced), 4);
    assert_int_equal(f->intents, 4);
    assert_int_equal(f->venue.orders, 4);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
but_not_for_ever(void **state)
{
    struct floor *f = meets(FATE_not_sent, 100, 4000);

    (void)state;
    assert_int_equal(floor_counter(f, EXECUTOR_replaced), 8);
    assert_int_equal(f->venue.orders, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    audit_live(f);
    floor_destroy(f);
}

static void
nothing_goes_again_after_a_kill(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.fate = FATE_not_sent;
    f->venue.fates = 100;
    f->delay_least.ms = f->delay_most.ms = 20;
    floor_open(f, 1, 'a');
    while (f->venue.placed == 0)
        floor_run(f, 10);
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
    floor_run(f, 3000);
    assert_int_equal(f->venue.placed, 1);
    assert_int_equal(floor_counter(f, EXECUTOR_replaced), 0);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-170 */
static void
an_engine_restart_of_the_venue_is_sat_out(void **state)
{
    struct floor *f = meets(FATE_down, 1000, 2000);

    (void)state;
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    for (uint64_t n = 2; n < 40; n++) { /* Two minutes of 425. */
        floor_open(f, n, 'c');
        floor_run(f, 3000);
    }
    uint32_t placed = f->venue.placed;
    assert_true(placed >= 4 && placed <= 10); /* 1, 2, 4 .. 30 s apart. */
    assert_int_equal(f->venue.orders, 0);
    assert_true(floor_counter(f, EXECUTOR_skip_venue) > 20);
    f->venue.fates = 0;
    floor_run(f, 30000);
    floor_open(f, 100, 'a');
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
too_many_orders_wait_for_the_bucket(void **state)
{
    struct floor *f = meets(FATE_throttled, 1, 500);

    (void)state;
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    floor_open(f, 2, 'c');
    floor_run(f, 500);
    assert_int_equal(f->venue.placed, 1);
    assert_int_equal(floor_counter(f, EXECUTOR_skip_venue), 1);
    floor_run(f, 2000);
    floor_open(f, 3, 'c');
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
a_shell_that_says_nothing_leaves_an_unknown_order(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->conf.call_wait.ms = 1000;
    floor_again(f);
    floor_run(f, 3000);
    f->venue.deaf_permille = 1000;
    f->venue.fate = FATE_silent;
    f->venue.fates = 1;
    floor_open(f, 1, 'a');
    floor_run(f, 900);
    assert_int_equal(floor_counter(f, EXECUTOR_unknown), 0);
    floor_run(f, 200);
    assert_int_equal(floor_counter(f, EXECUTOR_unknown), 4);
    floor_run(f, 15000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_int_equal(f->venue.placed, 1);
    audit_live(f);
    floor_destroy(f);
}

/* A BUY spends its dollars: asks of 22 and 23 cents at a limit of 23. */
static void
a_buy_that_gets_more_shares_than_asked_is_booked_whole(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    for (uint32_t i = 0; i < 8; i += 2) {
        floor_book(f, i, 20, 22, 60);
        floor_level(&f->token[i].asks, 230000, 200);
    }
    floor_open(f, 1, 'a');
    floor_run(f, 4000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    assert_true(f->token[0].shares > 100 * MICROS);
    assert_int_equal(floor_counter(f, EXECUTOR_overfills), 0);
    audit_live(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_basket_is_sent_in_one_batch_and_ends_when_it_has_settled),
        cmocka_unit_test(what_better_prices_gave_beyond_full_sets_is_sold),
        cmocka_unit_test(
            a_fee_is_booked_as_the_venue_says_it_or_else_by_the_schedule),
        cmocka_unit_test(a_pair_is_merged_on_chain),
        cmocka_unit_test(nothing_is_begun_that_could_not_be_ended_on_chain),
        cmocka_unit_test(gas_is_booked_once_in_dollars_that_are_not_cash),
        cmocka_unit_test(what_is_refused_for_a_reason_is_freed_at_once),
        cmocka_unit_test(
            an_answer_lost_after_acceptance_is_found_and_not_sent_again),
        cmocka_unit_test(the_same_with_a_deaf_stream_is_found_by_looking),
        cmocka_unit_test(what_never_arrived_is_dead_only_after_a_long_quiet),
        cmocka_unit_test(a_doubt_begins_the_quiet_anew),
        cmocka_unit_test(
            what_provably_never_left_goes_again_with_the_same_bytes),
        cmocka_unit_test(but_not_for_ever),
        cmocka_unit_test(nothing_goes_again_after_a_kill),
        cmocka_unit_test(an_engine_restart_of_the_venue_is_sat_out),
        cmocka_unit_test(too_many_orders_wait_for_the_bucket),
        cmocka_unit_test(a_shell_that_says_nothing_leaves_an_unknown_order),
        cmocka_unit_test(
            a_buy_that_gets_more_shares_than_asked_is_booked_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
