/* tide - the crowd: quotes around a hidden fair value, trades, drift
 *
 * Every ask is above and every bid below the fair value of its token, and
 * the fair values of an event sum to one.  So, whatever the seed, buying all
 * YES of an event, or YES and NO of a market, costs more than a dollar, and
 * selling them brings less: nothing can be found but what was planted. */
#ifndef SIMEX_TIDE_H
#define SIMEX_TIDE_H

#include "tests/simex/match.h"

struct simex;

struct tide {
    int64_t *fair;         /* [market] of its YES, micros. */
    uint8_t *held;         /* [event] counts who holds it still: then only
                              deep levels move. */
    uint32_t all_held;     /* Same, for everything. */
    int64_t next_us;       /* When the next update is due. */
    uint64_t updates;
};

void tide_new(struct simex *x);
void tide_clear(struct simex *x);
/* First quotes of a market. */
void tide_fill(struct simex *x, uint32_t market);
void tide_run(struct simex *x, int64_t now_ms);
/* Takes away the quotes a new fair value forbids, then sets it. */
void tide_set_fair(struct simex *x, uint32_t market, int64_t fair);
/* Quotes again where a side has become thin. */
void tide_mend(struct simex *x, uint32_t market);
/* Adds to one level behind the best; false when there is no room. */
bool tide_deep(struct simex *x, uint32_t market, uint32_t ladder,
               enum ladder_side side);
void tide_hold(struct simex *x, uint32_t event, bool hold);
/* First level above, and first below, the fair value; may be 0 or GRID. */
uint32_t tide_inside(const struct simex *x, uint32_t market, uint32_t ladder,
                     enum ladder_side side);

#endif /* SIMEX_TIDE_H */
