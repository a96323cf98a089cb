/* front - the private REST: who asks is checked, then what is asked is done
 *
 * L1 is a signature of ClobAuth and makes keys; L2 is an HMAC under a key
 * and does everything else.  The HMAC covers the time, the method, the path
 * without its query, and the body byte for byte. */
#include "tests/simex/front.h"

#include "tests/simex/front_own.h"
#include "tests/simex/rest_own.h"
#include "tests/simex/seal.h"

#include "common/json.h"
#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define L1_REFUSED "Invalid L1 Request headers"
#define L2_REFUSED "Unauthorized/Invalid api key"

const char *const front_header_names[FRONT_HEADERS] = {
    "poly_address:", "poly_signature:", "poly_timestamp:", "poly_nonce:",
    "poly_api_key:", "poly_passphrase:",
    "relayer_api_key:", "relayer_api_key_address:",
};

/* Digits only, at most 18 of them. */
static bool
read_number(const char *s, int64_t *out)
{
    size_t size = s ? strlen(s) : 0;
    if (size == 0 || size > 18 || strspn(s, "0123456789") != size)
        return false;
    *out = strtoll(s, NULL, 10);
    return true;
}

static bool
read_signature(const char *s, uint8_t out[65])
{
    struct address part;
    char piece[43] = "0x";
    uint8_t all[80];
    if (!s || strlen(s) != 132 || s[0] != '0' || s[1] != 'x')
        return false;
    for (int i = 0; i < 4; i++) { /* 20 bytes at a time, the last overlaps. */
        int at = i < 3 ? 20 * i : 45;
        memcpy(piece + 2, s + 2 + 2 * at, 40);
        if (!address_read(piece, &part))
            return false;
        memcpy(all + at, part.b, 20);
    }
    memcpy(out, all, 65);
    return true;
}

/* The timestamp is within the window. */
static bool
is_fresh(const struct desk *d, const char *s)
{
    int64_t at;
    if (!read_number(s, &at) || at > INT64_C(100000000000))
        return false;
    int64_t off = at * 1000 - desk_clock_ms(d);
    return off <= d->terms.window_ms && -off <= d->terms.window_ms + 999;
}

static bool
check_l1(const struct desk *d, const struct front_request *r,
         struct address *who, int64_t *nonce)
{
    const char *const *h = r->headers;
    uint8_t signature[65], digest[32];
    struct address signer;
    *nonce = 0;
    if (!h[FRONT_ADDRESS] || !address_read(h[FRONT_ADDRESS], who) ||
        !is_fresh(d, h[FRONT_TIMESTAMP]) ||
        (h[FRONT_NONCE] && !read_number(h[FRONT_NONCE], nonce)) ||
        !read_signature(h[FRONT_SIGNATURE], signature))
        return false;
    typed_auth_digest(who, h[FRONT_TIMESTAMP], (uint64_t)*nonce,
                      d->terms.chain, digest);
    return recover_signer(digest, signature, &signer) &&
           address_same(&signer, who);
}

