/* listing - what is traded: events, their markets and tokens, from a seed */
#ifndef SIMEX_LISTING_H
#define SIMEX_LISTING_H

#include "tests/simex/chance.h"

#include "common/map.h"
#include "proto/units.h"

#define LISTED_EVENT_MARKETS 12

enum event_kind {
    EVENT_BINARY,     /* One mirrored market. */
    EVENT_SEPARATE,   /* One market with two books: not mirrored. */
    EVENT_NEG_RISK,   /* 3..12 markets, exactly one YES. */
    EVENT_AUGMENTED,  /* Same, with a placeholder and "Other". */
};

enum listed_state { LISTED_OPEN, LISTED_CLOSED, LISTED_RESOLVED };

struct listed_event {
    enum event_kind kind;
    char id[16], slug[80];
    char title[200];
    char neg_risk_id[67];
    uint32_t first, count;    /* Its markets. */
    int64_t opens_ms;         /* 0 = from the beginning. */
    int64_t ends_ms;
    bool hidden;              /* Not listed yet. */
    uint32_t stage;           /* Of stage.c: 1 + its place; 0 = drawn. */
    const char *tag;          /* NULL = none. */
    enum listed_state state;
    int64_t closed_ms;
};

struct listed_market {
    uint32_t event, index;    /* Place in its event. */
    char id[16], condition[67], question_id[67], slug[96];
    char question[200], group[48];
    char token[2][80];        /* Decimal texts, YES first. */
    struct hash key[2];
    bool mirrored, placeholder, other;
    bool position;            /* Its tokens are positions: version 3. */
    bool delayed;             /* Takers wait before they are matched. */
    bool fees_enabled, fee_known;
    const char *fee_type;
    int64_t fee_ppm, rebate_ppm;
    int64_t first_tick;       /* Micros. */
    int64_t liquidity;        /* Micro dollars, as stated. */
    int64_t volume;
    int64_t fair;             /* Hidden, micros: where the tide begins. */
    uint32_t winner;          /* Once resolved; BOTH_WIN = half each. */
    int64_t last_trade;       /* Micros, 0 = none yet. */
    int64_t changed_ms;       /* When its books last changed. */
    uint64_t version;         /* Of its books. */
};

struct listing {
    struct listed_event *events;
    struct listed_market *markets;
    uint32_t events_count, markets_count;
    struct map *tokens;       /* key -> 2 * market + token. */
};

/* events_count >= 40 gives at least 300 tokens.  Times are ms since the
 * epoch. */
struct listing *listing_new(struct chance *c, uint32_t events_count,
                            int64_t start_ms);
/* Turns one exhaustive event of many markets, always the same, into bins of a
 * count: 0-19, 20-39, ...; nothing that is drawn changes. */
void listing_count(struct listing *l, int64_t ends_ms);
/* Markets that are not mirrored, where pairs are planted, delay takers too. */
void listing_delay_pairs(struct listing *l);
void listing_destroy(struct listing **l);
/* For stage.c: one event more, of so many markets, its texts from `number`
 * alone; its caller sets the rest.  There is room for so many. */
enum { LISTING_MORE_EVENTS = 32, LISTING_MORE_MARKETS = 64 };
struct listed_event *listing_add(struct listing *l, enum event_kind kind,
                                 uint32_t count, uint32_t number,
                                 const char *title);
void listing_bin(struct listed_event *e, struct listed_market *m,
                 uint32_t bin);
/* What ConditionalTokens makes of a condition and an outcome (0 = YES): with
 * its backing it is the token's id. */
void listing_collection(const uint8_t condition[32], uint32_t token,
                        uint8_t out[32]);
bool listing_is_neg_risk(const struct listing *l, uint32_t market);
/* 2 * market + token, or MAP_NONE. */
uint32_t listing_token(const struct listing *l, const char *text, size_t size);
uint32_t listing_condition(const struct listing *l, const char *text);
/* Version of the orders for a token: 3 when its id is a position's. */
uint32_t listing_version(const uint8_t token[32]);

#endif /* SIMEX_LISTING_H */
