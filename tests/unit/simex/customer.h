/* customer - somebody with a key who trades by the private REST, for tests
 *
 * Signs with arithmetic of its own (a nonce from the digest), so that what
 * the exchange recovers was not made by what it recovers with. */
#ifndef TEST_SIMEX_CUSTOMER_H
#define TEST_SIMEX_CUSTOMER_H

#include "tests/simex/hub.h"
#include "tests/simex/seal.h"
#include "tests/simex/sponge.h"

#include "common/digest.h"
#include "common/json.h"
#include "common/map.h"
#include "common/must.h"

#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define START INT64_C(1795271580000) /* 2026-11-21T14:33:00Z */
#define FRAMES 512

/* The place: a core whose crowd stands still, its desk and its hub. */
static struct simex *x;
static struct face *f;
static struct desk *d;
static struct hub *h;
static char *room;
static struct quill q;
static struct json *j;             /* The last answer. */
static struct front_answer answer;
static int64_t now;

/* What was sent to user channels. */
static struct { uint32_t conn; int64_t due; char *text; } frames[FRAMES];
static uint32_t frames_count, drops;

struct customer {
    uint8_t secret[32];
    struct address address;
    char id[37], key[64], passphrase[80];
    uint64_t salt;
};

static inline void
take_frame(void *arg, uint32_t conn, const char *s, size_t size, int64_t due)
{
    (void)arg;
    must(frames_count < FRAMES);
    frames[frames_count].conn = conn;
    frames[frames_count].due = due;
    frames[frames_count].text = strndup(s, size);
    frames_count++;
}

static inline void
take_drop(void *arg, uint32_t conn)
{
    (void)arg;
    (void)conn;
    drops++;
}

static inline void
take_line(void *arg, const char *line, size_t size)
{
    (void)arg;
    (void)line;
    (void)size;
}

static inline void
forget_frames(void)
{
    for (uint32_t i = 0; i < frames_count; i++)
        free(frames[i].text);
    frames_count = 0;
}

static inline int
open_place(void **state)
{
    struct simex_terms terms = { .seed = 5, .start_ms = START, .events = 10,
                                 .rate = 0, .run_ms = 60000 };
    struct desk_terms desk = {
        .chain = 137, .welcome = 1000 * MICROS, .window_ms = 60000,
        .mined_ms = 1000, .confirmed_ms = 2000, .beat_ms = 15000,
        .delay_ms = 250, .early_ms = 60000, .orders_rate = 40,
        .orders_burst = 60, .cancels_rate = 80, .cancels_burst = 120,
    };
    struct hub_out out = { NULL, take_frame, take_drop, take_line,
                           take_line };
    (void)state;
    x = simex_new(&terms);
    f = face_new(x, false);
    d = desk_new(x, &desk);
    h = hub_new(x, f, NULL, &out);
    hub_add_desk(h, d);
    room = malloc(FACE_ROOM);
    now = START;
    drops = 0;
    return room ? 0 : -1;
}

static inline int
close_place(void **state)
{
    (void)state;
    struct why why = { "" };
    bool agree = accounts_agree(x->accounts, &why);
    json_destroy(&j);
    forget_frames();
    hub_destroy(&h);
    desk_destroy(&d);
    face_destroy(&f);
    simex_destroy(&x);
    free(room);
    if (!agree)
        fprintf(stderr, "%s\n", why.s);
    return agree ? 0 : -1;
}

static inline void
pass(int64_t ms)
{
    now += ms;
    hub_tick(h, now);
}

/* r || s || v over a digest. */
static inline void
sign(const uint8_t secret[32], const uint8_t digest[32], uint8_t out[65])
{
    EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_secp256k1);
    BN_CTX *c = BN_CTX_new();
    const BIGNUM *n = EC_GROUP_get0_order(g);
    EC_POINT *p = EC_POINT_new(g);
    BIGNUM *k = BN_new(), *r = BN_new(), *s = BN_new(), *y = BN_new();
    BIGNUM *key = BN_bin2bn(secret, 32, NULL);
    BIGNUM *e = BN_bin2bn(digest, 32, NULL), *half = BN_new();
    uint8_t seed[64], sum[32];
    memcpy(seed, secret, 32);
    memcpy(seed + 32, digest, 32);
    sha256(seed, sizeof seed, sum);
    BN_bin2bn(sum, 32, k);
    must(EC_POINT_mul(g, p, k, NULL, NULL, c));
    must(EC_POINT_get_affine_coordinates(g, p, r, y, c));
    must(BN_mod_mul(s, r, key, n, c) && BN_mod_add(s, s, e, n, c));
    must(BN_mod_inverse(k, k, n, c) && BN_mod_mul(s, s, k, n, c));
    bool odd = BN_is_odd(y);
    must(BN_rshift1(half, n));
    if (BN_cmp(s, half) > 0) {
        must(BN_sub(s, n, s));
        odd = !odd;
    }
    must(BN_bn2binpad(r, out, 32) == 32 && BN_bn2binpad(s, out + 32, 32) == 32);
    out[64] = (uint8_t)(27 + odd);
    BN_free(k); BN_free(r); BN_free(s); BN_free(y); BN_free(key);
    BN_free(e); BN_free(half);
    EC_POINT_free(p);
    BN_CTX_free(c);
    EC_GROUP_free(g);
}

