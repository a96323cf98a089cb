/* client - a market-channel client that believes only hashes it recomputed
 *
 * Written for these tests from the protocol alone: it reads frames, keeps
 * the texts of the levels, and proves each book after each change.        */
#ifndef TEST_SIMEX_CLIENT_H
#define TEST_SIMEX_CLIENT_H

#include "tests/simex/hub.h"

#include "common/digest.h"
#include "common/json.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CLIENT_LEVELS 128

struct client_level { int64_t micros; char price[16], size[24]; };

struct client_book {
    bool followed, ok;
    uint32_t counts[2];          /* Of bids and asks, best last. */
    struct client_level at[2][CLIENT_LEVELS];
    char tick[16], last[16], hash[41];
};

struct client {
    const struct simex *x;
    struct client_book *books;   /* [2 * market + side] */
    struct digest *sha1;
    bool credulous;              /* Believes without proof. */
    uint64_t proved, mismatches, changes, frames, others;
    uint32_t wrong[64], wrong_count; /* Tokens to be asked for again. */
    char last_type[32];
    /* Called after each whole frame, for each token it changed. */
    void (*changed)(struct client *c, uint32_t token);
    void *arg;
};

static inline struct client *
client_new(const struct simex *x)
{
    struct client *c = calloc(1, sizeof *c);
    must(c != NULL);
    c->x = x;
    c->books = calloc(x->listing->markets_count * 2, sizeof *c->books);
    c->sha1 = digest_sha1();
    must(c->books != NULL);
    return c;
}

static inline void
client_destroy(struct client **c)
{
    digest_destroy(&(*c)->sha1);
    free((*c)->books);
    free(*c);
    *c = NULL;
}

/* Sets or removes one level; sides are kept best last. */
static inline void
client_set(struct client_book *b, int side, const char *price,
           const char *size)
{
    struct client_level *l = b->at[side];
    uint32_t i = 0, n = b->counts[side];
    int64_t micros;
    must(micros_parse(price, strlen(price), &micros));
    while (i < n && (side == 0 ? l[i].micros < micros : l[i].micros > micros))
        i++;
    bool there = i < n && l[i].micros == micros;
    if (strcmp(size, "0") == 0) {
        if (there) {
            memmove(&l[i], &l[i + 1], (n - i - 1) * sizeof *l);
            b->counts[side]--;
        }
        return;
    }
    if (!there) {
        must(n < CLIENT_LEVELS);
        memmove(&l[i + 1], &l[i], (n - i) * sizeof *l);
        b->counts[side]++;
    }
    l[i].micros = micros;
    snprintf(l[i].price, sizeof l[i].price, "%s", price);
    snprintf(l[i].size, sizeof l[i].size, "%s", size);
}

