/* simex - the simulated exchange's core: a market place under one seed
 *
 * Pure: no socket, clock, file or randomness of its own.  The caller gives a
 * seed and the time; simex_tick moves the tide of orders and the planted
 * situations forward and tells everything that happens as news, at the very
 * moment it happens: during the call the books are as the news says.  The
 * faces turn news into what a venue would send.                             */
#ifndef SIMEX_SIMEX_H
#define SIMEX_SIMEX_H

#include "tests/simex/listing.h"
#include "tests/simex/match.h"
#include "tests/simex/plan.h"
#include "tests/simex/tide.h"

/* Accounts: the tide's makers and takers, the one that plants, then users. */
enum {
    WHO_MAKER = 0, MAKERS = 8, WHO_TAKER = 8, TAKERS = 4, WHO_PLANTER = 12,
    WHO_USER = 16, WHO_COUNT = 32
};

struct simex_terms {
    uint64_t seed;
    int64_t start_ms;      /* Wall time of simex_new. */
    uint32_t events;       /* At least 10; 40 give 300 tokens. */
    uint32_t rate;         /* Tide updates a second, all markets. */
    int64_t run_ms;        /* Length of the run that resolutions refer to. */
    int64_t warmup_ms;     /* Nothing is planted before. */
    int64_t plant_every_ms; /* 0 = plant nothing. */
    int64_t plant_for_ms;  /* A situation stays open, 0 = 4 to 8 s. */
    int64_t resolve_ppm;   /* When first events end, of run_ms; 0 = never. */
    bool plant_split;      /* Plant B the selling way, too. */
    bool plant_convert;    /* Plant C. */
    bool delay_pairs;      /* Markets not mirrored delay takers too. */
    bool plant_more;       /* Plant E, F, G, too, on the stage. */
    int64_t counts_ms;     /* From the start to the end of a count; 0 = none. */
    const char *plant;     /* Kinds in turn: A, B, S (B to sell); NULL or "" =
                              all, and decoys. */
};

enum news_what {
    NEWS_LEVEL,     /* One level of one ladder changed. */
    NEWS_TRADE,     /* Somebody traded; NEWS_BOOKS of its market follows. */
    NEWS_BOOKS,     /* The market's books, whole. */
    NEWS_TICK,      /* The market's tick changed; NEWS_BOOKS follows. */
    NEWS_LISTED,    /* A market appeared. */
    NEWS_RESOLVED,  /* A market resolved. */
    NEWS_PLANTED,   /* A situation opened or closed. */
};

struct news {
    enum news_what what;
    uint32_t market;
    int64_t now_ms;
    uint32_t ladder, level;          /* LEVEL */
    enum ladder_side side;
    bool top;                        /* LEVEL, BOOKS: a best price moved. */
    uint8_t skip, spoil;             /* LEVEL: mischief, a bit per token: not
                                        told at all / told with a wrong
                                        hash. */
    uint32_t token;                  /* TRADE: the taker's. */
    bool buy;
    int64_t price, qty;
    int64_t old_tick;                /* TICK */
    const struct situation *planted; /* PLANTED */
};

typedef void news_fn(void *arg, const struct news *n);

/* What concerns those who hold accounts; told during the deed. */
struct simex_ears {
    void *arg;
    void (*traded)(void *arg, const struct match_trade *t);
    void (*gone)(void *arg, uint64_t id);      /* Not by its owner. */
    /* An event is about to resolve: what is pending must be settled. */
    void (*settle)(void *arg, uint32_t event);
};

struct simex {
    struct simex_terms terms;
    struct chance chance;
    struct listing *listing;
    struct accounts *accounts;
    struct match *match;
    struct tide tide;
    struct plan plan;
    int64_t now_ms, t0_ms;           /* t0: when the first client came. */
    news_fn *say;
    void *say_arg;
    struct simex_ears ears;
    uint8_t skip, spoil;             /* For the next LEVEL news. */
    uint32_t top[2][2];              /* While acting: best levels before. */
};

struct simex *simex_new(const struct simex_terms *terms);
void simex_destroy(struct simex **x);
void simex_listen(struct simex *x, news_fn *say, void *arg);
/* From here planting and resolutions are timed; once. */
void simex_start(struct simex *x, int64_t now_ms);
/* Moves everything to now_ms; times never run backwards. */
void simex_tick(struct simex *x, int64_t now_ms);

/* Deeds.  Each leaves the books whole and tells its news. */
/* Rests qty at a level, giving the complementary order where the account has
 * no shares to sell; false when refused. */
bool simex_quote(struct simex *x, uint32_t who, uint32_t market,
                 uint32_t ladder, enum ladder_side side, uint32_t level,
                 int64_t qty);
/* Removes the crowd's orders of a level; false when it had none. */
bool simex_clear(struct simex *x, uint32_t market, uint32_t ladder,
                 enum ladder_side side, uint32_t level);
/* Same, and the crowd takes what users have there: then it is empty. */
void simex_sweep(struct simex *x, uint32_t market, uint32_t ladder,
                 enum ladder_side side, uint32_t level);
/* Takes one resting order away; false when it no longer rests. */
bool simex_cancel(struct simex *x, const struct match_order *o, uint64_t id);
/* Any order, as a user gives it. */
struct match_answer simex_order(struct simex *x, const struct match_order *o);
void simex_change_tick(struct simex *x, uint32_t market, int64_t tick);
/* Stops an event's trading and empties its books; then pays it out. */
void simex_close(struct simex *x, uint32_t event);
/* winner: which of its markets is answered yes; as many as there are: none;
 * SIMEX_HALF: each pays half a dollar for either answer. */
#define SIMEX_HALF UINT32_MAX
void simex_resolve(struct simex *x, uint32_t event, uint32_t winner);
/* What a share of a resolved market's token pays, micros. */
int64_t simex_payout(const struct simex *x, uint32_t market, uint32_t token);
void simex_list(struct simex *x, uint32_t event);

/* Mischief: the next change is told with a wrong hash, or one is not told
 * and the next one after it is; both act at once, deep in the books, on the
 * first token of the market.  False when the market takes no orders. */
bool simex_wrong_hash(struct simex *x, uint32_t market);
bool simex_gap(struct simex *x, uint32_t market);

uint32_t simex_ladders(const struct simex *x, uint32_t market);
bool simex_is_open(const struct simex *x, uint32_t market);
/* Best price of a token in micros, 0 when there is none. */
int64_t simex_bid(const struct simex *x, uint32_t market, uint32_t token);
int64_t simex_ask(const struct simex *x, uint32_t market, uint32_t token);

#endif /* SIMEX_SIMEX_H */