static inline void
write_hex(const uint8_t *b, size_t size, char *out)
{
    *out++ = '0';
    *out++ = 'x';
    for (size_t i = 0; i < size; i++)
        out += sprintf(out, "%02x", b[i]);
}

static inline void
customer_init(struct customer *c, uint8_t number)
{
    uint8_t bytes[65], sum[32];
    memset(c, 0, sizeof *c);
    c->secret[31] = number;
    EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_secp256k1);
    EC_POINT *p = EC_POINT_new(g);
    BIGNUM *k = BN_bin2bn(c->secret, 32, NULL);
    must(EC_POINT_mul(g, p, k, NULL, NULL, NULL));
    must(EC_POINT_point2oct(g, p, POINT_CONVERSION_UNCOMPRESSED, bytes, 65,
                            NULL) == 65);
    sponge256(bytes + 1, 64, sum);
    memcpy(c->address.b, sum + 12, 20);
    BN_free(k);
    EC_POINT_free(p);
    EC_GROUP_free(g);
}

/* Status; the body is then in q.s, and read in j when it is JSON. */
static inline int
send_request(struct front_request *r)
{
    pass(0);
    quill_start(&q, room, FACE_ROOM);
    hub_ask(h, r, 20, &q, &answer);
    json_destroy(&j);
    j = json_parse(q.s, q.size, NULL);
    return answer.status;
}

static inline const struct json_value *
get(const char *key)
{
    return json_get(json_root(j), key);
}

static inline const char *
text_of(const struct json_value *v, const char *key)
{
    const char *s = json_scalar(json_get(v, key));
    if (!s)
        fail_msg("no %s in %.300s", key, q.s);
    return s;
}

static inline const char *
text(const char *key)
{
    return text_of(json_root(j), key);
}

/* Headers of L1, of this moment but for `off_s`. */
static inline int
ask_l1(const struct customer *c, const char *path, bool post, int nonce,
       int64_t off_s)
{
    char address[43], time[24], number[12], hex[133];
    uint8_t digest[32], signature[65];
    snprintf(time, sizeof time, "%" PRId64, now / 1000 + off_s);
    snprintf(number, sizeof number, "%d", nonce);
    typed_auth_digest(&c->address, time, (uint64_t)nonce, 137, digest);
    sign(c->secret, digest, signature);
    write_hex(signature, 65, hex);
    struct front_request r = {
        .rest = { .post = post, .path = path, .query = "", .body = "" },
        .headers = { [FRONT_ADDRESS] = address_text(&c->address, address),
                     [FRONT_SIGNATURE] = hex, [FRONT_TIMESTAMP] = time,
                     [FRONT_NONCE] = number },
    };
    return send_request(&r);
}

static inline void
customer_enter(struct customer *c, uint8_t number)
{
    customer_init(c, number);
    assert_int_equal(ask_l1(c, "/auth/api-key", true, 0, 0), 200);
    snprintf(c->id, sizeof c->id, "%s", text("apiKey"));
    snprintf(c->key, sizeof c->key, "%s", text("secret"));
    snprintf(c->passphrase, sizeof c->passphrase, "%s", text("passphrase"));
}

enum { GETS, POSTS, DELETES };

/* A request of L2; body NULL = none. */
static inline int
ask(const struct customer *c, int method, const char *path,
    const char *query, const char *body)
{
    static const char *const names[] = { "GET", "POST", "DELETE" };
    static char all[65536];
    char address[43], time[24], seal[48];
    uint8_t key[64], sum[32];
    snprintf(time, sizeof time, "%" PRId64, now / 1000);
    int n = snprintf(all, sizeof all, "%s%s%s%s", time, names[method], path,
                     body ? body : "");
    must(n > 0 && n < (int)sizeof all);
    int size = seal_decode(c->key, key, sizeof key);
    seal_hmac(key, (size_t)size, all, (size_t)n, sum);
    struct front_request r = {
        .rest = { .post = method == POSTS, .path = path, .query = query,
                  .body = body ? body : "",
                  .body_size = body ? strlen(body) : 0 },
        .del = method == DELETES,
        .headers = { [FRONT_ADDRESS] = address_text(&c->address, address),
                     [FRONT_SIGNATURE] = seal_encode(sum, 32, seal),
                     [FRONT_TIMESTAMP] = time, [FRONT_API_KEY] = c->id,
                     [FRONT_PASSPHRASE] = c->passphrase },
    };
    return send_request(&r);
}

/* An order to be sent; amounts in micros. */
struct draft {
    uint32_t market, token;
    bool buy, post_only, defer;
    int64_t maker, taker;             /* Amounts. */
    const char *life;                 /* NULL = "GTC" */
    int64_t expires_s;
    int type;
    const struct address *wallet;     /* NULL = the customer himself. */
    uint32_t version;                 /* 0 = the right one. */
    int spoil;                        /* Changes the signature. */
    char owner[64];                   /* "" = the right one. */
};

