/* basket - equal shares on every leg: how many pay, and what they pay
 *
 * Used by scanner to find and by executor to check again, so both mean the
 * same.  All roundings are against us: costs and fees up, shares down. */
#ifndef COMMON_BASKET_H
#define COMMON_BASKET_H

#include "common/book.h"
#include "common/fees.h"

struct basket_leg {
    const struct book *book;
    struct hash token;
    enum side side;               /* buy walks asks, sell walks bids. */
    struct fee_schedule fees;
    struct qty min_size;          /* Venue's smallest order. */
};

/* The venue takes no marketable order below this many micros. */
enum { BASKET_LEG_MIN = 1 * MICROS };

/* How equal shares of the legs become money. */
enum basket_kind {
    BASKET_SET,     /* All bought: a set pays $1, or what terms say.  All
                       sold: it costs $1. */
    BASKET_CONVERT, /* k NO bought of one event (k may be 0) and conversion
                       pay k - 1 dollars and a YES of each other outcome, of
                       which those among the legs are sold. */
};

struct basket_terms {
    enum basket_kind kind;
    uint32_t pays;                /* Dollars of a set bought; 0 is 1. */
    struct ppm gross_min;         /* On the marginal set. */
    struct ppm net_min;           /* Of the whole, exclusive 0. */
    struct qty sets_min, sets_max;
    struct money cost_max;        /* 0 = none; capital given. */
    struct ppm lock_rate_year;    /* Price of capital. */
    struct ms lock;               /* Until it pays; 0 = at once. */
    struct ppm convert_fee;       /* Of all that a conversion gives. */
    struct money fixed;           /* Costs that come once: gas. */
    struct ppm risk;              /* Expected loss of each $1 of payout. */
    struct ppm yield_min;         /* Least profit of each $1 of cost. */
    bool spends;                  /* Dollars, whatever they then buy. */
    bool whole_cents;             /* Share lots whose cost at each leg's
                                     limit is a whole cent (FAK rule). */
};

/* How far a leg went into its book: to this level of that side. */
struct basket_depth {
    const struct levels *side;    /* Of the book, while it is as it was. */
    uint32_t worst;
};

/* What a strategy adds to the numbers. */
struct outlook {
    enum conversion conversion;
    struct ms exposed;
    struct money at_risk;
    struct ppm hit, break_even, annual, excess;
    uint64_t pays;
};

struct basket {
    struct legs legs;
    struct basket_depth depths[legs_cap]; /* Of each leg. */
    struct qty sets;
    struct ms locked;             /* As the terms said. */
    struct ppm gross, net;        /* Per $1 of payout, rounded down. */
    struct money cost, fees, lock, profit;
    struct money outlay;                  /* The most orders and splits take
                                             before anything comes back. */
    struct outlook outlook;               /* None of basket_size's. */
};

/* Buying: a set costs sum of asks and pays $1, or as many as the terms say: of
 * each of them gross_min, net_min and risk are a share.  Selling (all legs
 * sell): a set is split for $1 and brings the sum of bids; cost is then that
 * $1 per set and profit what comes in beyond.  A conversion does both; fees in
 * the result are the venue's and the conversion's, and what comes once.  Picks
 * the sets with the largest profit whose marginal set still clears gross_min,
 * within the terms; ties go to the smaller basket.  (Fees step by 1e-5 dollars
 * a level, so "largest" is meant to within one such step per leg.)
 *   sets_min  asks for depth: so many sets must clear gross_min; the basket
 *             itself may be smaller.  leg.depth is that depth, of the leg
 *             alone, so it is at least sets_min and may lie beyond the limit.
 *   cost_max  bounds what the orders may take: sets at each leg's limit (or
 *             $1 each, selling), fees included; where orders spend dollars
 *             (live), the fees of the most that those may buy.
 *   every leg is at least min_size shares and $1.
 * REASON_none when there is one; else why not, and out has no legs and only
 * zeros: BAD_INPUT TOO_MANY_LEGS BOOK_UNUSABLE BOOK_CROSSED NO_ASK NO_BID
 * FEE_UNKNOWN BELOW_GROSS BELOW_SHARES BELOW_MINIMUM CAPITAL BELOW_NET
 * OVERFLOW. */
enum reason basket_size(const struct basket_leg *legs, uint32_t count,
                        const struct basket_terms *terms, struct nanos wall,
                        struct basket *out);
/* The levels the basket's size came from, leg by leg, best first, each whole
 * as the book shows it; to be asked before one of the books changes.  Where
 * there is no room for all, every leg has its best ones and its worst, and
 * *left_out is how many are not there. */
void basket_used(const struct basket *b, struct used_levels *out,
                 uint64_t *left_out);
/* Least shares at price p whose cost is a whole cent, with 2-decimal shares:
 * 0.57 -> 1, 0.573 -> 10, 0.985 -> 2, 0.5 -> 0.02.  p must be above 0. */
struct qty basket_lot(struct price p);

#endif /* COMMON_BASKET_H */
