/* keccak - keccak-256, the hash of Ethereum (not SHA3-256: other padding) */
#ifndef COMMON_KECCAK_H
#define COMMON_KECCAK_H

#include <stddef.h>
#include <stdint.h>

/* A hash under way; a value, nothing to free. */
struct keccak {
    uint64_t lanes[25];
    uint32_t used;      /* Bytes of the block there is, 0..135. */
};
void keccak_start(struct keccak *k);
void keccak_add(struct keccak *k, const void *data, size_t size);
void keccak_end(struct keccak *k, uint8_t out[32]);

void keccak256(const void *data, size_t size, uint8_t out[32]);

#endif /* COMMON_KECCAK_H */
