/* plant - how a situation is put into the books, and taken out again */
#ifndef SIMEX_PLANT_H
#define SIMEX_PLANT_H

#include "tests/simex/match.h"
#include "tests/simex/plan.h"

/* Whether this kind can be planted in this event now; *gross is then the
 * discount to plant (micros per dollar). */
bool plant_fits(struct simex *x, enum situation_kind kind, uint32_t event,
                int64_t *gross);
void plant_open(struct simex *x, struct situation *s);
void plant_close(struct simex *x, const struct situation *s);
/* What buying one of each at these prices costs in fees, and what locking a
 * dollar until the event ends costs, micros. */
int64_t plant_fees(const struct simex *x, const uint32_t *levels,
                   uint32_t first, uint32_t count);
int64_t plant_lock(const struct simex *x, uint32_t event);
/* Levels on the tick that sum to `sum` micros, in proportion to the fair
 * values; false when a leg would vanish. */
bool plant_levels(const struct simex *x, uint32_t event, uint32_t without,
                  int64_t sum, uint32_t *levels);

/* --- for plant_stage.c --- */
/* Quotes, what it meets taken away first; spoil: told with a wrong hash, a bit
 * per token. */
void plant_put(struct simex *x, uint32_t market, uint32_t ladder,
               enum ladder_side side, uint32_t level, int64_t qty,
               uint8_t spoil);
/* What plant_fits and plant_open do for situations on the stage. */
bool plant_stage_fits(struct simex *x, enum situation_kind kind,
                      uint32_t event, int64_t *gross);
void plant_stage_open(struct simex *x, struct situation *s);

#endif /* SIMEX_PLANT_H */
