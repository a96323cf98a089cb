/* calendar - dates, and New York's clock, by arithmetic alone
 *
 * What markets call days and hours is mostly New York's time.  Its rule is the
 * one since 2007: an hour ahead from the second Sunday of March, 2:00, to the
 * first one of November, 2:00. */
#ifndef COMMON_CALENDAR_H
#define COMMON_CALENDAR_H

#include "proto/units.h"

/* Days since 1970-01-01 to the proleptic Gregorian calendar, and back. */
int64_t calendar_days(int64_t year, int64_t month, int64_t day);
void calendar_date(int64_t days, int64_t *year, int *month, int *day);

/* Seconds to add to UTC: -18000 or -14400. */
int64_t calendar_newyork(struct nanos utc);
/* "2026-03-13 12:00" of New York's clock, "2026-03-13 16:00 UTC"; false when
 * it is none, is not between 2007 and 2200, or does not exist, or twice, in
 * the hour that the clock skips or repeats. */
MUST_CHECK bool calendar_read(const char *s, struct nanos *utc);

#endif /* COMMON_CALENDAR_H */
