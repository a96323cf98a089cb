/* epoch - asked under the epoch that is in force */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    return a->m->epoch == a->epoch ||
           refuse(f, REASON_EPOCH, (int64_t)(a->m->epoch & INT64_MAX),
                  (int64_t)(a->epoch & INT64_MAX));
}

const struct check check_epoch = { "epoch", FOR_ALL, passes };
