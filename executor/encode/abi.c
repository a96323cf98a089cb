/* abi - calls of contracts as bytes, and what they answer */

/* A head of one word an argument, then the arrays: an array's head is how far
 * its length stands from the first head.  A selector is made from its text
 * when it is needed: calls are rare, and there is no number to mistype. */

#include "executor/encode/abi.h"

#include "common/must.h"
#include "executor/encode/eip712.h"

#include <string.h>

struct argument
arg_word(const struct hash *word)
{
    return (struct argument){ .word = *word };
}

struct argument
arg_count(uint64_t n)
{
    return (struct argument){ .word = word_of_count(n) };
}

struct argument
arg_address(const struct address *a)
{
    return (struct argument){ .word = word_of_address(a) };
}

struct argument
arg_array(const struct hash *words, uint32_t count)
{
    return (struct argument){ .words = words, .count = count,
                              .is_array = true };
}

struct hash
abi_topic(const char *signature)
{
    return hash_of_text(signature);
}

void
abi_selector(const char *signature, uint8_t selector[4])
{
    struct hash h = hash_of_text(signature);

    memcpy(selector, h.b, 4);
}

void
abi_begin(struct call *c, const char *signature)
{
    abi_selector(signature, c->b);
    c->size = 4;
}

bool
abi_put(struct call *c, const struct hash *word)
{
    if (sizeof c->b - c->size < sizeof word->b)
        return false;
    memcpy(c->b + c->size, word->b, sizeof word->b);
    c->size += sizeof word->b;
    return true;
}

bool
abi_put_bytes(struct call *c, const uint8_t *b, size_t size)
{
    struct hash length = word_of_count(size);
    size_t filled = (size + 31) / 32 * 32;

    if (size > sizeof c->b || !abi_put(c, &length) ||
        sizeof c->b - c->size < filled)
        return false;
    memset(c->b + c->size, 0, filled);
    memcpy(c->b + c->size, b, size);
    c->size += filled;
    return true;
}

static void
put_word(struct call *c, const struct hash *word)
{
    bool fits = abi_put(c, word);

    must(fits);
}

bool
abi_call(struct call *c, const char *signature,
         const struct argument *arguments, uint32_t count)
{
    uint64_t words = count;

    for (uint32_t i = 0; i < count; i++)
        if (arguments[i].is_array)
            words += 1 + (uint64_t)arguments[i].count;
    if (words > CALL_WORDS_MAX)
        return false;
    abi_begin(c, signature);
    uint64_t behind = 32 * (uint64_t)count;
    for (uint32_t i = 0; i < count; i++) {
        const struct argument *a = &arguments[i];
        struct hash at = a->is_array ? word_of_count(behind) : a->word;
        put_word(c, &at);
        if (a->is_array)
            behind += 32 * (1 + (uint64_t)a->count);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!arguments[i].is_array)
            continue;
        struct hash length = word_of_count(arguments[i].count);
        put_word(c, &length);
        for (uint32_t k = 0; k < arguments[i].count; k++)
            put_word(c, &arguments[i].words[k]);
    }
    return true;
}

bool
abi_word(const uint8_t *b, size_t size, size_t i, struct hash *word)
{
    if (i >= size / 32)
        return false;
    memcpy(word->b, b + 32 * i, 32);
    return true;
}

bool
word_count(const struct hash *word, uint64_t *n)
{
    static const uint8_t zeros[24];
    uint64_t big;

    if (memcmp(word->b, zeros, sizeof zeros) != 0)
        return false;
    memcpy(&big, word->b + 24, sizeof big);
    *n = __builtin_bswap64(big);
    return true;
}
