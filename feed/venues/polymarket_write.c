/* polymarket_write - what is sent to Polymarket to get market data */

#include "feed/venues/polymarket.h"

#include <stdio.h>
#include <string.h>

/* A text being written; once it does not fit it stays full. */
struct page {
    char *s;
    size_t size, cap;
    bool full;
};

static void
put(struct page *p, const char *s)
{
    size_t size = strlen(s);

    if (p->full || size >= p->cap - p->size) {
        p->full = true;
        return;
    }
    memcpy(p->s + p->size, s, size + 1);
    p->size += size;
}

static size_t
done(const struct page *p)
{
    return p->full ? 0 : p->size;
}

/* Each token between before and after, with commas. */
static void
put_tokens(struct page *p, const struct hash *tokens, uint32_t count,
           const char *before, const char *after)
{
    char text[TOKEN_TEXT_CAP];

    for (uint32_t i = 0; i < count; i++) {
        put(p, i > 0 ? "," : "");
        put(p, before);
        put(p, token_format(&tokens[i], text));
        put(p, after);
    }
}

size_t
polymarket_write_subscribe(const struct hash *tokens, uint32_t count,
                           bool first, char *out, size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, "{\"assets_ids\":[");
    put_tokens(&p, tokens, count, "\"", "\"");
    put(&p, first ? "],\"type\":\"market\"" : "],\"operation\":\"subscribe\"");
    /* Without it there is neither new_market nor market_resolved. */
    put(&p, ",\"custom_feature_enabled\":true}");
    return done(&p);
}

size_t
polymarket_write_unsubscribe(const struct hash *tokens, uint32_t count,
                             char *out, size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, "{\"assets_ids\":[");
    put_tokens(&p, tokens, count, "\"", "\"");
    put(&p, "],\"operation\":\"unsubscribe\"}");
    return done(&p);
}

size_t
polymarket_write_books(const struct hash *tokens, uint32_t count, char *out,
                       size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, "[");
    put_tokens(&p, tokens, count, "{\"token_id\":\"", "\"}");
    put(&p, "]");
    return done(&p);
}

/* What is not unreserved (RFC 3986) goes as %XX: cursors are base64. */
static void
put_escaped(struct page *p, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        char one[4];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || strchr("-._~", c);
        snprintf(one, sizeof one, plain ? "%c" : "%%%02X", c);
        put(p, one);
    }
}

size_t
polymarket_write_page_url(const char *base, uint64_t limit,
                          struct money liquidity_min, const char *cursor,
                          char *out, size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };
    char number[32], micros[MICROS_TEXT_CAP];

    put(&p, base);
    snprintf(number, sizeof number, "%llu", (unsigned long long)limit);
    put(&p, "/events/keyset?limit=");
    put(&p, number);
    put(&p, "&closed=false");
    if (liquidity_min.micros > 0) {
        put(&p, "&liquidity_min=");
        put(&p, micros_format(liquidity_min.micros, micros));
    }
    if (*cursor) {
        put(&p, "&after_cursor=");
        put_escaped(&p, cursor);
    }
    return done(&p);
}

size_t
polymarket_write_event_url(const char *base, const char *id, char *out,
                           size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, base);
    put(&p, "/events/");
    put_escaped(&p, id);
    return done(&p);
}

size_t
polymarket_write_books_url(const char *base, char *out, size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, base);
    put(&p, "/books");
    return done(&p);
}

/* Ids of the newer protocol have their own name: they show it by bits 40 to
 * 103, which are zero (the official SDK's rule). */
static bool
is_position(const struct hash *token)
{
    for (unsigned i = 19; i < 27; i++)
        if (token->b[i] != 0)
            return false;
    return token->b[0] != 0;
}

/* `closed` is always said: what is meant without it has changed (2026). */
size_t
polymarket_write_named(const struct hash *tokens, uint32_t *count,
                       bool closed, char *out, size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };
    bool position = *count > 0 && is_position(&tokens[0]);
    char text[TOKEN_TEXT_CAP];
    uint32_t i = 0;

    put(&p, closed ? "limit=100&closed=true" : "limit=100&closed=false");
    for (; i < *count && i < VENUE_NAMED &&
           is_position(&tokens[i]) == position; i++) {
        put(&p, position ? "&position_ids=" : "&clob_token_ids=");
        put(&p, token_format(&tokens[i], text));
    }
    *count = i;
    return done(&p);
}

size_t
polymarket_write_named_url(const char *base, const char *named, char *out,
                           size_t cap)
{
    struct page p = { out, 0, cap, cap == 0 };

    put(&p, base);
    put(&p, "/markets?");
    put(&p, named);
    return done(&p);
}
