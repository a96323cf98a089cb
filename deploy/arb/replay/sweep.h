/* sweep - the recorded market under other settings, results side by side */
#ifndef DEPLOY_ARB_REPLAY_SWEEP_H
#define DEPLOY_ARB_REPLAY_SWEEP_H

#include "proto/units.h"

#include <stdbool.h>
#include <stddef.h>

struct sweep_options {
    const char *var;
    const char *file;          /* Configuration where none was kept. */
    const char *const *sets;   /* "section.key=value,value,..." */
    size_t sets_count;
    struct nanos latency;      /* Of every word between the processes. */
    bool json;
};

/* Every combination of the values in a process of its own; an exit code. */
int sweep(const struct sweep_options *o);

#endif /* DEPLOY_ARB_REPLAY_SWEEP_H */
