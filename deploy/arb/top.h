/* top - the running pipeline on one screen */
#ifndef DEPLOY_ARB_TOP_H
#define DEPLOY_ARB_TOP_H

#include "common/stats.h"
#include "deploy/arb/seen.h"

#include <stdio.h>

enum { TOP_OPEN_CAP = 32, TOP_ENDED_CAP = 32, TOP_HOPS = 5 };

struct top {
    struct seen seen;
    struct nanos heard_at[SEEN_END];    /* Mono: its last heartbeat. */
    struct nanos now, wall;
    uint64_t lost;                      /* Messages that did not come. */
    /* Opportunities that are open, oldest first; how many opened. */
    uint32_t open_count;
    uint64_t opened;
    struct opportunity open[TOP_OPEN_CAP];
    /* Executions that ended, newest first. */
    uint32_t ended_count;
    uint64_t ended, filled;
    struct execution last[TOP_ENDED_CAP];
    struct histogram hop[TOP_HOPS];     /* Since each process's start. */
};

void top_hear(struct bus *bus);
void top_take(struct top *t, const struct bus_in *in);
/* Silent for longer than this, a process counts as down. */
bool top_is_up(const struct top *t, int src);
/* The screen: at most rows lines, none longer than columns characters; with
 * colour, in the terminal's own. */
void top_draw(FILE *out, const struct top *t, unsigned rows,
              unsigned columns, bool colour);
/* The same as one JSON object, on a line. */
void top_json(FILE *out, const struct top *t);

#endif /* DEPLOY_ARB_TOP_H */
