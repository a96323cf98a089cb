/* tx - a transaction as EIP-1559 has it: bytes, hash, signature
 *
 * Amounts of gas money are in wei. */
#ifndef EXECUTOR_ENCODE_TX_H
#define EXECUTOR_ENCODE_TX_H

#include "executor/keys.h"

#define TX_DATA_CAP 16384 /* Bytes of a call; a batch of forty fits. */
#define TX_RAW_CAP (TX_DATA_CAP + 256)

struct tx {
    uint64_t chain, nonce, gas_limit;
    uint64_t fee_max;        /* maxFeePerGas */
    uint64_t priority_max;   /* maxPriorityFeePerGas, at most fee_max. */
    struct address to;
    struct hash value;       /* A number. */
    const uint8_t *data;     /* The call; stays the caller's. */
    size_t data_size;
};

/* What the key signs.  False when data is longer than TX_DATA_CAP or the
 * priority is above the fee. */
MUST_CHECK bool tx_digest(const struct tx *t, struct hash *digest,
                          struct why *why);
/* The bytes without a signature, as they are hashed; 0 as above. */
size_t tx_unsigned(const struct tx *t, uint8_t raw[TX_RAW_CAP]);
/* The bytes that are sent, from a signature of the digest; 0 as above.
 * Their hash is the transaction's. */
size_t tx_signed(const struct tx *t, const struct signature *sig,
                 uint8_t raw[TX_RAW_CAP], struct hash *hash);

#endif /* EXECUTOR_ENCODE_TX_H */
