/* digest - SHA-1, SHA-256 and CRC-32C (libcrypto's door) */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest; /* A reusable context; the fetch is paid once. */
struct digest *digest_sha1(void);
struct digest *digest_sha256(void);
void digest_destroy(struct digest **d);
void digest_start(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t size);
void digest_end(struct digest *d, uint8_t out[32]); /* SHA-1: 20 bytes. */

void sha256(const void *data, size_t size, uint8_t out[32]);
/* seed 0 begins; crc32c(crc32c(0, a), b) is that of a followed by b. */
uint32_t crc32c(uint32_t seed, const void *data, size_t size);

#endif /* COMMON_DIGEST_H */
