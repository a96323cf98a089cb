/* rate - a token bucket: so many a second, so many at once */

/* The venue has buckets of its own and refuses what does not fit; this one is
 * kept so that we never ask for more, and so that a part of it, the reserve,
 * is there for cancels when everything else has used the rest. */

#include "executor/rate.h"

void
rate_init(struct rate *r, uint64_t per_second, uint64_t burst,
          struct nanos mono)
{
    r->cap = (int64_t)burst * MICROS;
    r->level = r->cap;
    r->per_second = (int64_t)per_second;
    r->at = mono;
    r->shut.ns = 0;
}

/* What is in it by then. */
static int64_t
level_at(const struct rate *r, struct nanos mono)
{
    wide gain = ((wide)mono.ns - r->at.ns) * r->per_second / 1000;

    if (gain < 0)
        gain = 0;
    if (gain > r->cap - r->level)
        return r->cap;
    return r->level + (int64_t)gain;
}

bool
rate_has(const struct rate *r, struct nanos mono, uint32_t count,
         uint32_t reserve)
{
    return mono.ns >= r->shut.ns &&
           level_at(r, mono) >= ((int64_t)count + reserve) * MICROS;
}

bool
rate_take(struct rate *r, struct nanos mono, uint32_t count,
          uint32_t reserve)
{
    if (!rate_has(r, mono, count, reserve))
        return false;
    r->level = level_at(r, mono) - (int64_t)count * MICROS;
    r->at = mono;
    return true;
}

void
rate_shut(struct rate *r, struct nanos mono, struct ms pause)
{
    r->level = 0;
    r->at = mono;
    if (mono.ns + pause.ms * 1000000 > r->shut.ns)
        r->shut.ns = mono.ns + pause.ms * 1000000;
}
