/* wiring_query - a counter's page, from PostgreSQL */
#ifndef FEED_WIRING_QUERY_H
#define FEED_WIRING_QUERY_H

#include "common/why.h"
#include "proto/units.h"

enum { WIRING_QUERY_CAP = 256 * 1024 }; /* Of a page, bytes. */

/* The one cell a query answers, which may write nothing; the caller's to free.
 * NULL with the reason.  Blocking, with the bounds of common/pg.h. */
MUST_CHECK char *wiring_query(const char *database, const char *query,
                            struct why *why);

#endif /* FEED_WIRING_QUERY_H */
