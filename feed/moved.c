/* moved - how far a price went within the last minute */
#include "feed/moved.h"

#define PART_NS (INT64_C(10) * 1000000000)

static int64_t
part_of(struct nanos mono)
{
    return mono.ns / PART_NS + 1;
}

void
moved_saw(struct moved *m, struct nanos mono, struct price p)
{
    int64_t part = part_of(mono);
    uint32_t i = (uint32_t)(part % MOVED_PARTS);

    if (m->at[i].part != part) {
        m->at[i].part = part;
        m->at[i].low = m->at[i].high = m->seen ? m->last : p;
    }
    m->last = p;
    m->seen = true;
    if (p.micros < m->at[i].low.micros)
        m->at[i].low = p;
    if (p.micros > m->at[i].high.micros)
        m->at[i].high = p;
}

struct price
moved_range(const struct moved *m, struct nanos mono)
{
    int64_t now = part_of(mono), low = INT64_MAX, high = 0;

    for (uint32_t i = 0; i < MOVED_PARTS; i++) {
        if (m->at[i].part == 0 || m->at[i].part <= now - MOVED_PARTS)
            continue;
        if (m->at[i].low.micros < low)
            low = m->at[i].low.micros;
        if (m->at[i].high.micros > high)
            high = m->at[i].high.micros;
    }
    return (struct price){ high > low ? high - low : 0 };
}
