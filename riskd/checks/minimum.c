/* minimum - every order is worth what the venue takes at least */
/*
 * The venue would refuse a marketable order below its least money, and one leg
 * refused leaves the others naked.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t least = a->conf->order_min.micros;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        struct money money;
        if (!cost_down(leg->limit, leg->size, &money) ||
            money.micros < least) {
            return refuse(f, REASON_BELOW_MINIMUM, money.micros, least);
        }
    }
    return true;
}

const struct check check_minimum = { "minimum", FOR_NORMAL, passes };
