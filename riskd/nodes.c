/* nodes - how the nodes of the chain answer the executor, for the rules */
/*
 * Its run says with each request for a lease how many questions ended so far,
 * and how many of them failed; what is more than before is counted, in hours
 * and, what failed, one by one.  Of a run that was on before riskd was, what
 * it told first is where counting begins.  Nothing is written down.
 */
#include "riskd/engine.h"

#define HOUR_NS (3600LL * 1000 * 1000 * 1000)
#define MINUTE_NS (60LL * 1000 * 1000 * 1000)
/* Nobody asks so much in one run. */
#define ASKED_MOST UINT64_C(1000000000000)

static void
count(struct nodes *n, uint64_t asked, uint64_t failed, struct nanos wall)
{
    int64_t hour = wall.ns / HOUR_NS;
    if (n->hours[0].hour != hour) {
        n->hours[1] = n->hours[0];
        n->hours[0] = (struct node_hour){ .hour = hour };
    }
    n->hours[0].asked += asked;
    n->hours[0].failed += failed;
    for (uint64_t i = 0; i < failed && i < RATE_CAP; i++) {
        rate_add(&n->errors, wall, 1);
    }
}

void
riskd_hear_nodes(struct riskd *x, const struct lease_request *m,
                 const struct input *in)
{
    struct nodes *n = &x->nodes;
    bool first = n->run == 0;
    if (m->nodes_asked > ASKED_MOST || m->nodes_failed > m->nodes_asked) {
        x->counters[RISKD_bad_input]++;
        return;
    }
    if (in->run != n->run) { /* It counts from 0 on. */
        n->run = in->run;
        n->asked = first ? m->nodes_asked : 0;
        n->failed = first ? m->nodes_failed : 0;
    }
    if (m->nodes_asked > n->asked && m->nodes_failed >= n->failed) {
        count(n, m->nodes_asked - n->asked, m->nodes_failed - n->failed,
              in->wall);
        n->asked = m->nodes_asked;
        n->failed = m->nodes_failed;
    }
}

void
riskd_view_nodes(const struct riskd *x, struct metric_view *out)
{
    const struct nodes *n = &x->nodes;
    struct nanos since = { out->wall.ns - MINUTE_NS };
    out->nodes_known = n->run != 0;
    for (int i = 0; i < 2; i++) {
        bool now = out->wall.ns / HOUR_NS - n->hours[i].hour <= 1;
        out->nodes_asked += now ? n->hours[i].asked : 0;
        out->nodes_failed += now ? n->hours[i].failed : 0;
    }
    (void)rate_count(&n->errors, since, &out->nodes_errors);
}
