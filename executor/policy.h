/* policy - what to do with a group that filled in part: numbers only
 *
 * Filled is bought and kept or, of a group that sells split pairs, sold; the
 * arithmetic is the same.  base = the least filled leg, naked = what is filled
 * beyond it, or owed.  base over target picks the row: above 0.8 patch, from
 * 0.5 to 0.8 (both in) hold, below 0.5 unwind.  The limits +5 % and -5 % bound
 * prices; the book decides within them. */
#ifndef EXECUTOR_POLICY_H
#define EXECUTOR_POLICY_H

#include "proto/proto.h"

struct stand {
    struct qty target;
    bool sells;                   /* Pairs it made: it cannot owe any. */
    uint32_t count;
    struct qty done[legs_cap];    /* group_done(); < 0: owed, as the purchase
                                     of what was sold again failed. */
    struct price price[legs_cap]; /* Of a share, for what is dust. */
};

struct measure {
    struct qty base, naked; /* naked: of all legs, dust and what is owed
                               included.  base < 0: of a group that sells, more
                               was bought back than had been sold. */
    struct ppm ratio;       /* base / target, down, at least 0. */
    bool complete;          /* Nothing but dust is missing. */
    bool even;              /* Nothing but dust is naked. */
    bool uneven;            /* Something is, up to the target: what is dust of
                               a cheap leg is not dust of the others. */
    bool empty;             /* Nothing but dust is filled, or owed. */
    bool owes;              /* More of some leg than dust. */
};

struct measure policy_measure(const struct stand *s);
enum branch policy_row(struct qty base, struct qty target);
/* Less than 0.01 share, or worth no more than two cents: what is left when
 * an order is cut to whole cents, so nobody waits for it.  Of what is owed it
 * is what no purchase is taken of. */
bool policy_is_dust(struct qty q, struct price p);
/* Highest price allowed for missing shares: meant x (1 + more), down to the
 * tick, at least one tick, at most 1 - tick. */
struct price policy_patch_price(struct price meant, struct ppm more,
                                struct price tick);
/* Lowest price allowed for surplus: paid (or meant) x (1 - less), up to the
 * tick, at least one tick, at most 1 - tick. */
struct price policy_unwind_price(struct price paid, struct ppm less,
                                 struct price tick);
/* Most shares up to want that a BUY of whole cents at this price asks for,
 * with 4 decimals; 0 when that is less than a cent. */
struct qty policy_buy_size(struct qty want, struct price price);
/* The same for a SELL: 2 decimals. */
struct qty policy_sell_size(struct qty want);
/* The most equal shares up to want whose cost at the limit of each that is
 * bought is a whole cent: what a FAK order takes exactly. */
struct qty policy_even_size(struct qty want, const struct legs *legs);

#endif /* EXECUTOR_POLICY_H */
