/* why - the reason a call failed, in words, for whoever handles it */
#ifndef COMMON_WHY_H
#define COMMON_WHY_H

#include <stdbool.h>

struct why { char s[400]; };

/* Fills why (may be NULL) and returns false, so that one can
 * `return why_set(why, "%s: expected a number", name);`. */
bool why_set(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Puts words in front of the reason there is; returns false. */
bool why_in(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif /* COMMON_WHY_H */
