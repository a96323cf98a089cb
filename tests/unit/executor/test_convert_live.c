/* test_convert_live - NO bought at a venue, converted on a chain, and the YES
 * of that sold: once, whatever ends when, with venue, books and ledger equal */
#include "tests/unit/executor/audit_live.h"
#include "tests/unit/executor/convert_kit.h"

static void
set_up(struct floor *f)
{
    f->strategy.C = f->strategy.c_live = true;
    f->strategy.c_time.ms = 1000;
    f->strategy.sets_max.micros = 100 * MICROS;
    floor_new_engine(f);
    floor_run(f, 3000);
}

static struct floor *
open_c(void)
{
    struct floor *f = floor_live();

    set_up(f);
    return f;
}

/* At the venue. */
static int64_t
shares_there(const struct floor *f)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < 8; i++)
        sum += f->venue.shares[i];
    return sum;
}

static uint32_t
conversions(const struct floor *f)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < f->venue.deeds; i++)
        count += f->venue.deed[i].m.op == VENUE_OP_convert;
    return count;
}

static void
finish(struct floor *f)
{
    floor_run(f, 5000);
    audit_live(f);
    assert_int_equal(floor_open_auths(f), 0);
    floor_destroy(f);
}

static void
no_of_all_becomes_dollars_on_chain(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    go(f, &m);
    floor_run(f, 60000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(conversions(f), 1);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_convert);
    assert_int_equal(f->last_settle.mode, MODE_live);
    assert_int_equal(f->last_settle.cash.micros, 300 * MICROS);
    assert_string_equal(f->last_settle.evidence.s, "0xabc");
    assert_int_equal(shares_there(f), 0);
    finish(f);
}

static void
yes_of_the_others_is_sold_when_the_chain_has_it(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->venue.chain.ms = 8000;
    go(f, &m);
    floor_run(f, 60000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(conversions(f), 1);
    assert_int_equal(f->last_intent.side, SIDE_sell);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_unwind);
    assert_int_equal(shares_there(f), 0);
    finish(f);
}

static void
nothing_begins_that_is_not_allowed_or_not_known(void **state)
{
    (void)state;
    for (int i = 0; i < 7; i++) {
        struct floor *f = floor_live();
        struct opportunity m;

        if (i == 3)
            memset(&f->market[2].neg_risk_id, 0, sizeof(struct hash));
        if (i == 4)
            f->market[2].event_index = 1; /* Two of them. */
        set_up(f);
        f->strategy.c_live = i != 0;
        f->strategy.c_fee.ppm = i == 6 ? 600000 : 0;
        floor_new_engine(f);
        floor_run(f, 3000);
        m = conversion(f, 1, i == 1 ? 0 : 2, 25);
        if (i == 2) /* A YES would be left over. */
            m.legs.count = 3;
        if (i == 5) /* A token that is of another event. */
            m.legs.at[3].token = f->token[10].token;
        go(f, &m);
        floor_run(f, 3000);
        assert_ended(f, i == 5 ? EXEC_STATUS_STALE : EXEC_STATUS_DENIED,
                     i < 2    ? REASON_MODE
                     : i == 6 ? REASON_BELOW_NET
                              : REASON_INCOMPLETE);
        assert_int_equal(f->intents, 0);
        assert_int_equal(f->venue.deeds, 0);
        finish(f);
    }
}

static void
what_the_chain_refuses_until_the_hold_is_over_is_kept(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->venue.refuses = true;
    go(f, &m);
    floor_run(f, 20000);
    assert_int_equal(f->executions, 0); /* It is tried again. */
    assert_true(floor_counter(f, EXECUTOR_errands_failed) > 1);
    floor_run(f, 60000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(conversions(f), 0);
    assert_int_equal(shares_there(f), 200 * MICROS);
    f->venue.refuses = false;
    floor_run(f, 30000);
    assert_int_equal(conversions(f), 0); /* Never afterwards. */
    finish(f);
}

static void
one_the_chain_refuses_at_first_is_done_later(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    f->venue.refuses = true;
    go(f, &m);
    floor_run(f, 15000);
    assert_int_equal(f->executions, 0);
    f->venue.refuses = false;
    floor_run(f, 40000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(conversions(f), 1);
    finish(f);
}

static void
of_one_that_may_have_been_done_the_chain_is_asked_on(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    f->venue.no_chain = true;
    go(f, &m);
    floor_run(f, 120000); /* Far beyond its hold. */
    assert_int_equal(f->executions, 0);
    f->venue.no_chain = false;
    floor_run(f, 60000);
    assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
    assert_int_equal(conversions(f), 1);
    finish(f);
}

/* Nobody will ever say what it did: its group ends with what the books hold,
 * an operator is told, the event is free; also when a restart hears it. */
static void
one_that_nobody_can_prove_ends_its_group_and_says_so(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++) {
        struct floor *f = open_c();
        struct opportunity m = conversion(f, 1, 4, 0);
        struct executor_alarm alarm[8];

        f->venue.no_chain = again == 1;
        f->venue.unproved = true;
        go(f, &m);
        floor_run(f, 20000);
        if (again == 1) {
            assert_int_equal(f->executions, 0);
            f->venue.no_chain = false;
            floor_again(f);
            floor_run(f, 40000);
        }
        assert_ended(f, EXEC_STATUS_ERROR, REASON_BALANCE);
        assert_int_equal(conversions(f), 0);
        assert_int_equal(shares_there(f), 400 * MICROS);
        assert_int_equal(executor_open(f->x), 0);
        assert_int_equal(floor_counter(f, EXECUTOR_errands_lost), 1);
        assert_true(executor_alarms(f->x, alarm, 8) > 0);
        finish(f);
    }
}

static void
a_kill_does_not_stop_what_takes_exposure_back(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 4, 0);

    (void)state;
    f->venue.chain.ms = 5000;
    go(f, &m);
    while (conversions(f) == 0)
        floor_run(f, 50);
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
    floor_run(f, 60000);
    assert_int_equal(f->last_settle.kind, SETTLE_KIND_convert);
    assert_int_equal(shares_there(f), 0);
    finish(f);
}

