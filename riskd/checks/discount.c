/* discount - the legs still carry the least discount per $1 */
/*
 * Only where the request shows it: a set that pays a known number of dollars,
 * or is made for one; of related markets as many as are told, where that can
 * be (`set`), and so much of each.  Prices are the averages over the levels
 * walked, the limit where there is no average.  What is bought alone is judged
 * by the scanner and the executor only.  Live, no discount at all is refused
 * too.
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
    enum shape shape = shape_of(a->m->strategy, legs);
    uint32_t bought = 0;
    if (!shape_is_set(a->m->strategy)) {
        return true;
    }
    for (uint32_t i = 0; i < legs->count; i++) {
        bought += legs->at[i].side == SIDE_buy;
    }
    if (shape == SHAPE_NONE && bought != 0 && bought != legs->count) {
        return refuse(f, REASON_BAD_INPUT, bought, legs->count);
    }
    /* What cannot be is nothing. */
    uint64_t told = shape_is_sane(shape, legs, a->m->pays) ? a->m->pays : 0;
    int64_t gross = shape != SHAPE_NONE ? shape_pays(shape, legs, told) * MICROS
                    : bought > 0       ? MICROS
                                       : -MICROS;
    int64_t least = a->gross_min.ppm * (told > 1 ? (int64_t)told : 1);
    for (uint32_t i = 0; i < legs->count; i++) {
        int64_t price = price_of(&legs->at[i]);
        gross += legs->at[i].side == SIDE_buy ? -price : price;
    }
    bool live = a->m->mode == MODE_live;
    return (gross >= least && (gross > 0 || !live)) ||
           refuse(f, REASON_BELOW_GROSS, gross, least);
}

const struct check check_discount = { "discount", FOR_NORMAL, passes };
