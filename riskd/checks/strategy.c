/* strategy - the strategy is switched on */
/*
 * A strategy switched off may still sell what it holds.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->strategy_on ||
           refuse(f, REASON_STRATEGY_OFF, (int64_t)a->m->strategy, 0);
}

const struct check check_strategy = { "strategy", FOR_NEW, passes };
