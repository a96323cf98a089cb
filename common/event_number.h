/* event_number - what a risk event or an alert saw, in its unit */
#ifndef COMMON_EVENT_NUMBER_H
#define COMMON_EVENT_NUMBER_H

#include "proto/proto.h"

/* Millionths of the unit; whole where none is said, in older records. */
const char *event_number(const struct text *unit, uint64_t n,
                         char s[MICROS_TEXT_CAP]);

#endif /* COMMON_EVENT_NUMBER_H */
