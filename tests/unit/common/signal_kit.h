/* signal_kit - a count made by hand: a fortnight whose hours are all alike */
#ifndef TESTS_UNIT_COMMON_SIGNAL_KIT_H
#define TESTS_UNIT_COMMON_SIGNAL_KIT_H

#include "proto/proto.h"

#define KIT_HOUR (INT64_C(3600) * 1000000000)

/* As many in every hour; known as of `time`, over so many hours after it. */
static inline struct signal
kit_signal(const char *event, uint64_t count, uint64_t an_hour,
           struct nanos time, int64_t left)
{
    struct signal m = { .count = count, .highest = count, .time = time,
                        .hours_end = { time.ns - time.ns % KIT_HOUR } };

    text_set(&m.name, "posts");
    text_set(&m.event, event);
    m.starts.ns = time.ns - 160 * KIT_HOUR;
    m.ends.ns = time.ns + left * KIT_HOUR;
    m.hours.count = hours_cap;
    for (uint32_t i = 0; i < hours_cap; i++)
        m.hours.at[i].n = an_hour;
    return m;
}

#endif /* TESTS_UNIT_COMMON_SIGNAL_KIT_H */
