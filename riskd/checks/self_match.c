/* self_match - no order of ours meets another one of ours */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return !a->crosses || refuse(f, REASON_SELF_MATCH, 0, 0);
}

const struct check check_self_match = { "self_match", FOR_NEW, passes };
