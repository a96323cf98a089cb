/* chain_sim_relayer - the relayer of the simulated chain's deposit wallet */
#ifndef TESTS_UNIT_EXECUTOR_CHAIN_SIM_RELAYER_H
#define TESTS_UNIT_EXECUTOR_CHAIN_SIM_RELAYER_H

#include "tests/unit/executor/chain_sim.h"

static inline struct sim_batch *
sim_batch_of(struct sim *s, const uint8_t signature[RELAY_SIGNATURE_SIZE])
{
    for (uint32_t i = 0; i < s->relayer.count; i++)
        if (memcmp(s->relayer.at[i].signature, signature,
                   RELAY_SIGNATURE_SIZE) == 0)
            return &s->relayer.at[i];
    return NULL;
}

static inline void
sim_place(const struct sim *s, const struct sim_batch *b,
          struct relayer_answer *a)
{
    char digits[] = "batch-000";

    digits[8] = (char)('0' + (b - s->relayer.at) % 10);
    digits[7] = (char)('0' + (b - s->relayer.at) / 10 % 10);
    digits[6] = (char)('0' + (b - s->relayer.at) / 100);
    must(text_set(&a->place, digits));
}

/* It brings it, when its wallet has come to it. */
static inline void
sim_bring(struct sim *s, struct sim_batch *b, int64_t wall)
{
    uint8_t signature[RELAY_SIGNATURE_SIZE];
    struct relay_batch in;

    must(relay_batch_unpack(b->said.raw, b->said.raw_size, &in, signature));
    if (s->relayer.fails || s->waits || b->said.nonce != s->now.nonce ||
        wall > (int64_t)in.deadline)
        return;
    if (!b->sent || hash_is_zero(&b->tx)) {
        b->tx = b->said.tx;
        b->tx.b[0] ^= 0xff;
    } else {
        b->tx.b[1]++; /* Another try is another transaction. */
    }
    b->sent = true;
    s->pool = b->said;
    s->pool.tx = b->tx;
    s->waits = true;
}

static inline void
sim_submit(struct sim *s, const struct relayer_question *q,
           struct relayer_answer *a, int64_t wall)
{
    struct sim_relayer *r = &s->relayer;
    struct hash digest = relay_batch_hash(137, &s->wallet.funder, q->batch);
    const struct chain_record *said = sim_known(s, &digest);
    struct sim_batch *b = sim_batch_of(s, q->signature);

    must(said != NULL); /* Nothing is handed in before it was said. */
    r->submits++;
    if (r->drop > 0) {
        r->drop--;
        a->end = RELAYER_END_lost;
    } else if (r->busy > 0) {
        r->busy--;
        a->end = RELAYER_END_busy;
    } else if (r->refuses) {
        a->end = RELAYER_END_refused;
        (void)why_set(&a->words, "invalid authorization");
    } else if (q->batch->nonce < s->now.nonce) {
        a->end = RELAYER_END_used;
    } else {
        if (!b) {
            b = &r->at[r->count++];
            b->said = *said;
            memcpy(b->signature, q->signature, sizeof b->signature);
        }
        sim_bring(s, b, wall);
        sim_place(s, b, a);
        if (r->twice) {
            sim_mine(s);
            a->end = RELAYER_END_used;
            (void)why_set(&a->words, "batch nonce 1, on-chain nonce 2");
        }
        if (r->lose > 0) {
            r->lose--;
            *a = (struct relayer_answer){ .id = q->id,
                                          .end = RELAYER_END_lost };
        }
    }
}

static inline void
sim_relay(struct sim *s, const struct relayer_question *q,
          struct relayer_answer *a, int64_t wall)
{
    struct sim_relayer *r = &s->relayer;
    struct sim_batch *b = sim_batch_of(s, q->signature);

    *a = (struct relayer_answer){ .id = q->id, .end = RELAYER_END_said };
    if (r->silent || (r->mute && q->method == RELAYER_recent)) {
        a->end = RELAYER_END_lost;
    } else if (q->method == RELAYER_nonce) {
        a->nonce = s->now.nonce - r->behind;
    } else if (q->method == RELAYER_submit) {
        sim_submit(s, q, a, wall);
    } else if (!b || r->forgets) {
        a->end = RELAYER_END_nothing;
    } else {
        must(q->method == RELAYER_recent || q->place.s[0] != '\0');
        sim_place(s, b, a);
        if (b->said.nonce == s->now.nonce) /* It was dropped, or reverted. */
            sim_bring(s, b, wall);
        a->state = r->fails ? RELAYER_STATE_failed : RELAYER_STATE_executed;
        if (r->fails)
            (void)why_set(&a->words, "the sim gave it up");
        a->tx = r->crooked ? sim_collection(9)
                : r->stale ? r->at[0].tx
                           : b->tx;
        if (r->hides)
            memset(&a->tx, 0, sizeof a->tx);
    }
}

#endif /* TESTS_UNIT_EXECUTOR_CHAIN_SIM_RELAYER_H */
