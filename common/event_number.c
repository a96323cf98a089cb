/* event_number - what a risk event or an alert saw, in its unit */

/* riskd shows it and herald tells it: in the same words. */

#include "common/event_number.h"

#include <inttypes.h>
#include <stdio.h>

const char *
event_number(const struct text *unit, uint64_t n, char s[MICROS_TEXT_CAP])
{
    if (unit->s[0] != '\0')
        return micros_format(n > INT64_MAX ? INT64_MAX : (int64_t)n, s);
    (void)snprintf(s, MICROS_TEXT_CAP, "%" PRIu64, n);
    return s;
}
