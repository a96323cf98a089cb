/* naked - not too much is held without its other legs */
/*
 * Completing a group, or unwinding it, is what makes it less.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->naked.micros == 0 ||
           refuse(f, REASON_NAKED, a->naked.micros,
                  a->conf->naked_max.micros);
}

const struct check check_naked = { "naked", FOR_NORMAL, passes };
