/* mode - no more than configuration and stage allow */
/*
 * What a breaker or a day's loss takes away is refused by its own check, so
 * that a denial names the true reason and an open group can still unwind.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->mode <= a->mode_max ||
           refuse(f, REASON_MODE, (int64_t)a->m->mode, (int64_t)a->mode_max);
}

const struct check check_mode = { "mode", FOR_ALL, passes };
