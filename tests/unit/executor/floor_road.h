/* floor_road - what stands on the floor, and the road between */
#ifndef TESTS_EXECUTOR_FLOOR_ROAD_H
#define TESTS_EXECUTOR_FLOOR_ROAD_H

#include "common/must.h"
#include "executor/executor.h"
#include "executor/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    FLOOR_TOKENS = 64,
    FLOOR_FACTS = 20000,
    FLOOR_POST = 4096,
    FLOOR_AUTHS = 4096,
    FLOOR_FILLS = 8192,
    FLOOR_SETTLES = 1024,
    FLOOR_ORDERS = 4096, /* At the venue. */
    FLOOR_TRADES = 8192,
    FLOOR_DEEDS = 1024   /* On chain. */
};

struct floor_fact {
    const struct schema *schema;
    void *m;
    struct nanos mono, wall;
    uint64_t turn;
};

/* A message on its way to the executor. */
struct floor_post {
    bool used;
    struct nanos at;
    const struct schema *schema;
    void *m;
    enum source src;
    uint64_t req;
    struct nanos said;
};

struct floor_auth {
    struct grant grant;
    bool open;
    bool ordered[legs_cap];      /* An intent was said for it. */
    struct qty filled[legs_cap];
    bool closed[legs_cap];
    struct qty split;            /* Dollars made into its pairs. */
    struct nanos asked;
};

struct floor_token {
    struct hash token;
    struct levels bids, asks;
    uint64_t seq;
    bool down;                   /* No usable book. */
    struct ms age;
    int64_t shares;              /* As booked by riskd. */
};

/* What becomes of a place. */
enum floor_fate {
    FATE_taken,
    FATE_answer_lost,   /* Taken; nobody hears of it. */
    FATE_lost,          /* Never arrived; nobody hears of that either. */
    FATE_not_sent,
    FATE_refused,       /* Provably, for fate_why. */
    FATE_down,          /* 425. */
    FATE_throttled,     /* 429. */
    FATE_silent,        /* Taken; the shell never says how it ended. */
    FATE_END
};

struct floor_vorder {
    struct intent i;
    bool rests;
    struct qty matched;
    uint32_t times;     /* Its bytes arrived. */
};

struct floor_vtrade {
    struct venue_trade m;
    struct nanos next;  /* Mono: of its next state. */
    struct intent i;
    bool counted;       /* In shares and cash. */
};

/* Something done on chain, once a ref. */
struct floor_deed {
    struct venue_call m;
    int64_t done;                /* Mono: answered from then on. */
    int64_t took[2];             /* A redeem: of its token, of its pair. */
};

/* The answer to one call: its words, then its end. */
struct floor_answer {
    int64_t at;
    struct venue_done done;
};

/* The venue, and the shell in front of it. */
struct floor_venue {
    bool on;
    bool stream;                 /* Its words are heard ... */
    bool told;                   /* ... and the engine knows. */
    enum floor_fate fate;        /* Of the next places ... */
    enum reason fate_why;
    struct bps fee_rate;         /* As its trades say. */
    uint32_t fates;              /* ... so many, then taken. */
    unsigned fate_permille;      /* Or any fate by chance. */
    unsigned fail_permille;      /* Trades that fail. */
    unsigned deaf_permille;      /* Words of the stream that are lost. */
    unsigned blind_permille;     /* Looks without an answer. */
    bool blind;                  /* No look is answered ... */
    bool no_cancels;             /* ... no cancel. */
    bool no_chain;
    bool unproved;          /* What the chain did, and its fact says so. */
    bool refuses;           /* The chain, whatever is asked of it. */
    bool hide_trades;            /* From looks. */
    bool rest_all;               /* Nothing matches at once: all rests. */
    bool stuck;                  /* Nothing settles. */
    struct ms settle;            /* From state to state. */
    struct ms chain;             /* From the first question to the deed. */
    uint32_t orders, trades, deeds, placed, cancels, cancel_alls, looks,
        heartbeats, foreign;
    struct floor_vorder order[FLOOR_ORDERS];
    struct floor_vtrade trade[FLOOR_TRADES];
    struct floor_deed deed[FLOOR_DEEDS];
    int64_t shares[FLOOR_TOKENS];
    int64_t missing;             /* Shares every balance lacks. */
    int64_t allowance;           /* Dollars exchanges may take, 0 = any. */
};

struct floor {
    struct floor_venue venue;
    struct executor_conf conf;
    struct strategy_conf strategy;
    struct capital_conf capital;
    enum mode mode;
    const struct order_identity *identity; /* NULL: no live mode. */
    struct executor *x;
    struct outbox *out;
    struct nanos mono, wall;
    uint64_t run, feed_run, risk_run, turns;
    uint64_t crash_at;           /* In this turn, 0 = never ... */
    bool crash_journalled;       /* ... after its facts were written. */
    bool crash_now;
    uint32_t restarts;
    uint32_t not_held;           /* Sales of what riskd has not, denied. */

