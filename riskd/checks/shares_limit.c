/* shares_limit - shares of one order */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t limit = scaled(a->conf->shares_max.micros, a->size);
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        int64_t size = a->m->legs.at[i].size.micros;
        if (size > limit && !PLANTED(size_unchecked)) {
            return refuse(f, REASON_SHARES_LIMIT, size, limit);
        }
    }
    return true;
}

const struct check check_shares_limit = { "shares_limit", FOR_NEW, passes };
