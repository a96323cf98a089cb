/* hmac - HMAC-SHA256 under one key (libcrypto's door) */
#ifndef COMMON_HMAC_H
#define COMMON_HMAC_H

#include <stddef.h>
#include <stdint.h>

struct hmac; /* A key made ready; used again and again, wiped at the end. */
struct hmac *hmac_new(const void *key, size_t size);
void hmac_destroy(struct hmac **h);
/* start, add..., end: one text; end needs a start before the next. */
void hmac_start(struct hmac *h);
void hmac_add(struct hmac *h, const void *data, size_t size);
void hmac_end(struct hmac *h, uint8_t out[32]);

#endif /* COMMON_HMAC_H */
