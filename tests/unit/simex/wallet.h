/* wallet - a customer who also acts on the chain, for tests: asks a node, and
 * writes and signs transactions by code of its own */
#ifndef TEST_SIMEX_WALLET_H
#define TEST_SIMEX_WALLET_H

#include "tests/unit/simex/customer.h"

#include "tests/simex/chain_own.h"

#include "common/hex.h"

#define GWEI UINT64_C(1000000000)
#define SPLIT "splitPosition(address,bytes32,bytes32,uint256[],uint256)"
#define MERGE "mergePositions(address,bytes32,bytes32,uint256[],uint256)"
#define REDEEM "redeemPositions(address,bytes32,bytes32,uint256[])"

static struct chain *c;

static inline int
open_chain(void **state)
{
    struct chain_terms terms = { .id = 137, .block_ms = 500,
                                 .base_fee = 50 * GWEI,
                                 .wei = UINT64_C(10000000000000000000) };
    int bad = open_place(state);
    c = chain_new(d, &terms);
    hub_add_chain(h, c);
    return bad;
}

static inline int
close_chain(void **state)
{
    int bad = close_place(state);
    chain_destroy(&c);
    return bad;
}

/* --- asking a node -------------------------------------------------------- */
static inline int
post_to(int node, const char *body)
{
    char path[16];
    snprintf(path, sizeof path, "/chain/%d", node);
    struct front_request r = {
        .rest = { .post = true, .path = path, .query = "", .body = body,
                  .body_size = strlen(body) },
    };
    return send_request(&r);
}

static const char *
ask_node(const char *method, const char *params)
{
    static char body[8192];
    snprintf(body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":"
             "\"%s\",\"params\":[%s]}", method, params);
    assert_int_equal(post_to(1, body), 200);
    assert_non_null(j);
    const char *s = json_string(get("result"));
    return s ? s : "";
}

/* The words of an error, "" = there is none. */
static const char *
words(void)
{
    const char *s = json_string(json_get(get("error"), "message"));
    return s ? s : "";
}

/* What is there once the exchange has looked. */
static inline int64_t
looked(struct customer *who, uint32_t market, int token)
{
    char query[256];
    snprintf(query, sizeof query, token < 0
             ? "asset_type=COLLATERAL&signature_type=0"
             : "asset_type=CONDITIONAL&signature_type=0&token_id=%s",
             x->listing->markets[market].token[token < 0 ? 0 : token]);
    assert_int_equal(ask(who, GETS, "/balance-allowance/update", query,
                         NULL), 200);
    return balance(who, market, token);
}

/* --- what is sent --------------------------------------------------------- */
struct text_call { uint8_t b[CHAIN_DATA]; size_t size; };

static inline void
begin(struct text_call *t, const char *signature)
{
    uint8_t sum[32];
    abi_topic(signature, sum);
    memcpy(t->b, sum, 4);
    t->size = 4;
}

static inline void
add_number(struct text_call *t, uint64_t n)
{
    word_number(n, t->b + t->size);
    t->size += 32;
}

static inline void
add_place(struct text_call *t, enum place p)
{
    struct address a;
    assert_true(address_read(chain_places[p], &a));
    word_address(&a, t->b + t->size);
    t->size += 32;
}

static inline void
add_condition(struct text_call *t, uint32_t market)
{
    struct hash key;
    const char *s = x->listing->markets[market].condition;
    assert_true(hash_parse(s, strlen(s), &key));
    memcpy(t->b + t->size, key.b, 32);
    t->size += 32;
}

/* qty 0 = a redemption has none. */
static inline struct text_call
position_call(const char *what, uint32_t market, uint64_t qty)
{
    struct text_call t;
    begin(&t, what);
    add_place(&t, PLACE_CASH);
    add_number(&t, 0);
    add_condition(&t, market);
    add_number(&t, qty > 0 ? 160 : 128);
    if (qty > 0)
        add_number(&t, qty);
    add_number(&t, 2);
    add_number(&t, 1);
    add_number(&t, 2);
    return t;
}

struct bytes { uint8_t b[2048]; size_t size; };

static inline void
put_item(struct bytes *o, const uint8_t *b, size_t size)
{
    if (size == 1 && b[0] < 0x80) {
        o->b[o->size++] = b[0];
        return;
    }
    if (size > 55)
        o->b[o->size++] = (uint8_t)(size > 255 ? 0xb9 : 0xb8);
    if (size > 255)
        o->b[o->size++] = (uint8_t)(size >> 8);
    o->b[o->size++] = (uint8_t)(size > 55 ? size : 0x80 + size);
    memcpy(o->b + o->size, b, size);
    o->size += size;
}

static inline void
put_n(struct bytes *o, const uint8_t *b, size_t size)
{
    while (size > 0 && b[0] == 0) {
        b++;
        size--;
    }
    put_item(o, b, size);
}

