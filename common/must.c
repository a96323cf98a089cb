/* must - stop now when we are wrong */

/* Writes one line with write(2), so that it is seen even when the heap or
 * stdio is what broke, then aborts: supervision restarts us, the core or the
 * sanitizer shows where. */

#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
must_fail(const char *file, int line, const char *expr)
{
    char s[512];
    int n = snprintf(s, sizeof s, "%s:%d: must: %s\n", file, line, expr);
    size_t size = n < 0 ? 0 : (size_t)n;

    if (size >= sizeof s)
        size = sizeof s - 1;
    if (write(STDERR_FILENO, s, size) < 0)
        abort();
    abort();
}
