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

enum { RELAY_SIGNATURE_SIZE = 65 };
/* r, s, v.  A Safe's and a proxy's hash are signed as a personal message; a
 * Safe wants v + 4 to know that. */
void relay_sign_safe(const struct key *key, const struct hash *hash,
                     uint8_t sig[RELAY_SIGNATURE_SIZE]);
void relay_sign_wallet(const struct key *key, const struct hash *hash,
                       uint8_t sig[RELAY_SIGNATURE_SIZE]);
void relay_sign_proxy(const struct key *key, const struct hash *hash,
                      uint8_t sig[RELAY_SIGNATURE_SIZE]);

#endif /* EXECUTOR_ENCODE_RELAY_H */
