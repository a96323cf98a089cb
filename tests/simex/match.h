/* match - price-time matching, with minting and merging across YES and NO
 *
 * A mirrored market has one ladder, kept in YES prices: buying NO at q is
 * selling YES at 1 - q.  Two buyers of opposite tokens mint a set, two
 * sellers merge one, else shares change hands.  A market that is not mirrored
 * has two separate ladders and only the last kind of trade.  All trades are
 * at the resting order's price; the taker pays the fee. */
#ifndef SIMEX_MATCH_H
#define SIMEX_MATCH_H

#include "tests/simex/accounts.h"

#define GRID 1000          /* Levels between 0 and 1. */
#define GRID_STEP 1000     /* Micros from one to the next: 0.001 dollars. */
#define NO_LEVEL UINT32_MAX
#define MATCH_GROUP 8

enum ladder_side { BIDS, ASKS };

struct match_rules {
    bool mirrored;
    bool open;             /* Takes orders. */
    int64_t tick;          /* Micros, a multiple of GRID_STEP. */
    int64_t min_size;      /* Micro shares, of an order that may rest. */
    int64_t fee_ppm;       /* Of the taker fee. */
    uint32_t fee_exponent; /* Of p(1-p). */
};

enum match_life { LIFE_GTC, LIFE_FAK, LIFE_FOK };

struct match_order {
    uint32_t who, market, token;  /* token 0 = YES, 1 = NO. */
    bool buy, post_only;
    enum match_life life;
    int64_t price, qty;           /* Micros. */
    /* Of a buy that never rests: dollars to spend instead of shares to get;
     * a better price then gives more shares.  0 = qty counts. */
    int64_t budget;
};

enum match_word {
    MATCH_LIVE,            /* Rests, whole or in part. */
    MATCH_DONE,            /* Filled, or the rest of a FAK is gone. */
    MATCH_CLOSED, MATCH_BAD_PRICE, MATCH_BAD_SIZE, MATCH_TOO_SMALL,
    MATCH_NO_BALANCE, MATCH_CROSSES, MATCH_KILLED, MATCH_NO_ROOM
};

struct match_answer {
    enum match_word word;
    uint64_t id;                  /* Of what rests, else 0. */
    int64_t filled, cost, fee;    /* cost: paid, or received before fee. */
};

enum trade_kind { TRADE_TRANSFER, TRADE_MINT, TRADE_MERGE };

struct match_trade {
    uint32_t market, token;       /* The taker's. */
    bool buy;
    enum trade_kind kind;
    uint32_t taker, maker;        /* Accounts. */
    uint64_t maker_id;
    int64_t price, qty, fee;
    int64_t taker_part, maker_part; /* Dollars, before the fee. */
    /* Fills of one order at one price and with at most MATCH_GROUP makers
     * are one trade: its fee is that of its whole size. */
    uint32_t group;
};

struct match;
typedef void match_fn(void *arg, const struct match_trade *t);
/* A resting order was cancelled, by whomever. */
typedef void match_gone_fn(void *arg, uint64_t id);

struct match *match_new(struct accounts *a, uint32_t orders_cap);
void match_destroy(struct match **m);
struct match_rules *match_rules(struct match *m, uint32_t market);
/* Places an order; each trade is told to f (may be NULL) as it happens. */
struct match_answer match_place(struct match *m, const struct match_order *o,
                                match_fn *f, void *arg);
bool match_cancel(struct match *m, uint64_t id);
/* Cancels what accounts below `below` have at one level of a ladder; how
 * many orders it was. */
uint32_t match_cancel_level(struct match *m, uint32_t market, uint32_t ladder,
                            enum ladder_side side, uint32_t level,
                            uint32_t below);
void match_watch(struct match *m, match_gone_fn *gone, void *arg);
/* What a resting order still wants, 0 when it no longer rests. */
int64_t match_left(const struct match *m, uint64_t id);
/* Takes a trade back: shares, money and fee return to where they were.  Both
 * sides must have what they got, free. */
void match_undo(struct match *m, const struct match_trade *t);
/* Cancels all, stops taking orders and pays the winners. */
void match_resolve(struct match *m, uint32_t market, uint32_t winner);

/* Reading a ladder: 0, or token of a market that is not mirrored. */
int64_t match_size(const struct match *m, uint32_t market, uint32_t ladder,
                   enum ladder_side side, uint32_t level);
/* Best level, and the next worse after one; NO_LEVEL when there is none. */
uint32_t match_best(const struct match *m, uint32_t market, uint32_t ladder,
                    enum ladder_side side);
uint32_t match_worse(const struct match *m, uint32_t market, uint32_t ladder,
                     enum ladder_side side, uint32_t level);
uint32_t match_worst(const struct match *m, uint32_t market, uint32_t ladder,
                     enum ladder_side side);
uint32_t match_levels(const struct match *m, uint32_t market, uint32_t ladder,
                      enum ladder_side side);
/* The taker fee the exchange takes: rounded down to 0.00001 dollars. */
int64_t match_fee(const struct match_rules *r, int64_t price, int64_t qty);

#endif /* SIMEX_MATCH_H */
