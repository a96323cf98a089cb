/* chance - all the randomness there is, from one seed
 *
 * SplitMix64: one 64-bit word of state, every seed is good, and a run is
 * repeated by repeating its seed.  Nothing in simex draws from elsewhere. */
#include "tests/simex/chance.h"

#include "common/must.h"

void
chance_start(struct chance *c, uint64_t seed)
{
    c->state = seed;
}

uint64_t
chance_next(struct chance *c)
{
    c->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = c->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t
chance_below(struct chance *c, uint32_t n)
{
    must(n > 0);
    return (uint32_t)((chance_next(c) >> 32) * n >> 32);
}

int64_t
chance_between(struct chance *c, int64_t least, int64_t most)
{
    must(least <= most && most - least < UINT32_MAX);
    return least + chance_below(c, (uint32_t)(most - least + 1));
}

bool
chance_of(struct chance *c, uint32_t percent)
{
    return chance_below(c, 100) < percent;
}
