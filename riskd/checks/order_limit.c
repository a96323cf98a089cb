/* order_limit - money in one order */
/*
 * At the limit price, with its fee.  0 = no limit of its own.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t limit = a->conf->order_max.micros;
    for (uint32_t i = 0; limit > 0 && i < a->m->legs.count; i++) {
        if (a->cost[i].micros > limit) {
            return refuse(f, REASON_ORDER_LIMIT, a->cost[i].micros, limit);
        }
    }
    return true;
}

const struct check check_order_limit = { "order_limit", FOR_NEW, passes };
