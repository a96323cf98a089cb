/* rules - what deploy/rules has against it: a limit, or what an alarm did */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->ruled == NULL || PLANTED(rules_unchecked) ||
           refuse(f, REASON_RULE, a->ruled_value, a->ruled_limit);
}

const struct check check_rules = { "rules", FOR_ALL, passes };
