/* chain_sim_node - a node of the simulated chain, and what it answers */
#ifndef TESTS_UNIT_EXECUTOR_CHAIN_SIM_NODE_H
#define TESTS_UNIT_EXECUTOR_CHAIN_SIM_NODE_H

#include "tests/unit/executor/chain_sim.h"

static inline void
sim_answer(struct sim *s, const struct rpc_question *q, struct rpc_answer *a)
{
    bool view = address_equal(&q->to, &sim_sets) ||
                address_equal(&q->to, &sim_dollar);
    bool call = view || address_equal(&q->to, &sim_adapter) ||
                address_equal(&q->to, &sim_neg);

    *a = (struct rpc_answer){ .id = q->id, .end = RPC_END_said };
    switch (q->method) {
    case RPC_chain: a->count = s->chain; return;
    case RPC_wei: a->count = UINT64_MAX; return;
    case RPC_head: a->count = s->height; return;
    case RPC_time:
        a->count = (uint64_t)(s->time - s->late);
        a->block = s->height;
        return;
    case RPC_mined: a->count = s->now.nonce; return;
    case RPC_pending: a->count = s->now.nonce + s->waits; return;
    case RPC_priority: a->count = s->priority * 1000000000; return;
    case RPC_base: a->count = s->base * 1000000000; return;
    case RPC_send: sim_send(s, q, a); return;
    case RPC_receipt: sim_receipt(s, q, a); return;
    case RPC_estimate:
        if (s->no_estimate)
            a->end = RPC_END_refused;
        a->count = 100000;
        return;
    case RPC_call:
        if (s->refuses) {
            a->end = RPC_END_refused;
            return;
        }
        if (s->wallet.type == WALLET_DEPOSIT &&
            address_equal(&q->to, &s->wallet.funder)) {
            a->end = s->dumb_wallet ? RPC_END_reverted : RPC_END_said;
            a->count = 1;
            a->word = word_of_count(s->now.nonce);
            return;
        }
        if (address_equal(&q->to, &sim_questions)) {
            sim_ask_event(s->questions, s->bips, q, a);
            return;
        }
        if (!call) {
            sim_carry(s, q, a);
            return;
        }
        must(q->block > 0 || sim_purpose(q) == CHAIN_PURPOSE_approve ||
             address_equal(&q->from, &s->wallet.funder));
        if (view) /* An approval that is tried never fails either. */
            sim_view(s, q, a);
        else
            sim_try(s, q, a);
        return;
    }
}

#endif /* TESTS_UNIT_EXECUTOR_CHAIN_SIM_NODE_H */
