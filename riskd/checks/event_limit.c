/* event_limit - capital in one event, reserved or held at cost */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t after = a->event.micros + a->worst.micros;
    return !is_above_share(after, a->conf->event_max, a->equity) ||
           refuse(f, REASON_EVENT_LIMIT, after,
                  share_of(a->conf->event_max, a->equity));
}

const struct check check_event_limit = { "event_limit", FOR_NEW, passes };
