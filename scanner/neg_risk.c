/* neg_risk - whether the outcomes of an event are known, all of them */

/* An outcome that is not on the list, or can still be added, takes what a
 * basket was to pay when it wins; and it is among what a conversion gives.  So
 * the event must be neg-risk and not augmented, must have no unnamed rest, and
 * every question that was prepared must be followed.
 *
 * Nor may a result of it be proposed: a set pays all the same whoever wins,
 * but its books are those of who knows already, trading ends while the legs
 * are bought, and what is judged wrongly, or void, is decided now. */

#include "scanner/strategy.h"

static enum reason
gate_market(const struct sight *s, const struct market *m, bool resolved,
            uint32_t count)
{
    if (!m->neg_risk)
        return REASON_NOT_NEG_RISK;
    if (m->augmented || m->other)
        return REASON_AUGMENTED;
    if (m->event_size != count)
        return REASON_INCOMPLETE;
    if (!m->open || resolved)
        return REASON_CLOSED;
    if (m->liquidity.micros < s->conf->liquidity_min.micros)
        return REASON_LOW_LIQUIDITY;
    if (!m->fee_known)
        return REASON_FEE_UNKNOWN;
    return m->proposed ? REASON_PROPOSED : REASON_none;
}

/* The gravest reason of any market stands for the event: gate_market asks in
 * the order of enum reason, so the least is the gravest. */
enum reason
neg_risk_gate(const struct sight *s, uint32_t event)
{
    const struct universe_event *e = universe_event(s->universe, event);
    enum reason worst = REASON_none;

    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = universe_market(s->universe,
                                                          e->markets[i]);
        enum reason why = gate_market(s, &m->m, m->resolved, e->count);

        if (why != REASON_none && (worst == REASON_none || why < worst))
            worst = why;
    }
    if (worst != REASON_none)
        return worst;
    if (e->count < 2)
        return REASON_INCOMPLETE;
    return e->count > legs_cap ? REASON_TOO_MANY_LEGS : REASON_none;
}
