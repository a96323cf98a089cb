/* universe - the events, markets and tokens followed, by small integers */
#ifndef COMMON_UNIVERSE_H
#define COMMON_UNIVERSE_H

#include "common/map.h"
#include "proto/proto.h"

#define UNIVERSE_EVENT_MARKETS 128 /* Most markets of one event. */

struct universe_market {
    struct market m;              /* The latest record. */
    uint32_t event;               /* Index of its event. */
    uint32_t yes, no;             /* Token indices: 2 * market, + 1. */
    bool resolved;
    struct price payout_yes;
};

struct universe_event {
    uint32_t count;
    uint32_t markets[UNIVERSE_EVENT_MARKETS];
    struct text id;
};

struct universe;
struct universe *universe_new(uint32_t markets_cap);
void universe_destroy(struct universe **u);
/* Adds or refreshes; the market's index, or MAP_NONE (the caller counts it)
 * when full, the event is, an id is missing or its tokens are another's.  A
 * known market that comes with other tokens or another event is refused too,
 * and takes no orders from then on. */
uint32_t universe_put(struct universe *u, const struct market *m);
/* Books a resolution; false when the market is unknown or the payout is none.
 * The market takes no more orders; it counts as resolved once that is final. */
bool universe_resolve(struct universe *u, const struct resolution *r,
                      uint32_t *market);
uint32_t universe_markets(const struct universe *u);
uint32_t universe_events(const struct universe *u);
const struct universe_market *universe_market(const struct universe *u,
                                              uint32_t market);
const struct universe_event *universe_event(const struct universe *u,
                                            uint32_t event);
/* MAP_NONE when unknown.  A token's market is token / 2, side token % 2. */
uint32_t universe_token(const struct universe *u, const struct hash *token);
uint32_t universe_find_market(const struct universe *u, const struct text *id);
uint32_t universe_find_event(const struct universe *u, const struct text *id);

#endif /* COMMON_UNIVERSE_H */
