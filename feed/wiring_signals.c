/* wiring_signals - asks the counters of signals, again and again */

/* Used by wiring.c, and by main at the start.  Each is asked every
 * signals_every while its window is open; pages with what the last answer was
 * marked by (ETag, Last-Modified), so that one that did not change costs a few
 * bytes (the engine then tells the same once more), queries on a thread of
 * their own.  One that does not answer is asked at its next time: what is old
 * is not traded on. */

#include "feed/wiring_signals.h"

#include "feed/highest_file.h"
#include "feed/wiring_query.h"

#include "common/clock.h"
#include "common/conf_file.h"
#include "common/home.h"
#include "common/http.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct polled {
    struct wiring_signals *wiring;
    uint32_t index;
    bool asking, failing;
    bool due;                          /* Its query waits for its turn. */
    struct path etag, modified;
};

struct wiring_signals {
    struct daemon *daemon;
    struct feed *feed;
    const struct signal_specs *specs;
    struct http *http;
    struct loop_timer *timer;
    char highest_path[PATH_MAX];
    uint64_t highest[SIGNALS_CAP];     /* As on disk, or to be put there */
    bool unwritten;                    /* at the next page. */
    struct errand *errand;             /* The query under way, or NULL. */
    struct polled at[SIGNALS_CAP];
};

/* A query on another thread; it outlives the wiring when that ends first. */
struct errand {
    struct wiring_signals *wiring;     /* NULL = nobody waits for it. */
    uint32_t index;
    struct path database;
    struct query query;
    char *page;                        /* NULL = see why. */
    struct why why;
};

static bool
read_specs(const char *file, struct signal_specs *out, struct why *why)
{
    struct complaints bad = { 0, "" };

    if (!signals_file_read(file, out, &bad)) {
        fputs(bad.text, stderr);
        return why_set(why, "%u mistakes in %.200s", bad.count, file);
    }
    for (uint32_t i = 0; i < out->count; i++) {
        struct signal_spec *s = &out->at[i];

        if (s->file.s[0] != '\0' && !home_path(&s->file, "file", why))
            return why_in(why, "%s", s->name.s);
    }
    return true;
}

bool
wiring_signals_read(const struct feed_conf *own, struct signal_specs *out)
{
    struct path file = own->signals_file;
    struct why why;

    *out = (struct signal_specs){ .count = 0 };
    if (file.s[0] == '\0')
        return true;
    if (home_path(&file, "feed.signals_file", &why) &&
        read_specs(file.s, out, &why))
        return true;
    log_error("%s", why.s);
    return false;
}

static void
highest_path(const struct daemon *d, char out[PATH_MAX])
{
    must(snprintf(out, PATH_MAX, "%s/run/feed.highest",
                  daemon_common(d)->var.s) < PATH_MAX);
}

bool
wiring_signals_recall(struct daemon *d, struct feed *f,
                      const struct signal_specs *specs)
{
    uint64_t highest[SIGNALS_CAP];
    char path[PATH_MAX];
    struct why why;

    highest_path(d, path);
    if (!highest_file_read(path, specs, highest, &why)) {
        log_error("%s", why.s);
        return false;
    }
    for (uint32_t i = 0; i < specs->count; i++)
        feed_recall_highest(f, i, highest[i]);
    return true;
}

/* Where a count grew, or could not be written. */
static void
write_down(struct wiring_signals *w, uint32_t index)
{
    struct why why;

    if (feed_highest(w->feed, index) == w->highest[index] && !w->unwritten)
        return;
    w->highest[index] = feed_highest(w->feed, index);
    w->unwritten = !highest_file_write(w->highest_path, w->specs, w->highest,
                                       &why);
    if (w->unwritten)
        log_error("%s", why.s);
}

static void
tell(struct polled *a, const char *s, size_t size)
{
    struct wiring_signals *w = a->wiring;
    struct input in;
    struct outbox *out = daemon_begin(w->daemon, &in);

    feed_on_signal(w->feed, a->index, s, size, &in, out);
    daemon_end(w->daemon);
    write_down(w, a->index);
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

/* --- a query ------------------------------------------------------------ */

static void ask_next_database(struct wiring_signals *w);

/* On its own thread. */
static int
run_errand(void *arg)
{
    struct errand *e = arg;

    e->page = wiring_query(e->database.s, e->query.s, &e->why);
    return e->page != NULL;
}

static void
errand_done(void *arg, int ok)
{
    struct errand *e = arg;
    struct wiring_signals *w = e->wiring;

    if (w != NULL) {
        struct polled *a = &w->at[e->index];

        w->errand = NULL;
        a->asking = false;
        if (ok)
            tell(a, e->page, strlen(e->page));
        else
            fail(a, e->why.s);
        ask_next_database(w);
    }
    free(e->page);
    free(e);
}

/* One at a time: threads are few, and the journal needs them, too. */
static void
ask_next_database(struct wiring_signals *w)
{
    for (uint32_t i = 0; i < w->specs->count && w->errand == NULL; i++) {
        const struct signal_spec *s = &w->specs->at[i];
        struct errand *e;

        if (!w->at[i].due)
            continue;
        e = calloc(1, sizeof *e);
        must(e != NULL);
        *e = (struct errand){ .wiring = w, .index = i,
                              .database = s->database, .query = s->query };
        w->errand = e;
        w->at[i].due = false;
        w->at[i].asking = true;
        loop_work(daemon_loop(w->daemon), run_errand, errand_done, e);
    }
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
        else if (s->file.s[0] != '\0')
            read_file(&w->at[i], s->file.s);
        else
            w->at[i].due = true;
    }
    ask_next_database(w);
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
    highest_path(d, w->highest_path);
    for (uint32_t i = 0; i < specs->count; i++)
        w->highest[i] = feed_highest(f, i);
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
    if ((*w)->errand != NULL)
        (*w)->errand->wiring = NULL;
    free(*w);
    *w = NULL;
}
