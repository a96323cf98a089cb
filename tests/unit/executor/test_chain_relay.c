/* test_chain_relay - errands of a wallet that obeys only its relayer: each done
 * once whatever that says, and nothing believed that the chain does not show */
#include "tests/unit/executor/chain_stage.h"

static void
a_set_is_split_and_merged_without_gas_of_ours(void **state)
{
    struct stage st;

    (void)state;
    open_stage_of(&st, WALLET_DEPOSIT);
    ask(&st, VENUE_OP_split, 1, 10 * MICROS);
    ends(&st, CALL_END_answered);
    holds(990, 10, 10);
    ask(&st, VENUE_OP_merge, 2, 4 * MICROS);
    ends(&st, CALL_END_answered);
    holds(994, 6, 6);
    assert_int_equal(st.refreshed, 6);
    assert_int_equal(sim.sends, 0); /* No bytes of ours to a node. */
    assert_int_equal(sim.relayer.submits, 4); /* Two approvals. */
    const struct hash *last = &sim.relayer.at[3].tx;
    char text[HASH_TEXT_CAP];
    assert_string_equal(st.done.evidence.s, hash_format(last, text));
    struct uuid second = ref(2);
    const struct chain_record *r = chain_past_done(st.past, &second);
    assert_true(r && hash_equal(&r->tx, last) && r->paid == 0);
    assert_int_equal(chain_past_nonce(st.past, true), 11);
    assert_int_equal(chain_past_nonce(st.past, false), 0);
    close_stage(&st);
}

static void
an_answer_that_is_lost_is_looked_for_and_not_submitted_again(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.lose = 1;
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.relayer.submits, 1);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
one_that_never_arrived_is_submitted_as_it_was(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.drop = 2;
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.relayer.submits, 3);
    assert_int_equal(sim.relayer.count, 1); /* One signature. */
    holds(999, 1, 1);
    close_stage(&st);
}

static void
a_busy_wallet_is_waited_for(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.busy = 7;
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.relayer.submits, 8);
    holds(999, 1, 1);
    close_stage(&st);
}

