/* relay - what the owner of a deposit wallet signs for the relayer
 *
 * A wallet of type 3 obeys its relayer only: the owner signs a batch and
 * somebody else pays the gas. */
#ifndef EXECUTOR_ENCODE_RELAY_H
#define EXECUTOR_ENCODE_RELAY_H

#include "executor/keys.h"

#define RELAY_DATA_CAP 1024 /* Of a batch; a split has 260 bytes. */

/* A batch of one call, no value. */
struct relay_batch {
    uint64_t nonce;        /* The wallet's own: of those with the same at most
                              one is ever done. */
    uint64_t deadline;     /* s; none is done after it. */
    struct address to;
    const uint8_t *data;   /* Stays the caller's. */
    size_t size;
};
/* What is signed, as it is. */
struct hash relay_batch_hash(uint64_t chain, const struct address *wallet,
                             const struct relay_batch *b);

enum { RELAY_SIGNATURE_SIZE = 65,
       RELAY_BATCH_HEAD = 1 + 8 + RELAY_SIGNATURE_SIZE + 20 };
/* As bytes of a fact, with its signature, without its nonce; the size, 0 when
 * it does not fit. */
size_t relay_batch_pack(const struct relay_batch *b,
                        const uint8_t sig[RELAY_SIGNATURE_SIZE], uint8_t *out,
                        size_t cap);
/* Back from them, which its data then point into; false: they are no batch. */
MUST_CHECK bool relay_batch_unpack(const uint8_t *raw, size_t size,
                                   struct relay_batch *b,
                                   uint8_t sig[RELAY_SIGNATURE_SIZE]);

/* r, s, v = 27 + parity, as a deposit wallet has it. */
void relay_signature(const struct signature *made,
                     uint8_t sig[RELAY_SIGNATURE_SIZE]);

#endif /* EXECUTOR_ENCODE_RELAY_H */
