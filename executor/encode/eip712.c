/* eip712 - hashes of typed data: words, domains, what is signed */

/* The structs signed here are few and flat, so there is no type language:
 * whoever knows a struct writes its words and hashes them. */

#include "executor/encode/eip712.h"

#include "common/keccak.h"
#include "common/must.h"

#include <string.h>

struct hash
word_of_count(uint64_t n)
{
    struct hash w = { { 0 } };
    uint64_t big = __builtin_bswap64(n);

    memcpy(w.b + 24, &big, sizeof big);
    return w;
}

struct hash
word_of_address(const struct address *a)
{
    struct hash w = { { 0 } };

    memcpy(w.b + 12, a->b, sizeof a->b);
    return w;
}

struct hash
hash_of_text(const char *s)
{
    struct hash h;

    keccak256(s, strlen(s), h.b);
    return h;
}

struct hash
hash_of_words(const struct hash *words, size_t count)
{
    struct hash h;

    must(count > 0);
    keccak256(words->b, count * sizeof *words, h.b);
    return h;
}

struct hash
domain_hash(const char *name, const char *version, uint64_t chain,
            const struct address *at)
{
    struct hash words[5] = {
        hash_of_text(at ? "EIP712Domain(string name,string version,"
                          "uint256 chainId,address verifyingContract)"
                        : "EIP712Domain(string name,string version,"
                          "uint256 chainId)"),
        hash_of_text(name),
        hash_of_text(version),
        word_of_count(chain),
    };

    if (at)
        words[4] = word_of_address(at);
    return hash_of_words(words, at ? 5 : 4);
}

struct hash
typed_digest(const struct hash *domain, const struct hash *structure)
{
    uint8_t text[66] = { 0x19, 0x01 };
    struct hash h;

    memcpy(text + 2, domain->b, 32);
    memcpy(text + 34, structure->b, 32);
    keccak256(text, sizeof text, h.b);
    return h;
}

struct hash
personal_digest(const struct hash *bytes)
{
    static const char head[] = "\x19" "Ethereum Signed Message:\n32";
    uint8_t text[sizeof head - 1 + 32];
    struct hash h;

    memcpy(text, head, sizeof head - 1);
    memcpy(text + sizeof head - 1, bytes->b, 32);
    keccak256(text, sizeof text, h.b);
    return h;
}
