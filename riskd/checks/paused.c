/* paused - no operator's pause; shadow sends nothing and is not asked */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->mode == MODE_shadow || !a->held_back ||
           refuse(f, REASON_PAUSED, 0, 0);
}

const struct check check_paused = { "paused", FOR_NEW, passes };
