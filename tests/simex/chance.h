/* chance - all the randomness there is, from one seed */
#ifndef SIMEX_CHANCE_H
#define SIMEX_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance { uint64_t state; };

void chance_start(struct chance *c, uint64_t seed);
uint64_t chance_next(struct chance *c);
/* 0 .. n-1, n > 0. */
uint32_t chance_below(struct chance *c, uint32_t n);
int64_t chance_between(struct chance *c, int64_t least, int64_t most);
bool chance_of(struct chance *c, uint32_t percent);

#endif /* SIMEX_CHANCE_H */
