/* positions - what is held of each token, by mode: from fills and
 * settlements, in the order they happened */
#ifndef EXECUTOR_POSITIONS_H
#define EXECUTOR_POSITIONS_H

#include "proto/proto.h"

struct positions;
struct positions *positions_new(uint32_t cap);
void positions_destroy(struct positions **p);
/* Entries there is still room for. */
uint32_t positions_room(const struct positions *p);
uint32_t positions_count(const struct positions *p);
/* By index, in the order they were first seen. */
const struct position *positions_at(const struct positions *p, uint32_t i);
/* NULL when never held. */
const struct position *positions_find(const struct positions *p,
                                      enum mode mode,
                                      const struct hash *token);
/* Books a fill; the position after it, NULL when there was no room or it
 * sells more than is held (then nothing changed). */
const struct position *positions_fill(struct positions *p,
                                      const struct fill *f,
                                      enum strategy strategy,
                                      const struct text *event,
                                      const struct text *market);
/* Puts qty in at a cost: what a split does to one token.  NULL as above. */
const struct position *positions_give(struct positions *p,
                                      const struct settle *m,
                                      const struct hash *token,
                                      struct money cost,
                                      const struct text *event);
/* Takes qty out for its share of cash: what resolve and merge do to one
 * token.  NULL as above. */
const struct position *positions_take(struct positions *p, enum mode mode,
                                      const struct hash *token,
                                      struct qty qty, struct money cash);

#endif /* EXECUTOR_POSITIONS_H */
