/* signals - a counter's page: how many so far, as of when, and hour by hour */

/* One JSON object, by whoever counts, be it a page, a file, or the one cell
 * that a query answers:
 *     {"count": 165, "time": "2026-03-20T14:05:00Z",
 *      "hours": [{"date": "2026-03-13T16:00:00Z", "count": 3}, ...]}
 * count is of the window, time what it is as of; hours are whole, by the time
 * they begin at, one after the other, and may begin long before the window.
 * The hour under way may stand among them and is not used.  Other keys are
 * the counter's own.  A page that fits this in part is not used at all. */

#include "feed/venues/polymarket.h"

#include <string.h>

static const int64_t hour_ns = INT64_C(3600) * 1000000000;
static const int64_t count_most = 1000000;

/* The last ones that were over by s->time. */
static bool
read_hours(const struct json_value *list, struct venue_signal *s)
{
    struct nanos next = { 0 };

    if (!json_is_array(list))
        return false;
    for (const struct json_value *v = json_first(list); v; v = json_next(v)) {
        struct nanos from = polymarket_iso(json_string(json_get(v, "date")));
        int64_t n;

        if (from.ns <= 0 || from.ns % hour_ns != 0 ||
            (next.ns > 0 && from.ns != next.ns) ||
            !json_int(json_get(v, "count"), &n) || n < 0 || n > count_most)
            return false;
        next.ns = from.ns + hour_ns;
        if (next.ns > s->time.ns)
            continue;
        if (s->hours.count == hours_cap) {
            memmove(&s->hours.at[0], &s->hours.at[1],
                    (hours_cap - 1) * sizeof s->hours.at[0]);
            s->hours.count--;
        }
        s->hours.at[s->hours.count++].n = (uint64_t)n;
        s->hours_end = next;
    }
    return s->hours.count > 0;
}

static bool
read_signal(const char *text, size_t size, const struct venue_sink *sink)
{
    struct json *j = json_parse(text, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    struct venue_signal s = { .count = 0 };
    enum feed_counter bad = FEED_COUNTERS;
    int64_t count;

    if (!j)
        bad = FEED_bad_json;
    else if (!json_int(json_get(root, "count"), &count) || count < 0 ||
             count > count_most)
        bad = FEED_bad_shape;
    else if ((s.time = polymarket_iso(json_string(json_get(root, "time"))))
                 .ns <= 0)
        bad = FEED_bad_time;
    else if (!read_hours(json_get(root, "hours"), &s))
        bad = FEED_bad_list;
    if (bad == FEED_COUNTERS) {
        s.count = (uint64_t)count;
        sink->signal(sink->self, &s);
    } else {
        sink->bad(sink->self, bad, NULL);
    }
    json_destroy(&j);
    return bad == FEED_COUNTERS;
}

const struct venue_slot venue_signals = {
    .name = "signals",
    .read_signal = read_signal,
};
