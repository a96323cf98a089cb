/* universe - the events, markets and tokens followed, by small integers */
#ifndef COMMON_UNIVERSE_H
#define COMMON_UNIVERSE_H

#include "common/map.h"
#include "proto/proto.h"

#define UNIVERSE_EVENT_MARKETS 128 /* Most markets of one event. */

struct universe_market {
    struct market m;              /* The latest record. */
    uint32_t event;               /* Index of it; MAP_NONE = forgotten. */
    uint32_t yes, no;             /* Token indices: 2 * market, + 1. */
    bool resolved;
    bool unlisted;                /* Not in the last list told whole. */
    uint64_t list;                /* It was told in, or after it. */
    struct price payout_yes;
};

struct universe_event {
    uint32_t count;               /* 0 = forgotten. */
    uint32_t live;                /* Of them open and listed; 0 = it is over. */
    uint32_t older, newer;        /* Among those that are over. */
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
/* The whole list is asked for: what is put from now on is in it.  Then it was
 * told whole: a market that was not put since is unlisted, as good as closed,
 * until it is put again. */
void universe_asked(struct universe *u);
void universe_told(struct universe *u);

/* --- forgetting ------------------------------------------------------- */
bool universe_is_full(const struct universe *u);
/* The event to be forgotten first: nothing of it is open, for longest.
 * MAP_NONE when there is none. */
uint32_t universe_over(const struct universe *u);
/* That one is needed still: it comes last from now on. */
void universe_spare(struct universe *u, uint32_t event);
/* Its number, its markets' and their tokens' will be others'. */
void universe_forget(struct universe *u, uint32_t event);

/* Numbers ever used; what is forgotten has an empty record. */
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
