/* import - what others recorded of the venue, as a recording of ours */

/* A line is written whole or not at all: it is put together in memory.  All
 * books of an event that one line knows are one frame, so that nothing looks
 * at half of them.  Markets that come one by one (an event's, in any order)
 * wait until the end, for an event counts only with all it has. */

#include "feed/import.h"

#include "common/must.h"
#include "feed/import_put.h"

#include <stdlib.h>
#include <string.h>

#define HELD_CAP (1u << 20)          /* Markets that wait. */
#define HELD_BYTES ((size_t)1 << 29) /* Their texts. */

/* A market that came on its own. */
struct held {
    struct text event;
    uint64_t n;                  /* In the order they came. */
    char *event_text, *text;
    struct import_quotes q;
    struct nanos at;
};

struct import {
    struct import_options opt;
    FILE *out;
    struct import_sum sum, line; /* line: of the one being read. */
    struct held *held;
    size_t held_count, held_cap, held_bytes;
    struct venue_market read;    /* Room; it is large. */
};

/* A text put together; the caller's to free. */
struct sheet {
    FILE *f;
    char *s;
    size_t size;
};

static void
sheet_open(struct sheet *t)
{
    *t = (struct sheet){ .f = NULL };
    t->f = open_memstream(&t->s, &t->size);
    must(t->f);
}

static char *
sheet_close(struct sheet *t)
{
    must(fclose(t->f) == 0);
    return t->s;
}

struct import *
import_new(const struct import_options *o, FILE *out)
{
    struct import *x = calloc(1, sizeof *x);

    must(x);
    x->opt = *o;
    x->out = out;
    return x;
}

void
import_destroy(struct import **x)
{
    if (*x == NULL)
        return;
    for (size_t i = 0; i < (*x)->held_count; i++) {
        free((*x)->held[i].event_text);
        free((*x)->held[i].text);
    }
    free((*x)->held);
    free(*x);
    *x = NULL;
}

struct import_sum
import_sum(const struct import *x)
{
    return x->sum;
}

/* --- times ---------------------------------------------------------------- */

bool
import_time(const char *s, struct nanos *at)
{
    *at = polymarket_iso(s);
    return at->ns > 0;
}

/* When a listing was read cannot have been before it was last changed. */
static struct nanos
latest(const struct json_value *o, struct nanos so_far)
{
    struct nanos at = polymarket_iso(json_string(json_get(o, "updatedAt")));

    return at.ns > so_far.ns ? at : so_far;
}

static bool
time_of(const struct import *x, const struct json_value *root,
        struct nanos least, struct nanos *at, struct why *why)
{
    const struct json_value *meta = json_get(root, "_meta");
    const char *told = json_string(json_get(meta, "fetched_at_utc"));

    if (told == NULL)
        told = json_string(json_get(root, "collector_ts"));
    *at = told ? polymarket_iso(told) : least;
    if (x->opt.at.ns > 0 && !told)
        *at = x->opt.at;
    return at->ns > 0 ? true
                      : why_set(why, "no time is told, and none by --at");
}

/* --- lines ---------------------------------------------------------------- */

static void
put_frame(struct import *x, FILE *f, const struct import_quotes *q,
          size_t count, struct nanos at)
{
    uint64_t books = 0;

    for (size_t i = 0; i < count; i++)
        books += q[i].any;
    if (books == 0)
        return;
    books = 0;
    import_put_head(f, "books", at);
    for (size_t i = 0; i < count; i++)
        if (q[i].any)
            import_put_books(f, &q[i], at, x->opt.size, &books);
    import_put_tail(f);
    x->line.books += books;
}

static bool
read_event(struct import *x, FILE *f, const struct json_value *event,
           const struct json_value *quotes, struct nanos at, uint64_t *used,
           struct why *why)
{
    const struct json_value *list = json_get(event, "markets");
    struct import_quotes q[VENUE_EVENT_MARKETS];
    size_t count = 0;

