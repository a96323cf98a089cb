/* test_random - thousands of seeded random requests, fills, releases and
 * settlements, restarted after every step; the books are added up again from
 * the facts alone, and the promises compared with a naive model */
#include "tests/unit/riskd/play.h"

enum { SEEDS = 24, STEPS = 160 };

/* faults: F-013 F-020 */
static void
whatever_happens_the_books_add_up_and_survive_a_restart(void **state)
{
    (void)state;
    uint32_t grants = 0, facts = 0, splits = 0, confirmed = 0, failed = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct play *p = open_play(seed);
        for (int i = 0; i < STEPS; i++) {
            step(p);
            add_up_the_facts(p);
            assert_true(p->sum[ACCOUNT_cash] >= 0);
            compare_promises(p);
            compare_provisional(p);
            desk_assert_recalls(p->d);
        }
        grants += p->count;
        facts += p->facts_checked;
        splits += p->splits;
        confirmed += p->confirmed;
        failed += p->failed;
        close_play(p);
    }
    print_message("%d steps, %u grants, %u splits, %u facts, of the fills "
                  "%u confirmed later, %u failed\n",
                  SEEDS * STEPS, grants, splits, facts, confirmed, failed);
    /* Or it tested nothing. */
    assert_true(grants > 100 && splits > 100 && confirmed > 30 && failed > 30);
}

/* The same repeated request, a duplicate storm of it, and its siblings: the
 * sum of what is reserved at once never passes the limits. */
static void
concurrent_requests_are_never_reserved_beyond_the_capital(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 108; seed++) {
        struct play *p = open_play(seed);
        for (int i = 0; i < 150; i++) {
            ask(p);
        }
        add_up_the_facts(p);
        compare_promises(p);
        assert_true(p->count > 3);
        assert_true(p->sum[ACCOUNT_reserved] > 0);
        assert_true(p->sum[ACCOUNT_reserved] <=
                    p->d->capital.initial_usd.micros * 8 / 10);
        close_play(p);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            whatever_happens_the_books_add_up_and_survive_a_restart),
        cmocka_unit_test(
            concurrent_requests_are_never_reserved_beyond_the_capital),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
