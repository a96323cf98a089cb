/* wiring - venue sockets and REST around the engine */

/* Each connection, page and answer becomes one input of the engine.  What the
 * engine wants done is fetched before the loop sleeps, outside of any turn,
 * so that nothing here calls back into it.  Frames can be written down as
 * they come (feed.raw_capture), in the form venue_capture reads. */

#include "feed/wiring.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/ws.h"
#include "feed/wiring_pages.h"
#include "feed/wiring_signals.h"
#include "feed/raw_file.h"
#include "feed/venue.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINKS = 512,
    FRAME_MOST = 8 << 20,
    REQUESTS_MOST = 16, /* Of books and events under way; more are dropped:
                           the engine asks again. */
    ASKS_MOST = 64,     /* Done before the loop goes on. */
    URL_CAP = 4096,
    REST_CONNECTIONS = 4
};

struct link {
    struct wiring *wiring;
    struct ws *ws;
    uint32_t index;
};

struct wiring {
    struct daemon *daemon;
    struct feed *feed;
    const struct feed_conf *own;
    const struct venue_slot *venue;
    struct http *http;
    struct ws_context *sockets;
    struct wiring_pages *pass;
    struct wiring_signals *signals;
    struct raw_file *raw;
    struct loop_timer *report;
    struct link link[LINKS];
    unsigned requests;
    uint64_t told[FEED_COUNTERS];
    bool ready;
};

static void
on_state(void *arg, enum link_state state, const char *why)
{
    struct link *l = arg;
    struct wiring *w = l->wiring;
    struct input in;

    if (state == LINK_STATE_up)
        log_info("connection %u is up", l->index);
    else if (state == LINK_STATE_down)
        log_warn("connection %u is down: %s", l->index, why ? why : "");
    struct outbox *out = daemon_begin(w->daemon, &in);
    feed_on_link(w->feed, l->index, state, &in, out);
    daemon_end(w->daemon);
}

static void
on_text(void *arg, const char *s, size_t size)
{
    struct link *l = arg;
    struct wiring *w = l->wiring;
    struct input in;

    struct outbox *out = daemon_begin(w->daemon, &in);
    feed_on_frame(w->feed, l->index, s, size, &in, out);
    daemon_end(w->daemon);
    if (w->raw)
        raw_file_write(w->raw, in.wall, s, size);
}

static void
on_alive(void *arg)
{
    struct link *l = arg;
    struct input in = { .mono = clock_mono(), .wall = clock_wall() };

    feed_on_alive(l->wiring->feed, l->index, &in);
}

/* An answer to feed, by who takes it. */
static bool
take_answer(struct wiring *w, const struct http_answer *a,
            void (*take)(struct feed *, const char *, size_t,
                         const struct input *, struct outbox *))
{
    struct input in;

    w->requests--;
    if (a->status != 200) {
        feed_on_failure(w->feed);
        return false;
    }
    struct outbox *out = daemon_begin(w->daemon, &in);
    take(w->feed, a->body, a->body_size, &in, out);
    daemon_end(w->daemon);
    return true;
}

static void
on_books(void *arg, const struct http_answer *a)
{
    (void)take_answer(arg, a, feed_on_books);
}

static void
on_event(void *arg, const struct http_answer *a)
{
    (void)take_answer(arg, a, feed_on_event);
}

static void
on_markets(void *arg, const struct http_answer *a)
{
    struct wiring *w = arg;

    if (!take_answer(w, a, feed_on_markets))
        feed_on_no_markets(w->feed);
}

/* False when there are too many under way. */
static bool
send_request(struct wiring *w, const char *url, const char *body,
             http_fn *answer)
{
    if (w->requests >= REQUESTS_MOST ||
        !http_send(w->http, url, body, answer, w)) {
        feed_on_failure(w->feed);
        return false;
    }
    w->requests++;
    return true;
}

static void
connect_link(struct wiring *w, uint32_t i)
{
    static const struct ws_events events = { on_state, on_text, on_alive };
    struct link *l = &w->link[i];
    struct ws_options o = {
        .url = w->own->ws_url.s,
        .ping = w->own->ping,
        .dead = w->own->dead,
        .backoff_least = w->own->backoff_least,
        .backoff_most = w->own->backoff_most,
        .frame_cap = FRAME_MOST,
        .seed = daemon_run_number(w->daemon) << 16 ^ i ^
                (uint64_t)clock_wall().ns,
    };

    must(!l->ws);
    *l = (struct link){ w, NULL, i };
    l->ws = ws_open(w->sockets, &o, &events, l);
}

