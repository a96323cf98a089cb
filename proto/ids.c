/* ids - tokens, digests, uuids and short texts, to and from text
 *
 * The second half of units.h: what names things.  A token is a 256-bit number
 * that venues write in decimal; it is kept as 32 bytes, so that comparing and
 * hashing it costs what a memcmp costs.  Parsing takes 18 digits at a time,
 * since feed does it for every price that changes.
 */
#include "proto/units.h"

#include <string.h>

#include "proto/utf8.h"

__extension__ typedef unsigned __int128 uwide;

#define LIMBS            4  /* 64 bits each, least significant first. */
#define TOKEN_DIGITS_MAX 78 /* Of 2^256 - 1. */
#define CHUNK_DIGITS     18 /* 10^18 fits in 64 bits. */

/* limbs = limbs * by + add; false when it no longer fits. */
static bool
limbs_push(uint64_t limbs[LIMBS], uint64_t by, uint64_t add)
{
    uint64_t carry = add;
    for (int i = 0; i < LIMBS; i++) {
        uwide v = (uwide)limbs[i] * by + carry;
        limbs[i] = (uint64_t)v;
        carry = (uint64_t)(v >> 64);
    }
    return carry == 0;
}

bool
token_parse(const char *s, size_t size, struct hash *token)
{
    if (size == 0 || size > TOKEN_DIGITS_MAX || (s[0] == '0' && size > 1))
        return false;
    uint64_t limbs[LIMBS] = { 0 };
    for (size_t i = 0; i < size;) {
        uint64_t chunk = 0, scale = 1;
        for (int n = 0; n < CHUNK_DIGITS && i < size; n++, i++) {
            unsigned digit = (unsigned)(uint8_t)s[i] - '0';
            if (digit > 9)
                return false;
            chunk = chunk * 10 + digit;
            scale *= 10;
        }
        if (!limbs_push(limbs, scale, chunk))
            return false;
    }
    for (int i = 0; i < LIMBS; i++) {
        uint64_t big = __builtin_bswap64(limbs[LIMBS - 1 - i]);
        memcpy(token->b + 8 * i, &big, sizeof big);
    }
    return true;
}

char *
token_format(const struct hash *token, char s[TOKEN_TEXT_CAP])
{
    /* Half limbs: a remainder and a half limb divide in 64 bits. */
    uint32_t half[2 * LIMBS];
    for (int i = 0; i < 2 * LIMBS; i++) {
        uint32_t big;
        memcpy(&big, token->b + 4 * i, sizeof big);
        half[i] = __builtin_bswap32(big);
    }
    char digits[90]; /* Ten rounds of nine cover 78. */
    int n = 0, first = 0;
    while (first < 2 * LIMBS) {
        uint64_t rest = 0;
        for (int i = first; i < 2 * LIMBS; i++) {
            uint64_t v = rest << 32 | half[i];
            half[i] = (uint32_t)(v / 1000000000);
            rest = v % 1000000000;
        }
        while (first < 2 * LIMBS && half[first] == 0)
            first++;
        for (int k = 0; k < 9; k++, rest /= 10)
            digits[n++] = (char)('0' + rest % 10);
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    char *at = s;
    while (n > 0)
        *at++ = digits[--n];
    *at = 0;
    return s;
}

/* Bit 0 is the last of byte 31: bits 40 to 103 are bytes 19 to 26. */
bool
token_is_position(const struct hash *token)
{
    static const uint8_t zeros[8];

    return memcmp(token->b + 19, zeros, sizeof zeros) == 0;
}

/* The value of a lower-case hex digit, -1 when it is none. */
static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
hex_parse(const char *s, uint8_t *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        b[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static char *
hex_format(const uint8_t *b, size_t count, char *at)
{
    for (size_t i = 0; i < count; i++) {
        *at++ = "0123456789abcdef"[b[i] >> 4];
        *at++ = "0123456789abcdef"[b[i] & 15];
    }
    *at = 0;
    return at;
}

bool
hash_parse(const char *s, size_t size, struct hash *hash)
{
    struct hash h;
    if (size != 2 + 2 * sizeof h.b || s[0] != '0' || s[1] != 'x')
        return false;
    if (!hex_parse(s + 2, h.b, sizeof h.b))
        return false;
    *hash = h;
    return true;
}

char *
hash_format(const struct hash *hash, char s[HASH_TEXT_CAP])
{
    s[0] = '0';
    s[1] = 'x';
    (void)hex_format(hash->b, sizeof hash->b, s + 2);
    return s;
}

bool
hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
hash_is_zero(const struct hash *h)
{
    static const struct hash zero;
    return hash_equal(h, &zero);
}

/* 48 bits of milliseconds, version 7, then 74 bits: 4 of src, 24 of run, 46
 * of counter, split around the version and variant bits. */
struct uuid
uuid_make(struct nanos wall, uint8_t src, uint64_t run, uint64_t counter)
{
    uint64_t ms = (uint64_t)(wall.ns / 1000000);
    uint64_t who = (uint64_t)(src & 15) << 24 | (run & 0xffffff);
    uint64_t high = ms << 16 | 0x7000 | who >> 16;
    uint64_t low =
        (uint64_t)2 << 62 | (who & 0xffff) << 46 | (counter & 0x3fffffffffff);
    struct uuid u;
    high = __builtin_bswap64(high);
    low = __builtin_bswap64(low);
    memcpy(u.b, &high, sizeof high);
    memcpy(u.b + 8, &low, sizeof low);
    return u;
}

/* Where the dashes stand: 8-4-4-4-12 digits. */
static const uint8_t uuid_groups[] = { 4, 2, 2, 2, 6 };

bool
uuid_parse(const char *s, size_t size, struct uuid *uuid)
{
    struct uuid u;
    if (size != UUID_TEXT_CAP - 1)
        return false;
    uint8_t *b = u.b;
    for (size_t i = 0; i < sizeof uuid_groups; i++) {
        if (i > 0 && *s++ != '-')
            return false;
        if (!hex_parse(s, b, uuid_groups[i]))
            return false;
        s += 2 * uuid_groups[i];
        b += uuid_groups[i];
    }
    *uuid = u;
    return true;
}

char *
uuid_format(const struct uuid *uuid, char s[UUID_TEXT_CAP])
{
    const uint8_t *b = uuid->b;
    char *at = s;
    for (size_t i = 0; i < sizeof uuid_groups; i++) {
        if (i > 0)
            *at++ = '-';
        at = hex_format(b, uuid_groups[i], at);
        b += uuid_groups[i];
    }
    return s;
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
uuid_is_zero(const struct uuid *u)
{
    static const struct uuid zero;
    return uuid_equal(u, &zero);
}

/* Whole characters only; a byte that belongs to none becomes '?'. */
static bool
set_string(char *to, size_t cap, const char *s)
{
    size_t used = 0;
    size_t size = strlen(s);
    memset(to, 0, cap);
    while (size > 0) {
        size_t n = utf8_step(s, size);
        size_t take = n == 0 ? 1 : n;
        if (used + take >= cap)
            return false;
        if (n == 0)
            to[used] = '?';
        else
            memcpy(to + used, s, n);
        used += take;
        s += take;
        size -= take;
    }
    return true;
}

bool
text_set(struct text *t, const char *s)
{
    return set_string(t->s, sizeof t->s, s);
}

bool
title_set(struct title *t, const char *s)
{
    return set_string(t->s, sizeof t->s, s);
}

bool
text_equal(const struct text *a, const struct text *b)
{
    return strncmp(a->s, b->s, sizeof a->s) == 0;
}
