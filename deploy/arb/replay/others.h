/* others - what the others wrote down of what an engine said
 *
 * Answers and publications are in no journal of their speaker, but whoever
 * heard them has them among its inputs: each must be said again. */
#ifndef DEPLOY_ARB_REPLAY_OTHERS_H
#define DEPLOY_ARB_REPLAY_OTHERS_H

#include "common/outbox.h"
#include "common/why.h"

struct others;

/* Reads the inputs of riskd and executor. */
MUST_CHECK struct others *others_read(const char *var, struct why *why);
void others_free(struct others **o);
/* An engine begins a run: its publications are counted from 1. */
void others_run(struct others *o, enum source src, uint64_t run);
/* It says this; packed is its message. */
void others_said(struct others *o, const struct said *said,
                 const uint8_t *packed, size_t size);

/* What was heard and never said, of the runs begun. */
struct unsaid {
    enum source listener;
    uint64_t n, run;          /* Its input; the speaker's run. */
    const struct schema *schema;
    const uint8_t *body;      /* As heard: others_body. */
    size_t size;
    const uint8_t *instead;   /* What was said in its place; NULL = nothing. */
    size_t instead_size;
};
/* The first one of what src said; false: there is none.  *count = those that
 * were said as heard. */
bool others_unsaid(struct others *o, enum source src, struct unsaid *out,
                   uint64_t *count);

#endif /* DEPLOY_ARB_REPLAY_OTHERS_H */
