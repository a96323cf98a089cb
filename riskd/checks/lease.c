/* lease - a live lease, held by the run that asks, reconciled */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return (a->lease && a->clean) || refuse(f, REASON_NO_LEASE, a->lease, 1);
}

const struct check check_lease = { "lease", FOR_ALL, passes };
