/* wiring_signals - asks the counters of signals, again and again */

/* Used by wiring.c.  Each is asked every signals_every while its window is
 * open, with what the last answer was marked by (ETag, Last-Modified), so that
 * a page that did not change costs a few bytes; the engine then tells the same
 * once more.  One that does not answer is asked at its next time: what is old
 * is not traded on. */

#include "feed/wiring_signals.h"

#include "common/clock.h"
#include "common/conf_file.h"
#include "common/http.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct polled {
    struct wiring_signals *wiring;
    uint32_t index;
    bool asking, failing;
    struct path etag, modified;
};

struct wiring_signals {
    struct daemon *daemon;
    struct feed *feed;
    const struct signal_specs *specs;
    struct http *http;
    struct loop_timer *timer;
    struct polled at[SIGNALS_CAP];
};

static void
tell(struct polled *a, const char *s, size_t size)
{
    struct wiring_signals *w = a->wiring;
    struct input in;
    struct outbox *out = daemon_begin(w->daemon, &in);

    feed_on_signal(w->feed, a->index, s, size, &in, out);
    daemon_end(w->daemon);
    a->failing = false;
}

/* Said once, until it works again. */
static void
fail(struct polled *a, const char *why)
{
    feed_on_failure(a->wiring->feed);
    if (!a->failing)
        log_warn("signal %s: %s", a->wiring->specs->at[a->index].name.s, why);
    a->failing = true;
}

/* What may go back to it as a header; else nothing does. */
static void
keep(struct path *to, const char *value)
{
    size_t size = value ? strlen(value) : 0;

    for (size_t i = 0; i < size; i++)
        if (value[i] < ' ' || value[i] > '~')
            size = 0;
    if (size >= sizeof to->s)
        size = 0;
    memcpy(to->s, value ? value : "", size);
    to->s[size] = '\0';
}

static void
on_answer(void *arg, const struct http_answer *answer)
{
    struct polled *a = arg;

    a->asking = false;
    if (answer->status == 304) {
        tell(a, NULL, 0);
    } else if (answer->status == 200) {
        keep(&a->etag, answer->etag);
        keep(&a->modified, answer->last_modified);
        tell(a, answer->body, answer->body_size);
    } else {
        fail(a, answer->error ? answer->error : "not answered with 200");
    }
}

static void
ask_url(struct polled *a, const char *url)
{
    struct http_header h[2];
    struct http_request q = { .url = url, .headers = h };

    if (a->etag.s[0] != '\0')
        h[q.headers_count++] =
            (struct http_header){ "If-None-Match", a->etag.s };
    if (a->modified.s[0] != '\0')
        h[q.headers_count++] =
            (struct http_header){ "If-Modified-Since", a->modified.s };
    if (http_ask(a->wiring->http, &q, on_answer, a))
        a->asking = true;
    else
        fail(a, "too many requests under way");
}

static void
read_file(struct polled *a, const char *path)
{
    struct conf_file file = { .text = NULL };
    struct complaints bad = { 0, "" };

    if (conf_file_read(path, &file, &bad))
        tell(a, file.text, file.size);
    else
        fail(a, bad.text);
    free(file.text);
}

static void
ask_all(void *arg)
{
    struct wiring_signals *w = arg;
    struct nanos now = clock_wall();

    for (uint32_t i = 0; i < w->specs->count; i++) {
        const struct signal_spec *s = &w->specs->at[i];

        if (now.ns < s->starts.ns || now.ns > s->ends.ns || w->at[i].asking)
            continue;
        if (s->url.s[0] != '\0')
            ask_url(&w->at[i], s->url.s);
        else
            read_file(&w->at[i], s->file.s);
    }
}

struct wiring_signals *
wiring_signals_new(struct daemon *d, struct feed *f,
                   const struct feed_conf *own,
                   const struct signal_specs *specs, struct http *http)
{
    struct wiring_signals *w = calloc(1, sizeof *w);

    must(w);
    if (specs->count == 0) {
        free(w);
        return NULL;
    }
    w->daemon = d;
    w->feed = f;
    w->specs = specs;
    w->http = http;
    for (uint32_t i = 0; i < specs->count; i++)
        w->at[i] = (struct polled){ .wiring = w, .index = i };
    w->timer = loop_timer(daemon_loop(d), (struct ms){ 1 },
                          own->signals_every, ask_all, w);
    return w;
}

void
wiring_signals_destroy(struct wiring_signals **w)
{
    if (!*w)
        return;
    loop_timer_cancel(&(*w)->timer);
    free(*w);
    *w = NULL;
}
