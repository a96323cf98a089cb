/* event_limit - capital in one event, reserved or held at cost */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t after = a->event.micros + a->worst.micros;
    return PLANTED(event_unchecked) ||
           !is_above_share(after, a->conf->event_max, a->equity) ||
           refuse(f, REASON_EVENT_LIMIT, after,
                  share_of(a->conf->event_max, a->equity));
}

const struct check check_event_limit = { "event_limit", FOR_NEW, passes };
