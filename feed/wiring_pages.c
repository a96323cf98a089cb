/* wiring_pages - reads the whole listing, page by page, again and again */

/* Used by wiring.c.  Every page is asked for by the cursor of the page
 * before; a page that fails is asked for again with growing pauses, and after
 * too many of them the pass is given up and begun anew at its next time.  A
 * listing that turns in circles ends at a fixed number of pages. */

#include "feed/wiring_pages.h"

#include "common/http.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "feed/venue.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES_MOST = 5000, RETRIES = 8, URL_CAP = 4096 };

struct wiring_pages {
    struct daemon *daemon;
    struct feed *feed;
    const struct feed_conf *own;
    const struct venue_slot *venue;
    struct http *http;
    struct loop_timer *timer;
    struct venue_cursor cursor;
    unsigned pages, retries;
    bool under_way, asking;
    bool soon;      /* The next pass begins before its time. */
    bool again;     /* As that is wanted after this one. */
};

static void ask_page(void *pass);

static void
ask_in(struct wiring_pages *p, struct ms wait)
{
    loop_timer_cancel(&p->timer);
    p->timer = loop_timer(daemon_loop(p->daemon), wait, (struct ms){ 0 },
                          ask_page, p);
}

/* New markets come all the time; a pass is many requests. */
static struct ms
haste(const struct wiring_pages *p)
{
    return (struct ms){ p->own->discover_ms.ms / 6 };
}

static void
end_pass(struct wiring_pages *p, struct ms wait)
{
    p->under_way = false;
    p->retries = 0;
    p->soon = p->again;
    p->again = false;
    ask_in(p, p->soon ? haste(p) : wait);
}

static void
fail(struct wiring_pages *p, const char *why, int64_t least_s)
{
    int64_t wait = p->own->backoff_least.ms;

    feed_on_failure(p->feed);
    if (++p->retries > RETRIES) {
        log_warn("listing given up after %u pages: %s", p->pages, why);
        end_pass(p, p->own->discover_ms);
        return;
    }
    log_warn("listing, page %u: %s; asked again", p->pages + 1, why);
    for (unsigned i = 1; i < p->retries && wait < p->own->backoff_most.ms; i++)
        wait *= 2;
    if (wait < least_s * 1000)
        wait = least_s * 1000;
    if (wait > p->own->backoff_most.ms)
        wait = p->own->backoff_most.ms;
    ask_in(p, (struct ms){ wait });
}

static void
on_page(void *pass, const struct http_answer *a)
{
    struct wiring_pages *p = pass;
    struct venue_cursor next;
    struct input in;

    p->asking = false;
    if (a->status != 200) {
        fail(p, a->error ? a->error : "not answered with 200",
             a->retry_after_s);
        return;
    }
    struct outbox *out = daemon_begin(p->daemon, &in);
    bool ok = feed_on_page(p->feed, a->body, a->body_size, p->pages == 0,
                           &next, &in, out);
    daemon_end(p->daemon);
    if (!ok) {
        fail(p, "unreadable", 0);
        return;
    }
    p->retries = 0;
    p->pages++;
    if (!next.s[0]) {
        log_debug("listing read, %u pages", p->pages);
        end_pass(p, p->own->discover_ms);
    } else if (strcmp(next.s, p->cursor.s) == 0 || p->pages == PAGES_MOST) {
        log_warn("listing has no end after %u pages", p->pages);
        end_pass(p, p->own->discover_ms);
    } else {
        p->cursor = next;
        ask_page(p);
    }
}

static void
ask_page(void *pass)
{
    struct wiring_pages *p = pass;
    char url[URL_CAP];

    if (p->asking)
        return;
    if (!p->under_way) {
        p->under_way = true;
        p->soon = false;
        p->pages = 0;
        memset(&p->cursor, 0, sizeof p->cursor);
    }
    /* Names that must be followed may have less liquidity than the rest. */
    struct money least = p->own->include.count > 0
                             ? (struct money){ 0 }
                             : p->own->min_liquidity_usd;
    size_t size = p->venue->write_page_url(p->own->gamma_url.s,
                                           p->own->page_limit, least,
                                           p->cursor.s, url, sizeof url);
    if (size == 0)
        fail(p, "its address does not fit", 0);
    else if (http_send(p->http, url, NULL, on_page, p))
        p->asking = true;
    else
        fail(p, "too many requests under way", 0);
}

struct wiring_pages *
wiring_pages_new(struct daemon *d, struct feed *f,
                 const struct feed_conf *own, const struct venue_slot *venue,
                 struct http *http)
{
    struct wiring_pages *p = calloc(1, sizeof *p);

    must(p);
    p->daemon = d;
    p->feed = f;
    p->own = own;
    p->venue = venue;
    p->http = http;
    ask_in(p, (struct ms){ 1 });
    return p;
}

void
wiring_pages_hasten(struct wiring_pages *p)
{
    if (p->under_way) {
        p->again = true;
    } else if (!p->soon) {
        p->soon = true;
        ask_in(p, haste(p));
    }
}

void
wiring_pages_destroy(struct wiring_pages **p)
{
    if (!*p)
        return;
    loop_timer_cancel(&(*p)->timer);
    free(*p);
    *p = NULL;
}
