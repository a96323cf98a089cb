/* test_riskd_down - with riskd silent nothing leaves, however much there is */
#include "tests/unit/executor/audit_live.h"

enum { MANY = 10000 };

/* Nothing went out since, and no reservation was even asked for. */
static void
none_of_many_is_sent(struct floor *f)
{
    uint32_t placed = f->venue.placed, orders = f->venue.orders;
    uint32_t before = f->executions;
    uint64_t skipped = floor_counter(f, EXECUTOR_skip_no_lease);

    for (uint32_t i = 0; i < MANY; i++) {
        floor_open(f, 100 + i, i % 2 ? 'a' : 'c');
        if (i % 100 == 0)
            floor_run(f, 10);
    }
    floor_run(f, 3000);
    assert_int_equal(f->venue.placed, placed);
    assert_int_equal(f->venue.orders, orders);
    assert_int_equal(f->executions, before);
    assert_int_equal(floor_counter(f, EXECUTOR_skip_no_lease) - skipped,
                     MANY);
}

static void
ten_thousand_opportunities_with_riskd_down_send_no_order(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->risk_silent = true;
    floor_run(f, 2100); /* The lease is over. */
    none_of_many_is_sent(f);
    f->risk_silent = false;
    floor_run(f, 12000);
    floor_open(f, 50000, 'a');
    floor_run(f, 5000);
    assert_int_equal(f->venue.orders, 4);
    assert_true(f->told_cash.micros > 0); /* At its reconcile. */
    assert_int_equal(f->last_execution.status, EXEC_STATUS_FILLED);
    audit_live(f);
    floor_destroy(f);
}

static void
nor_does_an_executor_born_without_riskd(void **state)
{
    struct floor *f = floor_live();

    (void)state;
    f->risk_silent = true;
    floor_again(f);
    floor_run(f, 2100);
    none_of_many_is_sent(f);
    assert_false(executor_is_ready(f->x));
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            ten_thousand_opportunities_with_riskd_down_send_no_order),
        cmocka_unit_test(nor_does_an_executor_born_without_riskd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
