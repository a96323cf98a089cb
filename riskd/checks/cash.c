/* cash - the worst case is there in free cash */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->worst.micros <= a->cash.micros ||
           refuse(f, REASON_CAPITAL, a->worst.micros, a->cash.micros);
}

const struct check check_cash = { "cash", FOR_NEW, passes };
