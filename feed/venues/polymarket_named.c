/* polymarket_named - markets asked for by their tokens */

/* reference: Gamma's GET /markets, an array (keyset's object holds the same
 * under "markets"); its elements are those of an event's, with the events they
 * belong to.  How many questions such an event has is not said here. */

#include "feed/venues/polymarket.h"

#include <string.h>

/* The event a listing would show it under; its own id when none is said. */
static void
read_event_id(const struct json_value *o, struct market *m)
{
    const struct json_value *events = json_get(o, "events");
    const char *id = json_string(json_get(json_first(events), "id"));

    if (!json_is_array(events) || !id || !*id || !text_set(&m->event, id))
        m->event = m->market;
}

bool
polymarket_read_named(struct venue_room *r, const char *s, size_t size,
                      const struct venue_sink *sink)
{
    struct json *j = json_parse(s, size, NULL);
    const struct json_value *root = j ? json_root(j) : NULL;
    const struct json_value *list =
        json_is_array(root) ? root : json_get(root, "markets");
    struct venue_market *m = &r->markets[0];
    bool ok = json_is_array(list);
    unsigned seen = 0;

    if (!ok)
        sink->bad(sink->self, j ? FEED_bad_shape : FEED_bad_json, NULL);
    for (const struct json_value *o = ok ? json_first(list) : NULL; o;
         o = json_next(o)) {
        if (++seen > VENUE_EVENT_MARKETS) {
            sink->bad(sink->self, FEED_bad_many, NULL);
            break;
        }
        if (!polymarket_read_market(o, m)) {
            sink->bad(sink->self, FEED_bad_list, NULL);
            continue;
        }
        read_event_id(o, &m->m);
        sink->market(sink->self, m);
    }
    json_destroy(&j);
    return ok;
}
