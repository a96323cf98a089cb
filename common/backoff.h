/* backoff - how long to wait before trying again: doubling, full jitter */
#ifndef COMMON_BACKOFF_H
#define COMMON_BACKOFF_H

#include "proto/units.h"

struct backoff {
    struct ms least, most;
    unsigned failures; /* In a row. */
    uint64_t random;
};

/* least > 0.  The same seed gives the same pauses. */
void backoff_init(struct backoff *b, struct ms least, struct ms most,
                  uint64_t seed);
/* One failure more: from least to twice as much the first time, then to four
 * times ..., never above most. */
struct ms backoff_next(struct backoff *b);
void backoff_reset(struct backoff *b); /* It worked. */

#endif /* COMMON_BACKOFF_H */
