/* test_chain_convert - NO of some questions into dollars and YES of the others:
 * what the chain says it is, and once. */
#include "executor/convert.h"
#include "tests/unit/executor/chain_stage.h"

/* Dollars, NO of the first two questions and YES of the third. */
static void
turned(int64_t cash, int64_t no_a, int64_t no_b, int64_t yes_c)
{
    assert_int_equal(sim.now.cash, cash);
    assert_int_equal(sim.now.turn[0], no_a);
    assert_int_equal(sim.now.turn[1], no_b);
    assert_int_equal(sim.now.turn[2], yes_c);
}

static void
open_conversion(struct stage *st, enum wallet_type type)
{
    open_stage_of(st, type);
    sim.now.turn[0] = sim.now.turn[1] = 50 * MICROS;
}

static void
no_of_some_becomes_dollars_and_yes_of_others_once(void **state)
{
    struct stage st;
    struct venue_call m;

    (void)state;
    for (enum wallet_type t = WALLET_EOA; t <= WALLET_SAFE; t++) {
        open_conversion(&st, t);
        m = conversion(&st, 1, 40 * MICROS);
        for (int i = 0; i < 2; i++) {
            assert_true(chain_ask(st.c, &m));
            ends(&st, CALL_END_answered);
            assert_int_equal(st.refreshed, 4); /* Dollars, and each. */
            turned(1040 * MICROS, 10 * MICROS, 10 * MICROS, 40 * MICROS);
            restart(&st);
        }
        sim.bips = 100;
        m = conversion(&st, 2, 7654321);
        m.made = convert_made(m.qty, (struct ppm){ 10000 });
        assert_int_equal(m.made.micros, 7577778);
        assert_true(chain_ask(st.c, &m));
        ends(&st, CALL_END_answered);
        turned(1040 * MICROS + 7577778, 10 * MICROS - 7654321,
               10 * MICROS - 7654321, 40 * MICROS + 7577778);
        close_stage(&st);
    }
}

/* What the engine books is what the contract gives, to the micro, on the grid
 * of the venue and off it: amount - amount * bips / 10000, and the fee rounds
 * down.  One micro more or less is never signed. */
static void
what_the_contract_keeps_is_what_we_think(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t bips = (seed >> 33) % 5001;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t amount = 1 + (seed >> 20) % (i % 2 == 0 ? 999999 : 1u << 30);
        struct qty made =
            convert_made((struct qty){ (int64_t)amount },
                         (struct ppm){ (int64_t)(100 * bips) });

        assert_int_equal(made.micros, amount - amount * bips / 10000);
    }
    for (int more = -1; more < 2; more++) {
        struct stage st;
        struct venue_call m;

        open_conversion(&st, WALLET_EOA);
        sim.bips = 137;
        m = conversion(&st, 1, 1000001);
        m.made = convert_made(m.qty, (struct ppm){ 13700 });
        m.made.micros += more;
        assert_true(chain_ask(st.c, &m));
        run(&st);
        assert_int_equal(st.done.end, more == 0 ? CALL_END_answered
                                                : CALL_END_not_sent);
        close_stage(&st);
    }
}

static void
one_that_is_not_what_we_think_is_never_signed(void **state)
{
    struct stage st;
    struct venue_call m;

    (void)state;
    for (int i = 0; i < 5; i++) {
        open_conversion(&st, WALLET_EOA);
        m = conversion(&st, 1, 40 * MICROS);
        if (i == 0)
            sim.questions = 4; /* One was added. */
        else if (i == 1)
            sim.bips = 1;
        else if (i == 2)
            m.orders.at[2].token = sim_turned(1, true);
        else if (i == 3)
            m.gone = 5; /* Bits of other questions. */
        else
            m.qty.micros = m.made.micros = 51 * MICROS;
        assert_true(chain_ask(st.c, &m));
        run(&st);
        assert_int_equal(st.done.end, i < 4 ? CALL_END_not_sent
                                            : CALL_END_refused);
        assert_int_equal(st.done.reason, i < 4 ? REASON_SCHEMA
                                               : REASON_REFUSED);
        turned(1000 * MICROS, 50 * MICROS, 50 * MICROS, 0);
        for (uint32_t k = 0; k < sim.known; k++)
            assert_int_equal(sim.said[k].purpose, CHAIN_PURPOSE_approve);
        close_stage(&st);
    }
}

static void
a_conversion_that_makes_no_sense_is_not_taken(void **state)
{
    struct stage st;
    struct venue_call m;

    (void)state;
    open_conversion(&st, WALLET_EOA);
    for (int i = 0; i < 6; i++) {
        m = conversion(&st, 1, MICROS);
        if (i == 0)
            m.gone = 0;
        else if (i == 1)
            m.gone = 8;
        else if (i == 2)
            m.orders.count = 1;
        else if (i == 3)
            m.orders.count = legs_cap + 1;
        else if (i == 4)
            m.made.micros = 0;
        else
            m.event.b[31] = 1;
        assert_false(chain_ask(st.c, &m));
    }
    close_stage(&st);
}

/* Killed at each turn of it, signed or not, taken in or not. */
static void
a_conversion_cut_anywhere_is_done_once(void **state)
{
    struct stage st;

    (void)state;
    for (int cut = 0; cut < 60; cut++) {
        open_conversion(&st, WALLET_EOA);
        struct venue_call m = conversion(&st, 1, 40 * MICROS);

        assert_true(chain_ask(st.c, &m));
        for (int i = 0; i < cut && st.dones == 0; i++)
            if (!serve(&st)) {
                sim_mine(&sim);
                st.mono.ns += 1000000000;
            }
        restart(&st);
        assert_true(chain_ask(st.c, &m));
        ends(&st, CALL_END_answered);
        turned(1040 * MICROS, 10 * MICROS, 10 * MICROS, 40 * MICROS);
        close_stage(&st);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_of_some_becomes_dollars_and_yes_of_others_once),
        cmocka_unit_test(what_the_contract_keeps_is_what_we_think),
        cmocka_unit_test(one_that_is_not_what_we_think_is_never_signed),
        cmocka_unit_test(a_conversion_that_makes_no_sense_is_not_taken),
        cmocka_unit_test(a_conversion_cut_anywhere_is_done_once),
    };

    return cmocka_run_group_tests_name("chain convert", tests, NULL, NULL);
}
