/* order_limit - money in one order */
/*
 * At the limit price, with its fee.  0 = no limit of its own.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    bool any = a->conf->order_max.micros == 0;
    int64_t limit = scaled(a->conf->order_max.micros, a->size);
    for (uint32_t i = 0; !any && i < a->m->legs.count; i++) {
        if (a->cost[i].micros > limit) {
            return refuse(f, REASON_ORDER_LIMIT, a->cost[i].micros, limit);
        }
    }
    return true;
}

const struct check check_order_limit = { "order_limit", FOR_NEW, passes };
