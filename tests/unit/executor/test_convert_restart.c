/* test_convert_restart - conversions over restarts: not a share twice or lost,
 * and nothing sold that riskd has not booked. */
#include "tests/unit/executor/convert_paper.h"

static void
work(struct floor *f, uint32_t k, int64_t bid)
{
    struct opportunity m = conversion(f, 1, k, bid);

    go(f, &m);
    floor_run(f, 5000);
}

static void
restarts_lose_nothing(uint32_t k, int64_t bid)
{
    struct floor *f = open_c();
    uint64_t first = f->turns, last;

    work(f, k, bid);
    last = f->turns;
    floor_destroy(f);
    for (uint64_t at = 1; at <= last - first; at += at < 60 ? 3 : 29)
        for (int journalled = 0; journalled < 2; journalled++) {
            f = open_c();
            f->crash_at = f->turns + at;
            f->crash_journalled = journalled == 1;
            work(f, k, bid);
            floor_run(f, 100000);
            audit(f);
            assert_int_equal(floor_open_auths(f), 0);
            assert_int_equal(floor_counter(f, EXECUTOR_recall_refused), 0);
            /* Whatever was cut short, no NO is left that had its like. */
            if (k == 4)
                assert_true(f->token[1].shares == 0 ||
                            f->token[3].shares == 0 ||
                            f->token[5].shares == 0 ||
                            f->token[7].shares == 0);
            floor_destroy(f);
        }
}

static void
restarts_while_no_of_all_is_converted_lose_nothing(void **state)
{
    (void)state;
    restarts_lose_nothing(4, 0);
}

static void
restarts_while_no_of_some_is_converted_lose_nothing(void **state)
{
    (void)state;
    restarts_lose_nothing(2, 25);
}

static void
restarts_while_dollars_are_converted_lose_nothing(void **state)
{
    (void)state;
    restarts_lose_nothing(0, 27);
}

/* The turn in which a conversion was written down. */
static uint64_t
turn_of_conversion(uint32_t k, int64_t bid)
{
    struct floor *f = open_c();
    uint64_t turn = 0;

    work(f, k, bid);
    for (uint32_t i = 0; i < f->facts; i++)
        if (f->fact[i].schema == &settle_schema)
            turn = f->fact[i].turn;
    floor_destroy(f);
    assert_true(turn > 0);
    return turn;
}

/* Written down and never sent; and what tells riskd of it at last is lost now
 * and then, while what is asked for afterwards comes through. */
static void
after_a_restart_nothing_is_sold_before_riskd_has_booked_it(void **state)
{
    (void)state;
    for (uint32_t k = 0; k <= 2; k += 2) {
        int64_t bid = k == 0 ? 27 : 25;
        uint64_t turn = turn_of_conversion(k, bid);
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct floor *f = open_c();
            struct opportunity m = conversion(f, 1, k, bid);
            uint32_t runs = f->restarts;

            f->crash_at = turn;
            f->crash_journalled = true;
            go(f, &m);
            while (f->restarts == runs)
                floor_run(f, 10);
            f->seed += seed;
            f->lose_permille = 300;
            while (f->settles == 0)
                floor_run(f, 10);
            assert_int_equal(f->not_held, 0);
            f->lose_permille = 0;
            floor_run(f, 8000);
            assert_ended(f, EXEC_STATUS_FILLED, REASON_none);
            assert_int_equal(all_shares(f), 0);
            finish(f);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restarts_while_no_of_all_is_converted_lose_nothing),
        cmocka_unit_test(restarts_while_no_of_some_is_converted_lose_nothing),
        cmocka_unit_test(restarts_while_dollars_are_converted_lose_nothing),
        cmocka_unit_test(
            after_a_restart_nothing_is_sold_before_riskd_has_booked_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
