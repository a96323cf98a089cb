/* strategy - what a strategy must provide
 *
 * A strategy is one file in strategies/ and one line in
 * common/strategies.def.  It looks at one event, one market, or a few that are
 * tied, and says what a basket there would earn, or why there is none.  It
 * keeps nothing and does no I/O; the engine calls it when a frame touched its
 * place, and keeps the opportunities. */
#ifndef SCANNER_STRATEGY_H
#define SCANNER_STRATEGY_H

#include "common/payout.h"
#include "common/tail.h"
#include "common/terms.h"
#include "common/universe.h"

/* The best prices of a usable book in micros, 0 = none: all that most looks
 * need, close together. */
struct top {
    int32_t bid, ask;
};

/* What a strategy sees. */
struct sight {
    const struct universe *universe;
    const struct book *books;          /* By token index. */
    const struct top *tops;            /* The same. */
    const struct tails *tails;
    const struct strategy_conf *conf;
    struct ppm cash_rate;              /* Yearly price of locked capital. */
    struct nanos wall;
    const struct related *related;
};

enum { STRATEGY_WAYS = 2 }; /* Most ways of one strategy. */

/* A component of related markets is numbered as in related.h. */
enum scope { SCOPE_EVENT, SCOPE_MARKET, SCOPE_RELATED, SCOPES };

struct strategy_slot {
    enum strategy id;
    enum scope scope;   /* What `place` is an index of. */
    uint32_t ways;      /* Conditions looked at separately at one place. */
    /* From the markets' records alone; kept until one of them changes.
     * NOT_NEG_RISK and the like: this place is not for the strategy. */
    enum reason (*gate)(const struct sight *s, uint32_t place);
    /* From tops alone, in nanoseconds: BELOW_GROSS when the best prices do
     * not clear; NO_ASK, NO_BID or BOOK_UNUSABLE when one is missing. */
    enum reason (*glance)(const struct sight *s, uint32_t place, uint32_t way);
    /* The basket that earns most, or why there is none. */
    enum reason (*look)(const struct sight *s, uint32_t place, uint32_t way,
                        struct basket *out);
};

#define STRATEGY(letter, file, trade) \
    extern const struct strategy_slot strategy_##file;
#include "common/strategies.def"

/* Why a token has no best price: its book is no good, or that side empty. */
static inline enum reason
why_no_price(const struct sight *s, uint32_t token, enum reason empty)
{
    return s->books[token].usable ? empty : REASON_BOOK_UNUSABLE;
}

static inline struct basket_leg
strategy_leg(const struct sight *s, const struct universe_market *m,
             uint32_t token, enum side side)
{
    return (struct basket_leg){
        .book = &s->books[token],
        .token = token == m->yes ? m->m.yes : m->m.no,
        .side = side,
        .fees = fee_of(&m->m),
        .min_size = m->m.min_size,
    };
}

/* Gates of an event's markets, for what needs to know all its outcomes. */
enum reason neg_risk_gate(const struct sight *s, uint32_t event);

#endif /* SCANNER_STRATEGY_H */
