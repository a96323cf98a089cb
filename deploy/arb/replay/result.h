/* result - what came of one replay, or of what was recorded: the numbers */
#ifndef DEPLOY_ARB_REPLAY_RESULT_H
#define DEPLOY_ARB_REPLAY_RESULT_H

#include "proto/proto.h"

/* Plain: it travels through a pipe. */
struct result {
    uint64_t inputs;                      /* Of the scanner. */
    uint64_t opened[strategy_end_];       /* Opportunities. */
    uint64_t executions[exec_status_end_];
    struct qty target, filled;            /* Of executions, all legs equal. */
    struct money began, equity;           /* Riskd's ledger, at cost. */
    struct money marked;                  /* At what the shares would bring. */
    struct money peak, drawdown;          /* Of equity; the worst fall. */
    uint8_t found[32];                    /* Chain over every opportunity. */
};

void result_begin(struct result *r, struct money capital);
/* One thing an engine said; packed is the same. */
void result_add(struct result *r, const struct schema *sc, const void *msg,
                const uint8_t *packed, size_t size);
/* Of the facts on disk.  False: they cannot be read. */
struct why;
bool result_recorded(struct result *r, const char *var, struct money capital,
                     struct why *why);

void result_head(void);
/* same: the opportunities are those recorded. */
void result_print(const struct result *r, const char *name, bool same);
void result_json(const struct result *r, const char *name, bool same);

#endif /* DEPLOY_ARB_REPLAY_RESULT_H */
