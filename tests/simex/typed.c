/* typed - the digests users sign: ClobAuth, and orders of version 2 and 3
 *
 * EIP-712 by hand: a struct's hash is the keccak-256 of its type's hash and
 * its members, each 32 bytes; a digest is that of 0x1901, the domain and the
 * struct.  A wallet contract's signature (type 3) wraps the order into a
 * TypedDataSign (ERC-7739), signed by the wallet's owner under the
 * exchange's domain. */
#include "tests/simex/typed.h"

#include "tests/simex/sponge.h"

#include "common/must.h"

#include <string.h>

#define ORDER_TYPE                                                          \
    "Order(uint256 salt,address maker,address signer,uint256 tokenId,"      \
    "uint256 makerAmount,uint256 takerAmount,uint8 side,"                   \
    "uint8 signatureType,uint256 timestamp,bytes32 metadata,"               \
    "bytes32 builder)"
#define WRAP_TYPE                                                           \
    "TypedDataSign(Order contents,string name,string version,"              \
    "uint256 chainId,address verifyingContract,bytes32 salt)" ORDER_TYPE
#define DOMAIN_TYPE "EIP712Domain(string name,string version,uint256 chainId"
#define EXCHANGE_DOMAIN DOMAIN_TYPE ",address verifyingContract)"
#define AUTH_DOMAIN DOMAIN_TYPE ")"
#define AUTH_TYPE                                                           \
    "ClobAuth(address address,string timestamp,uint256 nonce,"              \
    "string message)"
#define AUTH_MESSAGE "This message attests that I control the given wallet"

#define CHAIN_AMOY 80002

/* Members in a row, each of 32 bytes. */
struct row { uint8_t b[12 * 32]; size_t size; };

static void
add(struct row *r, const uint8_t word[32])
{
    must(r->size + 32 <= sizeof r->b);
    memcpy(r->b + r->size, word, 32);
    r->size += 32;
}

static void
add_text(struct row *r, const char *s)
{
    uint8_t sum[32];
    sponge256(s, strlen(s), sum);
    add(r, sum);
}

static void
add_number(struct row *r, uint64_t n)
{
    uint8_t word[32] = { 0 };
    for (int i = 0; i < 8; i++)
        word[31 - i] = (uint8_t)(n >> (8 * i));
    add(r, word);
}

static void
add_address(struct row *r, const struct address *a)
{
    uint8_t word[32] = { 0 };
    memcpy(word + 12, a->b, 20);
    add(r, word);
}

static void
finish(const uint8_t domain[32], const uint8_t what[32], uint8_t digest[32])
{
    uint8_t all[66] = { 0x19, 0x01 };
    memcpy(all + 2, domain, 32);
    memcpy(all + 34, what, 32);
    sponge256(all, sizeof all, digest);
}

const char *
typed_exchange(const struct typed_place *p)
{
    if (p->version == 3)
        return p->chain == CHAIN_AMOY
                   ? "0x9fE6e61422AdB6F610d8597F9684b16912D50C3D"
                   : "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa";
    return p->neg_risk ? "0xe2222d279d744050d28e00520010520000310F59"
                       : "0xE111180000d2663C0091e4f400237545B87B996B";
}

static void
exchange_domain(const struct typed_place *p, uint8_t out[32])
{
    struct row r = { .size = 0 };
    struct address contract;
    must(address_read(typed_exchange(p), &contract));
    add_text(&r, EXCHANGE_DOMAIN);
    add_text(&r, "Polymarket CTF Exchange");
    add_text(&r, p->version == 3 ? "3" : "2");
    add_number(&r, p->chain);
    add_address(&r, &contract);
    sponge256(r.b, r.size, out);
}

static void
order_hash(const struct typed_order *o, uint8_t out[32])
{
    struct row r = { .size = 0 };
    add_text(&r, ORDER_TYPE);
    add(&r, o->salt);
    add_address(&r, &o->maker);
    add_address(&r, &o->signer);
    add(&r, o->token);
    add(&r, o->maker_amount);
    add(&r, o->taker_amount);
    add_number(&r, o->sell);
    add_number(&r, o->type);
    add(&r, o->timestamp);
    add(&r, o->metadata);
    add(&r, o->builder);
    sponge256(r.b, r.size, out);
}

