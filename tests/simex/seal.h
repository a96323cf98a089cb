/* seal - base64 and HMAC-SHA-256, as API keys need them */
#ifndef SIMEX_SEAL_H
#define SIMEX_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Either alphabet, with or without padding; the number of bytes, or -1 when
 * it is no base64 or does not fit. */
int seal_decode(const char *s, uint8_t *out, size_t cap);
/* The url-safe alphabet, padded; out has room for 4 per 3 bytes and a NUL. */
char *seal_encode(const uint8_t *b, size_t size, char *out);
void seal_hmac(const uint8_t *key, size_t key_size, const void *data,
               size_t size, uint8_t out[32]);

#endif /* SIMEX_SEAL_H */
