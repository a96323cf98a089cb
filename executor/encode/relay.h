/* relay - what the owner of a contract wallet signs for the relayer
 *
 * Wallets of type 1 to 3 act through their contract; the owner
 * signs one of these and somebody else pays the gas. */
#ifndef EXECUTOR_ENCODE_RELAY_H
#define EXECUTOR_ENCODE_RELAY_H

#include "executor/keys.h"

/* A call made by the wallet. */
struct relay_call {
    struct address to;
    struct hash value;     /* A number, wei. */
    const uint8_t *data;   /* Stays the caller's. */
    size_t data_size;
};

/* Safe: hash of the SafeTx with all gas fields 0.  delegate: operation 1, for
 * a batch through the multisend contract. */
struct hash relay_safe_hash(uint64_t chain, const struct address *safe,
                            const struct relay_call *call, bool delegate,
                            uint64_t nonce);
/* Deposit wallet: the Batch that is signed as it is; deadline in seconds. */
struct hash relay_wallet_hash(uint64_t chain, const struct address *wallet,
                              uint64_t nonce, uint64_t deadline,
                              const struct relay_call *calls, size_t count);
/* Proxy: hash of the packed fields; call->value is not part of it. */
struct relay_proxy {
    struct address from, hub, relay;
    uint64_t fee, gas_price, gas_limit, nonce;
};
struct hash relay_proxy_hash(const struct relay_proxy *p,
                             const struct relay_call *call);

#define RELAY_DATA_CAP 1024 /* Of a batch; a split has 260 bytes. */

/* What is signed for a deposit wallet here: a batch of one call, no value. */
struct relay_batch {
    uint64_t nonce;        /* The wallet's own: of those with the same at most
                              one is ever done. */
    uint64_t deadline;     /* s; none is done after it. */
    struct address to;
    const uint8_t *data;   /* Stays the caller's. */
    size_t size;
};
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
/* r, s, v.  A Safe's and a proxy's hash are signed as a personal message; a
 * Safe wants v + 4 to know that. */
void relay_sign_safe(const struct key *key, const struct hash *hash,
                     uint8_t sig[RELAY_SIGNATURE_SIZE]);
void relay_sign_wallet(const struct key *key, const struct hash *hash,
                       uint8_t sig[RELAY_SIGNATURE_SIZE]);
void relay_sign_proxy(const struct key *key, const struct hash *hash,
                      uint8_t sig[RELAY_SIGNATURE_SIZE]);

#endif /* EXECUTOR_ENCODE_RELAY_H */