    if (json_string(json_get(event, "id")) == NULL || !json_is_array(list))
        return why_set(why, "expected an event: \"id\", \"markets\"");
    import_put_head(f, "events", at);
    fputc('{', f);
    import_put_event(f, event);
    fputs("\"markets\":[", f);
    for (const struct json_value *m = json_first(list); m;
         m = json_next(m), count++) {
        if (count == VENUE_EVENT_MARKETS)
            return why_set(why, "more than %u markets", VENUE_EVENT_MARKETS);
        if (!json_is_object(m))
            return why_set(why, "markets[%zu]: expected an object", count);
        if (!import_quotes(&x->read, m, quotes, x->opt.stated, &q[count],
                           used, why))
            return why_in(why, "markets[%zu]", count);
        if (count > 0)
            fputc(',', f);
        import_put_market(f, m);
    }
    fputs("]}", f);
    import_put_tail(f);
    put_frame(x, f, q, count, at);
    x->line.events++;
    x->line.markets += count;
    return true;
}

static bool
read_events(struct import *x, FILE *f, const struct json_value *root,
            const char *name, const struct json_value *list, struct why *why)
{
    const struct json_value *quotes = json_get(root, "clob_quotes");
    struct nanos at = { 0 };
    uint64_t used = 0;
    size_t i = 0;

    for (const struct json_value *e = json_first(list); e; e = json_next(e))
        at = latest(e, at);
    if (!time_of(x, root, at, &at, why))
        return false;
    if (quotes != NULL && !json_is_object(quotes))
        return why_set(why, "clob_quotes: expected an object");
    for (const struct json_value *e = json_first(list); e;
         e = json_next(e), i++)
        if (!read_event(x, f, e, quotes, at, &used, why))
            return why_in(why, "%s[%zu]", name, i);
    if (used != json_size(quotes))
        return why_set(why, "clob_quotes: a token that is of no market of %s",
                       name);
    return true;
}

static bool
read_books(struct import *x, FILE *f, const struct json_value *root,
           const struct json_value *list, struct why *why)
{
    struct venue_stamp stamp;
    struct nanos at = { 0 };
    size_t i = 0;

    for (const struct json_value *b = json_first(list); b;
         b = json_next(b), i++) {
        struct hash token;

        if (!polymarket_token(json_get(b, "asset_id"), &token) ||
            !polymarket_time(json_get(b, "timestamp"), &stamp) ||
            !json_is_array(json_get(b, "bids")) ||
            !json_is_array(json_get(b, "asks")))
            return why_set(why, "book %zu: expected \"asset_id\", "
                                "\"timestamp\", \"bids\", \"asks\"", i);
        at = stamp.time.ns > at.ns ? stamp.time : at;
    }
    if (!time_of(x, root, at, &at, why))
        return false;
    import_put_head(f, "books", at);
    for (const struct json_value *b = json_first(list); b; b = json_next(b)) {
        import_put_value(f, b);
        if (json_next(b) != NULL)
            fputc(',', f);
    }
    import_put_tail(f);
    x->line.books += i;
    return true;
}

/* --- markets that come one by one ----------------------------------------- */

static struct held *
held_new(struct import *x)
{
    if (x->held_count == x->held_cap) {
        x->held_cap = x->held_cap > 0 ? 2 * x->held_cap : 1024;
        x->held = realloc(x->held, x->held_cap * sizeof *x->held);
        must(x->held);
    }
    return &x->held[x->held_count];
}

static bool
hold_market(struct import *x, const struct json_value *root,
            const struct json_value *market, struct why *why)
{
    const struct json_value *event = json_first(json_get(market, "events"));
    const char *id = json_string(json_get(event, "id"));
    struct held h = { .n = x->held_count };
    struct sheet text;
    uint64_t used = 0;

    if (id == NULL || !text_set(&h.event, id))
        return why_set(why, "expected a market with the event it is of: "
                            "\"conditionId\", \"events\"[0].\"id\"");
    if (x->held_count == HELD_CAP || x->held_bytes > HELD_BYTES)
        return why_set(why, "more markets than fit");
    if (!time_of(x, root, latest(market, latest(event, h.at)), &h.at, why) ||
        !import_quotes(&x->read, market, NULL, x->opt.stated, &h.q, &used,
                       why))
        return false;
    sheet_open(&text);
    import_put_event(text.f, event);
    h.event_text = sheet_close(&text);
    x->held_bytes += text.size;
    sheet_open(&text);
    import_put_market(text.f, market);
    h.text = sheet_close(&text);
    x->held_bytes += text.size;
    *held_new(x) = h;
    x->held_count++;
    return true;
}

