/* missed - a group is completed, and no more */
/*
 * By leg: what its grants let it have, less what it has, and less what other
 * grants of it may still bring.  What it sold again or hedged, it misses.  Of
 * a leg whose first grant is not remembered nobody can tell: it misses none.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        const struct leg_facts *facts = &a->leg[i];
        int64_t missed = facts->counted ? facts->missed.micros : 0;
        if (leg->side == SIDE_buy && leg->size.micros > missed) {
            return refuse(f, REASON_SHARES_LIMIT, leg->size.micros, missed);
        }
    }
    return true;
}

const struct check check_missed = { "missed", FOR_PATCH, passes };
