/* auth - who we are to Polymarket's REST: L1 and L2 headers
 *
 * polymarket.md 2.  L1 (the wallet's key) only makes API keys; L2 (the API
 * key's secret) goes with every private request. */
#ifndef EXECUTOR_ENCODE_AUTH_H
#define EXECUTOR_ENCODE_AUTH_H

#include "common/hmac.h"
#include "executor/keys.h"

/* ClobAuth for this account: what L1 signs.  timestamp is in seconds. */
struct hash l1_digest(uint64_t chain, const struct address *owner,
                      uint64_t timestamp, uint64_t nonce);

#define SIGNATURE_TEXT_CAP 133
/* "0x", r, s, v = 27 + parity; returns s. */
char *signature_text(const struct signature *sig, char s[SIGNATURE_TEXT_CAP]);

/* The values of POLY_ADDRESS, POLY_SIGNATURE, POLY_TIMESTAMP, POLY_NONCE. */
struct l1_headers {
    char address[ADDRESS_TEXT_CAP], signature[SIGNATURE_TEXT_CAP];
    char timestamp[21], nonce[21];
};
void l1_sign(const struct key *key, uint64_t chain, uint64_t timestamp,
             uint64_t nonce, struct l1_headers *out);

/* An API secret is base64 of either alphabet, padded or not, of 1 to this
 * many bytes. */
#define L2_SECRET_MAX 128
/* NULL and why when the text is no such secret. */
MUST_CHECK struct hmac *l2_secret(const char *text, struct why *why);

#define L2_SIGNATURE_CAP 45
/* POLY_SIGNATURE of a request: timestamp (s), method in capitals, path
 * without the query, and exactly the bytes of the body that are sent; an
 * absent body has size 0.  Returns out. */
char *l2_sign(struct hmac *secret, uint64_t timestamp, const char *method,
              const char *path, const void *body, size_t body_size,
              char out[L2_SIGNATURE_CAP]);

#endif /* EXECUTOR_ENCODE_AUTH_H */
