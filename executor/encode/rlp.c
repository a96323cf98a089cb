/* rlp - Ethereum's serialization: strings and lists of strings */

/* A list's head is known when its items are written: they are moved back by
 * it, which for a transaction of a few hundred bytes costs nothing. */

#include "executor/encode/rlp.h"

#include <string.h>

enum { SHORT_MAX = 55, HEAD_CAP = 9 };

struct rlp
rlp_to(uint8_t *b, size_t cap)
{
    return (struct rlp){ b, 0, cap, false };
}

void
rlp_raw(struct rlp *r, const void *b, size_t size)
{
    r->full = r->full || size > r->cap - r->used;
    if (r->full || size == 0)
        return;
    memcpy(r->b + r->used, b, size);
    r->used += size;
}

/* The head of size bytes; base is 0x80 for strings, 0xc0 for lists. */
static size_t
head_of(size_t size, uint8_t base, uint8_t head[HEAD_CAP])
{
    size_t digits = 0;

    if (size <= SHORT_MAX) {
        head[0] = (uint8_t)(base + size);
        return 1;
    }
    for (size_t rest = size; rest > 0; rest >>= 8)
        digits++;
    head[0] = (uint8_t)(base + SHORT_MAX + digits);
    for (size_t i = digits; i > 0; i--, size >>= 8)
        head[i] = (uint8_t)size;
    return 1 + digits;
}

void
rlp_string(struct rlp *r, const void *b, size_t size)
{
    const uint8_t *first = b;
    uint8_t head[HEAD_CAP];

    if (size != 1 || *first >= 0x80)
        rlp_raw(r, head, head_of(size, 0x80, head));
    rlp_raw(r, b, size);
}

static void
number(struct rlp *r, const uint8_t *b, size_t size)
{
    while (size > 0 && *b == 0) {
        b++;
        size--;
    }
    rlp_string(r, b, size);
}

void
rlp_count(struct rlp *r, uint64_t n)
{
    uint64_t big = __builtin_bswap64(n);
    uint8_t b[8];

    memcpy(b, &big, sizeof b);
    number(r, b, sizeof b);
}

void
rlp_word(struct rlp *r, const struct hash *n)
{
    number(r, n->b, sizeof n->b);
}

void
rlp_list(struct rlp *r, size_t start)
{
    uint8_t head[HEAD_CAP];
    size_t size = r->used - start, head_size = head_of(size, 0xc0, head);

    r->full = r->full || head_size > r->cap - r->used;
    if (r->full)
        return;
    memmove(r->b + start + head_size, r->b + start, size);
    memcpy(r->b + start, head, head_size);
    r->used += head_size;
}
