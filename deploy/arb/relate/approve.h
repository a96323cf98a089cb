/* approve - relations.yaml: one relation more, and what stands in it */
#ifndef DEPLOY_ARB_RELATE_APPROVE_H
#define DEPLOY_ARB_RELATE_APPROVE_H

#include "common/ties.h"

/* What a person says of markets whose texts they have read. */
struct approval {
    const char *id, *kind, *source, *cutoff, *voided, *by;
    const char *when;              /* Now: 2026-03-31T12:00:00Z. */
    uint32_t count;
    struct text markets[TIE_MARKETS];
    struct hash texts[TIE_MARKETS];
};

/* The file with the relation behind all it had, whole or not at all: written
 * beside it, read back as the scanner reads it, and then put in its place.
 * Two at once: one of them is refused. */
MUST_CHECK bool approve(const char *file, const struct approval *a,
                        struct why *why);

#endif /* DEPLOY_ARB_RELATE_APPROVE_H */
