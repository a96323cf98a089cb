/* floor_road - what stands on the floor, and the road between */
#ifndef TESTS_EXECUTOR_FLOOR_ROAD_H
#define TESTS_EXECUTOR_FLOOR_ROAD_H

#include "common/must.h"
#include "executor/executor.h"

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
    FLOOR_SETTLES = 1024
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

struct floor {
    struct executor_conf conf;
    struct strategy_conf strategy;
    struct capital_conf capital;
    enum mode mode;
    struct executor *x;
    struct outbox *out;
    struct nanos mono, wall;
    uint64_t run, feed_run, risk_run, turns;
    uint64_t crash_at;           /* In this turn, 0 = never ... */
    bool crash_journalled;       /* ... after its facts were written. */
    bool crash_now;
    uint32_t restarts;

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
    uint32_t fills, settles;
    struct text fill_id[FLOOR_FILLS];
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
floor_post_one(struct floor *f, enum source src, uint64_t req,
               const struct schema *sc, const void *m)
{
    int64_t span = f->delay_most.ms - f->delay_least.ms;
    int64_t ms = f->delay_least.ms;

    if (span > 0)
        ms += (int64_t)(floor_random(f) % (uint64_t)(span + 1));
    for (uint32_t i = 0; i < FLOOR_POST; i++) {
        struct floor_post *p = &f->post[i];

        if (p->used)
            continue;
        if (i >= f->posts_top)
            f->posts_top = i + 1;
        *p = (struct floor_post){ true, { f->mono.ns + ms * 1000000 }, sc,
                                  floor_copy(sc, m), src, req, f->mono };
        return;
    }
    must(false);
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
