/* venue - what a market-data venue must provide: text in, events out
 *
 * A venue never opens a connection.  It says where to connect and what to
 * send, and it turns texts into the events below, handed to a sink one after
 * the other.  Everything it hands over is checked: ids, ranges and lengths
 * of texts.  What is wrong goes to sink->bad with its name (a FEED_bad_*
 * counter) and, when it could be told, the token that is now in doubt. */
#ifndef FEED_VENUE_H
#define FEED_VENUE_H

#include "feed/feed.h"
#include "feed/vbook.h"

#define VENUE_LEVELS 4096u       /* Most levels of one side. */
#define VENUE_CHANGES 1024u      /* Most changes in one event. */
#define VENUE_EVENT_MARKETS 256u /* Most markets of one listed event. */
#define VENUE_TAGS 24u           /* Tags of an event looked at. */
#define VENUE_TOKENS 500u        /* Tokens in one text to send. */
#define VENUE_TEXT_CAP 65536u    /* Room for any text to send. */
#define VENUE_NAMED 20u          /* Most markets asked for by their tokens in
                                    one request: its address stays short. */

/* When and where an event of the market channel belongs. */
struct venue_stamp {
    const char *market;          /* As written; "" = not said. */
    struct nanos time;           /* 0 = not said. */
    const char *time_text;       /* As written: the hash needs it. */
};

struct venue_book {
    struct venue_stamp at;
    struct hash token;
    bool rest;                   /* An answer, not the channel. */
    bool has_hash;
    struct sha1 hash;
    const char *min_size, *tick, *last_trade; /* NULL = not said. */
    bool neg_risk_said, neg_risk;
    uint32_t bids, asks;         /* Sorted as a vbook has them. */
    struct vlevel *bid, *ask;
};

struct venue_change {
    struct hash token;
    enum side side;
    struct vlevel level;         /* Size 0 removes it. */
    bool has_hash;
    struct sha1 hash;            /* Of the token's book after the set. */
};

/* All changes of one event: they hold together or not at all. */
struct venue_changes {
    struct venue_stamp at;
    uint32_t count;
    const struct venue_change *change;
};

struct venue_market {
    struct market m;             /* event_index, event_size, rev: engine. */
    char min_text[VBOOK_SIZE_TEXT]; /* Smallest order, as the hash has it. */
    char tick_text[VBOOK_PRICE_TEXT];
    bool hash_neg_risk;
    bool has_tokens;             /* Else it only counts as a question. */
    bool resolved, final;
    struct price payout_yes;
    struct text slug;
};

struct venue_event {
    struct text id, slug;
    bool closed, book;           /* book: it trades on an order book. */
    bool neg_risk, augmented;
    struct money liquidity;
    struct nanos ends;
    uint32_t tags_count;
    struct text tags[VENUE_TAGS];
    uint32_t questions;          /* Prepared: all but the archived ones. */
    uint32_t count;
    struct venue_market *market;
};

/* A counter's page. */
struct venue_signal {
    uint64_t count;
    struct nanos time, hours_end;
    struct hours hours;
};

struct venue_sink {
    void *self;
    /* A recording told when the text was received; before any event. */
    void (*received)(void *self, struct nanos wall);
    void (*book)(void *self, const struct venue_book *b);
    void (*changes)(void *self, const struct venue_changes *c);
    void (*trade)(void *self, const struct venue_stamp *at,
                  const struct trade *t, const char *price_text);
    void (*tick)(void *self, const struct venue_stamp *at,
                 const struct tick_size *t, const char *new_text);
    /* winner NULL = none that is one of its tokens: the listing says how. */
    void (*resolved)(void *self, const struct venue_stamp *at,
                     const struct hash *winner);
    void (*new_market)(void *self, const struct venue_stamp *at);
    void (*event)(void *self, const struct venue_event *e);
    /* On its own; its event's questions are not known, so not their number. */
    void (*market)(void *self, const struct venue_market *m);
    void (*signal)(void *self, const struct venue_signal *s);
    void (*ignored)(void *self);
    void (*bad)(void *self, enum feed_counter what,
                const struct hash *token);
};

/* What readers work in; one an engine, so that reading takes no memory but
 * the JSON's. */
struct venue_room {
    struct vlevel bids[VENUE_LEVELS], asks[VENUE_LEVELS];
    struct venue_change changes[VENUE_CHANGES];
    struct venue_market markets[VENUE_EVENT_MARKETS];
};

/* The slot.  Readers return true when the text was one of theirs, even when
 * parts of it were bad; false when it was unreadable as a whole (also said to
 * sink->bad) or, for recordings, not for us (then not said). */
struct venue_slot {
    const char *name;
    bool (*read_frame)(struct venue_room *r, const char *s, size_t size,
                       const struct venue_sink *sink);
    bool (*read_books)(struct venue_room *r, const char *s, size_t size,
                       const struct venue_sink *sink);
    /* A page, a bare array of events, or one event.  next = "" at the end. */
    bool (*read_page)(struct venue_room *r, const char *s, size_t size,
                      const struct venue_sink *sink, struct venue_cursor *next);
    /* The answer to write_named_url: markets, each to sink->market. */
    bool (*read_named)(struct venue_room *r, const char *s, size_t size,
                       const struct venue_sink *sink);
    /* What is no market: a count.  NULL where there are markets. */
    bool (*read_signal)(const char *s, size_t size,
                        const struct venue_sink *sink);
    /* The writers return bytes (NUL terminated), 0 when cap is too small. */
    size_t (*write_subscribe)(const struct hash *tokens, uint32_t count,
                              bool first, char *out, size_t cap);
    size_t (*write_unsubscribe)(const struct hash *tokens, uint32_t count,
                                char *out, size_t cap);
    size_t (*write_books)(const struct hash *tokens, uint32_t count,
                          char *out, size_t cap);
    size_t (*write_page_url)(const char *base, uint64_t limit,
                             struct money liquidity_min, const char *cursor,
                             char *out, size_t cap);
    size_t (*write_event_url)(const char *base, const char *id, char *out,
                              size_t cap);
    size_t (*write_books_url)(const char *base, char *out, size_t cap);
    /* Which markets: those of the first tokens, closed ones or the others.
     * At most VENUE_NAMED; count becomes how many could go together. */
    size_t (*write_named)(const struct hash *tokens, uint32_t *count,
                          bool closed, char *out, size_t cap);
    size_t (*write_named_url)(const char *base, const char *named, char *out,
                              size_t cap);
    /* The venue's hash of a book; NULL where books are not proved by one.
     * text_of is the token as the venue writes it. */
    void (*hash)(const struct vbook *b, const char *text_of, struct sha1 *out,
                 struct digest *sha1);
};

#define VENUE(name) extern const struct venue_slot venue_##name;
#include "feed/venues.def"

#endif /* FEED_VENUE_H */
