/* latency - the venue answers in time */
/*
 * Only live orders are measured: a paper order's delay is the fill model's.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->mode != MODE_live || !a->slow ||
           refuse(f, REASON_LATENCY, 0, a->conf->latency_max.ms);
}

const struct check check_latency = { "latency", FOR_NEW, passes };
