/* polymarket_book - books as Polymarket writes them, and their hash */

/* `book` frames of the market channel and REST books are the same object but
 * for min_order_size and neg_risk, which only REST has.  Best levels come
 * last, unlike what the published schema says (capture of 2026-06-30); they
 * are sorted here all the same, as the hash needs that order. */

#include "feed/venues/polymarket.h"

#include "common/digest.h"
#include "common/must.h"

#include <string.h>

enum { AMOUNT_CAP = 64 };

#define MS_MOST INT64_C(9000000000000) /* In nanoseconds it still fits. */
#define SIZE_MOST (INT64_C(1000000000) * MICROS)

bool
polymarket_token(const struct json_value *v, struct hash *token)
{
    const char *s = json_string(v);
    char text[TOKEN_TEXT_CAP];

    /* "007" would be a second name of one token. */
    return s && token_parse(s, strlen(s), token) &&
           strcmp(token_format(token, text), s) == 0 && !hash_is_zero(token);
}

bool
polymarket_time(const struct json_value *v, struct venue_stamp *at)
{
    const char *s = v ? json_scalar(v) : "";
    int64_t ms = 0;

    at->time = (struct nanos){ 0 };
    at->time_text = "";
    if (!s || strlen(s) > 13)
        return false;
    for (const char *c = s; *c; c++) {
        if (*c < '0' || *c > '9')
            return false;
        ms = ms * 10 + (*c - '0');
    }
    if (ms > MS_MOST)
        return false;
    at->time.ns = ms * 1000000;
    at->time_text = s;
    return true;
}

bool
polymarket_market(const struct json_value *v, const char **market)
{
    const char *s = v ? json_string(v) : "";

    *market = "";
    if (!s || strlen(s) >= sizeof(struct text))
        return false;
    /* It goes into the hashed text unescaped. */
    for (const char *c = s; *c; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
              (*c >= 'A' && *c <= 'Z') || *c == '-' || *c == '_'))
            return false;
    *market = s;
    return true;
}

bool
polymarket_amount(const char *s, size_t size, int64_t *micros)
{
    char whole[AMOUNT_CAP] = "0";

    if (size == 0 || s[0] != '.')
        return micros_parse(s, size, micros);
    if (size >= sizeof whole)
        return false;
    memcpy(whole + 1, s, size);
    return micros_parse(whole, size + 1, micros);
}

bool
polymarket_price(const char *s, struct vlevel *l)
{
    size_t size = s ? strlen(s) : 0;

    if (size == 0 || size >= sizeof l->price_text ||
        !polymarket_amount(s, size, &l->price.micros))
        return false;
    memset(l->price_text, 0, sizeof l->price_text);
    memcpy(l->price_text, s, size);
    return l->price.micros > 0 && l->price.micros < MICROS;
}

