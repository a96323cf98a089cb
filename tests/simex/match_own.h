/* match_own - what match.c and match_view.c share; nobody else includes it */
#ifndef SIMEX_MATCH_OWN_H
#define SIMEX_MATCH_OWN_H

#include "tests/simex/ladder.h"

struct match {
    struct accounts *accounts;
    struct match_rules *rules;
    struct ladder *ladders;   /* Two a market. */
    struct pool pool;
    match_gone_fn *gone;
    void *gone_arg;
};

struct ladder *match_ladder(const struct match *m, uint32_t market,
                            uint32_t ladder);

#endif /* SIMEX_MATCH_OWN_H */
