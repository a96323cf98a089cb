/* rates - how many of the last things were bad, or how long they took */
/*
 * A ring of the last ones; what is asked is counted anew each time, so that
 * nothing has to be taken back when time passes.
 */
#include "riskd/rates.h"

#include <stdlib.h>

#include "common/must.h"

void
rate_add(struct rate *r, struct nanos now, int64_t value)
{
    r->ring[r->next].at = now.ns;
    r->ring[r->next].value = value;
    r->next = (r->next + 1) % RATE_CAP;
    r->count += r->count < RATE_CAP;
}

uint32_t
rate_count(const struct rate *r, struct nanos since, uint32_t *bad)
{
    uint32_t all = 0;
    *bad = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->ring[i].at >= since.ns) {
            all++;
            *bad += r->ring[i].value > 0;
        }
    }
    return all;
}

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int64_t
rate_percentile(const struct rate *r, struct nanos since, unsigned percent)
{
    int64_t values[RATE_CAP];
    uint32_t count = 0;
    must(percent >= 1 && percent <= 100);
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->ring[i].at >= since.ns) {
            values[count++] = r->ring[i].value;
        }
    }
    if (count == 0) {
        return 0;
    }
    qsort(values, count, sizeof values[0], compare);
    return values[(count * percent + 99) / 100 - 1];
}
