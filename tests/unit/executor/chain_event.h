/* chain_event - a neg-risk event on the simulated chain (chain_sim.h) */
#ifndef TESTS_UNIT_EXECUTOR_CHAIN_EVENT_H
#define TESTS_UNIT_EXECUTOR_CHAIN_EVENT_H

#include <string.h>

#include "executor/encode/calls.h"
#include "executor/encode/eip712.h"
#include "executor/rpc.h"

static const struct address sim_questions = { { 8 } };
static const struct hash sim_event = { { 0xee } };

/* Of question i: NO of the first two, YES of the third. */
static inline struct hash
sim_turned(uint64_t i, bool yes)
{
    struct hash h = word_of_count(2 * i + yes);

    h.b[0] = 0xdd;
    return h;
}

/* What is known of the event's questions. */
static inline void
sim_ask_event(uint64_t questions, uint64_t bips,
              const struct rpc_question *q, struct rpc_answer *a)
{
    struct call c;

    a->count = 1;
    call_question_count(&c, &sim_event);
    if (memcmp(q->data, c.b, c.size) == 0)
        a->word = word_of_count(questions);
    call_fee_bips(&c, &sim_event);
    if (memcmp(q->data, c.b, c.size) == 0)
        a->word = word_of_count(bips);
    for (uint64_t i = 0; i < 2 * questions; i++) {
        struct hash question = sim_event;

        question.b[31] = (uint8_t)(i / 2);
        call_neg_position_id(&c, &question, i % 2 == 0);
        if (memcmp(q->data, c.b, c.size) == 0)
            a->word = sim_turned(i / 2, i % 2 == 0);
    }
}

#endif /* TESTS_UNIT_EXECUTOR_CHAIN_EVENT_H */
