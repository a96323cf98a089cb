/* test_chain_wallet - errands of wallets that are contracts: the same way, in
 * the envelope of their owner. */
#include "tests/unit/executor/chain_stage.h"

static void
a_wallet_that_does_not_obey_is_sent_nothing(void **state)
{
    struct stage st;

    (void)state;
    open_stage_of(&st, WALLET_SAFE);
    sim.disobeys = true;
    split_ends(&st, 1, CALL_END_refused);
    assert_non_null(strstr(st.done.words.s, "does not obey"));
    assert_non_null(strstr(st.done.words.s, "GS026"));
    assert_int_equal(sim.known, 0);
    close_stage(&st);
}

/* A Safe of before 1.3 does not revert then: its event says it. */
static void
what_fails_inside_of_a_safe_was_not_done(void **state)
{
    struct stage st;

    (void)state;
    open_stage_of(&st, WALLET_SAFE);
    sim.now.allowed = sim.fails_inside = true;
    split_ends(&st, 1, CALL_END_refused);
    assert_non_null(strstr(st.done.words.s, "inside"));
    assert_int_equal(sim.known, 1);
    holds(1000, 0, 0);
    uint32_t i = 0;
    assert_null(chain_past_open(st.past, &i));
    sim.fails_inside = false;
    split_ends(&st, 1, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

/* What fails by now is cancelled: by the owner, not by his wallet. */
static void
a_nonce_of_the_owner_is_taken_without_his_wallet(void **state)
{
    struct stage st;

    (void)state;
    open_stage_of(&st, WALLET_SAFE);
    sim.now.allowed = true;
    sim.forgets = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 10000, true);
    sim.now.cash = 0;
    sim.forgets = false;
    run_for(&st, 15000, false);
    ends(&st, CALL_END_refused);
    assert_int_equal(sim.said[sim.known - 1].purpose, CHAIN_PURPOSE_cancel);
    assert_non_null(strstr(st.done.words.s, "cancelled"));
    close_stage(&st);
}

static void
a_wallet_that_is_barred_is_told_so(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    st.t.barred = "not here";
    restart(&st);
    split_ends(&st, 1, CALL_END_not_sent);
    assert_string_equal(st.done.words.s, "not here");
    close_stage(&st);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wallet_that_does_not_obey_is_sent_nothing),
        cmocka_unit_test(what_fails_inside_of_a_safe_was_not_done),
        cmocka_unit_test(a_nonce_of_the_owner_is_taken_without_his_wallet),
        cmocka_unit_test(a_wallet_that_is_barred_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
