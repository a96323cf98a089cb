/* test_killed - a strategy or a venue killed alone: its orders are cancelled */
#include "tests/unit/executor/audit_live.h"

/* Orders of a basket (strategy A) rest; riskd says what is killed. */
static struct floor *
resting_when(uint64_t killed)
{
    struct floor *f = floor_live();
    struct risk_state m = { .mode = MODE_live, .state = RISK_MODE_run,
                            .cash = { 1000 * MICROS }, .killed = killed };

    f->venue.rest_all = true;
    floor_open(f, 1, 'a');
    floor_run(f, 200);
    assert_int_equal(f->venue.orders, 4);
    floor_tell(f, SOURCE_riskd, 0, &risk_state_schema, &m);
    floor_run(f, 5000);
    return f;
}

static bool
is_cancelled(const struct floor *f)
{
    bool any = false;

    for (uint32_t i = 0; i < 4; i++)
        any = any || f->venue.order[i].rests;
    return !any && f->venue.cancels > 0;
}

static void
a_killed_strategy_s_orders_are_cancelled(void **state)
{
    struct floor *f = resting_when(UINT64_C(1) << STRATEGY_A);

    (void)state;
    assert_true(is_cancelled(f));
    floor_run(f, 3000);
    assert_int_equal(f->last_execution.status, EXEC_STATUS_UNWOUND);
    audit_live(f);
    floor_destroy(f);
}

static void
so_are_all_when_the_venue_is_killed(void **state)
{
    struct floor *f =
        resting_when(UINT64_C(1) << (strategy_end_ + VENUE_polymarket));

    (void)state;
    assert_true(is_cancelled(f));
    floor_destroy(f);
}

static void
another_strategy_s_kill_leaves_them_alone(void **state)
{
    struct floor *f = resting_when(UINT64_C(1) << STRATEGY_B);

    (void)state;
    assert_int_equal(f->venue.cancels, 0);
    assert_true(f->venue.order[0].rests);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_strategy_s_orders_are_cancelled),
        cmocka_unit_test(so_are_all_when_the_venue_is_killed),
        cmocka_unit_test(another_strategy_s_kill_leaves_them_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
