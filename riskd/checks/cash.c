/* cash - the worst case is there in free cash */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return PLANTED(cash_unchecked) || a->worst.micros <= a->cash.micros ||
           refuse(f, REASON_CAPITAL, a->worst.micros, a->cash.micros);
}

const struct check check_cash = { "cash", FOR_NEW, passes };
