/* seal - base64 and HMAC-SHA-256, as API keys need them
 *
 * The exchange's own: what it checks was made by somebody else's. */
#include "tests/simex/seal.h"

#include "common/digest.h"
#include "common/must.h"

#include <string.h>

#define BLOCK 64

static int
value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

int
seal_decode(const char *s, uint8_t *out, size_t cap)
{
    uint32_t bits = 0, held = 0;
    size_t size = 0;
    for (; *s && *s != '='; s++) {
        int v = value_of(*s);
        if (v < 0)
            return -1;
        bits = bits << 6 | (uint32_t)v;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (size == cap)
            return -1;
        out[size++] = (uint8_t)(bits >> held);
    }
    while (*s == '=')
        s++;
    return *s ? -1 : (int)size;
}

char *
seal_encode(const uint8_t *b, size_t size, char *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
                                  "opqrstuvwxyz0123456789-_";
    char *p = out;
    for (size_t i = 0; i < size; i += 3) {
        size_t n = size - i < 3 ? size - i : 3;
        uint32_t v = (uint32_t)b[i] << 16;
        v |= n > 1 ? (uint32_t)b[i + 1] << 8 : 0;
        v |= n > 2 ? b[i + 2] : 0;
        *p++ = letters[v >> 18];
        *p++ = letters[v >> 12 & 63];
        *p++ = n > 1 ? letters[v >> 6 & 63] : '=';
        *p++ = n > 2 ? letters[v & 63] : '=';
    }
    *p = '\0';
    return out;
}

void
seal_hmac(const uint8_t *key, size_t key_size, const void *data, size_t size,
          uint8_t out[32])
{
    uint8_t inner[BLOCK] = { 0 }, outer[BLOCK];
    must(key_size <= BLOCK);
    memcpy(inner, key, key_size);
    for (int i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    struct digest *d = digest_sha256();
    must(d != NULL);
    digest_start(d);
    digest_add(d, inner, BLOCK);
    digest_add(d, data, size);
    digest_end(d, out);
    digest_start(d);
    digest_add(d, outer, BLOCK);
    digest_add(d, out, 32);
    digest_end(d, out);
    digest_destroy(&d);
}
