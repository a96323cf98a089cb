/* rest_gamma - the catalogue's listings, page by page
 *
 * Pages are cut at our own limit however many are asked for, so a client
 * that stops at a short page misses events.  A cursor is opaque to clients
 * (it is the place to go on from, with characters that need encoding). */
#include "tests/simex/rest_own.h"

#include <stdlib.h>
#include <string.h>

#define CURSOR "at="

/* Place to start from; false when the cursor is none of ours. */
static bool
read_cursor(const struct rest_call *c, uint32_t *at)
{
    char text[64], *end;
    *at = 0;
    if (!rest_query(c->request->query, "after_cursor", 0, text, sizeof text))
        return true;
    if (strncmp(text, CURSOR, strlen(CURSOR)) != 0)
        return false;
    unsigned long n = strtoul(text + strlen(CURSOR), &end, 10);
    *at = (uint32_t)n;
    return *end == '\0' && n < 1000000;
}

static uint32_t
read_limit(const struct rest_call *c)
{
    char text[16];
    unsigned long n = 20;
    if (rest_query(c->request->query, "limit", 0, text, sizeof text))
        n = strtoul(text, NULL, 10);
    if (n < 1 || n > 100)
        n = 100;
    return n > c->page ? c->page : (uint32_t)n;
}

/* True when a repeated key is absent or one of its values is this one. */
static bool
passes(const struct rest_call *c, const char *key, const char *a,
       const char *b)
{
    char text[128];
    for (uint32_t nth = 0;; nth++) {
        if (!rest_query(c->request->query, key, nth, text, sizeof text))
            return nth == 0;
        if (strcmp(text, a) == 0 || (b && strcmp(text, b) == 0))
            return true;
    }
}

static bool
passes_closed(const struct rest_call *c, const struct listed_event *e)
{
    return passes(c, "closed", e->state == LISTED_RESOLVED ? "true" : "false",
                  NULL);
}

static int
refuse_offset(const struct rest_call *c, struct quill *q)
{
    char text[16];
    if (rest_query(c->request->query, "offset", 0, text, sizeof text))
        return rest_error(q, 422, "offset is not supported, use after_cursor");
    return 0;
}

static int
end_page(struct quill *q, uint32_t next, bool more)
{
    quill_text(q, "]");
    if (more)
        quill_say(q, ",\"next_cursor\":\"" CURSOR "%u\"", next);
    quill_text(q, "}");
    return 200;
}

int
rest_events(struct face *f, const struct rest_call *c, struct quill *q)
{
    const struct listing *l = face_core(f)->listing;
    uint32_t at, written = 0, limit = read_limit(c);
    int refused = refuse_offset(c, q);
    if (refused)
        return refused;
    if (!read_cursor(c, &at))
        return rest_error(q, 422, "invalid cursor");
    quill_text(q, "{\"events\":[");
    for (; at < l->events_count; at++) {
        const struct listed_event *e = &l->events[at];
        if (e->hidden || !passes_closed(c, e) ||
            !passes(c, "id", e->id, NULL) || !passes(c, "slug", e->slug, NULL))
            continue;
        if (written == limit)
            return end_page(q, at, true);
        quill_text(q, written++ ? "," : "");
        face_event(f, q, at);
    }
    return end_page(q, at, false);
}

static bool
is_wanted(const struct face *f, const struct rest_call *c, uint32_t market)
{
    const struct listing *l = face_core(f)->listing;
    const struct listed_market *m = &l->markets[market];
    return !l->events[m->event].hidden &&
           passes_closed(c, &l->events[m->event]) &&
           passes(c, "id", m->id, NULL) && passes(c, "slug", m->slug, NULL) &&
           passes(c, "condition_ids", m->condition, NULL) &&
           passes(c, "clob_token_ids", m->token[0], m->token[1]);
}

int
rest_markets_array(struct face *f, const struct rest_call *c, struct quill *q)
{
    const struct listing *l = face_core(f)->listing;
    uint32_t written = 0, limit = read_limit(c), skip = 0;
    char text[16];
    bool said = rest_query(c->request->query, "closed", 0, text, sizeof text);
    if (rest_query(c->request->query, "offset", 0, text, sizeof text))
        skip = (uint32_t)strtoul(text, NULL, 10);
    quill_text(q, "[");
    for (uint32_t i = 0; i < l->markets_count && written < limit; i++) {
        if (!is_wanted(f, c, i) ||
            (!said && l->events[l->markets[i].event].state == LISTED_RESOLVED))
            continue;
        if (skip > 0) {
            skip--;
            continue;
        }
        quill_text(q, written++ ? "," : "");
        face_market(f, q, i, true);
    }
    quill_text(q, "]");
    return 200;
}

int
rest_markets(struct face *f, const struct rest_call *c, struct quill *q)
{
    const struct listing *l = face_core(f)->listing;
    uint32_t at, written = 0, limit = read_limit(c);
    int refused = refuse_offset(c, q);
    if (refused)
        return refused;
    if (!read_cursor(c, &at))
        return rest_error(q, 422, "invalid cursor");
    quill_text(q, "{\"markets\":[");
    for (; at < l->markets_count; at++) {
        if (!is_wanted(f, c, at))
            continue;
        if (written == limit)
            return end_page(q, at, true);
        quill_text(q, written++ ? "," : "");
        face_market(f, q, at, true);
    }
    return end_page(q, at, false);
}

static int
one_event(struct face *f, const struct rest_call *c, struct quill *q,
          bool by_slug)
{
    const struct listing *l = face_core(f)->listing;
    for (uint32_t i = 0; i < l->events_count; i++) {
        const struct listed_event *e = &l->events[i];
        if (e->hidden || strcmp(by_slug ? e->slug : e->id, c->argument) != 0)
            continue;
        face_event(f, q, i);
        return 200;
    }
    return rest_error(q, 404, "not found");
}

static int
one_market(struct face *f, const struct rest_call *c, struct quill *q,
           bool by_slug)
{
    const struct listing *l = face_core(f)->listing;
    for (uint32_t i = 0; i < l->markets_count; i++) {
        const struct listed_market *m = &l->markets[i];
        if (l->events[m->event].hidden ||
            strcmp(by_slug ? m->slug : m->id, c->argument) != 0)
            continue;
        face_market(f, q, i, true);
        return 200;
    }
    return rest_error(q, 404, "not found");
}

int
rest_event_id(struct face *f, const struct rest_call *c, struct quill *q)
{
    return one_event(f, c, q, false);
}

int
rest_event_slug(struct face *f, const struct rest_call *c, struct quill *q)
{
    return one_event(f, c, q, true);
}

int
rest_market_id(struct face *f, const struct rest_call *c, struct quill *q)
{
    return one_market(f, c, q, false);
}

int
rest_market_slug(struct face *f, const struct rest_call *c, struct quill *q)
{
    return one_market(f, c, q, true);
}
