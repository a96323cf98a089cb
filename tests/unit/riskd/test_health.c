/* test_health - what riskd makes of what it hears of the data */
#include "tests/unit/riskd/control_desk.h"

#include "riskd/engine.h"

/* An answer of feed's can come after what it published later. */
static void
an_older_word_on_a_connection_does_not_undo_a_newer(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct venue_status was = { .state = LINK_STATE_connecting,
                                .since = { 1000 } };
    struct venue_status is = { .state = LINK_STATE_up, .since = { 2000 } };

    keep_well(d);
    d->in.run = 4;
    HEAR(d, venue_status, &is);
    HEAR(d, venue_status, &was);
    assert_null(riskd_data_fault(d->x, d->in.mono));
    was.since.ns = 3000;
    HEAR(d, venue_status, &was);
    assert_non_null(riskd_data_fault(d->x, d->in.mono));
    /* Another run of feed, whatever its clock. */
    d->in.run = 5;
    is.since.ns = 1;
    HEAR(d, venue_status, &is);
    assert_null(riskd_data_fault(d->x, d->in.mono));
    d->in.run = 4;
    was.since.ns = 9000;
    HEAR(d, venue_status, &was);
    assert_null(riskd_data_fault(d->x, d->in.mono));
    desk_free(d);
}

static void
grades(struct desk *d, enum grade data, enum grade model, enum grade risk)
{
    struct risk_state s = desk_state(d);
    assert_int_equal(s.data, data);
    assert_int_equal(s.model, model);
    assert_int_equal(s.risk, risk);
}

static void
go_wrong(struct desk *d, uint32_t n)
{
    struct execution m = { .exec_id = desk_uuid(n),
                           .mode = MODE_paper,
                           .status = EXEC_STATUS_ERROR };
    HEAR(d, execution, &m);
}

static void
the_state_says_how_data_model_and_risk_are(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    desk_pass(d, 10000);
    grades(d, GRADE_red, GRADE_green, GRADE_red); /* Nobody was heard. */
    keep_well(d);
    grades(d, GRADE_green, GRADE_green, GRADE_green);
    struct gap gap = { .src = SOURCE_feed, .lost = 3 };
    HEAR(d, gap, &gap);
    grades(d, GRADE_yellow, GRADE_green, GRADE_green);
    desk_pass(d, 60000);
    keep_well(d);
    grades(d, GRADE_green, GRADE_green, GRADE_green);
    go_wrong(d, 1);
    grades(d, GRADE_green, GRADE_yellow, GRADE_green);
    go_wrong(d, 2);
    go_wrong(d, 3); /* The breaker opens: red alert, nobody has answered. */
    desk_tick(d);
    grades(d, GRADE_green, GRADE_red, GRADE_yellow);
    assert_true(say(d, VERB_ack, ROLE_operator, "all", ""));
    grades(d, GRADE_green, GRADE_red, GRADE_green);
    desk_pass(d, 3600000);
    keep_well(d);
    grades(d, GRADE_green, GRADE_green, GRADE_green);
    struct host_state host = { .disk_free = UINT64_C(9999999999),
                               .mem_total = 1000000000,
                               .mem_free = 400000000 };
    HEAR(d, host_state, &host);
    grades(d, GRADE_green, GRADE_green, GRADE_yellow);
    host.disk_free = 999999999;
    HEAR(d, host_state, &host);
    grades(d, GRADE_green, GRADE_green, GRADE_red);
    host.mem_total = 0; /* Nobody could tell. */
    HEAR(d, host_state, &host);
    grades(d, GRADE_green, GRADE_green, GRADE_green);
    HEAR(d, lease_request, &((struct lease_request){ .unknown = 1 }));
    grades(d, GRADE_green, GRADE_green, GRADE_red);
    desk_free(d);
}

static const char *
fault_at(struct desk *d, int64_t clock)
{
    HEAR(d, lease_request, &((struct lease_request){ .clean = true,
                                                     .clock_known = true,
                                                     .clock = { clock } }));
    return riskd_fault(d->x, &d->in);
}

static void
live_a_clock_two_seconds_off_is_not_healthy(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    d->conf.stage = 1;
    desk_open(d);
    keep_well(d);
    assert_null(fault_at(d, 1999));
    assert_string_equal(fault_at(d, 2000),
                        "risk: the venue's clock and ours differ");
    assert_null(fault_at(d, -1999));
    assert_non_null(fault_at(d, -2000));
    HEAR(d, lease_request, &((struct lease_request){ .clean = true }));
    assert_non_null(riskd_fault(d->x, &d->in));
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_word_on_a_connection_does_not_undo_a_newer),
        cmocka_unit_test(live_a_clock_two_seconds_off_is_not_healthy),
        cmocka_unit_test(the_state_says_how_data_model_and_risk_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
