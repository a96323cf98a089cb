/* clock - live: the venue's clock and ours agree */
/*
 * As the executor reads it there, again and again.  What is signed bears our
 * time, and how old a book is rests on it.  Nobody knows: refused.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t most = a->conf->clock_max.ms;
    if (a->m->mode != MODE_live) {
        return true;
    }
    if (!a->clock_known) {
        return refuse(f, REASON_CLOCK, 0, most);
    }
    return (a->clock.ms <= most && a->clock.ms >= -most) ||
           refuse(f, REASON_CLOCK, a->clock.ms, most);
}

const struct check check_clock = { "clock", FOR_NORMAL, passes };
