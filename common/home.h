/* home - the checkout a program was built in, where relative paths begin */
#ifndef COMMON_HOME_H
#define COMMON_HOME_H

#include "common/conf.h"
#include "common/why.h"

#include <stddef.h>

/* The path of deploy/dutchbook.yaml in the checkout that holds the running
 * executable (bin/, build/<variant>/).  False when it stands in none. */
bool home_shipped(char *out, size_t cap);
/* Makes the relative path of a setting absolute: under the checkout, so that
 * every program means the same folder wherever it is called from; under the
 * working directory for a program in no checkout.  False: it is too long. */
MUST_CHECK bool home_path(struct path *path, const char *key,
                          struct why *why);

#endif /* COMMON_HOME_H */