/* Killed at every tenth of a second of its life. */
static void
cut_anywhere_it_is_converted_and_sold_once(void **state)
{
    (void)state;
    for (uint32_t cut = 0; cut < 120; cut++) {
        struct floor *f = open_c();
        struct opportunity m = conversion(f, 1, cut % 2 == 0 ? 2 : 4, 25);

        f->venue.chain.ms = 3000;
        go(f, &m);
        floor_run(f, 100 * cut);
        floor_new_engine(f);
        floor_run(f, 90000);
        assert_int_equal(floor_counter(f, EXECUTOR_recall_refused), 0);
        assert_true(conversions(f) <= 1);
        if (conversions(f) == 1)
            assert_int_equal(shares_there(f), 0);
        finish(f);
    }
}

/* As the shell says it before it sends the bytes. */
static void
say_signed(struct floor *f)
{
    const struct venue_call *of = &f->venue.deed[0].m;
    struct chain_tx m = {
        .ref = of->ref, .op = of->op, .market = of->market,
        .token = of->token, .pair = of->pair, .qty = of->qty,
        .strategy = of->strategy, .tokens = of->orders, .event = of->event,
        .gone = of->gone, .made = of->made,
        .purpose = CHAIN_PURPOSE_convert, .tx = { { 9 } },
        .state = CHAIN_STATE_signed, .size = 1, .raw = { .count = 1 },
    };

    floor_now(f, SOURCE_executor, 0, &chain_tx_schema, &m);
}

/* Its event resolves while the executor is away: what was signed before is
 * booked all the same, by what was signed. */
static void
one_that_is_out_is_booked_though_its_event_resolved(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->venue.chain.ms = 30000;
    go(f, &m);
    while (conversions(f) == 0)
        floor_run(f, 50);
    say_signed(f);
    for (uint32_t i = 0; i < 4; i++) {
        f->resolution[i] = (struct resolution){
            .market = f->market[i].market,
            .payout_yes = { i == 1 ? MICROS : 0 },
            .final = true,
        };
        f->resolved[i] = f->unlisted[i] = true;
    }
    f->strategy.c_fee.ppm = 20000;
    floor_new_engine(f);
    floor_run(f, 90000);
    assert_int_equal(conversions(f), 1);
    assert_ended(f, EXEC_STATUS_ERROR, REASON_RESOLVED);
    assert_int_equal(floor_counter(f, EXECUTOR_conversions), 1);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(f->token[i].shares, 0);
    floor_run(f, 5000);
    audit_groups(f);
    audit_trades(f);
    assert_int_equal(floor_open_auths(f), 0);
    floor_destroy(f); /* Worthless shares stay with the venue. */
}

/* A question was added to the event: nothing is converted, and the group ends
 * when its hold is over. */
static void
an_event_that_grew_is_not_converted(void **state)
{
    struct floor *f = open_c();
    struct opportunity m = conversion(f, 1, 2, 25);

    (void)state;
    f->venue.settle.ms = 3000;
    go(f, &m);
    while (f->fills == 0)
        floor_run(f, 50);
    for (uint32_t i = 0; i < 5; i++) {
        struct market k = f->market[i < 4 ? i : 9];

        k.event_size = 5;
        k.rev++;
        if (i == 4) {
            k.event = f->market[0].event;
            k.neg_risk_id = f->market[0].neg_risk_id;
            k.neg_risk = true;
            k.event_index = 4;
        }
        floor_now(f, SOURCE_feed, 0, &market_schema, &k);
    }
    floor_run(f, 120000);
    assert_int_equal(conversions(f), 0);
    assert_ended(f, EXEC_STATUS_ERROR, REASON_INCOMPLETE);
    assert_int_equal(shares_there(f), 200 * MICROS);
    finish(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_of_all_becomes_dollars_on_chain),
        cmocka_unit_test(yes_of_the_others_is_sold_when_the_chain_has_it),
        cmocka_unit_test(nothing_begins_that_is_not_allowed_or_not_known),
        cmocka_unit_test(what_the_chain_refuses_until_the_hold_is_over_is_kept),
        cmocka_unit_test(one_the_chain_refuses_at_first_is_done_later),
        cmocka_unit_test(of_one_that_may_have_been_done_the_chain_is_asked_on),
        cmocka_unit_test(one_that_nobody_can_prove_ends_its_group_and_says_so),
        cmocka_unit_test(a_kill_does_not_stop_what_takes_exposure_back),
        cmocka_unit_test(one_that_is_out_is_booked_though_its_event_resolved),
        cmocka_unit_test(an_event_that_grew_is_not_converted),
        cmocka_unit_test(cut_anywhere_it_is_converted_and_sold_once),
    };

    return cmocka_run_group_tests_name("convert live", tests, NULL, NULL);
}
