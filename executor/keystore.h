/* keystore - Web3 Secret Storage v3: a key under a passphrase, as JSON
 *
 * ethereum.org's definition: AES-128-CTR under the first half of a derived
 * key, authenticated by keccak-256 of the second half and the ciphertext. */
#ifndef EXECUTOR_KEYSTORE_H
#define EXECUTOR_KEYSTORE_H

#include "common/address.h"
#include "common/why.h"
#include "executor/scrypt.h"

#define KEYSTORE_TEXT_CAP 4096
/* Work of a new one: 256 MiB and about a second, as others make them. */
#define KEYSTORE_N 262144

/* What such a text says, every number within its bounds. */
struct keystore {
    uint8_t ciphertext[32], iv[16], mac[32], salt[64];
    size_t salt_size, derived_size;
    bool scrypt;               /* Else PBKDF2 with HMAC-SHA256. */
    struct scrypt_cost cost;
    int64_t rounds;
    struct address address;    /* 0 when the text names none. */
};
/* False and why: not such a text, or a derivation that needs more than 1 GiB
 * or 10 million rounds. */
MUST_CHECK bool keystore_read(const char *text, size_t size,
                              struct keystore *ks, struct why *why);
/* The key inside; comparing it with ks->address is the caller's.  False and
 * why: another passphrase, or no memory. */
MUST_CHECK bool keystore_open(const struct keystore *ks,
                              const uint8_t *passphrase,
                              size_t passphrase_size, uint8_t secret[32],
                              struct why *why);
/* Writes one with scrypt(n, 8, 1), fresh salt and iv; n is a power of two.
 * Returns its size, 0 and why when memory is short or cap too small. */
MUST_CHECK size_t keystore_make(const uint8_t secret[32],
                                const struct address *address,
                                const uint8_t *passphrase,
                                size_t passphrase_size, uint64_t n,
                                char *text, size_t cap, struct why *why);

#endif /* EXECUTOR_KEYSTORE_H */