static bool
same_text(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

static bool
is_sealed(const struct api_key *k, const struct front_request *r)
{
    const struct rest_request *q = &r->rest;
    const char *method = r->del ? "DELETE" : q->post ? "POST" : "GET";
    const char *time = r->headers[FRONT_TIMESTAMP];
    uint8_t secret[64], sum[32];
    char want[48];
    int size = seal_decode(k->secret, secret, sizeof secret);
    size_t head = strlen(time) + strlen(method) + strlen(q->path);
    char *all = malloc(head + q->body_size + 1);
    must(all != NULL && size > 0);
    snprintf(all, head + 1, "%s%s%s", time, method, q->path);
    if (q->body_size > 0)
        memcpy(all + head, q->body, q->body_size);
    seal_hmac(secret, (size_t)size, all, head + q->body_size, sum);
    free(all);
    return same_text(r->headers[FRONT_SIGNATURE],
                     seal_encode(sum, sizeof sum, want));
}

static uint32_t
check_l2(const struct desk *d, const struct front_request *r)
{
    const char *const *h = r->headers;
    struct address a;
    uint32_t key = h[FRONT_API_KEY] ? desk_key(d, h[FRONT_API_KEY])
                                    : DESK_NONE;
    if (key == DESK_NONE || !h[FRONT_ADDRESS] || !h[FRONT_TIMESTAMP] ||
        !address_read(h[FRONT_ADDRESS], &a) ||
        !is_fresh(d, h[FRONT_TIMESTAMP]))
        return DESK_NONE;
    const struct api_key *k = &d->keys[key];
    return address_same(&a, &d->people[k->person].address) &&
                   same_text(h[FRONT_PASSPHRASE], k->passphrase) &&
                   is_sealed(k, r)
               ? key : DESK_NONE;
}

uint32_t
front_key(const struct desk *d, const char *id, const char *secret,
          const char *passphrase)
{
    uint32_t key = id ? desk_key(d, id) : DESK_NONE;
    if (key == DESK_NONE || !same_text(secret, d->keys[key].secret) ||
        !same_text(passphrase, d->keys[key].passphrase))
        return DESK_NONE;
    return key;
}

bool
front_afford(const struct front_call *c, bool cancels, uint32_t n,
             struct quill *q)
{
    struct desk *d = c->desk;
    const struct desk_terms *t = &d->terms;
    struct person *p = &d->people[c->person];
    uint32_t rate = cancels ? t->cancels_rate : t->orders_rate;
    uint32_t burst = cancels ? t->cancels_burst : t->orders_burst;
    bool ok = desk_take(d, cancels ? &p->cancels : &p->orders, rate, burst,
                        n, &c->answer->remaining);
    c->answer->reset_s =
        d->x->now_ms / 1000 +
        (rate ? (burst - c->answer->remaining + rate - 1) / rate : 0);
    if (!ok)
        rest_error(q, 429, "Too Many Requests");
    return ok;
}

static int
write_key(const struct api_key *k, struct quill *q)
{
    quill_say(q, "{\"apiKey\":\"%s\",\"secret\":\"%s\",\"passphrase\":\"%s\"}",
              k->id, k->secret, k->passphrase);
    return 200;
}

static int
make_key(struct desk *d, const struct front_request *r, bool derive,
         struct quill *q)
{
    struct address who;
    int64_t nonce;
    if (!check_l1(d, r, &who, &nonce))
        return rest_error(q, 401, L1_REFUSED);
    uint32_t person = desk_person(d, &who), key = DESK_NONE;
    if (person != DESK_NONE)
        key = derive ? desk_find_key(d, person, nonce)
                     : desk_make_key(d, person, nonce);
    if (key == DESK_NONE)
        return rest_error(q, 400, derive ? "Could not derive api key!"
                                         : "Could not create api key");
    return write_key(&d->keys[key], q);
}

static int
get_keys(const struct front_call *c, struct quill *q)
{
    bool any = false;
    quill_text(q, "{\"apiKeys\":[");
    for (uint32_t i = 0; i < c->desk->keys_count; i++) {
        const struct api_key *k = &c->desk->keys[i];
        if (k->deleted || k->person != c->person)
            continue;
        quill_say(q, "%s\"%s\"", any ? "," : "", k->id);
        any = true;
    }
    quill_text(q, "]}");
    return 200;
}

static int
delete_key(const struct front_call *c, struct quill *q)
{
    c->desk->keys[c->key].deleted = true;
    quill_text(q, "\"OK\"");
    return 200;
}

static int
get_closed_only(const struct front_call *c, struct quill *q)
{
    (void)c;
    quill_text(q, "{\"closed_only\":false}");
    return 200;
}

/* The V2 client's form: each beat names the one before. */
static int
post_beat(const struct front_call *c, struct quill *q)
{
    const struct rest_request *r = &c->request->rest;
    struct json *j = json_parse(r->body, r->body_size, NULL);
    const struct json_value *id =
        json_get(j ? json_root(j) : NULL, "heartbeat_id");
    bool ok = json_is_string(id) || json_is_null(id);
    bool kept = ok && desk_beat(c->desk, c->person,
                                json_is_null(id) ? "" : json_string(id));
    json_destroy(&j);
    if (!ok)
        return rest_error(q, 400, "Invalid order payload");
    quill_say(q, "{\"heartbeat_id\":\"%s\",\"error_msg\":\"%s\"}",
              c->desk->people[c->person].beat_id,
              kept ? "" : "Invalid Heartbeat ID");
    return kept ? 200 : 400;
}

/* The documented form. */
static int
post_beat_plain(const struct front_call *c, struct quill *q)
{
    (void)desk_beat(c->desk, c->person, "");
    quill_text(q, "{\"status\":\"ok\"}");
    return 200;
}

static int
get_none(const struct front_call *c, struct quill *q)
{
    (void)c;
    quill_text(q, "{\"limit\":100,\"count\":0,\"next_cursor\":\"LTE=\","
               "\"data\":[]}");
    return 200;
}

static int
get_scoring(const struct front_call *c, struct quill *q)
{
    char text[80];
    struct hash id;
    uint32_t order = DESK_NONE;
    if (rest_query(c->request->rest.query, "order_id", 0, text, sizeof text)
        && front_order_id(text, &id))
        order = desk_find_order(c->desk, &id);
    quill_say(q, "{\"scoring\":%s}",
              quill_bool(order != DESK_NONE &&
                         c->desk->orders[order].state == DESK_LIVE));
    return 200;
}

enum method { GET, POST, DELETE };
struct route {
    const char *path;
    enum method method;
    int (*answer)(const struct front_call *, struct quill *);
};

static const struct route routes[] = {
    { "/auth/api-keys", GET, get_keys },
    { "/auth/api-key", DELETE, delete_key },
    { "/auth/ban-status/closed-only", GET, get_closed_only },
    { "/order", POST, front_post_order },
    { "/orders", POST, front_post_orders },
    { "/order", DELETE, front_cancel_order },
    { "/orders", DELETE, front_cancel_orders },
    { "/cancel-all", DELETE, front_cancel_all },
    { "/cancel-market-orders", DELETE, front_cancel_market },
    { "/data/order/", GET, front_get_order },
    { "/data/orders", GET, front_get_orders },
    { "/data/trades", GET, front_get_trades },
    { "/data/pre-migration-orders", GET, get_none },
    { "/balance-allowance", GET, front_get_balance },
    { "/balance-allowance/update", GET, front_update_balance },
    { "/order-scoring", GET, get_scoring },
    { "/v1/heartbeats", POST, post_beat },
    { "/heartbeats", POST, post_beat_plain },
};

static bool
fits(const struct route *t, const char *path)
{
    size_t size = strlen(t->path);
    return t->path[size - 1] == '/' ? strncmp(path, t->path, size) == 0
                                    : strcmp(path, t->path) == 0;
}

bool
front_knows(const struct front_request *r)
{
    if (strcmp(r->rest.path, "/auth/api-key") == 0 ||
        strcmp(r->rest.path, "/auth/derive-api-key") == 0)
        return true;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (fits(&routes[i], r->rest.path))
            return true;
    }
    return false;
}

void
front_answer(struct desk *d, struct face *f, const struct front_request *r,
             struct quill *q, struct front_answer *a)
{
    const char *path = r->rest.path;
    enum method method = r->del ? DELETE : r->rest.post ? POST : GET;
    bool derive = strcmp(path, "/auth/derive-api-key") == 0;
    *a = (struct front_answer){ .status = 405, .remaining = -1 };
    if ((derive && method == GET) ||
        (strcmp(path, "/auth/api-key") == 0 && method == POST)) {
        a->status = make_key(d, r, derive, q);
        return;
    }
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        const struct route *t = &routes[i];
        if (!fits(t, path) || t->method != method)
            continue;
        struct front_call c = { .desk = d, .face = f, .request = r,
                                .key = check_l2(d, r), .answer = a,
                                .argument = path + strlen(t->path) };
        if (c.key == DESK_NONE) {
            a->status = rest_error(q, 401, L2_REFUSED);
            return;
        }
        c.person = d->keys[c.key].person;
        a->status = t->answer(&c, q);
        return;
    }
    rest_error(q, 405, "Method not allowed");
}
