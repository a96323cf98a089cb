/* polymarket - the market channel of Polymarket: frames in, events out */

/* reference: the market channel of docs.polymarket.com as of 2026-10, and
 * captures of it.  A text holds one object or an array of them.  Two shapes
 * of price_change exist: since 2025-09 one with price_changes[], whose hash
 * stands in each entry, and the older one with the hash at the top; the old
 * one is read when price_changes is missing.  The case of side varies.
 * Unknown events are left alone.  This file decides nothing. */

#include "feed/venues/polymarket.h"

#include <string.h>
#include <strings.h>

enum { OBJECTS_MOST = 2048 }; /* Of one array; a connection has <= 500. */

static bool
read_side(const struct json_value *v, enum side *side)
{
    const char *s = json_string(v);

    if (!s)
        return false;
    *side = strcasecmp(s, "BUY") == 0 ? SIDE_buy : SIDE_sell;
    return *side == SIDE_buy || strcasecmp(s, "SELL") == 0;
}

static void
bad(const struct venue_sink *sink, enum feed_counter what,
    const struct hash *token)
{
    sink->bad(sink->self, what, token);
}

/* The stamp of an event about token (NULL: about a market). */
static bool
read_stamp(const struct json_value *o, struct venue_stamp *at,
           const struct hash *token, const struct venue_sink *sink)
{
    if (!polymarket_market(json_get(o, "market"), &at->market)) {
        bad(sink, FEED_bad_market, token);
        return false;
    }
    if (!polymarket_time(json_get(o, "timestamp"), at)) {
        bad(sink, FEED_bad_time, token);
        return false;
    }
    return true;
}

/* One entry; token and hash may stand in the object around it.  What is
 * wrong, or FEED_COUNTERS. */
static enum feed_counter
read_change(const struct json_value *e, struct venue_change *c)
{
    const struct json_value *hash = json_get(e, "hash");

    if (!polymarket_price(json_string(json_get(e, "price")), &c->level))
        return FEED_bad_price;
    if (!polymarket_size(json_string(json_get(e, "size")), &c->level))
        return FEED_bad_size;
    if (!read_side(json_get(e, "side"), &c->side))
        return FEED_bad_side;
    if (hash) {
        if (!polymarket_hash(hash, &c->hash))
            return FEED_bad_hash;
        c->has_hash = true;
    }
    return FEED_COUNTERS;
}

/* Entry e of list into r->changes; a bad one leaves the others alone. */
static void
take_change(struct venue_room *r, const struct json_value *e,
            const struct venue_change *base, uint32_t *count,
            const struct venue_sink *sink)
{
    struct venue_change c = *base;

    if (!json_is_object(e)) {
        bad(sink, FEED_bad_shape, hash_is_zero(&c.token) ? NULL : &c.token);
        return;
    }
    if (hash_is_zero(&c.token) &&
        !polymarket_token(json_get(e, "asset_id"), &c.token)) {
        bad(sink, FEED_bad_token, NULL);
        return;
    }
    enum feed_counter what =
        *count < VENUE_CHANGES ? read_change(e, &c) : FEED_bad_many;
    if (what == FEED_COUNTERS)
        r->changes[(*count)++] = c;
    else
        bad(sink, what, &c.token);
}

static void
read_price_change(struct venue_room *r, const struct json_value *o,
                  const struct venue_sink *sink)
{
    struct venue_changes set = { .change = r->changes };
    struct venue_change base = { 0 };
    const struct json_value *list = json_get(o, "price_changes");

    if (!list) { /* The old shape. */
        list = json_get(o, "changes");
        if (!polymarket_token(json_get(o, "asset_id"), &base.token)) {
            bad(sink, FEED_bad_token, NULL);
            return;
        }
        const struct json_value *hash = json_get(o, "hash");
        base.has_hash = hash && polymarket_hash(hash, &base.hash);
        if (hash && !base.has_hash) {
            bad(sink, FEED_bad_hash, &base.token);
            return;
        }
    }
    const struct hash *known =
        hash_is_zero(&base.token) ? NULL : &base.token;
    if (list && !json_is_array(list)) {
        bad(sink, FEED_bad_shape, known);
        return;
    }
    if (!list)
        take_change(r, o, &base, &set.count, sink);
    for (const struct json_value *e = json_first(list); e; e = json_next(e))
        take_change(r, e, &base, &set.count, sink);
    /* The time is read last: without it every token of the set is in doubt,
     * so they have to be known. */
    if (!polymarket_market(json_get(o, "market"), &set.at.market))
        for (uint32_t i = 0; i < set.count; i++)
            bad(sink, FEED_bad_market, &r->changes[i].token);
    else if (!polymarket_time(json_get(o, "timestamp"), &set.at))
        for (uint32_t i = 0; i < set.count; i++)
            bad(sink, FEED_bad_time, &r->changes[i].token);
    else if (set.count > 0)
        sink->changes(sink->self, &set);
}

