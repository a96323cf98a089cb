/* wire - a strict cursor over received msgpack bytes
 *
 * msgpack-c's own unpacker believes the counts it reads: five bytes make it
 * reserve gigabytes (msgpack-c#1013).  This one allocates nothing, believes no
 * count bigger than the bytes left, and takes each value only in its shortest
 * form, which is the one msgpack-c's packer writes.  Only the codec calls it.
 */
#include "proto/wire.h"

#include <string.h>

static bool
take_tag(struct wire *w, uint8_t *tag)
{
    if (w->at == w->end)
        return false;
    *tag = *w->at++;
    return true;
}

/* Reads 1 << power big-endian bytes, power <= 3. */
static inline bool
take_be(struct wire *w, unsigned power, uint64_t *v)
{
    size_t n = (size_t)1 << power;
    size_t left = (size_t)(w->end - w->at);
    if (left < n)
        return false;
    uint64_t u = 0;
    if (left >= sizeof u) {
        /* Away from the end: all eight, and drop what is too much. */
        memcpy(&u, w->at, sizeof u);
        u = __builtin_bswap64(u) >> (64 - 8 * n);
    } else {
        for (size_t i = 0; i < n; i++)
            u = u << 8 | w->at[i];
    }
    *v = u;
    w->at += n;
    return true;
}

/* The largest number that fits in half of 1 << power bytes. */
static uint64_t
half_max(unsigned power)
{
    return ((uint64_t)1 << (4u << power)) - 1;
}

bool
wire_get_array(struct wire *w, uint32_t *count)
{
    uint8_t tag;
    uint64_t n;
    if (!take_tag(w, &tag))
        return false;
    if ((tag & 0xf0) == 0x90) {
        n = tag & 0x0f;
    } else {
        if (tag != 0xdc && tag != 0xdd)
            return false;
        if (!take_be(w, tag == 0xdc ? 1 : 2, &n))
            return false;
        if (n <= (tag == 0xdc ? 0x0f : 0xffff))
            return false;
    }
    if (n > (uint64_t)(w->end - w->at))
        return false;
    *count = (uint32_t)n;
    return true;
}

bool
wire_get_uint(struct wire *w, uint64_t *value)
{
    uint8_t tag;
    if (!take_tag(w, &tag))
        return false;
    if (tag < 0x80) {
        *value = tag;
        return true;
    }
    if (tag < 0xcc || tag > 0xcf)
        return false;
    unsigned power = tag - 0xccu;
    if (!take_be(w, power, value))
        return false;
    return *value > (power == 0 ? 0x7f : half_max(power));
}

/* Below zero: d0..d3 and the one-byte form of -32..-1. */
static bool
take_negative(struct wire *w, uint8_t tag, int64_t *value)
{
    if (tag >= 0xe0) {
        *value = (int8_t)tag;
        return true;
    }
    uint64_t u;
    unsigned power = tag - 0xd0u;
    if (!take_be(w, power, &u))
        return false;
    unsigned shift = 64 - (8u << power);
    int64_t v = (int64_t)(u << shift) >> shift;
    /* Shortest: it is below what half the bytes can hold. */
    int64_t least = power == 0 ? -32 : -((int64_t)(half_max(power) >> 1) + 1);
    *value = v;
    return v < least;
}

bool
wire_get_int(struct wire *w, int64_t *value)
{
    if (w->at == w->end)
        return false;
    uint8_t tag = *w->at;
    if (tag >= 0xe0 || (tag >= 0xd0 && tag <= 0xd3)) {
        w->at++;
        return take_negative(w, tag, value);
    }
    uint64_t u;
    if (!wire_get_uint(w, &u) || u > INT64_MAX)
        return false;
    *value = (int64_t)u;
    return true;
}

bool
wire_get_bool(struct wire *w, bool *value)
{
    uint8_t tag;
    if (!take_tag(w, &tag) || (tag & 0xfe) != 0xc2)
        return false;
    *value = tag == 0xc3;
    return true;
}

bool
wire_get_str(struct wire *w, const char **s, uint32_t *size)
{
    uint8_t tag;
    uint64_t n;
    if (!take_tag(w, &tag))
        return false;
    if ((tag & 0xe0) == 0xa0) {
        n = tag & 0x1f;
    } else {
        if (tag < 0xd9 || tag > 0xdb)
            return false;
        unsigned power = tag - 0xd9u;
        if (!take_be(w, power, &n))
            return false;
        if (n <= (power == 0 ? 0x1f : half_max(power)))
            return false;
    }
    if (n > (uint64_t)(w->end - w->at))
        return false;
    *s = (const char *)w->at;
    *size = (uint32_t)n;
    w->at += n;
    return true;
}

bool
wire_get_bin(struct wire *w, const uint8_t **b, uint32_t *size)
{
    uint8_t tag;
    uint64_t n;
    if (!take_tag(w, &tag) || tag < 0xc4 || tag > 0xc6)
        return false;
    unsigned power = tag - 0xc4u;
    if (!take_be(w, power, &n))
        return false;
    if (power > 0 && n <= half_max(power))
        return false;
    if (n > (uint64_t)(w->end - w->at))
        return false;
    *b = w->at;
    *size = (uint32_t)n;
    w->at += n;
    return true;
}
