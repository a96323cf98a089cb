/* wiring_nodes - whether the nodes of the chain answer */

/* A node that is asked only when something is to be done on the chain is
 * found silent when it is too late, so each is asked all the time.  Which
 * chain it is every node knows, and it costs nothing.  What is counted goes to
 * the engine, and with its lease to riskd, whose rules judge it. */

#include "executor/wiring_nodes.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdlib.h>

enum { ANSWER_MOST = 1 << 16 };

static const struct ms tick_every = { 100 };

struct node {
    struct nodes *nodes;
    const char *url;
    bool waiting;
    struct nanos next;              /* Monotonic. */
    struct rpc_question question;
};

struct nodes {
    struct nodes_options o;
    struct http *http;
    struct loop_timer *tick;        /* NULL: it ends. */
    uint32_t count;
    uint64_t questions;
    struct node node[CHAIN_NODES];
    struct nodes_state state, told;
};

uint32_t
nodes_configured(const struct executor_conf *c, const char *node[CHAIN_NODES])
{
    const char *all[] = { c->chain_rpc.s, c->chain_rpc_2.s,
                          c->chain_rpc_3.s };
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i][0] != '\0')
            node[count++] = all[i];
    return count;
}

void
nodes_count(struct nodes *n, const struct rpc_question *q,
            const struct rpc_answer *a)
{
    if (n == NULL)
        return;
    bool other = q->method == RPC_chain &&
                 (a->end != RPC_END_said || a->count != n->o.conf->chain_id);

    n->state.asked++;
    n->state.failed += a->end == RPC_END_lost || other;
}

static void
answered(void *arg, const struct http_answer *h)
{
    struct node *node = arg;
    struct nodes *n = node->nodes;
    struct rpc_answer a;

    node->waiting = false;
    if (!n->tick)
        return;
    rpc_read(&node->question, h->status, h->body, h->body_size, &a);
    nodes_count(n, &node->question, &a);
}

/* A question that does not even leave is none. */
static void
ask(struct nodes *n, struct node *node)
{
    char text[RPC_TEXT_CAP];

    node->question = (struct rpc_question){ .id = ++n->questions,
                                            .method = RPC_chain };
    must(rpc_write(&node->question, text) > 0);
    node->waiting = http_send(n->http, node->url, text, answered, node);
}

static void
on_tick(void *arg)
{
    struct nodes *n = arg;
    struct nanos now = clock_mono();

    for (uint32_t i = 0; i < n->count; i++) {
        struct node *node = &n->node[i];

        if (node->waiting || now.ns < node->next.ns)
            continue;
        node->next.ns = now.ns + n->o.conf->chain_look.ms * 1000000;
        ask(n, node);
    }
    if (n->state.asked != n->told.asked) {
        n->told = n->state;
        n->o.tell(n->o.arg, &n->told);
    }
}

struct nodes *
nodes_open(const struct nodes_options *o)
{
    const char *url[CHAIN_NODES];
    uint32_t count = nodes_configured(o->conf, url);
    const struct http_options http = {
        .ca_file = o->conf->ca_file.s[0] ? o->conf->ca_file.s : NULL,
        .connect_timeout = o->conf->http_connect,
        .total_timeout = o->conf->http_total,
        .answer_cap = ANSWER_MOST,
        .connections = 1,
    };
    struct nodes *n;

    if (count == 0)
        return NULL;
    n = calloc(1, sizeof *n);
    must(n != NULL);
    n->o = *o;
    n->count = count;
    for (uint32_t i = 0; i < count; i++)
        n->node[i] = (struct node){ .nodes = n, .url = url[i] };
    n->http = http_new(o->loop, &http);
    n->tick = loop_timer(o->loop, tick_every, tick_every, on_tick, n);
    return n;
}

void
nodes_close(struct nodes **nodes)
{
    struct nodes *n = *nodes;

    if (!n)
        return;
    loop_timer_cancel(&n->tick);
    http_destroy(&n->http);
    free(n);
    *nodes = NULL;
}
