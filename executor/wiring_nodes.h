/* wiring_nodes - whether the nodes of the chain answer
 *
 * Asks each of them now and then which chain it is, in any mode, and counts
 * how that and all other questions to them ended. */
#ifndef EXECUTOR_WIRING_NODES_H
#define EXECUTOR_WIRING_NODES_H

#include "executor/chain.h"
#include "executor/executor.h"

struct loop;
struct nodes;

struct nodes_options {
    struct loop *loop;
    const struct executor_conf *conf;
    void *arg;
    /* Never from inside another call. */
    void (*tell)(void *arg, const struct nodes_state *m);
};

/* How many are configured; their URLs are conf's. */
uint32_t nodes_configured(const struct executor_conf *c,
                          const char *node[CHAIN_NODES]);
/* NULL when there is none. */
struct nodes *nodes_open(const struct nodes_options *o);
void nodes_close(struct nodes **n);
/* How a question to one of them ended.  NULL: nobody counts. */
void nodes_count(struct nodes *n, const struct rpc_question *q,
                 const struct rpc_answer *a);

#endif /* EXECUTOR_WIRING_NODES_H */