void
typed_order_digest(const struct typed_order *o, const struct typed_place *p,
                   uint8_t digest[32])
{
    uint8_t domain[32], order[32];
    exchange_domain(p, domain);
    order_hash(o, order);
    finish(domain, order, digest);
}

/* The wrapping says again what was wrapped; it must be the same. */
static bool
is_wrapped(const uint8_t *s, const uint8_t domain[32],
           const uint8_t order[32])
{
    size_t size = strlen(ORDER_TYPE);
    must(65 + 32 + 32 + size + 2 == TYPED_WRAPPED);
    return memcmp(s + 65, domain, 32) == 0 &&
           memcmp(s + 97, order, 32) == 0 &&
           memcmp(s + 129, ORDER_TYPE, size) == 0 &&
           s[TYPED_WRAPPED - 2] == size >> 8 &&
           s[TYPED_WRAPPED - 1] == (size & 255);
}

bool
typed_order_signer(const struct typed_order *o, const struct typed_place *p,
                   const uint8_t *signature, size_t size,
                   struct address *signer)
{
    uint8_t domain[32], order[32], digest[32];
    exchange_domain(p, domain);
    order_hash(o, order);
    if (o->type != 3) {
        finish(domain, order, digest);
        return size == 65 && recover_signer(digest, signature, signer);
    }
    if (size != TYPED_WRAPPED || !is_wrapped(signature, domain, order))
        return false;
    struct row r = { .size = 0 };
    const uint8_t no_salt[32] = { 0 };
    add_text(&r, WRAP_TYPE);
    add(&r, order);
    add_text(&r, "DepositWallet");
    add_text(&r, "1");
    add_number(&r, p->chain);
    add_address(&r, &o->signer);
    add(&r, no_salt);
    sponge256(r.b, r.size, order);
    finish(domain, order, digest);
    return recover_signer(digest, signature, signer);
}

void
typed_auth_digest(const struct address *who, const char *timestamp,
                  uint64_t nonce, uint64_t chain, uint8_t digest[32])
{
    struct row r = { .size = 0 };
    uint8_t domain[32], auth[32];
    add_text(&r, AUTH_DOMAIN);
    add_text(&r, "ClobAuthDomain");
    add_text(&r, "1");
    add_number(&r, chain);
    sponge256(r.b, r.size, domain);
    r.size = 0;
    add_text(&r, AUTH_TYPE);
    add_address(&r, who);
    add_text(&r, timestamp);
    add_number(&r, nonce);
    add_text(&r, AUTH_MESSAGE);
    sponge256(r.b, r.size, auth);
    finish(domain, auth, digest);
}

static int
hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
address_read(const char *s, struct address *a)
{
    if (strlen(s) != 42 || s[0] != '0' || s[1] != 'x')
        return false;
    for (int i = 0; i < 20; i++) {
        int high = hex_of(s[2 + 2 * i]), low = hex_of(s[3 + 2 * i]);
        if (high < 0 || low < 0)
            return false;
        a->b[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

const char *
address_text(const struct address *a, char out[43])
{
    uint8_t sum[32];
    out[0] = '0';
    out[1] = 'x';
    for (int i = 0; i < 40; i++)
        out[2 + i] = "0123456789abcdef"[i % 2 ? a->b[i / 2] & 15
                                              : a->b[i / 2] >> 4];
    out[42] = '\0';
    sponge256(out + 2, 40, sum);
    for (int i = 0; i < 40; i++) {
        int nibble = i % 2 ? sum[i / 2] & 15 : sum[i / 2] >> 4;
        if (out[2 + i] >= 'a' && nibble >= 8)
            out[2 + i] = (char)(out[2 + i] - 32);
    }
    return out;
}

bool
address_same(const struct address *a, const struct address *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}
