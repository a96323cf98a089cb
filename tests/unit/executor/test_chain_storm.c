/* test_chain_storm - everything a chain and its nodes can do to us, by seeds
 * (SEEDS=4000), for each kind of wallet, and restarts in the middle of it. */
#include "tests/unit/executor/chain_stage.h"

#include <stdlib.h>

static void
ask_again(struct stage *st, enum venue_op op, uint8_t n)
{
    struct venue_call m;

    if (op != VENUE_OP_convert) {
        ask(st, op, n, (10 - n) * MICROS);
        return;
    }
    m = conversion(st, n, (10 - n) * MICROS);
    assert_true(chain_ask(st->c, &m));
}

/* Everything at once, then quiet: four errands, each done exactly once. */
static void
storm(uint64_t seed)
{
    const enum venue_op ops[] = { VENUE_OP_split, VENUE_OP_split,
                                  VENUE_OP_merge, VENUE_OP_convert };
    int64_t cash = 1000, sets = 0;
    struct stage st;

    open_stage_of(&st, (enum wallet_type)(seed % WALLET_END_));
    sim.seed = seed;
    sim.now.turn[0] = sim.now.turn[1] = 7 * MICROS;
    for (uint8_t n = 0; n < 4; n++) {
        uint64_t forks = 0;
        ask_again(&st, ops[n], n);
        for (int i = 0; i < 600; i++) {
            sim.lost_percent = 20;
            sim.no_logs = sim_chance(&sim, 3) == 0;
            sim.forgets = sim_chance(&sim, 4) == 0;
            sim.fails_inside = sim.wallet.type == WALLET_SAFE &&
                               sim_chance(&sim, 6) == 0;
            sim.relayer.lose = sim_chance(&sim, 5) == 0;
            sim.relayer.drop = sim_chance(&sim, 5) == 0;
            sim.relayer.busy = sim_chance(&sim, 5) == 0;
            sim.relayer.fails = sim_chance(&sim, 5) == 0;
            sim.relayer.hides = sim_chance(&sim, 5) == 0;
            sim.relayer.refuses = sim_chance(&sim, 9) == 0;
            sim.base = 20 + sim_chance(&sim, 60);
            if (sim_chance(&sim, 40) == 0)
                restart(&st);
            if (sim_chance(&sim, 60) == 0)
                ask_again(&st, ops[n], n);
            if (sim_chance(&sim, 30) == 0)
                sim.waits = false;
            if (forks < sim.receipts && sim_chance(&sim, 10) == 0) {
                sim_undo(&sim, sim_chance(&sim, 2) == 0);
                sim_mine(&sim);
                forks = sim.receipts;
            }
            if (!serve(&st)) {
                st.mono.ns += 700 * 1000000;
                if (sim_chance(&sim, 3) == 0)
                    sim_mine(&sim);
            }
        }
        sim.lost_percent = 0;
        sim.forgets = sim.no_logs = sim.fails_inside = false;
        sim.base = 50;
        memset(&sim.relayer.lose, 0, 3 * sizeof sim.relayer.lose);
        sim.relayer.fails = sim.relayer.hides = sim.relayer.refuses = false;
        do {
            ask_again(&st, ops[n], n);
            run(&st);
        } while (st.done.end == CALL_END_refused ||
                 st.done.end == CALL_END_not_sent);
        assert_int_equal(st.done.end, CALL_END_answered);
        sets += n < 2 ? 10 - n : n == 2 ? -8 : 0;
        cash -= n < 2 ? 10 - n : n == 2 ? -8 : -7;
        holds(cash, sets, sets);
    }
    assert_int_equal(sim.now.turn[0], 0);
    assert_int_equal(sim.now.turn[2], 7 * MICROS);
    close_stage(&st);
}

/* faults: F-220 */
static void
whatever_happens_each_is_done_once(void **state)
{
    const char *seeds = getenv("SEEDS");
    uint64_t count = seeds ? strtoull(seeds, NULL, 10) : 150;

    (void)state;
    for (uint64_t seed = 1; seed <= count; seed++)
        storm(seed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_each_is_done_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