static void
read_trade(const struct json_value *o, const struct venue_sink *sink)
{
    struct venue_stamp at;
    struct vlevel l = { { 0 }, { 0 }, "", "" };
    struct trade t = { { { 0 } }, { 0 }, { 0 }, SIDE_buy, { 0 } };

    if (!polymarket_token(json_get(o, "asset_id"), &t.token)) {
        bad(sink, FEED_bad_token, NULL);
        return;
    }
    /* A trade changes no level: a bad one puts no book in doubt. */
    if (!read_stamp(o, &at, NULL, sink))
        return;
    if (!polymarket_price(json_string(json_get(o, "price")), &l)) {
        bad(sink, FEED_bad_price, NULL);
        return;
    }
    if (!polymarket_size(json_string(json_get(o, "size")), &l)) {
        bad(sink, FEED_bad_size, NULL);
        return;
    }
    if (!read_side(json_get(o, "side"), &t.side)) {
        bad(sink, FEED_bad_side, NULL);
        return;
    }
    t.price = l.price;
    t.size = l.size;
    t.venue_time = at.time;
    sink->trade(sink->self, &at, &t, l.price_text);
}

static void
read_tick(const struct json_value *o, const struct venue_sink *sink)
{
    struct venue_stamp at;
    struct vlevel was = { { 0 }, { 0 }, "", "" }, now = was;
    struct tick_size t = { { { 0 } }, { 0 }, { 0 }, 0 };

    if (!polymarket_token(json_get(o, "asset_id"), &t.token)) {
        bad(sink, FEED_bad_token, NULL);
        return;
    }
    if (!read_stamp(o, &at, &t.token, sink))
        return;
    if (!polymarket_price(json_string(json_get(o, "old_tick_size")), &was) ||
        !polymarket_price(json_string(json_get(o, "new_tick_size")), &now)) {
        bad(sink, FEED_bad_price, &t.token);
        return;
    }
    t.old_tick = was.price;
    t.new_tick = now.price;
    sink->tick(sink->self, &at, &t, now.price_text);
}

static void
read_resolved(const struct json_value *o, const struct venue_sink *sink)
{
    const struct json_value *id = json_get(o, "winning_asset_id");
    const char *text = json_string(id);
    struct venue_stamp at;
    struct hash winner;

    if (!read_stamp(o, &at, NULL, sink))
        return;
    /* Nobody won: 50/50, as far as we know (never captured). */
    if (!id || json_is_null(id) || (text && !*text)) {
        sink->resolved(sink->self, &at, NULL);
        return;
    }
    if (!polymarket_token(id, &winner)) {
        bad(sink, FEED_bad_token, NULL);
        return;
    }
    sink->resolved(sink->self, &at, &winner);
}

static void
read_new_market(const struct json_value *o, const struct venue_sink *sink)
{
    struct venue_stamp at;

    if (read_stamp(o, &at, NULL, sink))
        sink->new_market(sink->self, &at);
}

static void
read_object(struct venue_room *r, const struct json_value *o,
            const struct venue_sink *sink)
{
    const struct json_value *type = json_get(o, "event_type");
    const char *s = json_string(type);

    if (!json_is_object(o) || (type && !s))
        bad(sink, FEED_bad_shape, NULL);
    else if (!s && json_get(o, "bids") && json_get(o, "asks"))
        polymarket_read_book(r, o, true, sink);
    else if (!s)
        sink->ignored(sink->self);
    else if (strcmp(s, "book") == 0)
        polymarket_read_book(r, o, false, sink);
    else if (strcmp(s, "price_change") == 0)
        read_price_change(r, o, sink);
    else if (strcmp(s, "last_trade_price") == 0)
        read_trade(o, sink);
    else if (strcmp(s, "tick_size_change") == 0)
        read_tick(o, sink);
    else if (strcmp(s, "market_resolved") == 0)
        read_resolved(o, sink);
    else if (strcmp(s, "new_market") == 0)
        read_new_market(o, sink);
    else
        sink->ignored(sink->self);
}

bool
polymarket_read(struct venue_room *r, const struct json_value *root,
                const struct venue_sink *sink)
{
    unsigned seen = 0;

    if (!json_is_array(root)) {
        read_object(r, root, sink);
        return true;
    }
    for (const struct json_value *o = json_first(root); o; o = json_next(o)) {
        if (++seen > OBJECTS_MOST) {
            bad(sink, FEED_bad_many, NULL);
            break;
        }
        read_object(r, o, sink);
    }
    return true;
}

static bool
read_frame(struct venue_room *r, const char *s, size_t size,
           const struct venue_sink *sink)
{
    /* The server answers some of what we send in bare words. */
    static const char *const words[] = { "PONG", "NO NEW ASSETS",
                                         "INVALID OPERATION" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (size == strlen(words[i]) && memcmp(s, words[i], size) == 0) {
            sink->ignored(sink->self);
            return true;
        }
    struct json *j = json_parse(s, size, NULL);
    if (!j) {
        bad(sink, FEED_bad_json, NULL);
        return false;
    }
    bool ok = polymarket_read(r, json_root(j), sink);
    json_destroy(&j);
    return ok;
}

const struct venue_slot venue_polymarket = {
    .name = "polymarket",
    .read_frame = read_frame,
    .read_books = polymarket_read_books,
    .read_page = polymarket_read_page,
    .read_named = polymarket_read_named,
    .write_subscribe = polymarket_write_subscribe,
    .write_unsubscribe = polymarket_write_unsubscribe,
    .write_books = polymarket_write_books,
    .write_page_url = polymarket_write_page_url,
    .write_event_url = polymarket_write_event_url,
    .write_books_url = polymarket_write_books_url,
    .write_named = polymarket_write_named,
    .write_named_url = polymarket_write_named_url,
    .hash = polymarket_book_hash,
};
