/* chain_stage - the chain's machine on a simulated chain, time at hand */
#ifndef TESTS_UNIT_EXECUTOR_CHAIN_STAGE_H
#define TESTS_UNIT_EXECUTOR_CHAIN_STAGE_H

#include "tests/unit/executor/chain_sim_node.h"
#include "tests/unit/executor/chain_sim_relayer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct sim sim;

#define STAGE_WALL INT64_C(1795219200) /* s */

struct stage {
    struct chain_terms t;
    struct chain_past *past;
    struct chain *c;
    struct nanos mono;
    bool latched;
    uint32_t refreshed, dones;
    struct venue_done done;
    uint64_t calls;
};

static inline void
open_stage_of(struct stage *st, enum wallet_type type)
{
    memset(st, 0, sizeof *st);
    sim_begin(&sim, type);
    st->t = (struct chain_terms){
        .id = 137, .wallet = sim.wallet, .collateral = sim_dollar,
        .positions = sim_sets, .adapter = sim_adapter,
        .neg_adapter = sim_neg, .neg_questions = sim_questions,
        .backing = sim_backing,
        .neg_backing = sim_wrapped, .nodes = 2, .confirmations = 3,
        .priority_least = UINT64_C(30000000000),
        .fee_most = UINT64_C(500000000000), .poll = { 1000 },
        .again = { 5000 }, .stuck = { 20000 }, .retry = { 500 },
        .approve = true, .relay_for = { 600000 },
    };
    st->past = chain_past_new(CHAIN_PAST);
    st->c = chain_new(&st->t, st->past);
    st->mono.ns = 1;
}

static inline void
open_stage(struct stage *st)
{
    open_stage_of(st, WALLET_EOA);
}

/* A wallet that obeys only its relayer, nothing left to approve. */
static inline void
open_relayed(struct stage *st)
{
    open_stage_of(st, WALLET_DEPOSIT);
    sim.now.allowed = sim.now.approved = true;
}

static inline void
close_stage(struct stage *st)
{
    chain_destroy(&st->c);
    chain_past_destroy(&st->past);
}

static inline void
restart(struct stage *st)
{
    chain_destroy(&st->c);
    st->c = chain_new(&st->t, st->past);
}

static inline struct uuid
ref(uint8_t n)
{
    return (struct uuid){ { 9, 9, n } };
}

static inline void
ask(struct stage *st, enum venue_op op, uint8_t n, int64_t micros)
{
    struct venue_call m = { .call = ++st->calls, .op = op, .ref = ref(n),
                            .token = sim.id[0], .qty = { micros } };

    must(text_set(&m.market, SIM_CONDITION));
    if (op != VENUE_OP_redeem)
        m.pair = sim.id[1];
    st->dones = 0;
    assert_true(chain_ask(st->c, &m));
}

/* NO of the first two questions into dollars and YES of the third. */
static inline struct venue_call
conversion(struct stage *st, uint8_t n, int64_t micros)
{
    struct venue_call m = { .call = ++st->calls, .op = VENUE_OP_convert,
                            .ref = ref(n), .qty = { micros },
                            .event = sim_event, .gone = 3,
                            .made = { micros } };

    must(text_set(&m.market, SIM_CONDITION));
    m.orders.count = 3;
    for (uint32_t i = 0; i < 3; i++)
        m.orders.at[i].token = sim_turned(i, i == 2);
    m.token = m.orders.at[0].token;
    m.pair = m.orders.at[2].token;
    st->dones = 0;
    return m;
}

/* One thing it needs; false when it waits. */
static inline bool
serve(struct stage *st)
{
    static struct chain_work w;
    struct signature sig = { .parity = 1, .r = { 5 }, .s = { 6 } };
    struct relayer_answer told;
    struct rpc_answer a;
    int64_t wall = STAGE_WALL + st->mono.ns / 1000000000;

    sim.time = wall;
    if (!chain_next(st->c, st->mono, st->latched, &w))
        return false;
    switch (w.need) {
    case CHAIN_NEED_answer:
        sim_answer(&sim, &w.question, &a);
        if (sim.silent || (w.node == 0 && sim.lost_percent == 100) ||
            sim_chance(&sim, 100) < sim.lost_percent)
            a = (struct rpc_answer){ .id = a.id, .end = RPC_END_lost };
        chain_answered(st->c, st->mono, &a);
        break;
    case CHAIN_NEED_relayer:
        sim_relay(&sim, &w.relayer, &told, wall);
        if (sim_chance(&sim, 100) < sim.lost_percent)
            told = (struct relayer_answer){ .id = told.id,
                                            .end = RELAYER_END_lost };
        chain_relayed(st->c, st->mono, &told);
        break;
    case CHAIN_NEED_signature:
        if (w.batch) {
            sig.r[0] = (uint8_t)(w.batch->deadline & 0xff);
            sig.r[1] = (uint8_t)(w.batch->deadline >> 8 & 0xff);
            chain_signed(st->c, st->mono, &sig, "");
            break;
        }
        assert_true(w.tx.fee_max <= st->t.fee_most);
        assert_true(w.tx.gas_limit >= 21000);
        chain_signed(st->c, st->mono, &sig, "");
        break;
    case CHAIN_NEED_record:
        if (w.record.state == CHAIN_STATE_signed)
            sim.said[sim.known++] = w.record;
        assert_true(chain_past_put(st->past, &w.record));
        chain_recorded(st->c, st->mono, &w.record.tx);
        break;
    case CHAIN_NEED_refresh:
        st->refreshed++;
        chain_refreshed(st->c);
        break;
    case CHAIN_NEED_done:
        st->done = w.done;
        st->dones++;
        break;
    }
    return true;
}

/* Time passes, blocks come, until it is told how it ended. */
static inline void
run(struct stage *st)
{
    for (int i = 0; i < 20000 && st->dones == 0; i++)
        if (!serve(st)) {
            st->mono.ns += 250 * 1000000;
            if (i % 4 == 0)
                sim_mine(&sim);
        }
    assert_int_equal(st->dones, 1);
    assert_int_equal(st->done.call, st->calls);
}

/* What was asked for last ends like this. */
static inline void
ends(struct stage *st, enum call_end end)
{
    run(st);
    assert_int_equal(st->done.end, end);
}

/* A set of one dollar is asked for and ends like this. */
static inline void
split_ends(struct stage *st, uint8_t n, enum call_end end)
{
    ask(st, VENUE_OP_split, n, MICROS);
    ends(st, end);
}

static inline void
run_for(struct stage *st, int64_t ms, bool mines)
{
    int64_t end = st->mono.ns + ms * 1000000;

    while (st->mono.ns < end && st->dones == 0)
        if (!serve(st)) {
            st->mono.ns += 250 * 1000000;
            if (mines)
                sim_mine(&sim);
        }
}

static inline void
holds(int64_t cash, int64_t yes, int64_t no)
{
    assert_int_equal(sim.now.cash, cash * MICROS);
    assert_int_equal(sim.now.token[0], yes * MICROS);
    assert_int_equal(sim.now.token[1], no * MICROS);
}

#endif /* TESTS_UNIT_EXECUTOR_CHAIN_STAGE_H */
