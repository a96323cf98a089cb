/* backoff - how long to wait before trying again: doubling, full jitter */

/* A venue that comes back is not met by all its clients at once, nor by ours
 * in step: each pause is anywhere in its span. */

#include "common/backoff.h"

#include "common/must.h"

enum { DOUBLINGS_CAP = 20 };

void
backoff_init(struct backoff *b, struct ms least, struct ms most, uint64_t seed)
{
    must(least.ms > 0 && least.ms < INT64_MAX >> (DOUBLINGS_CAP + 1));
    *b = (struct backoff){ .least = least,
                           .most = most,
                           .random = seed ? seed : 1 };
}

/* xorshift64*: enough to spread pauses. */
static uint64_t
random_below(struct backoff *b, uint64_t bound)
{
    b->random ^= b->random >> 12;
    b->random ^= b->random << 25;
    b->random ^= b->random >> 27;
    return b->random * UINT64_C(2685821657736338717) % bound;
}

struct ms
backoff_next(struct backoff *b)
{
    unsigned n = b->failures < DOUBLINGS_CAP ? b->failures : DOUBLINGS_CAP;
    int64_t span = b->least.ms << (n + 1);

    if (span > b->most.ms)
        span = b->most.ms;
    if (span < b->least.ms)
        span = b->least.ms;
    b->failures++;
    return (struct ms){ b->least.ms +
                        (int64_t)random_below(
                            b, (uint64_t)(span - b->least.ms) + 1) };
}

void
backoff_reset(struct backoff *b)
{
    b->failures = 0;
}
