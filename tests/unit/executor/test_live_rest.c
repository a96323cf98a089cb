/* test_live_rest - what a held group misses rests at the venue, until it is
 * filled or its end is proved; trades of its orders that come late; and an
 * allowance that would leave legs alone. */
#include "tests/unit/executor/audit_live.h"

/* Event "a" live, leg 0 with 60 shares left of 100: held, and what is missing
 * rests there, the fifth order. */
static struct floor *
held(const char *type)
{
    struct floor *f = floor_live();

    text_set(&f->conf.hold_type, type);
    f->conf.settle_wait.ms = 1000;
    f->conf.authorize_wait.ms = 300;
    floor_new_engine(f);
    floor_run(f, 3000);
    floor_book(f, 0, 20, 23, 200);
    floor_open(f, 1, 'a');
    for (int i = 0; f->auths == 0 && i < 1000; i++) {
        floor_advance(f, 1);
        while (f->auths == 0 && floor_deliver(f, TURN_SENT))
            continue;
        if (f->auths == 0)
            floor_tick(f, TURN_SENT);
    }
    floor_book(f, 0, 20, 23, 60);
    return f;
}

static void
what_is_missing_rests_while_held_and_completes_when_it_is_filled(void **state)
{
    struct floor *f = held("GTC");
    struct floor_vorder *o;

    (void)state;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60);
    floor_run(f, 6000);
    assert_int_equal(f->intents, 5);
    assert_int_equal(floor_counter(f, EXECUTOR_rests), 1);
    assert_true(f->last_intent.post_only);
    assert_int_equal(f->last_intent.tif, TIF_GTC);
    assert_int_equal(f->last_intent.price.micros, 230000);
    assert_int_equal(f->last_intent.qty.micros, 40 * MICROS);
    o = &f->venue.order[4];
    assert_true(o->rests);
    floor_trade(f, o, o->i.price, (struct qty){ 15 * MICROS });
    floor_run(f, 3000);
    assert_int_equal(f->executions, 1); /* PARTIAL_HOLD: it goes on. */
    o->rests = false;
    floor_trade(f, o, o->i.price, (struct qty){ 25 * MICROS });
    floor_run(f, 8000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(f->last_execution.filled.micros, 100 * MICROS);
    assert_int_equal(f->venue.cancels, 0);
    audit_live(f);
    floor_destroy(f);
}

static void
nothing_rests_on_a_book_that_is_too_old(void **state)
{
    struct floor *f = held("GTC");

    (void)state;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60);
    for (uint32_t i = 0; i < 8; i += 2)
        f->token[i].age.ms = 6000;
    floor_run(f, 3000);
    assert_int_equal(floor_counter(f, EXECUTOR_rests), 0);
    for (uint32_t i = 0; i < 8; i += 2)
        f->token[i].age.ms = 0;
    floor_run(f, 3000);
    assert_int_equal(floor_counter(f, EXECUTOR_rests), 1);
    f->venue.order[4].rests = false;
    floor_trade(f, &f->venue.order[4], f->venue.order[4].i.price,
                (struct qty){ 40 * MICROS });
    floor_run(f, 8000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    audit_live(f);
    floor_destroy(f);
}

static void
what_rests_is_cancelled_by_the_venue_when_its_hold_ends(void **state)
{
    struct floor *f = held("GTD");
    struct floor_vorder *o;

    (void)state;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60);
    floor_run(f, 6000);
    o = &f->venue.order[4];
    assert_true(o->rests);
    assert_true(o->i.expires.ns > f->wall.ns + INT64_C(180) * 1000000000);
    floor_trade(f, o, o->i.price, (struct qty){ 10 * MICROS });
    f->venue.no_cancels = true;
    floor_run(f, 27000); /* The hold is over; asked, but not proved. */
    assert_true(f->venue.cancels > 0);
    assert_int_equal(executor_open(f->x), 1);
    assert_true(o->rests);
    f->venue.no_cancels = false;
    floor_run(f, 12000);
    assert_false(o->rests);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.filled.micros, 70 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

static void
what_would_trade_at_once_may_not_rest_and_is_held_on(void **state)
{
    struct floor *f = held("GTC");

    (void)state;
    floor_run(f, 500);
    f->venue.fate = FATE_refused;
    f->venue.fate_why = REASON_CROSSES;
    f->venue.fates = 1;
    floor_book(f, 0, 20, 30, 60);
    floor_run(f, 6000);
    assert_int_equal(f->intents, 5);
    assert_int_equal(floor_counter(f, EXECUTOR_rejected), 1);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, 0, 20, 23, 60);
    floor_run(f, 6000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    assert_int_equal(floor_counter(f, EXECUTOR_rests), 1);
    audit_live(f);
    floor_destroy(f);
}