static inline void
put_number(uint8_t word[32], uint64_t n)
{
    memset(word, 0, 32);
    for (int i = 0; i < 8; i++)
        word[31 - i] = (uint8_t)(n >> (8 * i));
}

/* Writes the order's JSON, signed. */
static inline void
draft_write(struct customer *c, const struct draft *a, char *out, size_t cap)
{
    const struct listed_market *m = &x->listing->markets[a->market];
    struct typed_order o = { .sell = !a->buy, .type = (uint8_t)a->type };
    struct typed_place p = { .chain = 137, .version = a->version };
    uint8_t digest[32], signature[TYPED_WRAPPED];
    char hex[2 * TYPED_WRAPPED + 3], maker[43], signer[43];
    uint64_t salt = ++c->salt;
    o.maker = o.signer = c->address;
    if (a->wallet)
        o.maker = *a->wallet;
    if (a->type == 3)
        o.signer = o.maker;
    put_number(o.salt, salt);
    put_number(o.maker_amount, (uint64_t)a->maker);
    put_number(o.taker_amount, (uint64_t)a->taker);
    put_number(o.timestamp, (uint64_t)now);
    memcpy(o.token, m->key[a->token].b, 32);
    p.neg_risk = face_is_neg_risk(f, a->market);
    if (p.version == 0)
        p.version = listing_version(o.token);
    typed_order_digest(&o, &p, digest);
    sign(c->secret, digest, signature);
    signature[10] = (uint8_t)(signature[10] ^ a->spoil);
    write_hex(signature, 65, hex);
    int n = snprintf(out, cap, "{\"deferExec\":%s,\"postOnly\":%s,\"order\":{"
        "\"salt\":%" PRIu64 ",\"maker\":\"%s\",\"signer\":\"%s\","
        "\"tokenId\":\"%s\",\"makerAmount\":\"%" PRId64 "\","
        "\"takerAmount\":\"%" PRId64 "\",\"side\":\"%s\","
        "\"signatureType\":%d,\"timestamp\":\"%" PRId64 "\","
        "\"expiration\":\"%" PRId64 "\",\"metadata\":\"0x%064d\","
        "\"builder\":\"0x%064d\",\"signature\":\"%s\"},\"owner\":\"%s\","
        "\"orderType\":\"%s\"}", a->defer ? "true" : "false",
        a->post_only ? "true" : "false", salt, address_text(&o.maker, maker),
        address_text(&o.signer, signer), m->token[a->token], a->maker,
        a->taker, a->buy ? "BUY" : "SELL", a->type, now, a->expires_s, 0, 0,
        hex, a->owner[0] ? a->owner : c->id, a->life ? a->life : "GTC");
    must(n > 0 && (size_t)n < cap);
}

static inline int
post(struct customer *c, const struct draft *a)
{
    static char body[8192];
    draft_write(c, a, body, sizeof body);
    return ask(c, POSTS, "/order", "", body);
}

/* Posts; the order must be refused with this text. */
static inline void
must_refuse(struct customer *c, const struct draft *a, int status,
            const char *why)
{
    int got = post(c, a);
    if (got != status || !strstr(q.s, why))
        fail_msg("%d %.300s, not %d %s", got, q.s, status, why);
}

static inline int64_t
balance(struct customer *c, uint32_t market, int token)
{
    char query[256];
    snprintf(query, sizeof query, token < 0
             ? "asset_type=COLLATERAL&signature_type=0"
             : "asset_type=CONDITIONAL&signature_type=0&token_id=%s",
             x->listing->markets[market].token[token < 0 ? 0 : token]);
    assert_int_equal(ask(c, GETS, "/balance-allowance", query, NULL), 200);
    return strtoll(text("balance"), NULL, 10);
}

/* A mirrored market with a tick of a cent, no fees unless asked. */
static inline uint32_t
find_market(bool mirrored, bool fees, bool delayed)
{
    for (uint32_t i = 0; i < x->listing->markets_count; i++) {
        const struct listed_market *m = &x->listing->markets[i];
        if (m->mirrored == mirrored && (m->fee_ppm > 0) == fees &&
            m->first_tick == 10000 && m->delayed == delayed &&
            !x->listing->events[m->event].hidden && !m->position)
            return i;
    }
    fail_msg("no such market");
    return 0;
}

static inline struct draft
resting(void)
{
    return (struct draft){ .market = find_market(true, false, false),
                           .buy = true, .maker = MICROS,
                           .taker = 10 * MICROS };
}

static inline struct draft
taking(void)
{
    struct draft a = resting();
    int64_t price = simex_ask(x, a.market, 0);
    a.life = "FAK";
    a.maker = 2 * MICROS;
    a.taker = a.maker * INT64_C(1000000) / price / 100 * 100;
    return a;
}

static inline void
do_script(const char *script)
{
    struct why why = { "" };
    if (!hub_script(h, script, strlen(script), &why))
        fail_msg("%s", why.s);
}

#endif /* TEST_SIMEX_CUSTOMER_H */
