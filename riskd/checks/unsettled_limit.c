/* unsettled_limit - capital reserved or held at all */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t after = a->unsettled.micros + a->worst.micros;
    return PLANTED(cash_unchecked) || /* Up to all of it, it says that, too. */
           !is_above_share(after, a->conf->unsettled_max, a->equity) ||
           refuse(f, REASON_UNSETTLED_LIMIT, after,
                  share_of(a->conf->unsettled_max, a->equity));
}

const struct check check_unsettled_limit = { "unsettled_limit", FOR_NEW,
                                             passes };
