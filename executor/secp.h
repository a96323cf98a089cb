/* secp - signatures on secp256k1 (libsecp256k1's one door) */
#ifndef EXECUTOR_SECP_H
#define EXECUTOR_SECP_H

#include "common/address.h"
#include "common/why.h"

struct signature {
    uint8_t r[32], s[32]; /* Big endian; s is the low one of the two. */
    uint8_t parity;       /* Of the y of the nonce's point, 0 or 1. */
};

/* What makes signing quick and blinds it; lives in secp_size() bytes that the
 * caller takes and wipes, aligned as for malloc. */
struct secp;
size_t secp_size(void);
struct secp *secp_make(void *memory);

/* In [1, order of the curve). */
bool secp_is_key(const struct secp *c, const uint8_t key[32]);
/* The account of a key secp_is_key said yes to. */
struct address secp_address(const struct secp *c, const uint8_t key[32]);
/* Deterministic (RFC 6979): the same digest gives the same signature. */
void secp_sign(const struct secp *c, const uint8_t key[32],
               const struct hash *digest, struct signature *sig);
/* Whose signature it is.  False when it is nobody's, or s is the high one. */
MUST_CHECK bool secp_recover(const struct secp *c, const struct hash *digest,
                             const struct signature *sig,
                             struct address *address);

#endif /* EXECUTOR_SECP_H */
