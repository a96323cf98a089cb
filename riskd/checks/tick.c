/* tick - every limit is a price the venue knows */
/*
 * On the current grid of its market, and a tick away from 0 and from a dollar.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct market *m = a->leg[i].market;
        int64_t limit = a->m->legs.at[i].limit.micros;
        int64_t tick = m == NULL ? 0 : m->tick.micros;
        if (tick > 0 && (limit % tick != 0 || limit < tick ||
                         limit > MICROS - tick)) {
            return refuse(f, REASON_TICK, limit, tick);
        }
    }
    return true;
}

const struct check check_tick = { "tick", FOR_ALL, passes };
