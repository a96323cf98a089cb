/* clock - the only door to time */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include "proto/units.h"

struct nanos clock_mono(void); /* CLOCK_BOOTTIME: leases count suspends. */
struct nanos clock_wall(void); /* CLOCK_REALTIME, UTC. */

/* "2025-11-21T14:33:00.123456Z", rounded down to the microsecond; returns
 * s.  Arithmetic only: it reads no clock. */
#define CLOCK_TEXT_CAP 64
char *clock_format(struct nanos wall, char s[CLOCK_TEXT_CAP]);

/* Sleeps; for a shell on its way out, never for one that serves a loop. */
void clock_rest(struct ms wait);

#endif /* COMMON_CLOCK_H */
