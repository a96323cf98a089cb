/* scope - neither its strategy nor its venue is killed by itself */
/*
 * As under a kill of all, not even an unwind.
 */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return !a->scope_killed || PLANTED(scope_unchecked) ||
           refuse(f, REASON_LATCHED, 0, 0);
}

const struct check check_scope = { "scope", FOR_ALL, passes };
