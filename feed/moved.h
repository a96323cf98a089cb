/* moved - how far a price went within the last minute
 *
 * Kept by ten seconds, so that what counts is of the last 60 to 70.  A price
 * stands until another is seen, however long ago it was seen itself. */
#ifndef FEED_MOVED_H
#define FEED_MOVED_H

#include "proto/units.h"

enum { MOVED_PARTS = 7 };

/* All zero: nothing was seen. */
struct moved {
    struct price last;
    bool seen;
    struct {
        int64_t part;           /* Which ten seconds, from 1 on. */
        struct price low, high;
    } at[MOVED_PARTS];
};

void moved_saw(struct moved *m, struct nanos mono, struct price p);
/* The highest less the lowest. */
struct price moved_range(const struct moved *m, struct nanos mono);

#endif /* FEED_MOVED_H */
