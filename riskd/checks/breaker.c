/* breaker - no pause for failures in a row */
/*
 * Shadow sends nothing and is not asked.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->mode == MODE_shadow || !a->paused ||
           refuse(f, REASON_BREAKER, (int64_t)a->conf->failures_max,
                  (int64_t)a->conf->failures_max);
}

const struct check check_breaker = { "breaker", FOR_NEW, passes };
