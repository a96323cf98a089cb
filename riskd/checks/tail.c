/* tail - a tail of G is as sure as it must be, and pays for the risk */
/*
 * By the signal as riskd itself heard it, at the limit: what is expected of a
 * share is its chance less its price and fee, for what it gains when it pays is
 * lost many times over when it does not.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    const struct leg *leg = &a->m->legs.at[0];
    if (a->m->strategy != STRATEGY_G) {
        return true;
    }
    if (a->m->legs.count != 1 || leg->side != SIDE_buy) {
        return refuse(f, REASON_BAD_INPUT, a->m->legs.count, 1);
    }
    if (a->tail_unknown != REASON_none) {
        return refuse(f, a->tail_unknown, 0, a->tail_least.ppm);
    }
    if (a->tail_chance.ppm < a->tail_least.ppm) {
        return refuse(f, REASON_UNSURE, a->tail_chance.ppm,
                      a->tail_least.ppm);
    }
    wide cost = (wide)leg->limit.micros * leg->size.micros +
                (wide)leg->fee.micros * MICROS;
    wide gain = (wide)a->tail_chance.ppm * leg->size.micros - cost;
    wide least = (wide)leg->limit.micros * leg->size.micros / MICROS *
                 a->tail_yield.ppm;
    return gain >= least ||
           refuse(f, REASON_BELOW_NET, (int64_t)(gain / MICROS),
                  (int64_t)(least / MICROS));
}

const struct check check_tail = { "tail", FOR_NORMAL, passes };
