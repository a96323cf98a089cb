/* amounts - what an order offers and asks, as the venue rounds it
 *
 * polymarket.md 5.4.  Both amounts are integers of 1e-6, exact: no order is
 * made whose amounts the venue would refuse, or round. */
#ifndef EXECUTOR_ENCODE_AMOUNTS_H
#define EXECUTOR_ENCODE_AMOUNTS_H

#include "common/fees.h"
#include "common/why.h"

struct amounts {
    struct money cash;  /* Of a BUY the maker's, of a SELL the taker's. */
    struct qty shares;
};

/* A tick of 0.1, 0.01, 0.005, 0.0025, 0.001 or 0.0001, and a multiple of it
 * from tick to 1 - tick. */
MUST_CHECK bool price_check(struct price price, struct price tick,
                            struct why *why);

/* Either size (shares) or budget (collateral; only a FOK or FAK BUY) is given
 * and the other is 0.
 *   GTC, GTD       size cut to 0.01 share, collateral exact
 *   BUY  FOK, FAK  budget cut to a cent; shares cut to 4 decimals (3 on tick
 *                  0.1); or size, which must be of basket_lot(price)
 *   SELL FOK, FAK  size cut to 0.01 share, collateral cut to 4 decimals
 * False when the price is off the tick, nothing is left after cutting, or an
 * amount does not fit. */
MUST_CHECK bool amounts_of(enum side side, enum tif tif, struct price price,
                           struct price tick, struct qty size,
                           struct money budget, struct amounts *out,
                           struct why *why);

/* A market BUY's budget made to fit a balance with its fee and the builder's
 * (a rate on it): the budget when that fits, else the balance without the
 * fees of the lesser of both; fees rounded up.  False when the fee is unknown
 * or nothing is left. */
MUST_CHECK bool budget_with_fees(struct money budget, struct price price,
                                 struct money balance,
                                 const struct fee_schedule *fees,
                                 struct ppm builder, struct money *out);

#endif /* EXECUTOR_ENCODE_AMOUNTS_H */
