/* series - a count hour by hour, read from recordings of others */
#ifndef DEPLOY_ARB_BACKTEST_SERIES_H
#define DEPLOY_ARB_BACKTEST_SERIES_H

#include "common/why.h"
#include "proto/units.h"

enum { SERIES_HOURS = 24 * 366 * 6 };

struct series {
    int64_t first;      /* Hours since 1970 of the first. */
    uint32_t count;
    int32_t *n;         /* How many came in each; -1 = not known. */
};

/* Plain or packed by zstd, told by its lines:
 *   {"stats":{"daily":"[{\"date\":ISO,\"count\":n}, ...]"}, ...}  a tracker's
 *       windows, of which several may tell of one hour: the most counts;
 *   20240714-1630,3[,...]  by Los Angeles' clock, any step below an hour.
 * Other lines are passed over, and counted.  series_clear it in any case. */
MUST_CHECK bool series_read(struct series *s, const char *file,
                            uint64_t *passed_over, struct why *why);
void series_clear(struct series *s);

#endif /* DEPLOY_ARB_BACKTEST_SERIES_H */
