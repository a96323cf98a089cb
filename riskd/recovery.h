/* recovery - a basket is one thing: what it pays first gives back its cost
 *
 * Strategy A buys one YES of every outcome of an event and holds them; one
 * pays $1 a share, the others nothing, and their markets resolve one after
 * the other.  Leg by leg the losers would be a loss until the winner is
 * booked, enough of one to halt a healthy day.  So A's lots of one event are
 * one basket, and a leg that resolves leaves to the others what the basket
 * has cost less what it has paid:
 *
 *     cost after = cost before - cash received, at least 0, and never more
 *                  than the lots that are left can still pay
 *
 * and only the difference is realised: a profit late, when all of the cost
 * is back; a loss when it is certain, at the last leg at the latest.
 *
 * What can still be paid.  At most one outcome wins, and what this leg paid
 * of a dollar no other will: the largest quantity of the other lots, times
 * what is left of the dollar, plus the same price again for shares of this
 * leg not settled yet.  Rounded down.
 *
 * Who gets it.  More cost is shared by quantity, less is taken by cost; each
 * lot in its turn gets its part of what is left, rounded down, so that the
 * last one makes the sum exact.
 *
 * A sale or a merge is not a resolution: it realises its own shares at their
 * average cost at once. */
#ifndef RISKD_RECOVERY_H
#define RISKD_RECOVERY_H

#include "riskd/ledger.h"

/* A basket of more lots than this is booked leg by leg. */
enum { RECOVERY_LOTS = 48 };

/* Adds the money lines by which part of the lot's shares leaves for cash:
 * position, realised, cash.  The batch's owner must be the lot's. */
void recovery_lines(const struct ledger *l, struct batch *b,
                    const struct lot *lot, struct qty part,
                    struct money cash);

#endif /* RISKD_RECOVERY_H */
