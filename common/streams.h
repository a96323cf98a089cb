/* streams - what was published, what was heard of it, and so what was lost
 *
 * A publisher counts what it publishes of each type (tseq) and says those
 * counts, its heads, in every heartbeat.  A publisher's messages keep their
 * order, so whoever hears a heartbeat has by then heard every number up to
 * its heads, or has lost it.  The first heartbeat of a run heard is the base:
 * what was before it is asked for, what is after it is accounted for. */
#ifndef COMMON_STREAMS_H
#define COMMON_STREAMS_H

#include "common/why.h"
#include "proto/proto.h"

/* What was last heard, or proved to have been said, of one type. */
struct stream {
    uint64_t run, tseq; /* run 0 = nothing yet. */
};

/* One subscriber's knowledge of everybody. */
struct streams {
    bool wanted[TYPE_end_]; /* Subscribed to. */
    struct stream at[source_end_][TYPE_end_];
};

/* tseq[type]: of each type how many were published so far in this run. */
void streams_heads(const uint64_t tseq[TYPE_end_], struct heads *out);

void streams_want(struct streams *s, uint16_t type);
/* A message of a PUB, its type and speaker known to be in range.  *lost: how
 * many of its type are missing before it; lost heartbeats are not counted,
 * because the next says the same.  False: it was heard before. */
bool streams_hear(struct streams *s, const struct envelope *e,
                  uint64_t *lost);
/* The heads of a heartbeat that streams_hear took.  *lost: how many of all
 * wanted types are missing and were not told of.  False, and nothing changes,
 * when no publisher says such heads: types in order, each once. */
MUST_CHECK bool streams_prove(struct streams *s, const struct envelope *e,
                              const struct heads *heads, uint64_t *lost);

#endif /* COMMON_STREAMS_H */
