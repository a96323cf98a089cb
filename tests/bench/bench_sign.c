/* bench_sign - an order built, signed and written, against the bare signature
 *
 * The floor is what no program can leave out: the hash of the order's struct
 * and of its digest, and one recoverable signature.  Ours also rounds the
 * amounts, checks the terms and writes the body that is posted. */
#include "tests/bench/bench.h"

#include "common/keccak.h"
#include "common/must.h"
#include "executor/encode/order.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 500 };

struct signing {
    struct key *key;
    struct wallet wallet;
    struct order_terms terms;
    struct order_draft draft;
    struct order_signature sig;
    char body[ORDER_BODY_CAP];
    uint8_t words[12 * 32], typed[66];
};

static void
build_sign(void *arg, uint64_t n)
{
    struct signing *s = arg;

    for (uint64_t i = 0; i < n; i++) {
        s->terms.salt = i;
        must(order_build(&s->terms, &s->wallet, &s->draft, NULL));
        order_sign(&s->draft, s->key, &s->sig);
        (void)order_body(&s->draft, &s->sig,
                         "00000000-0000-4000-8000-000000000001", s->body);
        bench_use(s->body);
    }
}

static void
hash_sign(void *arg, uint64_t n)
{
    struct signing *s = arg;
    struct signature sig;
    struct hash digest;

    for (uint64_t i = 0; i < n; i++) {
        memcpy(s->words, &i, sizeof i);
        keccak256(s->words, sizeof s->words, digest.b);
        memcpy(s->typed + 34, digest.b, 32);
        keccak256(s->typed, sizeof s->typed, digest.b);
        key_sign(s->key, &digest, &sig);
        bench_use(&sig);
    }
}

/* What riskd and the journal wait for: the id alone, no key. */
static void
build(void *arg, uint64_t n)
{
    struct signing *s = arg;

    for (uint64_t i = 0; i < n; i++) {
        s->terms.salt = i;
        must(order_build(&s->terms, &s->wallet, &s->draft, NULL));
        bench_use(&s->draft);
    }
}

static void
hash(void *arg, uint64_t n)
{
    struct signing *s = arg;
    struct hash digest;

    for (uint64_t i = 0; i < n; i++) {
        memcpy(s->words, &i, sizeof i);
        keccak256(s->words, sizeof s->words, digest.b);
        memcpy(s->typed + 34, digest.b, 32);
        keccak256(s->typed, sizeof s->typed, digest.b);
        bench_use(&digest);
    }
}

void
bench_sign(const char *dir)
{
    struct signing *s = calloc(1, sizeof *s);
    const uint8_t secret[32] = { 1, 2, 3 };

    (void)dir;
    must(s != NULL);
    s->key = key_new(secret, NULL);
    must(s->key && wallet_make(WALLET_EOA, key_address(s->key), NULL,
                               &s->wallet, NULL));
    memset(s->terms.token.b, 0x9d, sizeof s->terms.token.b);
    s->terms.chain = CHAIN_POLYGON;
    s->terms.version = ORDER_VERSION_2;
    s->terms.side = SIDE_buy;
    s->terms.tif = TIF_FAK;
    s->terms.price.micros = 570000;
    s->terms.tick.micros = 10000;
    s->terms.size.micros = 21000000;
    s->terms.timestamp = 1795220242729;
    struct bench_medians m = bench_turns(MANY, build_sign, hash_sign, s);
    bench_line("order_build_sign", "us", m.ours / 1000, m.floor_ / 1000);
    bench_ns("order_id", MANY * 20, build, hash, s);
    key_destroy(&s->key);
    free(s);
}
