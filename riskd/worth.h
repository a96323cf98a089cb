/* worth - what the shares of a ledger would bring, as the books stand
 *
 * Pure arithmetic on what feed said of markets and best bids:
 *
 *   resolved           at what it pays; while that may be disputed, at the
 *                      lower of that and cost: nothing is won before it is
 *                      final
 *   YES and NO         of one market: a dollar a pair, less its lock
 *   every YES          of an event with no other outcome: a dollar a set, less
 *                      its lock until the last market ends
 *   NO of k markets    of an event with at most one YES: k - 1 dollars a set
 *   what remains       at the best bid; 0 when there is none; at cost while
 *                      nobody told us, and that is counted
 *
 * A lock costs the money at the cash rate for the time it lasts.  A date
 * nobody knows counts as a year, one that has passed as now. */
#ifndef RISKD_WORTH_H
#define RISKD_WORTH_H

#include "common/universe.h"
#include "riskd/ledger.h"

struct worth_terms {
    struct ppm cash_rate;
    struct ms merge_time;   /* Until a pair is a dollar. */
};

/* Of one token, as it was told last. */
struct quote {
    bool known;             /* The book was seen. */
    struct price bid;       /* 0 = none. */
};

struct worth {
    int64_t positions;      /* All of them. */
    int64_t lock;           /* Cost of the money locked until they pay. */
    int64_t naked;          /* Cost of what is in no set, not ended, and was
                               bought for one that would be seen here. */
    uint32_t missing;       /* Tokens that nobody told us about. */
};

struct worth_desk; /* Room to work in. */
struct worth_desk *worth_desk_new(uint32_t markets_cap);
void worth_desk_destroy(struct worth_desk **w);

/* quotes by token index, disputed by market index of u. */
void worth_of(struct worth_desk *w, const struct universe *u,
              const struct quote *quotes, const bool *disputed,
              const struct ledger *l, const struct worth_terms *terms,
              struct nanos wall, struct worth *out);

/* How long a share of this token stays locked, and what that costs. */
struct ms worth_lock(const struct universe *u, const struct hash *token,
                     struct nanos wall);
struct money worth_lock_cost(struct money amount, struct ppm cash_rate,
                             struct ms lock);

#endif /* RISKD_WORTH_H */
