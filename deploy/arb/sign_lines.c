/* sign_lines - what a line asks to have signed, and the answer
 *
 * Pure, so that any bytes can be tried on it: a line and a key in, a line
 * out.  Everything is signed by the executor's own code. */
#include "deploy/arb/sign.h"

#include "deploy/arb/fields.h"
#include "executor/encode/auth.h"
#include "executor/encode/order.h"
#include "executor/encode/tx.h"

#include "common/hex.h"
#include "common/must.h"
#include "proto/render.h"

#include <stdio.h>
#include <string.h>

/* Adds to out as printf does; what is signed is far smaller than it. */
#define SAY(out, used, ...)                                                 \
    ((used) += (size_t)snprintf((out) + (used), LINE_OUT_CAP - (used),      \
                                __VA_ARGS__))

/* Reads the line and has it answered; 0 from the inner one is a refusal. */
typedef size_t answer_fn(const struct key *key, const struct json_value *v,
                         char out[LINE_OUT_CAP], struct why *why);

static size_t
answer(const struct key *key, const char *line, size_t size,
       char out[LINE_OUT_CAP], answer_fn *fn)
{
    struct why why = { "" };
    struct json *j = json_parse(line, size, &why);
    size_t used = j ? fn(key, json_root(j), out, &why) : 0;

    if (j)
        json_destroy(&j);
    return used > 0 ? used : line_refuse(&why, out);
}

static bool
read_wallet(struct fields *f, const struct key *key, struct wallet *w)
{
    struct address funder;
    uint64_t type = WALLET_EOA;
    bool given = !field_is_null(f, "funder");

    (void)field_count(f, "signatureType", &type);
    if (given)
        (void)field_address(f, "funder", &funder);
    if (f->ok)
        f->ok = wallet_make(type, key_address(key), given ? &funder : NULL,
                            w, f->why);
    return f->ok;
}

static bool
read_owner(struct fields *f, const char **owner)
{
    *owner = "";
    if (!f->ok || field_is_null(f, "owner"))
        return f->ok;
    if (field_text(f, "owner", owner) && !order_owner_is_valid(*owner))
        f->ok = why_set(f->why, "owner: expected an API key, at most %d "
                                "letters, digits, '-' and '_'",
                        ORDER_OWNER_MAX);
    return f->ok;
}

/* Enumerations here are those of the tables: BUY is 0, FAK is 0. */
static const char *const side_names[] = { "BUY", "SELL" };
static const char *const tif_names[] = { "FAK", "FOK", "GTC", "GTD" };
_Static_assert(SIDE_buy == 0 && SIDE_sell == 1 && TIF_FAK == 0 &&
                   TIF_FOK == 1 && TIF_GTC == 2 && TIF_GTD == 3,
               "the names stand in the order of the enumerations");

static bool
read_terms(struct fields *f, struct order_terms *t)
{
    uint32_t side = 0, tif = 0;

    (void)field_token(f, "tokenId", &t->token);
    t->version = order_version_of(&t->token);
    t->chain = CHAIN_POLYGON;
    (void)field_count(f, "version", &t->version);
    (void)field_count(f, "chainId", &t->chain);
    (void)field_flag(f, "negRisk", &t->neg_risk);
    (void)field_among(f, "side", side_names, 2, &side);
    (void)field_among(f, "orderType", tif_names, 4, &tif);
    if (field_needed(f, "price"))
        (void)field_micros(f, "price", &t->price.micros);
    if (field_needed(f, "tickSize"))
        (void)field_micros(f, "tickSize", &t->tick.micros);
    (void)field_micros(f, "size", &t->size.micros);
    (void)field_micros(f, "amount", &t->budget.micros);
    (void)field_flag(f, "postOnly", &t->post_only);
    (void)field_flag(f, "deferExec", &t->defer);
    if (field_needed(f, "salt"))
        (void)field_count(f, "salt", &t->salt);
    if (field_needed(f, "timestamp"))
        (void)field_count(f, "timestamp", &t->timestamp);
    (void)field_count(f, "expiration", &t->expiration);
    (void)field_word(f, "metadata", &t->metadata);
    (void)field_word(f, "builder", &t->builder);
    t->side = (enum side)side;
    t->tif = (enum tif)tif;
    return f->ok;
}

