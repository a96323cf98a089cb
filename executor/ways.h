/* ways - the ways out of a group that filled in part, by what they are worth
 *
 * Three of them, walked on the same books: complete (trade what is missing),
 * sell the surplus, or hedge it (buy the other half of its market, since the
 * two are worth a dollar).  How far each may go is a limit, what it costs the
 * books say, fees included.  Numbers only: paper and live ask the same. */
#ifndef EXECUTOR_WAYS_H
#define EXECUTOR_WAYS_H

#include "common/book.h"
#include "common/fees.h"

/* One token's book. */
struct way_book {
    const struct book *book;    /* NULL: it may not be used. */
    bool young;                 /* Enough to buy on. */
    struct hash token;
    struct fee_schedule fees;
    struct price tick;
};

struct way_leg {
    enum side side;             /* As it was meant. */
    struct price meant;         /* Its limit. */
    struct price paid;          /* On average, for what is held. */
    struct qty held;
    struct qty missing;         /* To trade, for it to be complete. */
    struct qty surplus;         /* Held beyond full sets; < 0: owed. */
    struct way_book own, other; /* other: the other half of its market. */
};

struct way_ask {
    struct qty sets;            /* Full ones, held. */
    struct money set;           /* What such a one is worth. */
    struct ppm more, less;      /* Beyond what was meant, or paid. */
    bool may_hedge;
    bool settled;               /* No sale can fail any more: what is owed may
                                   be bought. */
    struct nanos wall;
    uint32_t count;
    struct way_leg leg[legs_cap];
};

struct way {
    enum grant_kind kind;
    bool possible;
    int64_t worth;       /* Of all sets afterwards, and money in or out. */
    struct legs legs;
};

/* Everything that is missing, or nothing. */
void ways_complete(const struct way_ask *a, struct way *w);
/* The surplus, leg by leg by what brings more of it: sold or hedged, as much
 * of it as there is within the limit.  Before it what is owed, bought again: a
 * purchase failed after its shares were sold, or hedged. */
void ways_back(const struct way_ask *a, struct way *w);
/* The one that is worth more, of two; the first if they are worth the same. */
const struct way *ways_better(const struct way *a, const struct way *b);

#endif /* EXECUTOR_WAYS_H */
