/* typed - the digests users sign: ClobAuth, and orders of version 2 and 3 */
#ifndef SIMEX_TYPED_H
#define SIMEX_TYPED_H

#include "tests/simex/recover.h"

#include <stddef.h>

/* Of type 3: inner signature, domain, order, the type's text, its size. */
#define TYPED_WRAPPED 317

/* An order as it is signed; integers big endian as the chain has them. */
struct typed_order {
    uint8_t salt[32], token[32], maker_amount[32], taker_amount[32];
    uint8_t timestamp[32], metadata[32], builder[32];
    struct address maker, signer;
    bool sell;
    uint8_t type;
};

/* Where an order is to be filled. */
struct typed_place { uint32_t version; bool neg_risk; uint64_t chain; };

/* The exchange's address, 0x and 40 digits with their checksum. */
const char *typed_exchange(const struct typed_place *p);
void typed_order_digest(const struct typed_order *o,
                        const struct typed_place *p, uint8_t digest[32]);
/* Who signed an order; of type 3 who signed for the wallet.  size is 65, or
 * TYPED_WRAPPED for type 3.  False when nobody did. */
bool typed_order_signer(const struct typed_order *o,
                        const struct typed_place *p,
                        const uint8_t *signature, size_t size,
                        struct address *signer);
/* timestamp as the text it is signed as; nonce as a number. */
void typed_auth_digest(const struct address *who, const char *timestamp,
                       uint64_t nonce, uint64_t chain, uint8_t digest[32]);

/* 40 hex digits after 0x; false when it is not that. */
bool address_read(const char *s, struct address *a);
/* With the mixed-case checksum; out has room for 43. */
const char *address_text(const struct address *a, char out[43]);
bool address_same(const struct address *a, const struct address *b);

#endif /* SIMEX_TYPED_H */
