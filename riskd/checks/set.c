/* set - what is bought is a whole set, so that it pays a dollar */
/*
 * A buys one yes of every outcome of an event that can have no other; B deals
 * in the two tokens of one market.  Only where all markets are known: those
 * that are not, `market` refuses.
 */
#include "riskd/check.h"

static bool
all_are_known(const struct question *a)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        if (a->leg[i].market == NULL) {
            return false;
        }
    }
    return true;
}

static bool
is_whole_event(const struct question *a, struct finding *f)
{
    uint32_t count = a->m->legs.count;
    for (uint32_t i = 0; i < count; i++) {
        const struct market *m = a->leg[i].market;
        if (!m->neg_risk) {
            return refuse(f, REASON_NOT_NEG_RISK, i + 1, 0);
        }
        if (m->augmented) {
            return refuse(f, REASON_AUGMENTED, i + 1, 0);
        }
        if (!a->leg[i].yes || m->event_size != count) {
            return refuse(f, REASON_INCOMPLETE, count,
                          (int64_t)(m->event_size & INT64_MAX));
        }
    }
    return true;
}

static bool
passes(const struct question *a, struct finding *f)
{
    if (!all_are_known(a)) {
        return true;
    }
    if (a->m->strategy == STRATEGY_A) {
        return is_whole_event(a, f);
    }
    return a->m->strategy != STRATEGY_B ||
           (a->m->legs.count == 2 && a->leg[0].market == a->leg[1].market) ||
           refuse(f, REASON_INCOMPLETE, a->m->legs.count, 2);
}

const struct check check_set = { "set", FOR_NORMAL, passes };
