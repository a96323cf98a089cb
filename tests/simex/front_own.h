/* front_own - what the files of the front share; nobody else includes it */
#ifndef SIMEX_FRONT_OWN_H
#define SIMEX_FRONT_OWN_H

#include "tests/simex/front.h"

struct json_value;

/* A request that passed its check. */
struct front_call {
    struct desk *desk;
    struct face *face;
    const struct front_request *request;
    uint32_t key, person;    /* L2; key is DESK_NONE with L1. */
    const char *argument;    /* What follows the route's path. */
    struct front_answer *answer;
};

/* Takes n orders or cancels from who asks; false when that is too many, and
 * then the answer is written. */
bool front_afford(const struct front_call *c, bool cancels, uint32_t n,
                  struct quill *q);
/* Reads 32 bytes of hex after 0x. */
bool front_order_id(const char *s, struct hash *id);

/* --- front_order.c --- */
int front_post_order(const struct front_call *c, struct quill *q);
int front_post_orders(const struct front_call *c, struct quill *q);
/* --- front_read.c: an order's text; "" in error when it is good --- */
void front_read_order(const struct front_call *c, const struct json_value *v,
                      struct desk_ask *a, struct desk_reply *r);
/* --- front_cancel.c --- */
int front_cancel_order(const struct front_call *c, struct quill *q);
int front_cancel_orders(const struct front_call *c, struct quill *q);
int front_cancel_all(const struct front_call *c, struct quill *q);
int front_cancel_market(const struct front_call *c, struct quill *q);
/* --- front_query.c --- */
int front_get_order(const struct front_call *c, struct quill *q);
int front_get_orders(const struct front_call *c, struct quill *q);
int front_get_trades(const struct front_call *c, struct quill *q);
int front_get_balance(const struct front_call *c, struct quill *q);
int front_update_balance(const struct front_call *c, struct quill *q);

#endif /* SIMEX_FRONT_OWN_H */