static void
do_ask(struct wiring *w, const struct feed_ask *ask)
{
    char url[URL_CAP];

    must(ask->connection < LINKS);
    struct ws *ws = w->link[ask->connection].ws;
    switch (ask->kind) {
    case FEED_ASK_CONNECT:
        connect_link(w, ask->connection);
        break;
    case FEED_ASK_SEND:
        /* What is not sent is missed, and asked for again. */
        if (!ws || !ws_send(ws, ask->text, ask->size))
            feed_on_failure(w->feed);
        break;
    case FEED_ASK_RECONNECT:
        if (ws)
            ws_reconnect(ws, "books are awaited and nothing comes");
        break;
    case FEED_ASK_BOOKS:
        if (w->venue->write_books_url(w->own->clob_url.s, url, sizeof url))
            (void)send_request(w, url, ask->text, on_books);
        break;
    case FEED_ASK_EVENT:
        if (w->venue->write_event_url(w->own->gamma_url.s, ask->text, url,
                                      sizeof url))
            (void)send_request(w, url, NULL, on_event);
        break;
    case FEED_ASK_MARKETS:
        if (!w->venue->write_named_url(w->own->gamma_url.s, ask->text, url,
                                       sizeof url) ||
            !send_request(w, url, NULL, on_markets))
            feed_on_no_markets(w->feed);
        break;
    case FEED_ASK_DISCOVER:
        wiring_pages_hasten(w->pass);
        break;
    }
}

static void
before_sleep(void *arg)
{
    struct wiring *w = arg;
    struct input in = { .mono = clock_mono(), .wall = clock_wall() };
    struct feed_ask ask;
    unsigned done = 0;

    if (feed_owes(w->feed)) {
        struct outbox *out = daemon_begin(w->daemon, &in);
        (void)feed_rest(w->feed, &in, out);
        daemon_end(w->daemon);
        loop_again(daemon_loop(w->daemon));
    }
    while (done++ < ASKS_MOST && feed_next_ask(w->feed, &in, &ask))
        do_ask(w, &ask);
    if (done > ASKS_MOST)
        loop_again(daemon_loop(w->daemon));
}

static void
say_if_more(struct wiring *w, enum feed_counter what, const char *words)
{
    uint64_t now = feed_counters(w->feed)[what];

    if (now != w->told[what])
        log_warn("%s: %llu more, %llu in all", words,
                 (unsigned long long)(now - w->told[what]),
                 (unsigned long long)now);
    w->told[what] = now;
}

static void
report(void *arg)
{
    struct wiring *w = arg;

    say_if_more(w, FEED_hash_mismatch, "books with a wrong hash");
    say_if_more(w, FEED_excluded, "tokens excluded after wrong hashes");
    say_if_more(w, FEED_frozen, "tokens the channel had forgotten");
    say_if_more(w, FEED_bad_json, "texts that are no JSON");
    say_if_more(w, FEED_bad_list, "listed markets that make no sense");
    say_if_more(w, FEED_universe_full, "events left out for want of room");
    say_if_more(w, FEED_levels_full, "books given up for want of room");
    say_if_more(w, FEED_requests_full, "snapshot requests refused");
    if (feed_is_ready(w->feed) != w->ready) {
        w->ready = feed_is_ready(w->feed);
        daemon_ready(w->daemon, w->ready);
        log_info("%llu markets followed, %llu books proved",
                 (unsigned long long)feed_counters(w->feed)[FEED_markets],
                 (unsigned long long)
                     feed_counters(w->feed)[FEED_hash_checked]);
    }
}

struct wiring *
wiring_new(struct daemon *d, struct feed *f, const struct feed_conf *own,
           const struct signal_specs *signals)
{
    struct wiring *w = calloc(1, sizeof *w);
    const char *ca = own->ca_file.s[0] ? own->ca_file.s : NULL;

    must(w);
    w->daemon = d;
    w->feed = f;
    w->own = own;
    w->venue = &venue_polymarket;
    w->http = http_new(daemon_loop(d), &(struct http_options){
        .ca_file = ca,
        .connect_timeout = own->http_connect,
        .total_timeout = own->http_total,
        .answer_cap = FRAME_MOST,
        .connections = REST_CONNECTIONS,
    });
    w->sockets = ws_context_new(daemon_loop(d), ca);
    w->pass = wiring_pages_new(d, f, own, w->venue, w->http);
    w->signals = wiring_signals_new(d, f, own, signals, w->http);
    if (own->raw_capture.s[0])
        w->raw = raw_file_open(own->raw_capture.s, own->raw_capture_mb);
    /* Often enough that nobody waits for `ready`. */
    w->report = loop_timer(daemon_loop(d), (struct ms){ 100 },
                           (struct ms){ 100 }, report, w);
    loop_before_sleep(daemon_loop(d), before_sleep, w);
    return w;
}

void
wiring_destroy(struct wiring **wiring)
{
    struct wiring *w = *wiring;

    if (!w)
        return;
    loop_timer_cancel(&w->report);
    for (uint32_t i = 0; i < LINKS; i++)
        if (w->link[i].ws)
            ws_close(&w->link[i].ws);
    ws_context_destroy(&w->sockets);
    /* It may answer its last requests from here, to the pass as well. */
    http_destroy(&w->http);
    wiring_pages_destroy(&w->pass);
    wiring_signals_destroy(&w->signals);
    raw_file_close(&w->raw);
    free(w);
    *wiring = NULL;
}