/* Nothing of it is anywhere, so whoever wants it may ask again at once. */
static void
what_is_busy_for_too_long_was_not_sent(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.busy = UINT32_MAX;
    split_ends(&st, 1, CALL_END_not_sent);
    sim.relayer.busy = 0;
    split_ends(&st, 1, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

/* The second answer is not the first: it was taken, and done. */
static void
a_nonce_that_is_used_by_itself_is_no_refusal(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.twice = true;
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.relayer.submits, 1);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
a_login_that_is_not_taken_is_told(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.refuses = true;
    split_ends(&st, 1, CALL_END_refused);
    assert_non_null(strstr(st.done.words.s, "invalid authorization"));
    uint32_t i = 0;
    assert_null(chain_past_open(st.past, &i));
    close_stage(&st);
}

/* The relayer says that it failed: its nonce is unused and its deadline far, so
 * somebody may still bring it.  Only when that is past it is given up. */
static void
what_failed_is_given_up_only_after_its_deadline(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.fails = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 590000, true);
    assert_int_equal(st.dones, 0);
    ends(&st, CALL_END_refused);
    assert_non_null(strstr(st.done.words.s, "the sim gave it up"));
    assert_int_equal(sim.relayer.submits, 1);
    uint32_t i = 0;
    assert_null(chain_past_open(st.past, &i));
    sim.relayer.fails = false;
    split_ends(&st, 1, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
one_that_failed_and_came_after_all_is_done_once(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.fails = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 60000, true);
    sim.relayer.fails = false;
    ends(&st, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

/* A batch that is reverted keeps its nonce: the next transaction of the relayer
 * may still do it. */
static void
a_reverted_batch_is_followed_further(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.drop = 1;
    ask(&st, VENUE_OP_merge, 1, MICROS);
    sim.now.token[0] = sim.now.token[1] = MICROS;
    run_for(&st, 1500, false);
    sim.now.approved = false; /* Between the trial and the block. */
    run_for(&st, 20000, true);
    assert_int_equal(st.dones, 0);
    assert_true(sim.receipts > 1);
    sim.now.approved = true;
    ends(&st, CALL_END_answered);
    holds(1001, 0, 0);
    close_stage(&st);
}

static void
a_nonce_used_by_nobody_knows_what_is_unknown_for_good(void **state)
{
    struct stage st;
    struct uuid first = ref(1);

    (void)state;
    open_relayed(&st);
    sim.relayer.drop = 1;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 1500, false);
    sim.relayer.silent = true;
    sim.now.nonce++; /* By the owner, elsewhere. */
    run_for(&st, 700000, true);
    assert_int_equal(st.dones, 0); /* Silence proves nothing. */
    sim.relayer.silent = false;
    ends(&st, CALL_END_unknown);
    assert_non_null(strstr(st.done.words.s, "nonce is used"));
    assert_non_null(chain_past_done(st.past, &first));
    ask(&st, VENUE_OP_split, 1, MICROS); /* Nor is it tried again. */
    ends(&st, CALL_END_unknown);
    holds(1000, 0, 0);
    close_stage(&st);
}

/* What used it is not nobody as long as it was not told who did. */
static void
a_list_that_does_not_come_leaves_it_open(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.lose = 1;
    sim.relayer.mute = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 900000, true);
    assert_int_equal(st.dones, 0);
    sim.relayer.mute = false;
    ends(&st, CALL_END_answered);
    assert_int_equal(sim.relayer.submits, 1);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
a_nonce_that_lags_behind_signs_nothing(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run(&st);
    sim.relayer.behind = 1;
    uint32_t known = sim.known;
    split_ends(&st, 2, CALL_END_not_sent);
    assert_non_null(strstr(st.done.words.s, "behind"));
    assert_int_equal(sim.known, known);
    close_stage(&st);
}

/* The transaction it names is not ours: no node has it, or it moved nothing. */
static void
a_transaction_of_others_is_not_believed(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.crooked = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 60000, true);
    assert_int_equal(st.dones, 0);
    sim.relayer.crooked = false;
    ends(&st, CALL_END_answered);
    close_stage(&st);
}

static void
balances_that_did_not_move_are_not_booked(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.crooked = true;
    split_ends(&st, 1, CALL_END_unknown);
    assert_non_null(strstr(st.done.words.s, "did not move"));
    close_stage(&st);
}

/* At every turn of an errand. */
static void
a_restart_finds_the_same_batch(void **state)
{
    (void)state;
    for (int turns = 1; turns < 60; turns++) {
        struct stage st;

        open_relayed(&st);
        ask(&st, VENUE_OP_split, 1, MICROS);
        for (int i = 0; i < turns && st.dones == 0; i++)
            if (!serve(&st)) {
                st.mono.ns += 1000 * 1000000;
                sim_mine(&sim);
            }
        restart(&st);
        split_ends(&st, 1, CALL_END_answered);
        assert_true(sim.relayer.count == 1);
        holds(999, 1, 1);
        close_stage(&st);
    }
}

/* Long after: its deadline is past, nobody brought it, and the next has the
 * nonce that was left. */
static void
a_restart_after_the_deadline_gives_it_up(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    sim.relayer.drop = 1;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 1500, false);
    assert_int_equal(sim.known, 1);
    st.mono.ns += INT64_C(700) * 1000000000;
    restart(&st);
    split_ends(&st, 1, CALL_END_refused);
    assert_int_equal(sim.relayer.count, 0);
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.said[1].nonce, sim.said[0].nonce);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
killed_before_it_left_nothing_is_split(void **state)
{
    struct stage st;

    (void)state;
    open_relayed(&st);
    st.latched = true;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_LATCHED);
    assert_int_equal(sim.relayer.submits, 0);
    close_stage(&st);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_split_and_merged_without_gas_of_ours),
        cmocka_unit_test(
            an_answer_that_is_lost_is_looked_for_and_not_submitted_again),
        cmocka_unit_test(one_that_never_arrived_is_submitted_as_it_was),
        cmocka_unit_test(a_busy_wallet_is_waited_for),
        cmocka_unit_test(what_is_busy_for_too_long_was_not_sent),
        cmocka_unit_test(a_nonce_that_is_used_by_itself_is_no_refusal),
        cmocka_unit_test(a_login_that_is_not_taken_is_told),
        cmocka_unit_test(what_failed_is_given_up_only_after_its_deadline),
        cmocka_unit_test(one_that_failed_and_came_after_all_is_done_once),
        cmocka_unit_test(a_reverted_batch_is_followed_further),
        cmocka_unit_test(
            a_nonce_used_by_nobody_knows_what_is_unknown_for_good),
        cmocka_unit_test(a_list_that_does_not_come_leaves_it_open),
        cmocka_unit_test(a_nonce_that_lags_behind_signs_nothing),
        cmocka_unit_test(a_transaction_of_others_is_not_believed),
        cmocka_unit_test(balances_that_did_not_move_are_not_booked),
        cmocka_unit_test(a_restart_finds_the_same_batch),
        cmocka_unit_test(a_restart_after_the_deadline_gives_it_up),
        cmocka_unit_test(killed_before_it_left_nothing_is_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