static int
by_event(const void *a, const void *b)
{
    const struct held *x = a, *y = b;
    int order = strcmp(x->event.s, y->event.s);

    return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

/* All of one event's; what its last market says of it holds. */
static void
put_held(struct import *x, const struct held *h, size_t count,
         struct nanos at)
{
    struct import_quotes q[VENUE_EVENT_MARKETS];

    import_put_head(x->out, "events", at);
    fprintf(x->out, "{%s\"markets\":[", h[count - 1].event_text);
    for (size_t i = 0; i < count; i++) {
        fprintf(x->out, "%s%s", i > 0 ? "," : "", h[i].text);
        if (i < VENUE_EVENT_MARKETS)
            q[i] = h[i].q;
    }
    fputs("]}", x->out);
    import_put_tail(x->out);
    put_frame(x, x->out, q,
              count < VENUE_EVENT_MARKETS ? count : VENUE_EVENT_MARKETS, at);
    x->line.events++;
    x->line.markets += count;
}

static void
add_line(struct import *x)
{
    x->sum.events += x->line.events;
    x->sum.markets += x->line.markets;
    x->sum.books += x->line.books;
}

void
import_end(struct import *x)
{
    struct nanos at = { 0 };

    /* A pass over the listing takes minutes; all of it holds at its end. */
    for (size_t i = 0; i < x->held_count; i++)
        at = x->held[i].at.ns > at.ns ? x->held[i].at : at;
    if (x->held_count > 0)
        qsort(x->held, x->held_count, sizeof *x->held, by_event);
    for (size_t i = 0, n; i < x->held_count; i += n) {
        for (n = 1; i + n < x->held_count &&
                    text_equal(&x->held[i].event, &x->held[i + n].event); n++)
            continue;
        put_held(x, &x->held[i], n, at);
    }
    add_line(x);
}

/* --- what a line is ------------------------------------------------------- */

static bool
read_list(struct import *x, FILE *f, const struct json_value *root,
          const struct json_value *list, struct why *why)
{
    const struct json_value *first = json_first(list);
    size_t i = 0;

    if (json_get(first, "asset_id") != NULL)
        return read_books(x, f, root, list, why);
    if (json_get(first, "conditionId") == NULL)
        return read_events(x, f, root, "", list, why);
    for (const struct json_value *m = first; m; m = json_next(m), i++)
        if (!hold_market(x, root, m, why))
            return why_in(why, "[%zu]", i);
    return true;
}

static bool
read_text(struct import *x, FILE *f, const struct json_value *root,
          struct why *why)
{
    static const char *const answers[] = { "books", "response" };
    const struct json_value *list = json_get(root, "gamma_events");
    uint64_t used = 0;
    struct nanos at;

    if (list != NULL)
        return json_is_array(list)
                   ? read_events(x, f, root, "gamma_events", list, why)
                   : why_set(why, "gamma_events: expected an array");
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (json_is_array(json_get(root, answers[i])))
            return read_list(x, f, root, json_get(root, answers[i]), why);
    if (json_is_array(root))
        return read_list(x, f, NULL, root, why);
    if (json_get(root, "conditionId") != NULL)
        return hold_market(x, NULL, root, why);
    if (json_is_array(json_get(root, "events")))
        return read_events(x, f, root, "events", json_get(root, "events"),
                           why);
    if (json_get(root, "markets") != NULL)
        return time_of(x, root, latest(root, (struct nanos){ 0 }), &at, why)
               && read_event(x, f, root, NULL, at, &used, why);
    return why_set(why, "none of the forms that are known; see --help");
}

bool
import_line(struct import *x, const char *s, size_t size, struct why *why)
{
    struct json *j = json_parse(s, size, why);
    size_t held = x->held_count;
    struct sheet text;
    bool ok;

    if (j == NULL)
        return false;
    sheet_open(&text);
    ok = read_text(x, text.f, json_root(j), why);
    sheet_close(&text);
    if (ok)
        fwrite(text.s, 1, text.size, x->out);
    free(text.s);
    while (!ok && x->held_count > held) {
        struct held *h = &x->held[--x->held_count];
        free(h->event_text);
        free(h->text);
    }
    if (ok)
        add_line(x);
    x->line = (struct import_sum){ 0 };
    json_destroy(&j);
    return ok;
}
