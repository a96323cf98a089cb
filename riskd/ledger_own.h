/* ledger_own - the insides of a ledger, for its own files */
#ifndef RISKD_LEDGER_OWN_H
#define RISKD_LEDGER_OWN_H

#include <string.h>

#include "common/map.h"
#include "riskd/ledger.h"

struct lot_key { uint8_t b[sizeof(struct hash) + 1]; };
struct event_key { char s[sizeof(struct text)]; };
struct event_sum { bool used; struct text event; int64_t sum; };

struct ledger {
    int64_t account[account_end_];
    int64_t strategy[strategy_end_];
    int64_t day;        /* UTC day of the last profit or loss. */
    int64_t day_base;   /* pnl when that day began. */
    int64_t high_water;
    int64_t provisional[side_end_];
    struct lot *lots;
    struct map *lots_map;
    uint32_t lots_cap, lots_from;     /* No free slot lies before. */
    struct event_sum *events;
    struct map *events_map;
    uint32_t events_cap, events_from;
    struct booked *refs;
    struct map *refs_map;
    uint32_t refs_cap, refs_count;
};

static inline struct lot_key
make_lot_key(const struct hash *token, enum strategy strategy)
{
    struct lot_key key;
    memcpy(key.b, token->b, sizeof token->b);
    key.b[sizeof token->b] = (uint8_t)strategy;
    return key;
}

/* Zero filled behind its end, whoever made the text. */
static inline struct event_key
make_event_key(const struct text *event)
{
    struct event_key key;
    memset(&key, 0, sizeof key);
    memcpy(key.s, event->s, strnlen(event->s, sizeof event->s - 1));
    return key;
}

#endif /* RISKD_LEDGER_OWN_H */
