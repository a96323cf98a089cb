/* basket_search - the walk behind basket_size; see basket.c for both */
#ifndef COMMON_BASKET_SEARCH_H
#define COMMON_BASKET_SEARCH_H

#include "common/basket.h"

/* One leg's place in its side of its book. */
struct cursor {
    const struct levels *side;
    uint32_t at;          /* The level the next share comes from. */
    int64_t inside;       /* Shares taken of it before this stretch. */
    int64_t cost, fee;    /* Of the whole levels above it. */
    int64_t within;       /* Shares of those. */
};

struct worth {
    int64_t cost, fees, lock, profit, gain;
    int64_t outlay;       /* The most the orders may take. */
};

struct search {
    const struct basket_leg *legs;
    const struct basket_terms *terms;
    uint32_t count;
    int64_t payout;       /* Dollars a set pays beside its sales; less than
                             0: it costs them. */
    int64_t dollars;      /* That shares of one are taken of. */
    int64_t sets_max, sets_min;
    int64_t low;          /* Sets above this stretch. */
    struct cursor at[legs_cap];
    /* The best so far. */
    int64_t sets;
    struct worth worth;
    struct cursor best[legs_cap];
    /* What stood in the way of candidates. */
    bool short_of_money, short_of_net, falling;
};

static inline const struct level *
level_of(const struct cursor *c)
{
    return &c->side->at[c->at];
}

/* Whether sets clear gross_min whose prices add up to sum: what is sold less
 * what is bought. */
bool search_clears(const struct search *s, int64_t sum);
/* Price times size, rounded against us. */
int64_t search_cost(enum side side, struct price p, int64_t size);
/* Walks down as long as the marginal set clears and anything depends on it;
 * true when sets_min of them do.  sets > 0 when a best one was found. */
bool search_run(struct search *s);

#endif /* COMMON_BASKET_SEARCH_H */
