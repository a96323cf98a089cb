/* chain_abi - what a call says: its function, and words of 32 bytes */
#include "tests/simex/chain_own.h"

#include "tests/simex/sponge.h"

#include <string.h>

void
abi_topic(const char *text, uint8_t out[32])
{
    sponge256(text, strlen(text), out);
}

void
word_number(uint64_t n, uint8_t word[32])
{
    memset(word, 0, 32);
    for (int i = 0; i < 8; i++)
        word[31 - i] = (uint8_t)(n >> (8 * i));
}

void
word_address(const struct address *a, uint8_t word[32])
{
    memset(word, 0, 32);
    memcpy(word + 12, a->b, 20);
}

bool
abi_is(const struct abi_call *c, const char *signature)
{
    uint8_t sum[32];
    abi_topic(signature, sum);
    return c->size >= 4 && memcmp(c->data, sum, 4) == 0;
}

bool
abi_word(const struct abi_call *c, size_t i, uint8_t out[32])
{
    if (c->size < 4 + 32 * (i + 1))
        return false;
    memcpy(out, c->data + 4 + 32 * i, 32);
    return true;
}

/* UINT64_MAX stands for all that is more. */
bool
abi_number(const struct abi_call *c, size_t i, uint64_t *n)
{
    uint8_t w[32];
    if (!abi_word(c, i, w))
        return false;
    *n = 0;
    for (int k = 0; k < 32; k++) {
        if (k < 24 && w[k] != 0) {
            *n = UINT64_MAX;
            return true;
        }
        *n = *n << 8 | w[k];
    }
    return true;
}

bool
abi_address(const struct abi_call *c, size_t i, struct address *a)
{
    uint8_t w[32];
    static const uint8_t zeros[12];
    if (!abi_word(c, i, w) || memcmp(w, zeros, sizeof zeros) != 0)
        return false;
    memcpy(a->b, w + 12, sizeof a->b);
    return true;
}

bool
abi_is_number(const struct abi_call *c, size_t i, uint64_t want)
{
    uint64_t n;
    return abi_number(c, i, &n) && n == want;
}

/* The market of a condition, when it is ConditionalTokens'. */
uint32_t
abi_market(const struct chain *c, const struct abi_call *in, size_t i)
{
    const struct listing *l = c->desk->x->listing;
    struct hash h;
    char text[HASH_TEXT_CAP];
    if (!abi_word(in, i, h.b))
        return MAP_NONE;
    uint32_t m = listing_condition(l, hash_format(&h, text));
    return m == MAP_NONE || l->markets[m].position ? MAP_NONE : m;
}
