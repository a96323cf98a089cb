/* test_errands - what goes to the chain: asked until it is done, booked when
 * it is, and no dollar split where that comes to nothing */
#include "tests/unit/executor/audit_live.h"

static void
what_waits_its_turn_on_chain_is_booked_when_it_is_done(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->conf.call_wait.ms = 3000;
    f->venue.chain.ms = 35000;
    floor_new_engine(f);
    floor_run(f, 3000);
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 34000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->settles, 0);
    floor_run(f, 3000);
    assert_int_equal(f->settles, 1);
    assert_int_equal(floor_counter(f, EXECUTOR_errands_failed), 0);
    audit_live(f);
    floor_destroy(f);
}

static void
what_waits_on_chain_takes_nothing_of_what_the_venue_allows(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->conf.reads_burst = f->conf.requests_burst = 1;
    f->conf.cancel_reserve = 0;
    f->venue.chain.ms = 1000;
    floor_new_engine(f);
    floor_run(f, 3000);
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 10000);
    assert_int_equal(f->settles, 1);
    audit_live(f);
    floor_destroy(f);
}

static void
no_dollar_is_split_live_unless_that_is_allowed(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->strategy.b_split_live = false;
    floor_new_engine(f);
    floor_run(f, 3000);
    floor_open(f, 1, 'd');
    floor_run(f, 6000);
    assert_int_equal(f->venue.deeds, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_MODE);
    audit_live(f);
    floor_destroy(f);
}

/* The same situation in market 4, which else is there to be bought. */
static struct opportunity
another(struct floor *f)
{
    struct opportunity m;

    floor_book(f, 8, 45, 47, 60);
    floor_book(f, 9, 60, 62, 60);
    m = floor_opportunity(f, 2, 'b');
    for (uint32_t i = 0; i < 2; i++) {
        m.legs.at[i].side = SIDE_sell;
        m.legs.at[i].limit = f->token[8 + i].bids.at[0].price;
    }
    return m;
}

static void
one_dollar_is_split_at_a_time(void **state)
{
    struct floor *f = floor_live();
    struct opportunity m = another(f);

    (void)state;
    f->venue.chain.ms = 1500;
    floor_open(f, 1, 'd');
    floor_run(f, 700);
    assert_int_equal(f->venue.deeds, 1);
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 300);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_THROTTLED);
    floor_run(f, 11000); /* The event's rest. */
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    floor_book(f, 18, 45, 47, 60);
    floor_book(f, 19, 60, 62, 60);
    floor_open(f, 3, 'd');
    floor_run(f, 9000);
    assert_int_equal(f->venue.deeds, 2);
    audit_live(f);
    floor_destroy(f);
}

/* Both began before either had a grant. */
static void
of_two_that_ask_at_once_one_is_split(void **state)
{
    struct floor *f = floor_live();
    struct opportunity m = another(f);

    (void)state;
    f->venue.chain.ms = 1500;
    floor_open(f, 1, 'd');
    floor_now(f, SOURCE_scanner, 0, &opportunity_schema, &m);
    floor_run(f, 11000);
    assert_int_equal(f->executions, 2);
    assert_int_equal(f->venue.deeds, 1);
    audit_live(f);
    floor_destroy(f);
}

static void
a_split_whose_grant_riskd_does_not_know_ends_and_blocks_nothing(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.no_chain = true;
    floor_open(f, 1, 'd');
    floor_run(f, 700);
    assert_int_equal(executor_open(f->x), 1);
    assert_int_equal(f->executions, 0);
    f->auth[f->auths - 1].open = false;
    floor_again(f);
    f->venue.no_chain = false;
    floor_run(f, 5000);
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(f->venue.deeds, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_CONFLICT);
    floor_run(f, 11000); /* The event's rest. */
    floor_open(f, 2, 'd');
    floor_run(f, 9000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
what_was_split_is_not_sold_while_the_stream_is_down(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.chain.ms = 1000;
    floor_open(f, 1, 'd');
    floor_run(f, 700);
    assert_int_equal(f->venue.deeds, 1);
    f->venue.stream = false;
    floor_run(f, 6000);
    assert_int_equal(f->said_splits, 1);
    assert_int_equal(f->venue.placed, 0);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_VENUE_DOWN);
    assert_int_equal(f->said_merges, 1);
    f->venue.stream = true;
    floor_run(f, 3000);
    audit_live(f);
    floor_destroy(f);
}

static void
what_trades_late_is_redeemed_once_more_under_another_name(void **state)
{
    struct floor *f = floor_live();
    struct resolution r = { .payout_yes = { MICROS }, .final = true };
    const struct floor_vorder *o = &f->venue.order[0];

    (void)state;
    f->late_fills = true;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    r.market = f->market[0].market;
    f->resolved[0] = true;
    f->resolution[0] = r;
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 3000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->token[0].shares, 0);
    floor_again(f); /* It is told of the first by its journal. */
    floor_run(f, 3000);
    floor_trade(f, &f->venue.order[0], o->i.price, o->i.qty);
    floor_run(f, 5000);
    assert_int_equal(f->venue.deeds, 2);
    assert_int_equal(f->venue.deed[1].m.qty.micros,
                     f->venue.deed[0].m.qty.micros);
    assert_int_equal(f->token[0].shares, 0);
    assert_int_equal(f->venue.shares[0], 0);
    floor_destroy(f);
}

