/* missed - a group is completed, and no more */
/*
 * By leg: what its grants let it have, less what it has, and less what other
 * grants of it may still bring.  What it sold again or hedged, it misses.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        const struct leg_facts *facts = &a->leg[i];
        if (leg->side == SIDE_buy && facts->counted &&
            leg->size.micros > facts->missed.micros) {
            return refuse(f, REASON_SHARES_LIMIT, leg->size.micros,
                          facts->missed.micros);
        }
    }
    return true;
}

const struct check check_missed = { "missed", FOR_PATCH, passes };
