/* fees - the taker fee of one fill: shares x rate x (p(1-p))^exponent
 *
 * reference: Polymarket feeSchedule {rate, exponent, takerOnly}; makers pay
 * nothing.  Edge and reserve round up to 1e-5 dollars. */
#ifndef COMMON_FEES_H
#define COMMON_FEES_H

#include "proto/proto.h"

struct fee_schedule {
    bool known;
    struct ppm rate;
    uint64_t exponent; /* 1..4 */
};
struct fee_schedule fee_of(const struct market *m);
/* Known, with rate and exponent in their ranges: fee_up works with it. */
bool fee_is_known(const struct fee_schedule *f);
/* Against us: rounded up to 1e-5 dollars, also what the venue would forgive
 * (powers of p(1-p) are kept to 1e-18).  False when the schedule is
 * unknown, a price is outside [0,1], or a number does not fit. */
MUST_CHECK bool fee_up(const struct fee_schedule *f, struct price p,
                       struct qty q, struct money *fee);
/* What the venue takes of one trade whose rate it said: rounded down to 1e-5
 * dollars.  False as above. */
MUST_CHECK bool fee_down(const struct fee_schedule *f, struct price p,
                         struct qty q, struct money *fee);
/* The most that spending so many dollars at no more than limit can be charged:
 * a better price gives more shares for them, and a dear one's fee grows as it
 * falls.  False as above. */
MUST_CHECK bool fee_most(const struct fee_schedule *f, struct price limit,
                         struct money spent, struct money *fee);
/* The fee of walking want shares, level by level. */
MUST_CHECK bool fee_walk_up(const struct fee_schedule *f,
                            const struct levels *side, struct qty want,
                            struct money *fee);

#endif /* COMMON_FEES_H */
