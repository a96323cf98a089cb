/* base64 - bytes as base64 text, standard or url-safe (RFC 4648) */

/* Polymarket's API secrets come in either alphabet, with padding or not, and
 * its HMACs are url-safe with padding. */

#include "common/base64.h"

#include "common/must.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789";

static char
letter_of(enum base64 kind, unsigned v)
{
    if (v < 62)
        return letters[v];
    if (v == 62)
        return kind == BASE64_url ? '-' : '+';
    return kind == BASE64_url ? '_' : '/';
}

void
base64_format(enum base64 kind, const uint8_t *b, size_t size, char *s)
{
    must(kind != BASE64_any);
    for (; size > 0; b += 3) {
        size_t n = size < 3 ? size : 3;
        unsigned v = (unsigned)b[0] << 16 | (n > 1 ? b[1] : 0u) << 8 |
                     (n > 2 ? b[2] : 0u);
        *s++ = letter_of(kind, v >> 18);
        *s++ = letter_of(kind, v >> 12 & 63);
        *s++ = n > 1 ? letter_of(kind, v >> 6 & 63) : '=';
        *s++ = n > 2 ? letter_of(kind, v & 63) : '=';
        size -= n;
    }
    *s = '\0';
}

/* 64 when it is no letter of this alphabet. */
static unsigned
value_of(enum base64 kind, char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') + 52;
    if ((c == '+' && kind != BASE64_url) ||
        (c == '-' && kind != BASE64_standard))
        return 62;
    if ((c == '/' && kind != BASE64_url) ||
        (c == '_' && kind != BASE64_standard))
        return 63;
    return 64;
}

bool
base64_parse(enum base64 kind, const char *s, size_t size, uint8_t *b,
             size_t cap, size_t *count)
{
    size_t whole = size, used = 0;
    uint32_t bits = 0;

    while (whole > 0 && size - whole < 2 && s[whole - 1] == '=')
        whole--;
    if ((kind != BASE64_any || whole != size) && size % 4 != 0)
        return false;
    if (whole % 4 == 1 || whole / 4 * 3 + whole % 4 * 3 / 4 > cap)
        return false;
    for (size_t i = 0; i < whole; i++) {
        unsigned v = value_of(kind, s[i]);
        if (v > 63)
            return false;
        bits = bits << 6 | v;
        if (i % 4 != 0)
            b[used++] = (uint8_t)(bits >> (6 - i % 4 * 2));
    }
    /* Two letters leave four bits over, three leave two. */
    if ((whole % 4 == 2 && bits & 15) || (whole % 4 == 3 && bits & 3))
        return false;
    *count = used;
    return true;
}
