/* market - every leg is of a market that is known, open and liquid */
/*
 * A market that nobody told us of cannot be judged, so it is refused; once it
 * is known it takes orders, has a fee schedule, belongs to the event named
 * (of related markets, which are of several, one need not), and (a new group)
 * is liquid enough.
 */
#include "riskd/check.h"

static bool
leg_passes(const struct question *a, uint32_t i, struct finding *f)
{
    const struct market *m = a->leg[i].market;
    if (m == NULL) {
        return !a->conf->markets_required ||
               refuse(f, REASON_NOT_FOUND, i + 1, 0);
    }
    if (!m->open || a->leg[i].ended) {
        return refuse(f, REASON_CLOSED, i + 1, 0);
    }
    if (!m->fee_known) {
        return refuse(f, REASON_FEE_UNKNOWN, i + 1, 0);
    }
    if (shape_has_one_event(a->m->strategy) &&
        !text_equal(&m->event, &a->m->event)) {
        return refuse(f, REASON_CONFLICT, i + 1, 0);
    }
    return a->m->kind != GRANT_KIND_normal ||
           m->liquidity.micros >= a->liquidity_min.micros ||
           refuse(f, REASON_LOW_LIQUIDITY, m->liquidity.micros,
                  a->liquidity_min.micros);
}

static bool
passes(const struct question *a, struct finding *f)
{
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        if (!leg_passes(a, i, f)) {
            return false;
        }
    }
    return true;
}

const struct check check_market = { "market", FOR_NEW, passes };