static inline void
client_hash(struct client *c, uint32_t token, const char *timestamp,
            char hex[41])
{
    static char text[32768];
    const struct client_book *b = &c->books[token];
    const struct listed_market *m = &c->x->listing->markets[token / 2];
    enum event_kind kind = c->x->listing->events[m->event].kind;
    size_t n = 0, cap = sizeof text;
    uint8_t sum[32];
    n += (size_t)snprintf(text, cap, "{\"market\":\"%s\",\"asset_id\":\"%s\","
                          "\"timestamp\":\"%s\",\"hash\":\"\"", m->condition,
                          m->token[token % 2], timestamp);
    for (int side = 0; side < 2; side++) {
        n += (size_t)snprintf(text + n, cap - n, ",\"%s\":[",
                              side ? "asks" : "bids");
        for (uint32_t i = 0; i < b->counts[side]; i++)
            n += (size_t)snprintf(text + n, cap - n,
                                  "%s{\"price\":\"%s\",\"size\":\"%s\"}",
                                  i ? "," : "", b->at[side][i].price,
                                  b->at[side][i].size);
        n += (size_t)snprintf(text + n, cap - n, "]");
    }
    n += (size_t)snprintf(text + n, cap - n, ",\"min_order_size\":\"5\","
                          "\"tick_size\":\"%s\",\"neg_risk\":%s,"
                          "\"last_trade_price\":\"%s\"}", b->tick,
                          kind >= EVENT_NEG_RISK ? "true" : "false", b->last);
    must(n < cap);
    digest_start(c->sha1);
    digest_add(c->sha1, text, n);
    digest_end(c->sha1, sum);
    for (int i = 0; i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

static inline void
client_prove(struct client *c, uint32_t token, const char *timestamp,
             const char *hash)
{
    struct client_book *b = &c->books[token];
    char hex[41];
    if (!b->ok)
        return;
    client_hash(c, token, timestamp, hex);
    if (strcmp(hex, hash) == 0) {
        c->proved++;
        return;
    }
    c->mismatches++;
    b->ok = c->credulous;
    must(c->wrong_count < 64);
    c->wrong[c->wrong_count++] = token;
}

static inline const char *
client_text(const struct json_value *v, const char *key)
{
    const char *s = json_string(json_get(v, key));
    must(s != NULL);
    return s;
}

static inline uint32_t
client_token(const struct client *c, const struct json_value *v)
{
    const char *s = client_text(v, "asset_id");
    uint32_t token = listing_token(c->x->listing, s, strlen(s));
    must(token != MAP_NONE && c->books[token].followed);
    return token;
}

static inline void
client_whole_book(struct client *c, const struct json_value *v)
{
    uint32_t token = client_token(c, v);
    struct client_book *b = &c->books[token];
    snprintf(b->tick, sizeof b->tick, "%s", client_text(v, "tick_size"));
    snprintf(b->last, sizeof b->last, "%s",
             client_text(v, "last_trade_price"));
    for (int side = 0; side < 2; side++) {
        const struct json_value *l = json_first(json_get(v, side ? "asks"
                                                                 : "bids"));
        uint32_t i = 0;
        b->counts[side] = 0;
        for (; l; l = json_next(l), i++) {
            client_set(b, side, client_text(l, "price"),
                       client_text(l, "size"));
            must(b->counts[side] == i + 1);
            must(strcmp(b->at[side][i].price, client_text(l, "price")) == 0);
        }
    }
    b->ok = true;
    client_prove(c, token, client_text(v, "timestamp"),
                 client_text(v, "hash"));
}

static inline void
client_change(struct client *c, const struct json_value *v,
              const char *timestamp)
{
    uint32_t token = client_token(c, v);
    client_set(&c->books[token], client_text(v, "side")[0] == 'S',
               client_text(v, "price"), client_text(v, "size"));
    c->changes++;
    client_prove(c, token, timestamp, client_text(v, "hash"));
}

static inline void
client_object(struct client *c, const struct json_value *v)
{
    const char *type = client_text(v, "event_type");
    snprintf(c->last_type, sizeof c->last_type, "%s", type);
    if (strcmp(type, "book") == 0) {
        client_whole_book(c, v);
    } else if (strcmp(type, "price_change") == 0) {
        const struct json_value *e = json_first(json_get(v, "price_changes"));
        must(e != NULL);
        for (; e; e = json_next(e))
            client_change(c, e, client_text(v, "timestamp"));
    } else {
        c->others++;
    }
}

static inline void
client_frame(struct client *c, const char *s, size_t size)
{
    struct why why = { "" };
    struct json *j = json_parse(s, size, &why);
    if (!j)
        fail_msg("%s: %.200s", why.s, s);
    const struct json_value *root = json_root(j);
    const struct json_value *v = json_is_array(root) ? json_first(root)
                                                     : NULL;
    c->frames++;
    if (json_is_object(root))
        client_object(c, root);
    for (; v; v = json_next(v))
        client_object(c, v);
    json_destroy(&j);
}

/* Subscribes connection conn of a hub to tokens from .. to - 1. */
static inline void
client_say(struct hub *h, uint32_t conn, struct client *c, const char *deed,
           uint32_t from, uint32_t to, bool custom)
{
    static char text[65536];
    size_t n = (size_t)snprintf(text, sizeof text, "{\"assets_ids\":[");
    for (uint32_t t = from; t < to; t++) {
        bool on = strcmp(deed, "\"operation\":\"unsubscribe\"") != 0;
        n += (size_t)snprintf(text + n, sizeof text - n, "%s\"%s\"",
                              t > from ? "," : "",
                              c->x->listing->markets[t / 2].token[t % 2]);
        c->books[t].followed = on;
        c->books[t].ok &= on;
    }
    n += (size_t)snprintf(text + n, sizeof text - n, "],%s%s}", deed,
                          custom ? ",\"custom_feature_enabled\":true" : "");
    must(n < sizeof text);
    hub_hear(h, conn, text, n);
}

#define CLIENT_FIRST "\"type\":\"market\""
#define CLIENT_ON "\"operation\":\"subscribe\""
#define CLIENT_OFF "\"operation\":\"unsubscribe\""

#endif /* TEST_SIMEX_CLIENT_H */
