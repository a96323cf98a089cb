/* discount - the legs still carry the least discount per $1 */
/*
 * Only where the request shows it: A and B buy a set that pays exactly $1, or
 * (B, split) sell one made for $1.  Prices are the averages over the levels
 * walked, the limit where there is no average.  Other strategies are judged by
 * the scanner and the executor only.  Live, no discount at all is refused too.
 */
#include "riskd/check.h"

static int64_t
price_of(const struct leg *leg)
{
    return leg->avg.micros > 0 ? leg->avg.micros : leg->limit.micros;
}

static bool
passes(const struct question *a, struct finding *f)
{
    const struct legs *legs = &a->m->legs;
    uint32_t bought = 0;
    int64_t sum = 0;
    if (a->m->strategy != STRATEGY_A && a->m->strategy != STRATEGY_B) {
        return true;
    }
    for (uint32_t i = 0; i < legs->count; i++) {
        bought += legs->at[i].side == SIDE_buy;
        sum += price_of(&legs->at[i]);
    }
    if (bought != 0 && bought != legs->count) {
        return refuse(f, REASON_BAD_INPUT, bought, legs->count);
    }
    int64_t gross = bought != 0 ? MICROS - sum : sum - MICROS;
    bool live = a->m->mode == MODE_live;
    return (gross >= a->gross_min.ppm && (gross > 0 || !live)) ||
           refuse(f, REASON_BELOW_GROSS, gross, a->gross_min.ppm);
}

const struct check check_discount = { "discount", FOR_NORMAL, passes };
