/* depth - enough shares can be had at prices that still pay, on every leg */
/*
 * It is about the market, not about the size taken: that may be smaller, and
 * its limit better.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        int64_t depth = a->m->legs.at[i].depth.micros;
        if (depth < a->depth_min.micros) {
            return refuse(f, REASON_BELOW_SHARES, depth, a->depth_min.micros);
        }
    }
    return true;
}

const struct check check_depth = { "depth", FOR_NORMAL, passes };
