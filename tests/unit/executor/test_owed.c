/* test_owed - shares that were sold, or closed by their other half, before it
 * was known that they never came: they are bought again, or the group says
 * what it owes and a person hears of it. */
#include "tests/unit/executor/audit_live.h"

/* Trades that fail, by their place at the venue. */
static void
undo(struct floor *f, uint32_t trade)
{
    struct venue_trade *m = &f->venue.trade[trade].m;

    assert_true(trade < f->venue.trades && !fill_is_settled(m->state));
    m->state = FILL_STATE_failed;
    floor_stream(f, &venue_trade_schema, m);
}

/* A first basket of event "a" holds 100 of each leg; of a second one nothing
 * has settled when its leg 2 fails (trade 6), so that it goes back: what it got
 * of legs 0, 1 and 3 (trades 4, 5 and 7) leaves by the bids, or asks, given. */
static struct floor *
going_back(int64_t yes_bid, int64_t no_ask)
{
    struct floor *f = floor_live();

    floor_open(f, 1, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    floor_run(f, 12000); /* The event rests. */
    f->venue.stuck = true;
    floor_open(f, 2, 'a');
    floor_run(f, 100);
    assert_int_equal(f->venue.trades, 8);
    for (uint32_t i = 0; i < 8; i++)
        floor_book(f, i, i % 2 == 0 ? yes_bid : 70,
                   i % 2 == 0 ? 0 : no_ask, 200);
    undo(f, 6);
    floor_run(f, 65000); /* No end while trades settle: so long. */
    assert_int_equal(f->venue.trades, 11);
    assert_int_equal(executor_open(f->x), 1);
    return f;
}

static uint32_t
alarms(struct floor *f, const char *words)
{
    struct executor_alarm a[64];
    uint32_t found = 0, count = executor_alarms(f->x, a, 64);

    for (uint32_t i = 0; i < count; i++)
        found += strcmp(a[i].words.s, words) == 0;
    return found;
}

/* What the first basket holds is all there, and nothing else. */
static void
ends_owing_nothing(struct floor *f)
{
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_int_equal(f->last_execution.naked.micros, 0);
    for (uint32_t i = 0; i < 8; i += 2)
        assert_int_equal(f->token[i].shares, 100 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-201 */
static void
what_was_sold_and_never_came_is_bought_again(void **state)
{
    struct floor *f = going_back(22, 90);

    (void)state;
    undo(f, 4);
    floor_run(f, 2000);
    assert_int_equal(f->venue.trades, 11); /* Its sale may fail as well. */
    f->venue.stuck = false;
    floor_run(f, 8000);
    assert_int_equal(executor_open(f->x), 1);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, 0, 20, 24, 200);
    floor_run(f, 8000);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_patch);
    assert_int_equal(f->last_authorize.legs.count, 1);
    ends_owing_nothing(f);
}

static void
what_cannot_be_bought_again_ends_as_an_error_that_says_so(void **state)
{
    struct floor *f = going_back(22, 90);

    (void)state;
    undo(f, 4);
    f->venue.stuck = false;
    floor_run(f, 900000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_NOT_SETTLED);
    assert_int_equal(f->last_execution.naked.micros, 100 * MICROS);
    assert_true(f->last_execution.pnl.micros < 0);
    assert_int_equal(alarms(f, "a group ended and owes what never came"),
                     1);
    assert_int_equal(f->token[0].shares, 0);
    audit_live(f);
    floor_destroy(f);
}

static void
a_sale_that_fails_as_well_leaves_nothing_owed(void **state)
{
    struct floor *f = going_back(22, 90);

    (void)state;
    undo(f, 4);
    floor_run(f, 2000);
    for (uint32_t i = 8; i < 11; i++)
        if (hash_equal(&f->venue.trade[i].m.token, &f->token[0].token))
            undo(f, i);
    f->venue.stuck = false;
    floor_run(f, 8000);
    ends_owing_nothing(f);
}

/* The other half stands alone: with its leg it is a dollar. */
static void
what_was_closed_by_its_other_half_and_never_came_is_bought_again(void **state)
{
    struct floor *f = going_back(0, 77);

    (void)state;
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_hedge);
    undo(f, 4);
    f->venue.stuck = false;
    floor_run(f, 8000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    floor_book(f, 0, 20, 24, 200);
    floor_run(f, 12000);
    assert_int_equal(f->last_authorize.kind, GRANT_KIND_patch);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    assert_true(f->last_execution.naked.micros < MICROS);
    assert_true(f->token[1].shares < MICROS);
    audit_live(f);
    floor_destroy(f);
}

/* faults: F-018 */
static void
what_is_owed_survives_a_restart_at_every_step(void **state)
{
    (void)state;
    for (int64_t at = 50; at < 2500; at += 150) {
        struct floor *f = going_back(22, 90);

        floor_book(f, 0, 20, 24, 200);
        undo(f, 4);
        f->venue.stuck = false;
        floor_run(f, at);
        floor_again(f);
        floor_run(f, 60000);
        assert_int_equal(floor_counter(f, EXECUTOR_recall_refused), 0);
        ends_owing_nothing(f);
    }
}

static void
a_kill_ends_what_is_owed_with_its_naked_shares(void **state)
{
    struct floor *f = going_back(22, 90);

    (void)state;
    undo(f, 4);
    f->venue.stuck = false;
    f->latched = true;
    f->kill_gen++;
    floor_say_latch(f);
    floor_run(f, 60000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_ERROR);
    assert_int_equal(f->last_execution.reason, REASON_LATCHED);
    assert_int_equal(f->last_execution.naked.micros, 100 * MICROS);
    audit_live(f);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sold_and_never_came_is_bought_again),
        cmocka_unit_test(
            what_cannot_be_bought_again_ends_as_an_error_that_says_so),
        cmocka_unit_test(a_sale_that_fails_as_well_leaves_nothing_owed),
        cmocka_unit_test(
            what_was_closed_by_its_other_half_and_never_came_is_bought_again),
        cmocka_unit_test(what_is_owed_survives_a_restart_at_every_step),
        cmocka_unit_test(a_kill_ends_what_is_owed_with_its_naked_shares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
