/* payout - when a market is expected to pay, which is not when it ends */

/* The listed end is only where trading should: then a result has to be
 * proposed and may be challenged, and some are disputed for days.  Capital is
 * locked, and its price and a yield are counted, until the expected payout:
 * what few wait for long, all wait for a little. */

#include "common/payout.h"

static const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;

struct ms
payout_wait(const struct strategy_conf *conf, struct nanos ends,
            struct nanos wall)
{
    int64_t left, tail;

    if (ends.ns <= 0)
        return (struct ms){ -1 };
    left = ends.ns > wall.ns
               ? (int64_t)(((wide)ends.ns - wall.ns + 999999) / 1000000)
               : 0;
    tail = (int64_t)((wide)conf->dispute_time.ms * conf->disputes.ppm /
                     MICROS);
    return (struct ms){ left + conf->after_end.ms + tail };
}

bool
payout_locks(const struct strategy_conf *conf, struct nanos ends,
             struct nanos wall, struct ms *lock)
{
    struct ms wait = payout_wait(conf, ends, wall);
    bool known = wait.ms >= 0;

    if (!known)
        wait.ms = year_ms;
    if (wait.ms > lock->ms)
        *lock = wait;
    return known;
}
