/* trades - every trade of ours the venue told of: once, states forward only
 *
 * One entry for each of our orders in a trade, kept as the fill that was last
 * said about it, so that it is said the same way again. */
#ifndef EXECUTOR_TRADES_H
#define EXECUTOR_TRADES_H

#include "executor/recent.h"
#include "proto/proto.h"

/* What a word about a trade does to what is known. */
enum trade_news {
    TRADE_NEW,
    TRADE_SAME,     /* Or older: nothing. */
    TRADE_FORWARD,  /* Its settlement went on. */
    TRADE_FAILED,   /* And ended badly: it never happened. */
    TRADE_CONFLICT  /* It had ended, the other way; or other numbers. */
};

/* Of fills under their names; when full the oldest that has settled goes. */
struct recent *trades_new(uint32_t cap);

bool fill_is_settled(enum fill_state s);
/* The venue's id of a trade and our order in it, as one name. */
struct text trades_name(const struct venue_trade *m);
/* NULL when never heard of, or forgotten. */
const struct fill *trades_find(const struct recent *t,
                               const struct text *name);
enum trade_news trades_judge(const struct recent *t, const struct text *name,
                             const struct venue_trade *m);
/* Adds it, or takes over its state; false when full and none has settled. */
MUST_CHECK bool trades_put(struct recent *t, const struct fill *m);
/* Shares bought of a token in trades that are not settled. */
struct qty trades_unsettled(const struct recent *t, const struct hash *token);

#endif /* EXECUTOR_TRADES_H */