static inline void
put_count(struct bytes *o, uint64_t n)
{
    uint8_t w[32];
    word_number(n, w);
    put_n(o, w, 32);
}

static inline void
wrap(const struct bytes *in, struct bytes *out)
{
    out->size = 0;
    out->b[out->size++] = 2;
    if (in->size > 55)
        out->b[out->size++] = (uint8_t)(in->size > 255 ? 0xf9 : 0xf8);
    if (in->size > 255)
        out->b[out->size++] = (uint8_t)(in->size >> 8);
    out->b[out->size++] =
        (uint8_t)(in->size > 55 ? in->size : 0xc0 + in->size);
    memcpy(out->b + out->size, in->b, in->size);
    out->size += in->size;
}

/* What a test may change of a transaction. */
struct sending {
    uint64_t chain, nonce, priority, fee, gas;
};

static inline struct sending
sending(uint64_t nonce)
{
    return (struct sending){ 137, nonce, 30 * GWEI, 200 * GWEI, 300000 };
}

/* The error's words, "" when it was taken; its hash goes to hash. */
static const char *
send_tx(const struct customer *who, const struct sending *s,
        const char *to, const struct text_call *call, char hash[67])
{
    struct bytes in = { .size = 0 }, out;
    struct address a;
    uint8_t digest[32], signature[65];
    static char params[8192];
    assert_true(address_read(to, &a));
    put_count(&in, s->chain);
    put_count(&in, s->nonce);
    put_count(&in, s->priority);
    put_count(&in, s->fee);
    put_count(&in, s->gas);
    put_item(&in, a.b, sizeof a.b);
    put_count(&in, 0);
    put_item(&in, call->b, call->size);
    in.b[in.size++] = 0xc0;
    wrap(&in, &out);
    sponge256(out.b, out.size, digest);
    sign(who->secret, digest, signature);
    put_count(&in, (uint64_t)(signature[64] - 27));
    put_n(&in, signature, 32);
    put_n(&in, signature + 32, 32);
    wrap(&in, &out);
    params[0] = '"';
    write_hex(out.b, out.size, params + 1);
    strcat(params, "\"");
    sponge256(out.b, out.size, digest);
    if (hash)
        write_hex(digest, 32, hash);
    const char *got = ask_node("eth_sendRawTransaction", params);
    if (words()[0] == '\0' && hash)
        assert_string_equal(got, hash);
    return words();
}

/* Sends and mines; the receipt's status, the receipt in get("result"). */
static inline int
do_to(const struct customer *who, uint64_t nonce, const char *to,
      const struct text_call *call)
{
    char hash[67], quoted[80];
    struct sending s = sending(nonce);
    const char *no = send_tx(who, &s, to, call, hash);
    if (no[0])
        fail_msg("refused: %s", no);
    pass(500);
    snprintf(quoted, sizeof quoted, "\"%s\"", hash);
    (void)ask_node("eth_getTransactionReceipt", quoted);
    return strcmp(text_of(get("result"), "status"), "0x1") == 0;
}

static inline int
do_tx(const struct customer *who, uint64_t nonce, enum place to,
      const struct text_call *call)
{
    return do_to(who, nonce, chain_places[to], call);
}

static inline void
allow(const struct customer *who, uint64_t nonce, enum place adapter)
{
    struct text_call t;
    begin(&t, "approve(address,uint256)");
    add_place(&t, adapter);
    memset(t.b + t.size, 0xff, 32);
    t.size += 32;
    assert_true(do_tx(who, nonce, PLACE_CASH, &t));
    begin(&t, "setApprovalForAll(address,bool)");
    add_place(&t, adapter);
    add_number(&t, 1);
    assert_true(do_tx(who, nonce + 1, PLACE_SETS, &t));
}

/* The words with which a call is refused when it is only tried. */
static const char *
try_to(const struct customer *who, const char *to,
       const struct text_call *call)
{
    static char params[4096];
    char data[2 * CHAIN_DATA + 3], from[43];
    write_hex(call->b, call->size, data);
    snprintf(params, sizeof params, "{\"from\":\"%s\",\"to\":\"%s\",\"data\":"
             "\"%s\"},\"latest\"", address_text(&who->address, from),
             to, data);
    (void)ask_node("eth_call", params);
    return words();
}

static inline const char *
try_call(const struct customer *who, enum place to,
         const struct text_call *call)
{
    return try_to(who, chain_places[to], call);
}

static inline uint32_t
plain_market(void)
{
    for (uint32_t m = 0; m < x->listing->markets_count; m++)
        if (!listing_is_neg_risk(x->listing, m) &&
            !x->listing->markets[m].position)
            return m;
    fail();
    return 0;
}

#endif /* TEST_SIMEX_WALLET_H */
