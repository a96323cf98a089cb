/* stats - counters and latency histograms of one process */

/* Integers only, no allocation after stats_new, and nothing that can fail:
 * counting must never be a reason to stop. */

#include "common/stats.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { COUNTERS_CAP = 96, HOPS_CAP = 16, FIRST_BIT = 10 };

struct stats {
    unsigned size, hops;
    const char *names[COUNTERS_CAP];
    uint64_t values[COUNTERS_CAP];
    struct text hop_names[HOPS_CAP];
    struct histogram hop[HOPS_CAP];
};

static unsigned
bucket_of(int64_t ns)
{
    if (ns < 1 << FIRST_BIT)
        return 0;
    unsigned bit = 63 - (unsigned)__builtin_clzll((unsigned long long)ns);
    unsigned i = 2 * (bit - FIRST_BIT) + 1;
    /* At or above 2^(bit + 1/2)?  Compare the squares. */
    if ((wide)ns * ns >= (wide)1 << (2 * bit + 1))
        i++;
    return i < buckets_cap ? i : buckets_cap - 1;
}

/* The bound below which bucket i counts. */
static int64_t
bucket_bound(unsigned i)
{
    int64_t octave = INT64_C(1) << (i / 2 + FIRST_BIT);

    if (i % 2 == 0)
        return octave;
    return (int64_t)((wide)octave * 1414213562 / 1000000000) + 1;
}

void
histogram_add(struct histogram *h, struct nanos sample)
{
    h->n[bucket_of(sample.ns)]++;
}

uint64_t
histogram_count(const struct histogram *h)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < buckets_cap; i++)
        if (__builtin_add_overflow(total, h->n[i], &total))
            return UINT64_MAX; /* Only from a peer that makes it up. */
    return total;
}

struct nanos
histogram_at(const struct histogram *h, unsigned permille)
{
    uint64_t total = histogram_count(h);

    if (total == 0)
        return (struct nanos){ 0 };
    if (permille > 1000)
        permille = 1000;
    wide rank = (wide)total * permille; /* In thousandths of a sample. */
    wide below = 0;
    for (unsigned i = 0; i < buckets_cap; i++) {
        wide here = (wide)h->n[i] * 1000;
        if (here > 0 && below + here >= rank) {
            int64_t least = i == 0 ? 0 : bucket_bound(i - 1);
            if (i == buckets_cap - 1)
                return (struct nanos){ least };
            int64_t room = bucket_bound(i) - least;
            return (struct nanos){ least +
                                   (int64_t)((rank - below) * room / here) };
        }
        below += here;
    }
    return (struct nanos){ bucket_bound(buckets_cap - 2) };
}

void
histogram_to(const struct histogram *h, struct buckets *out)
{
    unsigned used = buckets_cap;

    while (used > 0 && h->n[used - 1] == 0)
        used--;
    out->count = used;
    for (unsigned i = 0; i < used; i++)
        out->at[i].n = h->n[i];
}

bool
histogram_from(struct histogram *h, const struct buckets *in)
{
    if (in->count > buckets_cap)
        return false;
    memset(h, 0, sizeof *h);
    for (unsigned i = 0; i < in->count; i++)
        h->n[i] = in->at[i].n;
    return true;
}

struct stats *
stats_new(const char *const *names)
{
    struct stats *s = calloc(1, sizeof *s);

    must(s);
    for (; names && names[s->size]; s->size++) {
        must(s->size < COUNTERS_CAP);
        s->names[s->size] = names[s->size];
    }
    return s;
}

void
stats_destroy(struct stats **s)
{
    free(*s);
    *s = NULL;
}

void
stats_count(struct stats *s, unsigned index, uint64_t n)
{
    must(index < s->size);
    s->values[index] += n;
}

uint64_t
stats_value(const struct stats *s, unsigned index)
{
    must(index < s->size);
    return s->values[index];
}

unsigned
stats_size(const struct stats *s)
{
    return s->size;
}

const char *
stats_name(const struct stats *s, unsigned index)
{
    must(index < s->size);
    return s->names[index];
}

struct histogram *
stats_hop(struct stats *s, const char *hop)
{
    for (unsigned i = 0; i < s->hops; i++)
        if (strcmp(s->hop_names[i].s, hop) == 0)
            return &s->hop[i];
    must(s->hops < HOPS_CAP);
    bool fits = text_set(&s->hop_names[s->hops], hop);
    must(fits);
    return &s->hop[s->hops++];
}

unsigned
stats_hops(const struct stats *s)
{
    return s->hops;
}

const struct histogram *
stats_hop_at(const struct stats *s, unsigned i, const char **name)
{
    must(i < s->hops);
    if (name)
        *name = s->hop_names[i].s;
    return &s->hop[i];
}
