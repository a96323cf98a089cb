/* secret_lines - a file of secrets for people to write: a line each, `key:
 * value`, with `#` before what is only said */
#ifndef COMMON_SECRET_LINES_H
#define COMMON_SECRET_LINES_H

#include "common/secret.h"

struct secret_place {
    const char *key;
    char *at;          /* "" before; stays so when no line has the key. */
    size_t cap;
};
/* Only what secret_read takes.  expected: the keys, for the reason. */
MUST_CHECK bool secret_lines(const char *path,
                             const struct secret_place *places, size_t count,
                             const char *expected, struct why *why);

#endif /* COMMON_SECRET_LINES_H */
