/* latched - nothing while the kill switch is on */
/*
 * Not even an unwind: what is held then is the operator's to sell.
 */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return PLANTED(latch_unchecked) || !a->latched ||
           refuse(f, REASON_LATCHED, 0, 0);
}

const struct check check_latched = { "latched", FOR_ALL, passes };
