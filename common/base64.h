/* base64 - bytes as base64 text, standard or url-safe (RFC 4648) */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include "proto/units.h"

enum base64 {
    BASE64_standard, /* "+/", padded. */
    BASE64_url,      /* "-_", padded. */
    BASE64_any       /* Reading only: both, padded or not. */
};

/* Characters of size bytes with their padding, without a NUL. */
#define BASE64_SIZE(size) (((size) + 2) / 3 * 4)

/* Writes BASE64_SIZE(size) characters and a NUL to s. */
void base64_format(enum base64 kind, const uint8_t *b, size_t size, char *s);
/* False when there is anything that formatting the result would not write
 * (other letters, wrong padding, left-over bits that are not 0), or more
 * than cap bytes. */
MUST_CHECK bool base64_parse(enum base64 kind, const char *s, size_t size,
                             uint8_t *b, size_t cap, size_t *count);

#endif /* COMMON_BASE64_H */
