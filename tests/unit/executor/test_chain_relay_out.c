/* test_chain_relay_out - what the relayer of a wallet has, or never took: given
 * up only where it can never be done, and proved by nothing else of ours */
#include "tests/unit/executor/chain_stage.h"

/* The key of the relayer is gone, what it has is not: only what was never
 * signed was not sent. */
static void
barred_by_now_what_is_out_is_not_given_up(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 2000, false);
    assert_int_equal(sim.relayer.submits, 1);
    st.t.barred = "no key";
    restart(&st);
    sim.relayer.silent = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 900000, true);
    assert_int_equal(st.dones, 0);
    st.t.barred = NULL;
    sim.relayer.silent = false;
    restart(&st);
    split_ends(&st, 1, CALL_END_answered);
    st.t.barred = "no key";
    restart(&st);
    split_ends(&st, 1, CALL_END_answered); /* It was done. */
    split_ends(&st, 2, CALL_END_not_sent);
    holds(999, 1, 1);
    close_stage(&st);
}

/* Nobody ever took it, so it is not out. */
static void
killed_while_the_wallet_is_busy_nothing_is_split(void **state)
{
    struct stage st;
    uint32_t i = 0;

    (void)state;
    open_relayed(&st);
    sim.relayer.busy = UINT32_MAX;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 5000, true);
    assert_true(sim.relayer.submits > 1);
    st.latched = true;
    sim.relayer.busy = 0;
    ends(&st, CALL_END_not_sent);
    assert_string_equal(st.done.words.s, "killed");
    assert_int_equal(sim.relayer.count, 0);
    assert_null(chain_past_open(st.past, &i));
    close_stage(&st);
}

/* The relayer names what did another of our errands. */
static void
a_transaction_proves_one_errand_only(void **state)
{
    struct stage st;
    struct uuid first = ref(1);

    (void)state;
    open_relayed(&st);
    split_ends(&st, 1, CALL_END_answered);
    sim.relayer.stale = true;
    ask(&st, VENUE_OP_split, 2, MICROS);
    run_for(&st, 60000, true);
    assert_int_equal(st.dones, 0);
    assert_non_null(chain_past_done(st.past, &first));
    sim.relayer.stale = false;
    ends(&st, CALL_END_answered);
    holds(998, 2, 2);
    close_stage(&st);
}

/* Its deadline is the chain's: a clock of ours that runs ahead gives nothing
 * up, and a block that is undone again says nothing. */
static void
what_failed_is_over_when_the_chain_is_past_its_deadline(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.fails = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 10000, true);
    sim.late = 400;
    run_for(&st, 900000, true);
    assert_int_equal(st.dones, 0);
    sim.late = 0;
    run_for(&st, 4000, false); /* Not deep enough. */
    assert_int_equal(st.dones, 0);
    sim.late = 400;
    run_for(&st, 10000, true);
    assert_int_equal(st.dones, 0);
    sim.late = 0;
    ends(&st, CALL_END_refused);
    close_stage(&st);
}

/* And not a minute later. */
static void
the_queue_is_free_once_the_deadline_is_some_blocks_old(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.fails = true;
    split_ends(&st, 1, CALL_END_refused);
    assert_in_range(st.mono.ns / 1000000000, 600, 620);
    close_stage(&st);
}

/* Nor is it needed: past its deadline and unused is past and unused. */
static void
a_list_that_never_comes_holds_nothing_for_ever(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.drop = 1;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 1500, false);
    sim.relayer.mute = true;
    ends(&st, CALL_END_refused);
    assert_int_equal(sim.relayer.count, 0);
    close_stage(&st);
}

/* The relayer does not say by what it was done, and that its nonce is unused:
 * the wallet knows better. */
static void
what_the_wallet_has_done_is_not_given_up(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.hides = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 10000, true);
    sim.relayer.behind = 1;
    ends(&st, CALL_END_unknown); /* Not gone. */
    holds(999, 1, 1);
    close_stage(&st);
}

/* Where it cannot be asked the relayer's word stands. */
static void
a_wallet_that_tells_no_nonce_holds_nothing_for_ever(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.fails = sim.dumb_wallet = true;
    split_ends(&st, 1, CALL_END_refused);
    close_stage(&st);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(barred_by_now_what_is_out_is_not_given_up),
        cmocka_unit_test(killed_while_the_wallet_is_busy_nothing_is_split),
        cmocka_unit_test(a_transaction_proves_one_errand_only),
        cmocka_unit_test(what_the_wallet_has_done_is_not_given_up),
        cmocka_unit_test(a_wallet_that_tells_no_nonce_holds_nothing_for_ever),
        cmocka_unit_test(a_list_that_never_comes_holds_nothing_for_ever),
        cmocka_unit_test(
            what_failed_is_over_when_the_chain_is_past_its_deadline),
        cmocka_unit_test(
            the_queue_is_free_once_the_deadline_is_some_blocks_old),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