    uint32_t markets;
    struct market market[FLOOR_TOKENS / 2];
    struct resolution resolution[FLOOR_TOKENS / 2];
    bool resolved[FLOOR_TOKENS / 2];
    bool resolutions_lost;     /* On the way, of the universe. */
    bool unlisted[FLOOR_TOKENS / 2]; /* Told only to who names its token, */
    bool unknown;                    /* and not even then. */
    uint32_t named;                  /* Requests that name tokens, */
    struct snapshot_request last_named; /* and the last of them. */
    struct floor_token token[FLOOR_TOKENS];

    /* riskd */
    enum mode lease_mode;
    bool latched;
    uint64_t kill_gen;
    uint32_t auths;
    struct floor_auth auth[FLOOR_AUTHS];
    /* Of the venue: nothing freed may still trade. */
    void (*check_release)(struct floor *f, const struct release *m);
    uint32_t fills, settles, releases;
    struct release release[FLOOR_AUTHS];
    struct text fill_id[FLOOR_FILLS];
    enum fill_state fill_state[FLOOR_FILLS];
    struct uuid settle_ref[FLOOR_SETTLES];
    struct settle last_settle;
    unsigned deny_permille, shrink_permille;
    enum reason deny_next;       /* Denies the next one. */
    enum reason refuse_split;    /* The answer to every split. */

    /* The road between. */
    uint64_t seed;
    struct ms delay_least, delay_most;
    unsigned lose_permille, repeat_permille;
    bool risk_silent, feed_silent;
    bool late_fills;      /* riskd books them though their leg is closed. */
    uint32_t posts_top;          /* None in use from here on. */
    struct floor_post post[FLOOR_POST];

    uint32_t facts;
    struct floor_fact fact[FLOOR_FACTS];

    /* What was said, for tests to look at. */
    uint32_t intents, orders_sent, executions, positions, snapshots;
    struct intent last_intent;
    struct execution last_execution;
    struct authorize last_authorize;
    struct group last_group;
    struct lease_request last_lease;
    struct qty told_cash;       /* What riskd was last told of the account. */
    struct snapshot_request last_snapshot;
    uint32_t said_fills, said_splits, said_merges;
    struct fill last_fill;
    struct position last_position;
};

static inline uint64_t
floor_random(struct floor *f)
{
    f->seed ^= f->seed << 13;
    f->seed ^= f->seed >> 7;
    f->seed ^= f->seed << 17;
    return f->seed;
}

static inline bool
floor_chance(struct floor *f, unsigned permille)
{
    return floor_random(f) % 1000 < permille;
}

static inline void *
floor_copy(const struct schema *sc, const void *m)
{
    void *copy = malloc(sc->size);

    must(copy != NULL);
    memcpy(copy, m, sc->size);
    return copy;
}

static inline void
floor_post_at(struct floor *f, int64_t ns, enum source src, uint64_t req,
              const struct schema *sc, const void *m)
{
    for (uint32_t i = 0; i < FLOOR_POST; i++) {
        struct floor_post *p = &f->post[i];

        if (p->used)
            continue;
        if (i >= f->posts_top)
            f->posts_top = i + 1;
        *p = (struct floor_post){ true, { ns }, sc, floor_copy(sc, m), src,
                                  req, f->mono };
        return;
    }
    must(false);
}

static inline int64_t
floor_delay(struct floor *f)
{
    int64_t span = f->delay_most.ms - f->delay_least.ms;
    int64_t ms = f->delay_least.ms;

    if (span > 0)
        ms += (int64_t)(floor_random(f) % (uint64_t)(span + 1));
    return f->mono.ns + ms * 1000000;
}

static inline void
floor_post_one(struct floor *f, enum source src, uint64_t req,
               const struct schema *sc, const void *m)
{
    floor_post_at(f, floor_delay(f), src, req, sc, m);
}

/* Sends a message to the executor, over the road. */
static inline void
floor_tell(struct floor *f, enum source src, uint64_t req,
           const struct schema *sc, const void *m)
{
    if ((src == SOURCE_riskd && f->risk_silent) ||
        (src == SOURCE_feed && f->feed_silent))
        return;
    if (floor_chance(f, f->lose_permille))
        return;
    floor_post_one(f, src, req, sc, m);
    if (floor_chance(f, f->repeat_permille))
        floor_post_one(f, src, req, sc, m);
}

static inline struct hash
floor_hash(uint32_t n)
{
    struct hash h = { { 0 } };

    h.b[0] = 1;
    h.b[30] = (uint8_t)(n >> 8);
    h.b[31] = (uint8_t)n;
    return h;
}

static inline struct floor_token *
floor_token(struct floor *f, const struct hash *token)
{
    for (uint32_t i = 0; i < 2 * f->markets; i++)
        if (hash_equal(&f->token[i].token, token))
            return &f->token[i];
    return NULL;
}

#endif /* TESTS_EXECUTOR_FLOOR_ROAD_H */
