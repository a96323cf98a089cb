/* orders - the life of one order, as a table of allowed steps */
#ifndef EXECUTOR_ORDERS_H
#define EXECUTOR_ORDERS_H

#include "proto/proto.h"

struct placed {
    struct intent intent;
    struct order order;   /* As last said. */
    uint32_t leg;         /* Of the group (intent.leg counts the grant's). */
};

bool order_may(enum order_state from, enum order_state to);
bool order_is_final(enum order_state s);
/* Takes the step when it is allowed; false leaves the order alone. */
MUST_CHECK bool order_step(struct placed *p, enum order_state to,
                           enum reason why, struct nanos wall);
/* A new order, intended under a grant. */
void order_begin(struct placed *p, const struct intent *i, uint32_t leg);
/* Adds a fill; false when it is more than was asked, or the order can have
 * none. */
MUST_CHECK bool order_fill(struct placed *p, struct qty q);

#endif /* EXECUTOR_ORDERS_H */
