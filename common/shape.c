/* shape - what the legs of an opportunity are together, and how they pay */

/* The order of the legs means something only here: what a conversion needs is
 * bought first, so it stands first. */

#include "common/shape.h"

#include "common/must.h"

enum deal { DEAL_NONE, DEAL_WHOLE, DEAL_PAIR, DEAL_CONVERSION,
            DEAL_SINGLE, DEAL_RELATED };

static const enum deal deals[strategy_end_] = {
#define STRATEGY(letter, file, trade) [STRATEGY_##letter] = DEAL_##trade,
#include "common/strategies.def"
};

uint32_t
shape_bought(const struct legs *legs)
{
    uint32_t i = 0;

    while (i < legs->count && legs->at[i].side == SIDE_buy)
        i++;
    return i;
}

/* All bought, or what is bought stands first. */
static bool
is_in_order(const struct legs *legs, uint32_t bought)
{
    for (uint32_t i = bought; i < legs->count; i++)
        if (legs->at[i].side != SIDE_sell)
            return false;
    return legs->count > 0 && legs->count <= legs_cap;
}

enum shape
shape_of(enum strategy strategy, const struct legs *legs)
{
    uint32_t bought, sold;

    if (strategy >= strategy_end_ || legs->count > legs_cap)
        return SHAPE_NONE;
    bought = shape_bought(legs);
    sold = legs->count - bought;
    if (!is_in_order(legs, bought))
        return SHAPE_NONE;
    switch (deals[strategy]) {
    case DEAL_WHOLE:
        return bought >= 2 && sold == 0 ? SHAPE_WHOLE : SHAPE_NONE;
    case DEAL_PAIR:
        if (legs->count != 2)
            return SHAPE_NONE;
        return bought == 2 ? SHAPE_MERGE
               : sold == 2 ? SHAPE_SPLIT
                           : SHAPE_NONE;
    case DEAL_CONVERSION:
        return bought == 0 ? SHAPE_MINT : SHAPE_CONVERT;
    case DEAL_SINGLE:
        return legs->count == 1 && bought == 1 ? SHAPE_SINGLE : SHAPE_NONE;
    case DEAL_RELATED:
        return bought >= 2 && sold == 0 ? SHAPE_RELATED : SHAPE_NONE;
    case DEAL_NONE:
        return SHAPE_NONE;
    }
    unreachable();
}

bool
shape_is_set(enum strategy strategy)
{
    return strategy < strategy_end_ && deals[strategy] != DEAL_NONE &&
           deals[strategy] != DEAL_SINGLE;
}

bool
shape_has_one_event(enum strategy strategy)
{
    return strategy >= strategy_end_ || deals[strategy] != DEAL_RELATED;
}

int64_t
shape_pays(enum shape shape, const struct legs *legs, uint64_t told)
{
    switch (shape) {
    case SHAPE_WHOLE:
    case SHAPE_MERGE:
    case SHAPE_SINGLE:
        return 1;
    case SHAPE_RELATED:
        return (int64_t)told;
    case SHAPE_SPLIT:
    case SHAPE_MINT:
        return -1;
    case SHAPE_CONVERT:
        return (int64_t)shape_bought(legs) - 1;
    case SHAPE_NONE:
        return 0;
    }
    unreachable();
}

/* Where all of them always pay, each is a bet of its own: no relation is. */
bool
shape_is_sane(enum shape shape, const struct legs *legs, uint64_t told)
{
    return shape == SHAPE_RELATED ? told >= 1 && told < legs->count
                                  : told == 0;
}

bool
shape_is_on(const struct strategy_conf *conf, enum strategy strategy)
{
    const bool on[strategy_end_] = {
#define STRATEGY(letter, file, trade) [STRATEGY_##letter] = conf->letter,
#include "common/strategies.def"
    };

    return strategy < strategy_end_ && on[strategy];
}
