/* rlp - Ethereum's serialization: strings and lists of strings */
#ifndef EXECUTOR_ENCODE_RLP_H
#define EXECUTOR_ENCODE_RLP_H

#include "proto/units.h"

/* Written from the front into a buffer; full is set instead of writing past
 * its end, and then nothing of it is used. */
struct rlp {
    uint8_t *b;
    size_t used, cap;
    bool full;
};
struct rlp rlp_to(uint8_t *b, size_t cap);
/* Bytes as they are. */
void rlp_raw(struct rlp *r, const void *b, size_t size);
void rlp_string(struct rlp *r, const void *b, size_t size);
/* A number: big endian without leading zeros, 0 is the empty string. */
void rlp_count(struct rlp *r, uint64_t n);
void rlp_word(struct rlp *r, const struct hash *n);
/* Makes what was written since used == start into a list. */
void rlp_list(struct rlp *r, size_t start);

#endif /* EXECUTOR_ENCODE_RLP_H */
