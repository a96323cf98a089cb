/* stats - counters and latency histograms of one process */
#ifndef COMMON_STATS_H
#define COMMON_STATS_H

#include "proto/proto.h"

/* Bucket i counts samples below 2^(i/2 + 10) ns (half-octave steps from
 * 1 us); the last takes the rest. */
struct histogram { uint64_t n[buckets_cap]; };
void histogram_add(struct histogram *h, struct nanos sample);
uint64_t histogram_count(const struct histogram *h);
/* The q-th permille (500 = median), interpolated; 0 when empty. */
struct nanos histogram_at(const struct histogram *h, unsigned permille);
void histogram_to(const struct histogram *h, struct buckets *out);
bool histogram_from(struct histogram *h, const struct buckets *in);

/* Counters by index of a fixed list of names (counters.def), and hops by
 * name.  Nothing here fails: at most 96 counters, 16 hops. */
struct stats;
struct stats *stats_new(const char *const *names); /* Ends with NULL. */
void stats_destroy(struct stats **s);
void stats_count(struct stats *s, unsigned index, uint64_t n);
uint64_t stats_value(const struct stats *s, unsigned index);
unsigned stats_size(const struct stats *s);
const char *stats_name(const struct stats *s, unsigned index);
struct histogram *stats_hop(struct stats *s, const char *hop);
unsigned stats_hops(const struct stats *s);
const struct histogram *stats_hop_at(const struct stats *s, unsigned i,
                                     const char **name);

#endif /* COMMON_STATS_H */
