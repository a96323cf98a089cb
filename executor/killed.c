/* killed - what riskd has killed by itself: a strategy, or a venue */
/*
 * No grant comes for it any more; what already rests at the venue is ours to
 * cancel.  There is one venue so far, so that a venue's kill is of everything.
 */
#include "executor/state.h"

bool
executor_is_killed(const struct executor *x, enum strategy strategy)
{
    uint64_t venues = x->risk.killed >> strategy_end_;
    return x->risk_heard &&
           (venues != 0 || (x->risk.killed >> strategy & 1) != 0);
}
