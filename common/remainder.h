/* remainder - how far a count will still grow until its end, and how likely
 *
 * What is still to come of a count (posts of a week, say) is drawn from a
 * Poisson distribution whose rate is known only roughly: a negative binomial
 * one.  Rate and roughness come from its recent hours.  Integers throughout,
 * so that everybody who hears the same hours gets the same chances. */
#ifndef COMMON_REMAINDER_H
#define COMMON_REMAINDER_H

#include "proto/proto.h"

enum {
    REMAINDER_HOURS_MIN = 168, /* Hours that say nothing below a week. */
    REMAINDER_AHEAD_MAX = 48   /* Hours looked ahead at most. */
};

struct remainder {
    int64_t mean;   /* Expected, micros. */
    int64_t spread; /* Variance beyond mean, of mean squared, in millionths;
                       0 = Poisson. */
};

/* Of a count known as of `from`, until ends.  hours_end is the end of the last
 * of the hours.  False when they are too few, too old, too many at once, or
 * the end is too far away. */
MUST_CHECK bool remainder_of(const struct hours *hours, struct nanos hours_end,
                             struct nanos from, struct nanos ends,
                             struct remainder *out);

struct remainder_odds {
    struct ppm in, out;
};
/* That between low and high more come, both included (INT64_MAX = any
 * number), and that not: both rounded down.  False when it is too wide to be
 * told. */
MUST_CHECK bool remainder_odds(const struct remainder *r, int64_t low,
                               int64_t high, struct remainder_odds *out);

#endif /* COMMON_REMAINDER_H */
