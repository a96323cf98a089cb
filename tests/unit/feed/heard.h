/* heard - what a venue's reader says, written down for its tests */
#ifndef TESTS_UNIT_FEED_HEARD_H
#define TESTS_UNIT_FEED_HEARD_H

#include "tests/unit/feed/kit.h"

/* What a reader said, counted, and the last of each. */
struct heard {
    unsigned books, changes, trades, ticks, resolved, new_markets, ignored;
    unsigned bads;
    enum feed_counter bad;
    bool bad_token;
    struct venue_book book;
    struct vlevel bid, ask;
    char min_size[VBOOK_SIZE_TEXT]; /* Texts go with the frame. */
    struct venue_change change[8];
    uint32_t change_count;
    struct nanos time;
    struct trade trade;
    struct tick_size tick;
    struct hash winner;
};

static inline void
on_book(void *self, const struct venue_book *b)
{
    struct heard *h = self;

    h->books++;
    h->book = *b;
    snprintf(h->min_size, sizeof h->min_size, "%s",
             b->min_size ? b->min_size : "none");
    if (b->bids)
        h->bid = b->bid[b->bids - 1];
    if (b->asks)
        h->ask = b->ask[b->asks - 1];
}

static inline void
on_changes(void *self, const struct venue_changes *c)
{
    struct heard *h = self;

    h->changes++;
    h->change_count = c->count;
    h->time = c->at.time;
    memcpy(h->change, c->change,
           (c->count < 8 ? c->count : 8) * sizeof *c->change);
}

static inline void
on_trade(void *self, const struct venue_stamp *at, const struct trade *t,
         const char *price_text)
{
    struct heard *h = self;

    (void)at;
    (void)price_text;
    h->trades++;
    h->trade = *t;
}

static inline void
on_tick(void *self, const struct venue_stamp *at, const struct tick_size *t,
        const char *text)
{
    struct heard *h = self;

    (void)at;
    (void)text;
    h->ticks++;
    h->tick = *t;
}

static inline void
on_resolved(void *self, const struct venue_stamp *at,
            const struct hash *winner)
{
    struct heard *h = self;

    (void)at;
    h->resolved++;
    h->winner = winner ? *winner : (struct hash){ { 0 } };
}

static inline void
on_new_market(void *self, const struct venue_stamp *at)
{
    (void)at;
    ((struct heard *)self)->new_markets++;
}

static inline void
on_ignored(void *self)
{
    ((struct heard *)self)->ignored++;
}

static inline void
on_bad(void *self, enum feed_counter what, const struct hash *token)
{
    struct heard *h = self;

    h->bads++;
    h->bad = what;
    h->bad_token = token != NULL;
}

static struct venue_room *room;

static inline bool
read_text(struct heard *h, const char *s, size_t size)
{
    struct venue_sink sink = {
        .self = h, .book = on_book, .changes = on_changes,
        .trade = on_trade, .tick = on_tick, .resolved = on_resolved,
        .new_market = on_new_market, .ignored = on_ignored, .bad = on_bad,
    };

    memset(h, 0, sizeof *h);
    return venue_polymarket.read_frame(room, s, size, &sink);
}

static inline bool
read_frame(struct heard *h, const char *s)
{
    return read_text(h, s, strlen(s));
}

#define HASH "\"hash\":\"0123456789abcdef0123456789abcdef01234567\""
#define BOOK_OF(bids, asks, more)                                          \
    "{\"event_type\":\"book\",\"market\":\"0xc0\",\"asset_id\":\"11\","    \
    "\"timestamp\":\"1790000000123\"," HASH ",\"bids\":[" bids "],"        \
    "\"asks\":[" asks "]" more "}"
#define CHANGE_OF(entry)                                                   \
    "{\"event_type\":\"price_change\",\"market\":\"0xc0\","                \
    "\"timestamp\":\"1790000000123\",\"price_changes\":[" entry "]}"
#define ENTRY(price, size, side)                                           \
    "{\"asset_id\":\"11\",\"price\":" price ",\"size\":" size ",\"side\":" \
    side "," HASH "}"

static inline int
make_room(void **state)
{
    (void)state;
    room = calloc(1, sizeof *room);
    return room ? 0 : -1;
}

static inline int
drop_room(void **state)
{
    (void)state;
    free(room);
    return 0;
}

#endif /* TESTS_UNIT_FEED_HEARD_H */
