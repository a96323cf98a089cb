/* match_view - reading the ladders: sizes, best levels, fees
 *
 * Nothing here changes an order or an account. */
#include "tests/simex/match.h"

#include "tests/simex/match_own.h"

#include "common/must.h"
#include "proto/units.h"

struct match_rules *
match_rules(struct match *m, uint32_t market)
{
    must(market < m->accounts->markets);
    return &m->rules[market];
}

struct ladder *
match_ladder(const struct match *m, uint32_t market, uint32_t ladder)
{
    must(market < m->accounts->markets && ladder < 2);
    must(ladder == 0 || !m->rules[market].mirrored);
    return &m->ladders[market * 2 + ladder];
}

int64_t
match_left(const struct match *m, uint64_t id)
{
    uint32_t order = pool_find(&m->pool, id);
    return order == NO_ORDER ? 0 : m->pool.orders[order].left;
}

void
match_watch(struct match *m, match_gone_fn *gone, void *arg)
{
    m->gone = gone;
    m->gone_arg = arg;
}

int64_t
match_fee(const struct match_rules *r, int64_t price, int64_t qty)
{
    must(price >= 0 && price <= MICROS && qty >= 0);
    wide x = (wide)qty * r->fee_ppm; /* In 1e-12 dollars from here on. */
    for (uint32_t i = 0; i < r->fee_exponent; i++)
        x = x * price * (MICROS - price) / ((wide)MICROS * MICROS);
    return (int64_t)(x / (MICROS * 10)) * 10;
}

int64_t
match_size(const struct match *m, uint32_t market, uint32_t ladder,
           enum ladder_side side, uint32_t level)
{
    must(level > 0 && level < GRID);
    return match_ladder(m, market, ladder)->at[side][level].qty;
}

uint32_t
match_best(const struct match *m, uint32_t market, uint32_t ladder,
           enum ladder_side side)
{
    return ladder_best(match_ladder(m, market, ladder), side);
}

uint32_t
match_worse(const struct match *m, uint32_t market, uint32_t ladder,
            enum ladder_side side, uint32_t level)
{
    return ladder_worse(match_ladder(m, market, ladder), side, level);
}

uint32_t
match_worst(const struct match *m, uint32_t market, uint32_t ladder,
            enum ladder_side side)
{
    uint32_t last = NO_LEVEL;
    uint32_t level = match_best(m, market, ladder, side);
    for (; level != NO_LEVEL;
         level = match_worse(m, market, ladder, side, level))
        last = level;
    return last;
}

uint32_t
match_levels(const struct match *m, uint32_t market, uint32_t ladder,
             enum ladder_side side)
{
    uint32_t count = 0;
    uint32_t level = match_best(m, market, ladder, side);
    for (; level != NO_LEVEL;
         level = match_worse(m, market, ladder, side, level))
        count++;
    return count;
}