static void
a_rest_that_was_never_answered_leaves_the_next_order_to_take(void **state)
{
    struct floor *f = held("GTC");

    (void)state;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60);
    while (f->last_group.state != GROUP_STATE_holding)
        floor_run(f, 1);
    f->risk_silent = true;
    while (floor_counter(f, EXECUTOR_rests) == 0)
        floor_run(f, 1);
    floor_run(f, 400);
    f->risk_silent = false;
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, 0, 20, 23, 60);
    floor_run(f, 6000);
    assert_int_equal(f->intents, 5);
    assert_false(f->last_intent.post_only);
    assert_int_equal(f->last_intent.tif, TIF_FAK);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    audit_live(f);
    floor_destroy(f);
}

static void
a_late_trade_that_fails_is_taken_off_its_group_again(void **state)
{
    struct floor *f = held("FAK");
    struct floor_vtrade *t;

    (void)state;
    f->late_fills = true;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60); /* Nothing to complete it with. */
    floor_run(f, 3000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    f->venue.stuck = true;
    floor_trade(f, &f->venue.order[0], f->venue.order[0].i.price,
                (struct qty){ 10 * MICROS });
    t = &f->venue.trade[f->venue.trades - 1];
    floor_run(f, 100);
    assert_int_equal(floor_counter(f, EXECUTOR_trades_late), 1);
    t->m.state = FILL_STATE_failed;
    floor_stream(f, &venue_trade_schema, &t->m);
    f->venue.stuck = false;
    floor_run(f, 100);
    floor_book(f, 0, 20, 23, 60);
    floor_run(f, 6000);
    assert_int_equal(f->last_intent.qty.micros, 40 * MICROS); /* Not 30. */
    assert_int_equal(f->last_execution.status, EXEC_STATUS_PATCHED);
    audit_live(f);
    floor_destroy(f);
}

static void
a_late_trade_counts_for_a_group_that_went_on_to_its_next_order(void **state)
{
    struct floor *f = held("GTC");
    struct floor_vorder *o;

    (void)state;
    f->late_fills = true;
    floor_run(f, 500);
    floor_book(f, 0, 20, 30, 60);
    floor_run(f, 6000);
    o = &f->venue.order[4];
    assert_true(o->rests);
    floor_trade(f, &f->venue.order[0], f->venue.order[0].i.price,
                (struct qty){ 10 * MICROS });
    floor_run(f, 100);
    assert_int_equal(floor_counter(f, EXECUTOR_trades_late), 1);
    o->rests = false;
    floor_trade(f, o, o->i.price, (struct qty){ 40 * MICROS });
    floor_book(f, 0, 22, 30, 60);
    floor_run(f, 9000);
    assert_int_equal(f->last_intent.side, SIDE_sell); /* Ten too many. */
    assert_int_equal(f->last_intent.qty.micros, 10 * MICROS);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

static void
a_late_trade_reaches_riskd_over_a_restart(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->late_fills = true;
    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->executions, 1);
    f->risk_silent = true; /* Down when the trade comes, and we end. */
    floor_trade(f, &f->venue.order[0], f->venue.order[0].i.price,
                (struct qty){ 10 * MICROS });
    floor_run(f, 5000);
    assert_int_equal(floor_counter(f, EXECUTOR_trades_late), 1);
    assert_int_equal(f->venue.trade[f->venue.trades - 1].m.state,
                     FILL_STATE_confirmed);
    assert_int_equal(f->token[0].shares, 100 * MICROS);
    floor_again(f);
    f->risk_silent = false;
    floor_run(f, 6000);
    assert_int_equal(f->token[0].shares, 110 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

/* Some orders would be refused, and legs be left alone by it. */
/* faults: F-175 */
static void
nothing_is_begun_while_an_exchange_may_take_too_little(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    struct risk_state m = { .mode = MODE_live, .state = RISK_MODE_run,
                            .cash = { 500 * MICROS } };
    floor_open(f, 1, 'a');
    floor_run(f, 4000);
    assert_true(executor_is_ready(f->x));
    floor_tell(f, SOURCE_riskd, 0, &risk_state_schema, &m);
    f->venue.allowance = 20 * MICROS;
    floor_run(f, 61000);
    assert_false(executor_is_ready(f->x));
    uint32_t placed = f->venue.placed;
    floor_open(f, 2, 'a');
    floor_run(f, 2000);
    assert_int_equal(f->venue.placed, placed);
    f->venue.allowance = 0;
    floor_run(f, 6000);
    assert_true(executor_is_ready(f->x));
    audit_live(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_is_missing_rests_while_held_and_completes_when_it_is_filled),
        cmocka_unit_test(nothing_rests_on_a_book_that_is_too_old),
        cmocka_unit_test(
            what_rests_is_cancelled_by_the_venue_when_its_hold_ends),
        cmocka_unit_test(what_would_trade_at_once_may_not_rest_and_is_held_on),
        cmocka_unit_test(
            a_rest_that_was_never_answered_leaves_the_next_order_to_take),
        cmocka_unit_test(a_late_trade_that_fails_is_taken_off_its_group_again),
        cmocka_unit_test(
            a_late_trade_counts_for_a_group_that_went_on_to_its_next_order),
        cmocka_unit_test(a_late_trade_reaches_riskd_over_a_restart),
        cmocka_unit_test(
            nothing_is_begun_while_an_exchange_may_take_too_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
