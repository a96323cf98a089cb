/* scrypt - a key from a passphrase, at a price in memory (RFC 7914) */
#ifndef EXECUTOR_SCRYPT_H
#define EXECUTOR_SCRYPT_H

#include "proto/units.h"

struct scrypt_cost {
    uint64_t n;  /* A power of two, at least 2. */
    uint32_t r, p;
};
/* Bytes that are taken while it works; cost within 2^24, 2^10, 2^4. */
uint64_t scrypt_memory(const struct scrypt_cost *cost);
/* False when that much memory is not to be had. */
MUST_CHECK bool scrypt(const struct scrypt_cost *cost,
                       const uint8_t *passphrase, size_t passphrase_size,
                       const uint8_t *salt, size_t salt_size, uint8_t *out,
                       size_t out_size);

#endif /* EXECUTOR_SCRYPT_H */
