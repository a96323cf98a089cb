/* past - orders that have ended, for what is heard of them afterwards */
#ifndef EXECUTOR_PAST_H
#define EXECUTOR_PAST_H

#include "executor/orders.h"

struct past_order {
    struct intent intent;
    enum order_state state;
    enum strategy strategy;
    struct text event;
    struct nanos ended;   /* Mono; of an earlier run: 0. */
};

struct past;
struct past *past_new(uint32_t cap);
void past_destroy(struct past **p);
/* The oldest is forgotten when full. */
void past_put(struct past *p, const struct past_order *m);
const struct past_order *past_find(const struct past *p,
                                   const struct hash *order);

#endif /* EXECUTOR_PAST_H */
