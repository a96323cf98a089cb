/* rates - how many of the last things were bad, or how long they took */
#ifndef RISKD_RATES_H
#define RISKD_RATES_H

#include "proto/units.h"

/* Full: the oldest is forgotten. */
enum { RATE_CAP = 256 };
struct rate {
    struct { int64_t at, value; } ring[RATE_CAP];
    uint32_t next, count;
};

void rate_add(struct rate *r, struct nanos now, int64_t value);
/* How many since then; *bad: those with a value above 0. */
uint32_t rate_count(const struct rate *r, struct nanos since, uint32_t *bad);
/* Nearest rank of the values since then; 0 when there are none. */
int64_t rate_percentile(const struct rate *r, struct nanos since,
                        unsigned percent);

#endif /* RISKD_RATES_H */
