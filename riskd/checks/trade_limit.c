/* trade_limit - capital in one trade */
/*
 * A trade is the whole group: what its grants took before counts with the
 * worst case of this one.  Capital is the equity of the mode's ledger.
 */
#include "riskd/check.h"

#include "common/planted.h"

static bool
passes(const struct question *a, struct finding *f)
{
    int64_t after = a->group.micros + a->worst.micros;
    struct ppm most = { scaled(a->conf->trade_max.ppm, a->size) };
    return PLANTED(trade_unchecked) ||
           !is_above_share(after, most, a->equity) ||
           refuse(f, REASON_TRADE_LIMIT, after, share_of(most, a->equity));
}

const struct check check_trade_limit = { "trade_limit", FOR_NEW, passes };
