/* sale - everything that is held is sold, because somebody said so */
#ifndef EXECUTOR_SALE_H
#define EXECUTOR_SALE_H

#include "common/outbox.h"

struct executor;
struct group_slot;

/* Everything held is to be sold, in rounds. */
struct sale_round {
    bool said;             /* That the rest finds no buyer. */
    uint32_t at;           /* The next part of one. */
    uint32_t tries;        /* Rounds in a row that sold nothing. */
    int64_t left;          /* Shares to sell when the last one ended. */
    struct nanos next;     /* Mono. */
};

/* While riskd's state says so. */
void sale_tick(struct executor *x, const struct input *in,
               struct outbox *out);
/* What the shares sold had cost. */
struct money sale_cost(const struct group_slot *g);

#endif /* EXECUTOR_SALE_H */
