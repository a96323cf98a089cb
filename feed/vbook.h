/* vbook - one token's book as the venue tells it, texts and all
 *
 * The venue's hash is taken of texts ("0.060" is not "0.06"), so each level
 * keeps the text it came with beside its numbers.  Both sides have their best
 * level last, which is the venue's order and where changes happen. */
#ifndef FEED_VBOOK_H
#define FEED_VBOOK_H

#include "feed/level_room.h"
#include "proto/proto.h"

struct digest;
struct sha1 { uint8_t b[20]; };

/* A price of 1e-6 steps and sizes up to a billion shares with 6 decimals
 * fit, NUL included. */
#define VBOOK_PRICE_TEXT 12
#define VBOOK_SIZE_TEXT 20
#define VBOOK_TIME_TEXT 16

struct vlevel {
    struct price price;
    struct qty size;
    char price_text[VBOOK_PRICE_TEXT], size_text[VBOOK_SIZE_TEXT];
};

struct vside {
    struct vlevel *at;            /* In the room, NULL when it has none. */
    uint32_t count, cap;
};

struct vbook {
    struct vside bids;            /* Ascending. */
    struct vside asks;            /* Descending. */
    struct nanos time;            /* The venue's, of the last change. */
    struct text market;           /* As the venue writes it. */
    char time_text[VBOOK_TIME_TEXT];
    char tick[VBOOK_PRICE_TEXT];       /* "" = unknown, as below. */
    char min_size[VBOOK_SIZE_TEXT];
    char last_trade[VBOOK_PRICE_TEXT];
    bool last_trade_known;        /* "" is a value of it. */
    bool neg_risk;
};

/* Gives back the room of both sides. */
void vbook_clear(struct vbook *b, struct level_room *room);
/* Replaces one side by sorted levels.  False when the room is used up (the
 * side is then empty). */
MUST_CHECK bool vbook_replace(struct vside *side, const struct vlevel *levels,
                              uint32_t count, struct level_room *room);
enum vbook_set { VBOOK_SET, VBOOK_NOTHING, VBOOK_FULL };
/* One level, size 0 removes; NOTHING when there was nothing to remove. */
enum vbook_set vbook_set(struct vbook *b, enum side side,
                         const struct vlevel *l, struct level_room *room);
const struct vlevel *vbook_best(const struct vside *side); /* NULL = empty. */
/* Sorts levels the way a side has them; false when a price is there twice. */
MUST_CHECK bool vbook_sort(struct vlevel *levels, uint32_t count,
                           enum side side);
/* Same prices and sizes, whatever their texts. */
bool vbook_same(const struct vside *side, const struct vlevel *levels,
                uint32_t count);

#endif /* FEED_VBOOK_H */