/* The contract takes all there is, and pays for it once. */
static void
what_went_with_a_redeem_is_booked_however_many_were_asked(void **state)
{
    struct floor *f = floor_live();
    struct resolution r = { .payout_yes = { MICROS }, .final = true };
    const struct floor_vorder *o = &f->venue.order[0];
    int64_t more;

    (void)state;
    f->late_fills = true;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    r.market = f->market[0].market;
    f->resolved[0] = true;
    f->resolution[0] = r;
    more = o->i.qty.micros;
    f->venue.shares[0] += more; /* Of a trade nobody has heard of. */
    floor_now(f, SOURCE_feed, 0, &resolution_schema, &r);
    floor_run(f, 3000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->venue.deed[0].took[0],
                     f->venue.deed[0].m.qty.micros + more);
    assert_int_equal(f->token[0].shares, 0);
    floor_again(f);
    floor_run(f, 3000);
    floor_trade(f, &f->venue.order[0], o->i.price, o->i.qty);
    f->venue.shares[0] -= more; /* They are gone. */
    floor_run(f, 5000);
    assert_int_equal(f->venue.deeds, 1);
    assert_int_equal(f->token[0].shares, 0);
    assert_int_equal(f->venue.shares[0], 0);
    floor_destroy(f);
}

/* It is asked for on and on, and an operator hears of it twice an hour. */
static void
one_that_does_not_end_is_told_of(void **state)
{
    struct floor *f = floor_live();
    struct executor_alarm alarm[8];

    (void)state;
    f->venue.no_chain = true;
    floor_open(f, 1, 'd');
    floor_run(f, 1700000);
    assert_int_equal(executor_alarms(f->x, alarm, 8), 0);
    floor_run(f, 200000);
    assert_int_equal(executor_alarms(f->x, alarm, 8), 1);
    assert_int_equal(alarm[0].reason, REASON_UNANSWERED);
    floor_destroy(f);
}

static void
until_errand(struct floor *f)
{
    for (int i = 0; i < 400 && f->venue.deeds == 0; i++)
        floor_run(f, 100);
    assert_int_equal(f->venue.deeds, 1);
}

/* Behind a merge it would come after the end of its grant. */
static void
no_dollar_is_split_while_a_merge_is_on_its_way(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->venue.chain.ms = 4000;
    floor_new_engine(f);
    floor_run(f, 3000);
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    until_errand(f);
    floor_open(f, 2, 'd');
    floor_run(f, 300);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_DENIED);
    assert_int_equal(f->last_execution.reason, REASON_THROTTLED);
    floor_run(f, 16000); /* Merged, and the event has rested. */
    assert_int_equal(f->settles, 1);
    f->venue.chain.ms = 1000;
    floor_open(f, 3, 'd');
    floor_run(f, 9000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_waits_its_turn_on_chain_is_booked_when_it_is_done),
        cmocka_unit_test(
            what_waits_on_chain_takes_nothing_of_what_the_venue_allows),
        cmocka_unit_test(no_dollar_is_split_live_unless_that_is_allowed),
        cmocka_unit_test(one_dollar_is_split_at_a_time),
        cmocka_unit_test(of_two_that_ask_at_once_one_is_split),
        cmocka_unit_test(
            a_split_whose_grant_riskd_does_not_know_ends_and_blocks_nothing),
        cmocka_unit_test(what_was_split_is_not_sold_while_the_stream_is_down),
        cmocka_unit_test(
            what_trades_late_is_redeemed_once_more_under_another_name),
        cmocka_unit_test(
            what_went_with_a_redeem_is_booked_however_many_were_asked),
        cmocka_unit_test(one_that_does_not_end_is_told_of),
        cmocka_unit_test(no_dollar_is_split_while_a_merge_is_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
