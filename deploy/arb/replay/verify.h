/* verify - the same inputs must give the same outputs, to the byte */
#ifndef DEPLOY_ARB_REPLAY_VERIFY_H
#define DEPLOY_ARB_REPLAY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

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

#endif /* DEPLOY_ARB_REPLAY_VERIFY_H */
