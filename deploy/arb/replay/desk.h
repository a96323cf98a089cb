/* desk - three engines around one recorded market, and what they say routed
 *
 * The scanner hears what it heard, when it heard it.  Riskd and the executor
 * hear of feed what the scanner heard, and each other over a bus on which
 * everything takes the same time; feed's answers are made of the scanner's
 * books.  Everything is ordered by time and then by when it was said: the
 * same inputs and settings give the same result. */
#ifndef DEPLOY_ARB_REPLAY_DESK_H
#define DEPLOY_ARB_REPLAY_DESK_H

#include "deploy/arb/replay/core.h"
#include "deploy/arb/replay/result.h"

/* One word on its way. */
struct packet {
    int64_t due;               /* Mono, ns. */
    enum source from, to;
    uint64_t run;              /* Of who says it. */
    uint16_t type;
    uint32_t peer;             /* It is asked: whom to answer. */
    uint64_t req, trace;
    int64_t said;
    uint8_t *body;
    size_t size;
};

/* All take the same time, so the first in is the first out. */
struct queue {
    struct packet *at;
    uint32_t first, count, cap; /* cap: a power of two. */
};

struct desk {
    struct core scanner, riskd, executor;
    struct queue queue;
    struct result result;
    struct nanos latency;
    int64_t tick, beat, mark;  /* How often, ns. */
    int64_t now, next_tick, next_beat;
    int64_t wall;              /* Wall time is so much later than mono. */
    uint64_t ticks, seq;
    uint64_t feed_run;         /* Of the last word of feed. */
    bool alone;                /* The recording has ended. */
    uint8_t *packed;
    struct snapshot_request *asked;
    struct packet *told;       /* Of every opportunity. */
    uint32_t told_count, told_cap;
};

/* What the desk does at a time comes before what is heard at it. */
void desk_until(struct desk *d, int64_t mono);
/* An input of the scanner, at its time. */
MUST_CHECK bool desk_hear(struct desk *d, const struct heard *h);
/* The market stands still from now on, until every group has ended, or so
 * long. */
void desk_finish(struct desk *d, struct ms most);
/* A new scanner of these settings, with the facts of the one before. */
MUST_CHECK bool desk_scanner(struct desk *d, const struct conf *conf,
                             uint64_t run, struct why *why);
/* Riskd and the executor of these settings, at the time of the first input;
 * money begins anew. */
MUST_CHECK bool desk_begin(struct desk *d, const struct conf *conf,
                           struct nanos mono, struct nanos wall,
                           struct nanos latency, struct why *why);
void desk_end(struct desk *d);

#endif /* DEPLOY_ARB_REPLAY_DESK_H */
