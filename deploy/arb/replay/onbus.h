/* onbus - a recorded market published in place of feed */
#ifndef DEPLOY_ARB_REPLAY_ONBUS_H
#define DEPLOY_ARB_REPLAY_ONBUS_H

#include "proto/units.h"

struct onbus_options {
    const char *recording;     /* A var folder; NULL = that of the pipeline. */
    const char *file;          /* The pipeline's configuration. */
    const char *var;           /* Its folder, if not that of file; NULL. */
    uint64_t speed;            /* So many times as fast; 0 = as can be. */
    struct nanos from, to;     /* Of the recording; to 0 = its end. */
};

/* Takes feed's place on the bus until it is over, or stopped; an exit code. */
int onbus(const struct onbus_options *o);

#endif /* DEPLOY_ARB_REPLAY_ONBUS_H */
