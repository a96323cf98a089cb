/* rate - a token bucket: so many a second, so many at once */
#ifndef EXECUTOR_RATE_H
#define EXECUTOR_RATE_H

#include "proto/units.h"

struct rate {
    int64_t level, cap;   /* In millionths of a token. */
    int64_t per_second;   /* Whole tokens. */
    struct nanos at;      /* Mono: level is of this time. */
    struct nanos shut;    /* Mono: nothing before, somebody asked us to. */
};

/* Full. */
void rate_init(struct rate *r, uint64_t per_second, uint64_t burst,
               struct nanos mono);
/* Takes count tokens and leaves reserve; false, and takes nothing, when it
 * cannot.  What costs more than the bucket holds never can. */
MUST_CHECK bool rate_take(struct rate *r, struct nanos mono, uint32_t count,
                          uint32_t reserve);
/* The same question, taking nothing. */
bool rate_has(const struct rate *r, struct nanos mono, uint32_t count,
              uint32_t reserve);
/* The other side says we are too fast: empty, and nothing for so long. */
void rate_shut(struct rate *r, struct nanos mono, struct ms pause);

#endif /* EXECUTOR_RATE_H */
