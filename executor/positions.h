/* positions - what is held of each token, by mode: from fills and
 * settlements, in the order they happened */
#ifndef EXECUTOR_POSITIONS_H
#define EXECUTOR_POSITIONS_H

#include "proto/proto.h"

struct positions;
struct positions *positions_new(uint32_t cap);
void positions_destroy(struct positions **p);
/* Tokens there is still room for; those of which nothing is left make room. */
uint32_t positions_room(const struct positions *p);
uint32_t positions_count(const struct positions *p);
/* By index; one without shares may become another. */
const struct position *positions_at(const struct positions *p, uint32_t i);
/* What of it is a strategy's: riskd lets each sell its own. */
struct qty positions_part(const struct positions *p, uint32_t i,
                          enum strategy strategy);
/* NULL when not held, or never. */
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
/* Takes it out of the book again: its trade failed.  Shares that were passed
 * on meanwhile leave less than nothing, until what passed them on fails too.
 * NULL when the token was never held. */
const struct position *positions_unfill(struct positions *p,
                                        const struct fill *f,
                                        enum strategy strategy);
/* Puts qty in at a cost: what a split or a conversion does to one token.
 * NULL as above. */
const struct position *positions_give(struct positions *p,
                                      const struct settle *m, struct qty qty,
                                      const struct hash *token,
                                      struct money cost,
                                      enum strategy strategy,
                                      const struct text *event);
/* Takes qty out for its share of cash: what resolve and merge do to one
 * token; of that strategy's shares first.  NULL as above. */
const struct position *positions_take(struct positions *p, enum mode mode,
                                      const struct hash *token,
                                      struct qty qty, struct money cash,
                                      enum strategy first);

#endif /* EXECUTOR_POSITIONS_H */
