/* verify - the same inputs must give the same outputs, to the byte */
#ifndef DEPLOY_ARB_REPLAY_VERIFY_H
#define DEPLOY_ARB_REPLAY_VERIFY_H

#include "common/why.h"
#include "proto/units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verify_options {
    const char *var;
    const char *file;          /* Configuration where none was kept. */
    const char *const *sets;   /* Changes to it: "section.key=value". */
    size_t sets_count;
    bool json;
};

/* Every engine over its own inputs; an exit code: 1 when anything differs,
 * after naming the first difference. */
int verify(const struct verify_options *o);

/* How many opportunities of the scanner's journal, of the day before now, a new
 * engine says again to the byte; after a difference, which is told, none.
 * False: it cannot be read, or ends more than an hour before now. */
struct signals_found { uint64_t all, same; };
bool verify_signals(const char *var, const char *file, struct nanos now,
                    struct signals_found *out, struct why *why);

#endif /* DEPLOY_ARB_REPLAY_VERIFY_H */
