/* test_chain - errands on a chain that forgets, forks, is silent or lies: each
 * is done once, and what is told of it is so. */
#include "tests/unit/executor/chain_stage.h"

static void
a_set_is_made_unmade_and_paid(void **state)
{
    struct stage st;

    (void)state;
    for (enum wallet_type t = WALLET_EOA; t <= WALLET_SAFE; t++) {
        open_stage_of(&st, t);
        ask(&st, VENUE_OP_split, 1, 100 * MICROS);
        ends(&st, CALL_END_answered);
        assert_int_equal(st.refreshed, 3);
        holds(900, 100, 100);
        assert_int_equal(sim.known, 2); /* An approval before it. */
        assert_int_equal(sim.said[0].purpose, CHAIN_PURPOSE_approve);
        ask(&st, VENUE_OP_merge, 2, 40 * MICROS);
        ends(&st, CALL_END_answered);
        holds(940, 60, 60);
        sim.now.resolved = true;
        ask(&st, VENUE_OP_redeem, 3, 60 * MICROS);
        ends(&st, CALL_END_answered);
        holds(1000, 0, 0);
        close_stage(&st);
    }
}

static void
one_ref_is_done_once_whoever_asks(void **state)
{
    struct stage st;
    char evidence[81];

    (void)state;
    open_stage(&st);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run(&st);
    memcpy(evidence, st.done.evidence.s, sizeof evidence);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run(&st);
    assert_string_equal(st.done.evidence.s, evidence);
    restart(&st);
    split_ends(&st, 1, CALL_END_answered);
    assert_string_equal(st.done.evidence.s, evidence);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
the_last_call_of_a_ref_is_the_one_answered(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 1000, false);
    ask(&st, VENUE_OP_split, 1, MICROS); /* The first took too long. */
    run(&st);
    assert_int_equal(chain_errands(st.c), 0);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
what_reverts_when_tried_is_never_signed(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.approved = true;
    ask(&st, VENUE_OP_merge, 1, MICROS);
    ends(&st, CALL_END_refused);
    assert_non_null(strstr(st.done.words.s, "the sim says so"));
    assert_int_equal(sim.known, 0);
    close_stage(&st);
}

static void
tokens_of_another_market_are_refused(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.id[1].b[5] ^= 1;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_SCHEMA);
    sim_begin(&sim, WALLET_EOA);
    struct venue_call m = { .call = ++st.calls, .op = VENUE_OP_merge,
                            .ref = ref(2), .qty = { 5 } };
    st.dones = 0;
    must(text_set(&m.market, "some-slug"));
    assert_true(chain_ask(st.c, &m));
    run(&st);
    assert_int_equal(st.done.reason, REASON_BAD_INPUT);
    assert_int_equal(sim.known, 0);
    close_stage(&st);
}

static void
a_node_of_another_chain_is_never_believed(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.chain = 80002;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_VENUE_DOWN);
    assert_non_null(strstr(st.done.words.s, "80002"));
    assert_int_equal(sim.known, 0);
    close_stage(&st);
}

