/* test_chain_redeem - what a redeem takes: all there is of both tokens, once */
#include "tests/unit/executor/chain_stage.h"

/* The fact says what went of that token, and for what; it is booked. */
static void
booked(struct stage *st, const struct hash *token, int64_t qty, int64_t cash)
{
    struct chain_taken t = { .qty = { -1 } };
    const struct chain_record *r = chain_past_taken(st->past, token, &t);

    assert_non_null(r);
    assert_int_equal(t.qty.micros, qty);
    assert_int_equal(t.cash.micros, cash);
    const struct hash tx = r->tx;
    chain_past_booked(st->past, &tx, token, &t);
    assert_null(chain_past_taken(st->past, token, &t));
}

/* A trade came, or another was sold, between the question and the block. */
static void
a_redeem_says_what_went_and_not_what_was_asked(void **state)
{
    struct stage st;

    (void)state;
    for (int i = 0; i < 4; i++) {
        bool no = i % 2 == 1;

        open_stage(&st);
        sim.now.approved = sim.now.resolved = true;
        sim.now.token[0] = 5 * MICROS;
        sim.now.token[1] = 2 * MICROS;
        sim.crooked = false;
        struct venue_call m = { .call = ++st.calls, .op = VENUE_OP_redeem,
                                .ref = ref(1), .token = sim.id[no],
                                .qty = { 2 * MICROS } };
        must(text_set(&m.market, SIM_CONDITION));
        assert_true(chain_ask(st.c, &m));
        while (sim.sends == 0 && serve(&st))
            ;
        sim.now.token[0] = (i < 2 ? 7 : 1) * MICROS;
        ends(&st, CALL_END_answered);
        booked(&st, &sim.id[0], (i < 2 ? 7 : 1) * MICROS,
               (i < 2 ? 7 : 1) * MICROS);
        booked(&st, &sim.id[1], 2 * MICROS, 0);
        close_stage(&st);
    }
}

static void
both_sides_of_a_redeem_have_one_transaction(void **state)
{
    struct stage st;
    struct hash yes;

    (void)state;
    open_stage(&st);
    sim.now.approved = sim.now.resolved = true;
    sim.now.token[0] = sim.now.token[1] = 5 * MICROS;
    ask(&st, VENUE_OP_redeem, 1, 5 * MICROS);
    ends(&st, CALL_END_answered);
    holds(1005, 0, 0);
    yes = sim.id[0];
    sim.id[0] = sim.id[1]; /* What is asked for. */
    struct venue_call m = { .call = ++st.calls, .op = VENUE_OP_redeem,
                            .ref = ref(2), .token = sim.id[1],
                            .qty = { 5 * MICROS } };
    must(text_set(&m.market, SIM_CONDITION));
    sim.id[0] = yes;
    st.dones = 0;
    assert_true(chain_ask(st.c, &m));
    ends(&st, CALL_END_answered);
    assert_int_equal(sim.known, 1);
    for (int i = 0; i < 2; i++)
        booked(&st, &sim.id[i], 5 * MICROS, i == 0 ? 5 * MICROS : 0);
    ask(&st, VENUE_OP_redeem, 3, 5 * MICROS); /* Late, and on their way. */
    ends(&st, CALL_END_refused);
    sim.now.token[0] = 5 * MICROS;
    ask(&st, VENUE_OP_redeem, 3, 5 * MICROS);
    ends(&st, CALL_END_answered);
    assert_int_equal(sim.known, 2);
    close_stage(&st);
}

/* No balances to compare, and no event: nothing says that it took nothing.
 * What came to us by the same transaction is nothing that was taken. */
static void
a_redeem_that_shows_nothing_taken_is_unknown(void **state)
{
    struct stage st;
    struct chain_taken t;

    (void)state;
    for (int i = 0; i < 3; i++) {
        open_stage(&st);
        sim.now.approved = sim.now.resolved = true;
        sim.now.token[0] = 5 * MICROS;
        sim.pruned = i < 2;
        sim.bare = i == 0;
        sim.comes = i == 2 ? 3 * MICROS : 0;
        ask(&st, VENUE_OP_redeem, 1, 5 * MICROS);
        run(&st);
        assert_int_equal(st.done.end, i == 1 ? CALL_END_answered
                                             : CALL_END_unknown);
        if (i == 1) /* The events alone are enough. */
            booked(&st, &sim.id[0], 5 * MICROS, 5 * MICROS);
        assert_null(chain_past_taken(st.past, &sim.id[0], &t));
        assert_null(chain_past_taken(st.past, &sim.id[1], &t));
        close_stage(&st);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redeem_says_what_went_and_not_what_was_asked),
        cmocka_unit_test(both_sides_of_a_redeem_have_one_transaction),
        cmocka_unit_test(a_redeem_that_shows_nothing_taken_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
