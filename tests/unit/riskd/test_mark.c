/* test_mark - what a live grant bears for the signer */
#include "tests/unit/riskd/live_desk.h"

#include "common/mac_key.h"

static void
a_live_grant_bears_the_mark_of_the_key_and_no_other_does(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    struct mac_key key = { { 1, 2, 3 } };
    static const struct hash none;
    riskd_mac_key(d->x, &key);
    struct grant g = buy(d, 1);
    assert_true(grant_mac_fits(&key, &g));
    desk_pass(d, 700);
    struct grant again = buy(d, 1); /* Other ttl, other mark. */
    assert_int_equal(again.ttl.ms, 1300);
    assert_true(grant_mac_fits(&key, &again));
    HEAR(d, list_open, &((struct list_open){ .epoch = RUN }));
    assert_memory_equal(&d->grant.mac, &none, sizeof none);
    desk_pass(d, 1400);
    again = buy(d, 1); /* Over: nothing to sign. */
    assert_int_equal(again.ttl.ms, 0);
    assert_memory_equal(&again.mac, &none, sizeof none);
    struct authorize m = desk_ask(2, 2, 4, 400000, 100);
    desk_lease(d);
    again = granted(d, &m); /* Paper. */
    assert_memory_equal(&again.mac, &none, sizeof none);
    desk_free(d);
}

static void
without_a_key_live_grants_bear_no_mark(void **state)
{
    (void)state;
    struct desk *d = live_desk();
    static const struct hash none;
    struct grant g = buy(d, 1);
    assert_memory_equal(&g.mac, &none, sizeof none);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_live_grant_bears_the_mark_of_the_key_and_no_other_does),
        cmocka_unit_test(without_a_key_live_grants_bear_no_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