static void
without_nodes_nothing_begins_and_nothing_is_given_up(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.silent = true;
    split_ends(&st, 1, CALL_END_not_sent);
    sim.silent = false;
    sim.now.allowed = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    while (sim.known == 0)
        run_for(&st, 250, false);
    sim.silent = true;
    run_for(&st, 3600000, false);
    assert_int_equal(st.dones, 0); /* It may be out. */
    sim.silent = false;
    ends(&st, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
what_is_stuck_pays_a_tenth_more_up_to_the_most(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    st.t.fee_most = UINT64_C(150000000000);
    restart(&st);
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 600000, false);
    assert_true(sim.known == 2); /* 130, 146.25 gwei; no third. */
    for (uint32_t i = 1; i < sim.known; i++) {
        assert_int_equal(sim.said[i].nonce, sim.said[0].nonce);
        assert_true(sim.said[i].fee_max * 10 >=
                    sim.said[i - 1].fee_max * 11);
        assert_true(sim.said[i].priority * 10 >=
                    sim.said[i - 1].priority * 11);
        assert_true(sim.said[i].fee_max <= st.t.fee_most);
    }
    ends(&st, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
gas_above_the_most_is_not_signed(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    sim.base = 480;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(sim.known, 0);
    sim.base = 460; /* Enough for the next block, not for twice as much. */
    split_ends(&st, 2, CALL_END_answered);
    assert_true(sim.said[0].fee_max == st.t.fee_most);
    close_stage(&st);
}

static void
what_fails_by_now_is_cancelled_under_its_nonce(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    sim.forgets = true; /* It went into no pool. */
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 10000, true);
    assert_int_equal(sim.known, 1);
    sim.now.cash = 0;
    sim.forgets = false;
    run_for(&st, 15000, false);
    ends(&st, CALL_END_refused);
    assert_int_equal(sim.said[sim.known - 1].purpose, CHAIN_PURPOSE_cancel);
    assert_int_equal(sim.said[sim.known - 1].nonce, sim.said[0].nonce);
    assert_int_equal(sim.now.token[0], 0);
    close_stage(&st);
}

static void
a_nonce_another_took_ends_it_and_the_next_has_the_next(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    sim.forgets = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 3000, false);
    sim_mine_other(&sim);
    sim.forgets = false;
    ends(&st, CALL_END_refused);
    holds(1000, 0, 0);
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.said[sim.known - 1].nonce, sim.said[0].nonce + 1);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
without_money_for_gas_its_nonce_is_used_again(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    sim.poor = true;
    split_ends(&st, 1, CALL_END_refused);
    assert_int_equal(st.done.reason, REASON_BALANCE);
    restart(&st);
    assert_int_equal(chain_errands(st.c), 0);
    sim.poor = false;
    sim.base++;
    ask(&st, VENUE_OP_split, 1, MICROS);
    run_for(&st, 2000, false);
    assert_int_equal(sim.said[1].nonce, sim.said[0].nonce);
    restart(&st); /* Open, though another with its nonce is gone. */
    assert_int_equal(chain_errands(st.c), 1);
    split_ends(&st, 1, CALL_END_answered);
    holds(999, 1, 1);
    close_stage(&st);
}

static void
a_fork_is_waited_out(void **state)
{
    struct stage st;

    (void)state;
    for (int forget = 0; forget < 2; forget++) {
        open_stage(&st);
        sim.now.allowed = true;
        ask(&st, VENUE_OP_split, 1, MICROS);
        run_for(&st, 2000, false);
        sim_mine(&sim);
        run_for(&st, 3000, false); /* Its receipt is seen. */
        assert_int_equal(st.dones, 0);
        sim_undo(&sim, forget);
        sim_mine(&sim);
        sim_mine(&sim);
        ends(&st, CALL_END_answered);
        holds(999, 1, 1);
        close_stage(&st);
    }
}

static void
an_effect_that_is_not_seen_is_unknown_for_good(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    sim.crooked = true; /* Takes a micro more. */
    split_ends(&st, 1, CALL_END_unknown);
    assert_int_equal(st.done.reason, REASON_BALANCE);
    assert_int_equal(st.refreshed, 0);
    restart(&st);
    split_ends(&st, 1, CALL_END_unknown);
    assert_int_equal(sim.known, 1);
    close_stage(&st);
}

static void
a_kill_stops_splits_that_are_not_out_and_no_merge(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.now.allowed = sim.now.approved = true;
    sim.now.token[0] = sim.now.token[1] = 5 * MICROS;
    st.latched = true;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_LATCHED);
    assert_int_equal(sim.known, 0);
    ask(&st, VENUE_OP_merge, 2, MICROS);
    ends(&st, CALL_END_answered);
    holds(1001, 4, 4);
    close_stage(&st);
}

/* Its fact is on disk and its bytes are nowhere else: then they stay there. */
static void
killed_after_its_fact_nothing_is_split(void **state)
{
    struct stage st;
    uint32_t i = 0;

    (void)state;
    open_stage(&st);
    sim.now.allowed = true;
    ask(&st, VENUE_OP_split, 1, MICROS);
    while (sim.known == 0)
        if (!serve(&st))
            st.mono.ns += 250 * 1000000;
    st.latched = true;
    ends(&st, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_LATCHED);
    assert_int_equal(sim.sends, 0);
    assert_null(chain_past_open(st.past, &i));
    st.latched = false;
    split_ends(&st, 1, CALL_END_answered);
    assert_int_equal(sim.said[1].nonce, sim.said[0].nonce);
    holds(999, 1, 1);
    close_stage(&st);
}

/* An approval is given once, whatever a node says of it after. */
static void
an_approval_that_does_not_show_is_not_given_again(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.deaf = true;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_non_null(strstr(st.done.words.s, "approv"));
    assert_int_equal(sim.known, 1);
    sim.deaf = false;
    split_ends(&st, 1, CALL_END_answered);
    close_stage(&st);
}

/* A node that answers, but not that, is not asked for ever. */
static void
what_no_node_wants_to_say_ends_it(void **state)
{
    struct stage st;

    (void)state;
    open_stage(&st);
    sim.refuses = true;
    split_ends(&st, 1, CALL_END_not_sent);
    assert_int_equal(st.done.reason, REASON_VENUE_DOWN);
    close_stage(&st);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_made_unmade_and_paid),
        cmocka_unit_test(one_ref_is_done_once_whoever_asks),
        cmocka_unit_test(the_last_call_of_a_ref_is_the_one_answered),
        cmocka_unit_test(what_reverts_when_tried_is_never_signed),
        cmocka_unit_test(tokens_of_another_market_are_refused),
        cmocka_unit_test(a_node_of_another_chain_is_never_believed),
        cmocka_unit_test(without_nodes_nothing_begins_and_nothing_is_given_up),
        cmocka_unit_test(what_is_stuck_pays_a_tenth_more_up_to_the_most),
        cmocka_unit_test(gas_above_the_most_is_not_signed),
        cmocka_unit_test(what_fails_by_now_is_cancelled_under_its_nonce),
        cmocka_unit_test(
            a_nonce_another_took_ends_it_and_the_next_has_the_next),
        cmocka_unit_test(without_money_for_gas_its_nonce_is_used_again),
        cmocka_unit_test(a_fork_is_waited_out),
        cmocka_unit_test(an_effect_that_is_not_seen_is_unknown_for_good),
        cmocka_unit_test(a_kill_stops_splits_that_are_not_out_and_no_merge),
        cmocka_unit_test(killed_after_its_fact_nothing_is_split),
        cmocka_unit_test(an_approval_that_does_not_show_is_not_given_again),
        cmocka_unit_test(what_no_node_wants_to_say_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
