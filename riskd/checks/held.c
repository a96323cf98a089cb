/* held - nothing is sold that is not held, and nothing twice */
/*
 * Free is what the strategy holds of the token less what its open grants may
 * still sell.  What hedges is bought for shares that are held without it.
 * What a grant splits or converts is made for its own sales: cash is what it
 * needs, and the checks of cash and of the limits see that.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    bool makes = a->splits || a->converts;
    for (uint32_t i = 0; !makes && i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        if ((leg->side == SIDE_sell || hedges(a, i)) &&
            leg->size.micros > a->free[i].micros) {
            return refuse(f, REASON_NOT_HELD, leg->size.micros,
                          a->free[i].micros);
        }
    }
    return true;
}

const struct check check_held = { "held", FOR_ALL, passes };
