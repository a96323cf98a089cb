/* identity - who signs, and for which chain: without one there is no live */
#ifndef EXECUTOR_IDENTITY_H
#define EXECUTOR_IDENTITY_H

#include "executor/encode/order.h"

struct order_identity {
    uint64_t chain;        /* CHAIN_POLYGON, CHAIN_AMOY. */
    struct wallet wallet;
};

#endif /* EXECUTOR_IDENTITY_H */
