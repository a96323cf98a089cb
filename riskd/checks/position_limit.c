/* position_limit - money reserved or held at all */
/*
 * 0 = no limit of its own.
 */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t limit = a->conf->position_max.micros;
    int64_t after = a->unsettled.micros + a->worst.micros;
    return limit == 0 || after <= limit || PLANTED(position_unchecked) ||
           refuse(f, REASON_POSITION_LIMIT, after, limit);
}

const struct check check_position_limit = { "position_limit", FOR_NEW, passes };
