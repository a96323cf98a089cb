/* unwind_loss - giving up a group costs no more than so much of it */
/*
 * A sale may bring unwind_max less than its shares were bought for, fees
 * aside: against what was paid, not against the book, so that a better bid
 * than hoped for is never a reason to refuse.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t kept = MICROS - a->conf->unwind_max.ppm;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        wide brings = (wide)leg->limit.micros * a->bought[i].micros;
        if (leg->side == SIDE_sell && a->bought[i].micros > 0 &&
            brings < (wide)a->paid[i].micros * kept) {
            return refuse(f, REASON_SLIPPAGE, leg->limit.micros,
                          (int64_t)((wide)a->paid[i].micros * kept /
                                    a->bought[i].micros));
        }
    }
    return true;
}

const struct check check_unwind_loss = { "unwind_loss", FOR_UNWIND, passes };
