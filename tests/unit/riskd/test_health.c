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
    assert_null(riskd_data_fault(d->x, &d->in));
    was.since.ns = 3000;
    HEAR(d, venue_status, &was);
    assert_non_null(riskd_data_fault(d->x, &d->in));
    /* Another run of feed, whatever its clock. */
    d->in.run = 5;
    is.since.ns = 1;
    HEAR(d, venue_status, &is);
    assert_null(riskd_data_fault(d->x, &d->in));
    d->in.run = 4;
    was.since.ns = 9000;
    HEAR(d, venue_status, &was);
    assert_null(riskd_data_fault(d->x, &d->in));
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_word_on_a_connection_does_not_undo_a_newer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
