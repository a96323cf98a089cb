/* capture - recorded traffic of Polymarket's market channel, a line a text */

/* Five kinds of line: a bare frame; a frame as the string `payload` of an
 * object with its source and time of receipt (other sources are not ours);
 * an answer of REST kept as `books`; {"timestamp":ms,"type":"book",
 * "data":{...}} of a REST poller, whose levels are pairs of numbers and which
 * has no hash; and what `arb capture import` writes, "type":"books" with such
 * an answer and "type":"events" with a piece of the listing as data.  All end
 * in the readers of polymarket.c. */

#include "feed/venues/polymarket.h"

#include <string.h>

static bool
refuse(const struct venue_sink *sink, enum feed_counter what)
{
    sink->bad(sink->self, what, NULL);
    return false;
}

static void
tell_received(const struct json_value *v, const struct venue_sink *sink)
{
    struct venue_stamp at;

    if (v && polymarket_time(v, &at) && at.time.ns > 0)
        sink->received(sink->self, at.time);
}

static bool
read_wrapped(struct venue_room *r, const struct json_value *o,
             const struct venue_sink *sink)
{
    const char *source = json_string(json_get(o, "source"));
    const char *payload = json_string(json_get(o, "payload"));

    if (source && strcmp(source, "polymarket_clob") != 0)
        return false;
    if (!source || !payload)
        return refuse(sink, FEED_bad_shape);
    tell_received(json_get(o, "recv_wall_ts"), sink);
    return venue_polymarket.read_frame(r, payload, strlen(payload), sink);
}

static enum feed_counter
read_pairs(const struct json_value *v, enum side side, struct vlevel *out,
           uint32_t *count)
{
    *count = 0;
    if (!json_is_array(v))
        return FEED_bad_shape;
    for (const struct json_value *l = json_first(v); l; l = json_next(l)) {
        const struct json_value *price = json_first(l);
        if (*count == VENUE_LEVELS)
            return FEED_bad_many;
        if (!json_is_array(l) || json_size(l) != 2)
            return FEED_bad_shape;
        if (!polymarket_price(json_scalar(price), &out[*count]))
            return FEED_bad_price;
        if (!polymarket_size(json_scalar(json_next(price)), &out[*count]) ||
            out[*count].size.micros == 0)
            return FEED_bad_size;
        (*count)++;
    }
    return vbook_sort(out, *count, side) ? FEED_COUNTERS : FEED_bad_level;
}

static bool
read_imported(struct venue_room *r, const char *type,
              const struct json_value *data, const struct venue_sink *sink)
{
    if (strcmp(type, "books") == 0)
        return polymarket_read(r, data, sink);
    if (strcmp(type, "events") != 0)
        return false;
    polymarket_read_events(r, data, sink);
    return true;
}

static bool
read_polled(struct venue_room *r, const struct json_value *o,
            const struct venue_sink *sink)
{
    const struct json_value *data = json_get(o, "data");
    const char *type = json_string(json_get(o, "type"));
    struct venue_book b = { .rest = true, .bid = r->bids, .ask = r->asks };
    enum feed_counter bad = FEED_COUNTERS;

    if (type && json_is_array(data)) {
        tell_received(json_get(o, "timestamp"), sink);
        return read_imported(r, type, data, sink);
    }
    if (!type || !json_is_object(data))
        return refuse(sink, FEED_bad_shape);
    if (strcmp(type, "book") != 0)
        return false;
    tell_received(json_get(o, "timestamp"), sink);
    if (!polymarket_token(json_get(data, "asset_id"), &b.token))
        return refuse(sink, FEED_bad_token);
    if (!polymarket_market(json_get(data, "market"), &b.at.market))
        bad = FEED_bad_market;
    else if (!polymarket_time(json_get(data, "timestamp"), &b.at))
        bad = FEED_bad_time;
    if (bad == FEED_COUNTERS)
        bad = read_pairs(json_get(data, "bids"), SIDE_buy, r->bids, &b.bids);
    if (bad == FEED_COUNTERS)
        bad = read_pairs(json_get(data, "asks"), SIDE_sell, r->asks, &b.asks);
    if (bad == FEED_COUNTERS)
        sink->book(sink->self, &b);
    else
        sink->bad(sink->self, bad, &b.token);
    return true;
}

static bool
read_line(struct venue_room *r, const char *s, size_t size,
          const struct venue_sink *sink)
{
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    bool ours;

    if (!j)
        return refuse(sink, FEED_bad_json);
    if (!json_is_object(root) && !json_is_array(root))
        ours = refuse(sink, FEED_bad_shape);
    else if (json_get(root, "payload") || json_get(root, "source"))
        ours = read_wrapped(r, root, sink);
    else if (json_is_array(json_get(root, "books")))
        ours = polymarket_read(r, json_get(root, "books"), sink);
    else if (json_get(root, "data") && !json_get(root, "event_type"))
        ours = read_polled(r, root, sink);
    else
        ours = polymarket_read(r, root, sink);
    json_destroy(&j);
    return ours;
}

const struct venue_slot venue_capture = {
    .name = "capture",
    .read_frame = read_line,
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