static size_t
answer_order(const struct key *key, const struct json_value *v,
             char out[LINE_OUT_CAP], struct why *why)
{
    static const char *const names[] = {
        "version", "chainId", "negRisk", "tokenId", "side", "price", "size",
        "amount", "tickSize", "orderType", "postOnly", "deferExec",
        "signatureType", "funder", "salt", "timestamp", "expiration",
        "metadata", "builder", "owner", NULL,
    };
    struct fields f = fields_of(v, names, why);
    struct order_terms t = { 0 };
    struct wallet w;
    struct order_draft d;
    struct order_signature sig;
    const char *owner;
    char body[ORDER_BODY_CAP], text[HASH_TEXT_CAP];
    size_t used = 0;

    if (!read_terms(&f, &t) || !read_wallet(&f, key, &w) ||
        !read_owner(&f, &owner) || !order_build(&t, &w, &d, why))
        return 0;
    order_sign(&d, key, &sig);
    (void)order_json(&d, &sig, body);
    SAY(out, used, "{\"order\":%s,\"digest\":\"%s\",\"signature\":\"0x",
        body, hash_format(&d.id, text));
    used = (size_t)(hex_format(sig.b, sig.size, out + used) - out);
    SAY(out, used, "\",\"body\":");
    size_t size = order_body(&d, &sig, owner, body);
    used += json_quote(body, size, out + used, LINE_OUT_CAP - used);
    SAY(out, used, "}");
    must(used < LINE_OUT_CAP);
    return used;
}

static size_t
answer_auth(const struct key *key, const struct json_value *v,
            char out[LINE_OUT_CAP], struct why *why)
{
    static const char *const names[] = { "timestamp", "nonce", "chainId",
                                         NULL };
    struct fields f = fields_of(v, names, why);
    uint64_t timestamp = 0, nonce = 0, chain = CHAIN_POLYGON;
    struct l1_headers h;
    char text[HASH_TEXT_CAP];
    size_t used = 0;

    if (!field_needed(&f, "timestamp") ||
        !field_count(&f, "timestamp", &timestamp) ||
        !field_count(&f, "nonce", &nonce) ||
        !field_count(&f, "chainId", &chain))
        return 0;
    struct hash digest = l1_digest(chain, key_address(key), timestamp, nonce);
    l1_sign(key, chain, timestamp, nonce, &h);
    SAY(out, used,
        "{\"headers\":{\"POLY_ADDRESS\":\"%s\",\"POLY_SIGNATURE\":\"%s\","
        "\"POLY_TIMESTAMP\":\"%s\",\"POLY_NONCE\":\"%s\"},"
        "\"digest\":\"%s\"}",
        h.address, h.signature, h.timestamp, h.nonce,
        hash_format(&digest, text));
    return used;
}

static size_t
answer_request(const struct key *key, const struct json_value *v,
               char out[LINE_OUT_CAP], struct why *why)
{
    static const char *const names[] = { "secret", "timestamp", "method",
                                         "path", "body", NULL };
    struct fields f = fields_of(v, names, why);
    uint64_t timestamp = 0;
    const char *secret, *method, *path, *body = "";
    char sig[L2_SIGNATURE_CAP];
    size_t used = 0;

    (void)key;
    if (!field_text(&f, "secret", &secret) ||
        !field_needed(&f, "timestamp") ||
        !field_count(&f, "timestamp", &timestamp) ||
        !field_text(&f, "method", &method) || !field_text(&f, "path", &path))
        return 0;
    if (!field_is_null(&f, "body") && !field_text(&f, "body", &body))
        return 0;
    struct hmac *h = l2_secret(secret, why);
    if (!h)
        return 0;
    (void)l2_sign(h, timestamp, method, path, body, strlen(body), sig);
    hmac_destroy(&h);
    SAY(out, used, "{\"signature\":\"%s\"", sig);
    if (strchr(path, '?'))
        SAY(out, used, ",\"note\":\"path: signed as given, but the venue "
                       "signs it without the query\"");
    SAY(out, used, "}");
    return used;
}

