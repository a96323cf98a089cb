/* ladder - resting orders by price, then by time
 *
 * One pool of orders serves all ladders.  A level is a queue; a bitmap finds
 * the next level that has orders. */
#ifndef SIMEX_LADDER_H
#define SIMEX_LADDER_H

#include "tests/simex/match.h"

#define NO_ORDER UINT32_MAX

struct resting {
    uint32_t prev, next;      /* In its level; next also links the free. */
    uint32_t age;             /* Grows with each use of this place. */
    uint32_t who, market, token;
    uint32_t ladder, level;
    enum ladder_side side;
    bool buy, used;
    int64_t price, left;      /* Of its own token, micros. */
};

struct queue { uint32_t head, tail; int64_t qty; };

struct ladder {
    struct queue at[2][GRID + 1];
    uint64_t has[2][GRID / 64 + 1];
};

struct pool {
    struct resting *orders;
    uint32_t cap, free_head, used;
};

void pool_init(struct pool *p, uint32_t cap);
void pool_clear(struct pool *p);
uint64_t pool_id(const struct pool *p, uint32_t order);
/* NO_ORDER when it no longer rests. */
uint32_t pool_find(const struct pool *p, uint64_t id);

void ladder_init(struct ladder *l);
/* Queues an order behind the others of its level; NO_ORDER = pool full. */
uint32_t ladder_add(struct ladder *l, struct pool *p,
                    const struct resting *order);
void ladder_remove(struct ladder *l, struct pool *p, uint32_t order);
void ladder_reduce(struct ladder *l, struct pool *p, uint32_t order,
                   int64_t qty);
uint32_t ladder_best(const struct ladder *l, enum ladder_side side);
uint32_t ladder_worse(const struct ladder *l, enum ladder_side side,
                      uint32_t level);

#endif /* SIMEX_LADDER_H */
