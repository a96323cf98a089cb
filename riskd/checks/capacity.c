/* capacity - no order takes more than its share of the visible depth */
/*
 * Depth is what was seen at prices that still pay.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        if ((wide)leg->size.micros * MICROS >
            (wide)leg->depth.micros * a->conf->depth_share.ppm) {
            return refuse(f, REASON_BELOW_SHARES, leg->size.micros,
                          leg->depth.micros);
        }
    }
    return true;
}

const struct check check_capacity = { "capacity", FOR_NORMAL, passes };
