/* daily_loss - the day's loss is within its limit */
/*
 * Once a day is halted it stays halted, even if a settlement brings the money
 * back.  Shadow sends nothing and is not asked.
 */
#include "riskd/check.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t limit = a->conf->daily_loss_max.micros;
    return a->m->mode == MODE_shadow ||
           (!a->day_halted && a->day_loss.micros <= limit) ||
           refuse(f, REASON_DAILY_LOSS, a->day_loss.micros, limit);
}

const struct check check_daily_loss = { "daily_loss", FOR_NEW, passes };
