/* polymarket_write - what is sent to Polymarket to get market data */

#include "feed/venues/polymarket.h"

#include "common/page.h"

/* Each token between before and after, with commas. */
static void
put_tokens(struct page *p, const struct hash *tokens, uint32_t count,
           const char *before, const char *after)
{
    char text[TOKEN_TEXT_CAP];

    for (uint32_t i = 0; i < count; i++) {
        page_put(p, i > 0 ? "," : "");
        page_put(p, before);
        page_put(p, token_format(&tokens[i], text));
        page_put(p, after);
    }
}

size_t
polymarket_write_subscribe(const struct hash *tokens, uint32_t count,
                           bool first, char *out, size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, "{\"assets_ids\":[");
    put_tokens(&p, tokens, count, "\"", "\"");
    page_put(&p, first ? "],\"type\":\"market\""
                       : "],\"operation\":\"subscribe\"");
    /* Without it there is neither new_market nor market_resolved. */
    page_put(&p, ",\"custom_feature_enabled\":true}");
    return page_end(&p);
}

size_t
polymarket_write_unsubscribe(const struct hash *tokens, uint32_t count,
                             char *out, size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, "{\"assets_ids\":[");
    put_tokens(&p, tokens, count, "\"", "\"");
    page_put(&p, "],\"operation\":\"unsubscribe\"}");
    return page_end(&p);
}

size_t
polymarket_write_books(const struct hash *tokens, uint32_t count, char *out,
                       size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, "[");
    put_tokens(&p, tokens, count, "{\"token_id\":\"", "\"}");
    page_put(&p, "]");
    return page_end(&p);
}

size_t
polymarket_write_page_url(const char *base, uint64_t limit,
                          struct money liquidity_min, const char *cursor,
                          char *out, size_t cap)
{
    struct page p = page_on(out, cap);
    char micros[MICROS_TEXT_CAP];

    page_put(&p, base);
    page_put(&p, "/events/keyset?limit=");
    page_count(&p, limit);
    page_put(&p, "&closed=false");
    if (liquidity_min.micros > 0) {
        page_put(&p, "&liquidity_min=");
        page_put(&p, micros_format(liquidity_min.micros, micros));
    }
    if (*cursor) {
        page_put(&p, "&after_cursor=");
        page_escaped(&p, cursor);
    }
    return page_end(&p);
}

size_t
polymarket_write_event_url(const char *base, const char *id, char *out,
                           size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, base);
    page_put(&p, "/events/");
    page_escaped(&p, id);
    return page_end(&p);
}

size_t
polymarket_write_books_url(const char *base, char *out, size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, base);
    page_put(&p, "/books");
    return page_end(&p);
}

/* `closed` is always said: what is meant without it has changed (2026). */
size_t
polymarket_write_named(const struct hash *tokens, uint32_t *count,
                       bool closed, char *out, size_t cap)
{
    struct page p = page_on(out, cap);
    bool position = *count > 0 && token_is_position(&tokens[0]);
    char text[TOKEN_TEXT_CAP];
    uint32_t i = 0;

    page_put(&p, closed ? "limit=100&closed=true" : "limit=100&closed=false");
    for (; i < *count && i < VENUE_NAMED &&
           token_is_position(&tokens[i]) == position; i++) {
        page_put(&p, position ? "&position_ids=" : "&clob_token_ids=");
        page_put(&p, token_format(&tokens[i], text));
    }
    *count = i;
    return page_end(&p);
}

size_t
polymarket_write_named_url(const char *base, const char *named, char *out,
                           size_t cap)
{
    struct page p = page_on(out, cap);

    page_put(&p, base);
    page_put(&p, "/markets?");
    page_put(&p, named);
    return page_end(&p);
}
