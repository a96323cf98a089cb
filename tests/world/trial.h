/* trial - a world in a process of its own, and what became of it */
#ifndef TESTS_WORLD_TRIAL_H
#define TESTS_WORLD_TRIAL_H

#include "tests/world/world.h"

struct trial {
    bool failed;
    int64_t at_ms;             /* Since it began: of the failure, or the end. */
    int64_t idle_ms;           /* Of that, in which nothing traded. */
    char words[300];           /* What failed. */
    uint64_t inputs, idle_inputs, hits[HITS], turns[NODES];
    struct hash digest;
};

/* quiet: neither its report nor its failure is printed. */
void trial_run(const struct world_terms *t, bool quiet, struct trial *out);
/* What failed, as short as it can be made, and the story of its end. */
void trial_explain(const struct world_terms *t, const struct trial *failed);
/* Adds up what went wrong. */
void trial_add(uint64_t sum[HITS], const struct trial *t);
/* What went wrong how often, and what never did. */
void trial_table(const uint64_t sum[HITS]);

#endif /* TESTS_WORLD_TRIAL_H */
