/* paused - no operator's pause; shadow sends nothing and is not asked */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return PLANTED(pause_unchecked) || a->m->mode == MODE_shadow ||
           !a->held_back ||
           refuse(f, REASON_PAUSED, 0, 0);
}

const struct check check_paused = { "paused", FOR_NEW, passes };
