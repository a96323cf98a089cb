/* keys - one private key, in locked memory, and what it may do */
#ifndef EXECUTOR_KEYS_H
#define EXECUTOR_KEYS_H

#include "executor/secp.h"

/* Holds the key from its file to key_destroy, which wipes it.  A forked child
 * inherits nothing of it: who signs there reads the key there. */
struct key;

/* From a file of this user with mode 0600 (or 0400): either 64 hex digits,
 * "0x" in front or not, or a Web3 Secret Storage v3 keystore, opened with the
 * first line of the file `passphrase` (same rules; NULL when there is none).
 * NULL and why: nothing of the key is in the words. */
MUST_CHECK struct key *key_read(const char *path, const char *passphrase,
                                struct why *why);
/* A copy of a key made elsewhere; NULL when it is 0 or beyond the order. */
MUST_CHECK struct key *key_new(const uint8_t secret[32], struct why *why);
void key_destroy(struct key **key);

/* The account: maker of orders of type 0, signer of the others, sender of
 * transactions. */
const struct address *key_address(const struct key *key);
/* Signs what the functions of encode/ made a digest of; low s, RFC 6979.
 * Nobody else has a digest to sign. */
void key_sign(const struct key *key, const struct hash *digest,
              struct signature *sig);
/* Whose signature it is; false when it is nobody's or its s is high. */
MUST_CHECK bool key_recover(const struct key *key, const struct hash *digest,
                            const struct signature *sig,
                            struct address *address);

/* Makes a key from the kernel's generator and writes it to a new file with
 * mode 0600: a keystore under the first line of the file `passphrase`, or hex
 * when that is NULL.  A file that exists is never touched. */
MUST_CHECK bool key_create(const char *path, const char *passphrase,
                           struct address *address, struct why *why);

#endif /* EXECUTOR_KEYS_H */
