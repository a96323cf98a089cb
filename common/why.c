/* why - the reason a call failed, in words, for whoever handles it */

/* The callee says what was wrong, each caller may put its own words in
 * front, and the one who handles it logs it once. */

#include "common/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
why_set(struct why *why, const char *format, ...)
{
    va_list ap;

    if (!why)
        return false;
    va_start(ap, format);
    if (vsnprintf(why->s, sizeof why->s, format, ap) < 0)
        why->s[0] = '\0';
    va_end(ap);
    return false;
}

bool
why_in(struct why *why, const char *format, ...)
{
    char front[sizeof why->s], rest[sizeof why->s];
    va_list ap;

    if (!why)
        return false;
    va_start(ap, format);
    if (vsnprintf(front, sizeof front, format, ap) < 0)
        front[0] = '\0';
    va_end(ap);
    memcpy(rest, why->s, sizeof rest);
    rest[sizeof rest - 1] = '\0';
    size_t used = strlen(front);
    memcpy(why->s, front, used + 1);
    if (used + 2 < sizeof why->s && rest[0])
        snprintf(why->s + used, sizeof why->s - used, ": %.*s",
                 (int)(sizeof why->s - used - 3), rest);
    return false;
}