bool
polymarket_size(const char *s, struct vlevel *l)
{
    size_t size = s ? strlen(s) : 0;

    if (size == 0 || size >= sizeof l->size_text || s[0] == '-' ||
        !polymarket_amount(s, size, &l->size.micros))
        return false;
    memset(l->size_text, 0, sizeof l->size_text);
    memcpy(l->size_text, s, size);
    return l->size.micros <= SIZE_MOST;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
polymarket_hash(const struct json_value *v, struct sha1 *hash)
{
    const char *s = json_string(v);

    if (!s || strlen(s) != 2 * sizeof hash->b)
        return false;
    for (size_t i = 0; i < sizeof hash->b; i++) {
        int high = hex_digit(s[2 * i]), low = hex_digit(s[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        hash->b[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* FEED_COUNTERS = all is well. */
static enum feed_counter
read_side(const struct json_value *v, enum side side, struct vlevel *out,
          uint32_t *count)
{
    *count = 0;
    if (!json_is_array(v))
        return FEED_bad_shape;
    for (const struct json_value *l = json_first(v); l; l = json_next(l)) {
        if (*count == VENUE_LEVELS)
            return FEED_bad_many;
        if (!json_is_object(l))
            return FEED_bad_shape;
        if (!polymarket_price(json_string(json_get(l, "price")),
                              &out[*count]))
            return FEED_bad_price;
        if (!polymarket_size(json_string(json_get(l, "size")), &out[*count]) ||
            out[*count].size.micros == 0)
            return FEED_bad_size;
        (*count)++;
    }
    return vbook_sort(out, *count, side) ? FEED_COUNTERS : FEED_bad_level;
}

/* An optional decimal text: a price ("" allowed where empty says so). */
static bool
optional(const struct json_value *v, bool empty, size_t cap, const char **out)
{
    const char *s = json_string(v);
    int64_t micros;

    *out = NULL;
    if (!v || json_is_null(v))
        return true;
    if (!s || strlen(s) >= cap)
        return false;
    if (!(empty && !*s) &&
        (!polymarket_amount(s, strlen(s), &micros) || micros < 0))
        return false;
    *out = s;
    return true;
}

static enum feed_counter
read_rest_of_book(const struct json_value *o, struct venue_book *b)
{
    const struct json_value *hash = json_get(o, "hash");
    const struct json_value *risk = json_get(o, "neg_risk");

    if (!optional(json_get(o, "min_order_size"), false, VBOOK_SIZE_TEXT,
                  &b->min_size) ||
        !optional(json_get(o, "tick_size"), false, VBOOK_PRICE_TEXT,
                  &b->tick) ||
        !optional(json_get(o, "last_trade_price"), true, VBOOK_PRICE_TEXT,
                  &b->last_trade))
        return FEED_bad_shape;
    b->neg_risk_said = json_bool(risk, &b->neg_risk);
    if (risk && !b->neg_risk_said)
        return FEED_bad_shape;
    if (hash && !polymarket_hash(hash, &b->hash))
        return FEED_bad_hash;
    b->has_hash = hash != NULL;
    return FEED_COUNTERS;
}

void
polymarket_read_book(struct venue_room *r, const struct json_value *o,
                     bool rest, const struct venue_sink *sink)
{
    struct venue_book b = { .rest = rest, .bid = r->bids, .ask = r->asks };
    enum feed_counter bad = FEED_COUNTERS;

    if (!polymarket_token(json_get(o, "asset_id"), &b.token)) {
        sink->bad(sink->self, FEED_bad_token, NULL);
        return;
    }
    if (!polymarket_market(json_get(o, "market"), &b.at.market))
        bad = FEED_bad_market;
    else if (!polymarket_time(json_get(o, "timestamp"), &b.at))
        bad = FEED_bad_time;
    if (bad == FEED_COUNTERS)
        bad = read_rest_of_book(o, &b);
    if (bad == FEED_COUNTERS)
        bad = read_side(json_get(o, "bids"), SIDE_buy, r->bids, &b.bids);
    if (bad == FEED_COUNTERS)
        bad = read_side(json_get(o, "asks"), SIDE_sell, r->asks, &b.asks);
    if (bad == FEED_COUNTERS)
        sink->book(sink->self, &b);
    else
        sink->bad(sink->self, bad, &b.token);
}

bool
polymarket_read_books(struct venue_room *r, const char *s, size_t size,
                      const struct venue_sink *sink)
{
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;

    if (!j) {
        sink->bad(sink->self, FEED_bad_json, NULL);
        return false;
    }
    if (json_is_object(root)) /* GET /book */
        polymarket_read_book(r, root, true, sink);
    else if (!json_is_array(root))
        sink->bad(sink->self, FEED_bad_shape, NULL);
    for (const struct json_value *o =
             json_is_array(root) ? json_first(root) : NULL;
         o; o = json_next(o))
        if (json_is_object(o))
            polymarket_read_book(r, o, true, sink);
        else
            sink->bad(sink->self, FEED_bad_shape, NULL);
    json_destroy(&j);
    return true;
}

/* The hashed text is written in pieces of this size: one call of the digest
 * for each level would cost more than the digest. */
enum { PIECE = 4096, LEVEL_TEXT = 64 };

struct text_piece {
    struct digest *sha1;
    size_t size;
    char s[PIECE];
};

static void
put(struct text_piece *p, const char *s)
{
    size_t size = strlen(s);

    must(size <= PIECE);
    if (p->size + size > PIECE) {
        digest_add(p->sha1, p->s, p->size);
        p->size = 0;
    }
    memcpy(p->s + p->size, s, size);
    p->size += size;
}

static char *
copy(char *to, const char *from)
{
    while (*from)
        *to++ = *from++;
    return to;
}

static void
put_side(struct text_piece *p, const struct vside *side)
{
    for (uint32_t i = 0; i < side->count; i++) {
        const struct vlevel *l = &side->at[i];
        if (p->size + LEVEL_TEXT > PIECE) {
            digest_add(p->sha1, p->s, p->size);
            p->size = 0;
        }
        char *at = p->s + p->size;
        if (i > 0)
            *at++ = ',';
        at = copy(at, "{\"price\":\"");
        at = copy(at, l->price_text);
        at = copy(at, "\",\"size\":\"");
        at = copy(at, l->size_text);
        at = copy(at, "\"}");
        p->size = (size_t)(at - p->s);
    }
}

void
polymarket_book_hash(const struct vbook *b, const char *token,
                     struct sha1 *out, struct digest *sha1)
{
    struct text_piece p;
    uint8_t sum[32];

    p.sha1 = sha1;
    p.size = 0;
    digest_start(sha1);
    put(&p, "{\"market\":\"");
    put(&p, b->market.s);
    put(&p, "\",\"asset_id\":\"");
    put(&p, token);
    put(&p, "\",\"timestamp\":\"");
    put(&p, b->time_text);
    put(&p, "\",\"hash\":\"\",\"bids\":[");
    put_side(&p, &b->bids);
    put(&p, "],\"asks\":[");
    put_side(&p, &b->asks);
    put(&p, "],\"min_order_size\":\"");
    put(&p, b->min_size);
    put(&p, "\",\"tick_size\":\"");
    put(&p, b->tick);
    put(&p, b->neg_risk ? "\",\"neg_risk\":true" : "\",\"neg_risk\":false");
    put(&p, ",\"last_trade_price\":\"");
    put(&p, b->last_trade);
    put(&p, "\"}");
    digest_add(sha1, p.s, p.size);
    digest_end(sha1, sum);
    memcpy(out->b, sum, sizeof out->b);
}