/* The only list there is for us is the empty one. */
static bool
read_access_list(struct fields *f)
{
    const struct json_value *v = json_get(f->object, "accessList");

    if (f->ok && !field_is_null(f, "accessList") &&
        (!json_is_array(v) || json_size(v) > 0))
        f->ok = why_set(f->why, "accessList: expected []");
    return f->ok;
}

static bool
read_data(struct fields *f, uint8_t data[TX_DATA_CAP], size_t *size)
{
    const char *s;

    *size = 0;
    if (!f->ok || field_is_null(f, "data"))
        return f->ok;
    if (field_text(f, "data", &s) &&
        !hex_data_parse(s, strlen(s), data, TX_DATA_CAP, size))
        f->ok = why_set(f->why, "data: expected 0x and an even number of hex "
                                "digits, at most %d bytes", TX_DATA_CAP);
    return f->ok;
}

static bool
read_tx(struct fields *f, struct tx *t, uint8_t data[TX_DATA_CAP])
{
    static const struct {
        const char *name;
        size_t at;
    } counts[] = {
        { "chainId", offsetof(struct tx, chain) },
        { "nonce", offsetof(struct tx, nonce) },
        { "maxPriorityFeePerGas", offsetof(struct tx, priority_max) },
        { "maxFeePerGas", offsetof(struct tx, fee_max) },
        { "gasLimit", offsetof(struct tx, gas_limit) },
    };
    uint64_t type = 2;

    (void)field_count(f, "type", &type);
    if (f->ok && type != 2)
        f->ok = why_set(f->why, "type: expected 2");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (field_needed(f, counts[i].name))
            (void)field_count(f, counts[i].name,
                              (uint64_t *)(void *)((char *)t +
                                                   counts[i].at));
    (void)field_address(f, "to", &t->to);
    (void)field_number(f, "value", &t->value);
    t->data = data;
    return read_data(f, data, &t->data_size) && read_access_list(f);
}

static size_t
answer_tx(const struct key *key, const struct json_value *v,
          char out[LINE_OUT_CAP], struct why *why)
{
    static const char *const names[] = {
        "type", "chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas",
        "gasLimit", "to", "value", "data", "accessList", NULL,
    };
    uint8_t data[TX_DATA_CAP], raw[TX_RAW_CAP];
    struct fields f = fields_of(v, names, why);
    struct tx t = { 0 };
    struct hash digest, hash;
    struct signature sig;
    char text[HASH_TEXT_CAP];
    size_t used = 0;

    if (!read_tx(&f, &t, data) || !tx_digest(&t, &digest, why))
        return 0;
    key_sign(key, &digest, &sig);
    size_t size = tx_signed(&t, &sig, raw, &hash);
    must(size > 0);
    SAY(out, used, "{\"raw\":\"0x");
    used = (size_t)(hex_format(raw, size, out + used) - out);
    SAY(out, used, "\",\"hash\":\"%s\"}", hash_format(&hash, text));
    return used;
}

size_t
sign_order_line(const struct key *key, const char *line, size_t size,
                char out[LINE_OUT_CAP])
{
    return answer(key, line, size, out, answer_order);
}

size_t
sign_auth_line(const struct key *key, const char *line, size_t size,
               char out[LINE_OUT_CAP])
{
    return answer(key, line, size, out, answer_auth);
}

size_t
sign_request_line(const struct key *key, const char *line, size_t size,
                  char out[LINE_OUT_CAP])
{
    return answer(key, line, size, out, answer_request);
}

size_t
sign_tx_line(const struct key *key, const char *line, size_t size,
             char out[LINE_OUT_CAP])
{
    return answer(key, line, size, out, answer_tx);
}
