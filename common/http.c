/* http - requests to venues over kept-alive connections (libcurl's door) */

/* One curl multi on the process's loop: curl says which descriptors and
 * which timeout it waits for, the loop says when they came.  What a request
 * is made of is in http_request.c.  A lane's request is driven at once, by
 * hand, so that its bytes leave inside the call and its caller knows whether
 * they did; curl would open another connection for a request whose old one
 * died, and is given no socket for it. */

#include "common/http.h"

#include "common/http_own.h"
#include "common/loop.h"
#include "common/must.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static const struct http_answer closed = { .error = "closed", .body = "" };

static void
multi_done(CURLMcode rc)
{
    must(rc == CURLM_OK);
}

/* Says that no more bytes will leave, when somebody waits for that. */
static void
tell_out(struct request *r)
{
    void (*out)(void *arg) = r->out;

    r->out = NULL;
    if (!out)
        return;
    loop_timer_cancel(&r->http->stuck);
    out(r->arg);
}

/* The slot is free for the next one only after f returned. */
static void
finish(struct request *r, const struct http_answer *a)
{
    struct http *h = r->http;
    curl_socket_t fd = CURL_SOCKET_BAD;

    curl_easy_getinfo(r->easy, CURLINFO_ACTIVESOCKET, &fd);
    multi_done(curl_multi_remove_handle(h->multi, r->easy));
    h->socket = a->status > 0 ? fd : CURL_SOCKET_BAD;
    tell_out(r);
    r->f(r->arg, a);
    http_request_end(r);
}

static void
take_finished(struct http *h)
{
    CURLMsg *m;
    int left;

    for (unsigned i = 0; h->o.lane && i < REQUESTS_CAP; i++)
        if (h->requests[i].out && http_request_is_out(&h->requests[i]))
            tell_out(&h->requests[i]);
    while ((m = curl_multi_info_read(h->multi, &left))) {
        struct request *r = NULL;
        struct http_answer a;
        CURLcode rc = m->data.result; /* m is gone after the removal. */
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &r);
        http_fill_answer(r, rc, &a);
        finish(r, &a);
    }
}

static void
socket_ready(void *arg, int events)
{
    struct watch *w = arg;
    struct http *h = w->http;
    int running, mask = (events & 1 ? CURL_CSELECT_IN : 0) |
                        (events & 2 ? CURL_CSELECT_OUT : 0);

    /* w may be gone after this. */
    multi_done(curl_multi_socket_action(h->multi, w->socket, mask, &running));
    take_finished(h);
}

static int
watch_socket(CURL *easy, curl_socket_t s, int what, void *arg, void *known)
{
    struct http *h = arg;
    struct watch *w = known;
    int events = (what & CURL_POLL_IN ? 1 : 0) | (what & CURL_POLL_OUT ? 2 : 0);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            loop_unwatch(&w->fd);
        free(w);
        return 0;
    }
    if (w) {
        loop_watch_change(w->fd, events);
        return 0;
    }
    w = malloc(sizeof *w);
    must(w);
    *w = (struct watch){ .http = h, .socket = s };
    w->fd = loop_watch(h->loop, s, events, socket_ready, w);
    multi_done(curl_multi_assign(h->multi, s, w));
    return 0;
}

static void
drive(struct http *h)
{
    int running;

    multi_done(
        curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running));
}

static void
time_over(void *arg)
{
    struct http *h = arg;

    loop_timer_cancel(&h->timer);
    drive(h);
    take_finished(h);
}

static int
set_timer(CURLM *multi, long ms, void *arg)
{
    struct http *h = arg;

    (void)multi;
    loop_timer_cancel(&h->timer);
    if (ms >= 0)
        h->timer = loop_timer(h->loop, (struct ms){ ms }, (struct ms){ 0 },
                              time_over, h);
    return 0;
}

struct http *
http_new(struct loop *l, const struct http_options *o)
{
    struct http *h = calloc(1, sizeof *h);

    must(h && o->answer_cap > 0 && o->connections > 0);
    must(!o->lane || (o->connections == 1 && o->out_timeout.ms > 0));
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    h->loop = l;
    h->o = *o;
    h->socket = CURL_SOCKET_BAD;
    if (o->ca_file) {
        h->ca_file = strdup(o->ca_file);
        must(h->ca_file);
    }
    h->multi = curl_multi_init();
    must(h->multi);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      (long)o->connections);
    return h;
}

void
http_destroy(struct http **http)
{
    struct http *h = *http;

    if (!h)
        return;
    h->closing = true;
    for (unsigned i = 0; i < REQUESTS_CAP; i++) {
        struct request *r = &h->requests[i];
        struct http_answer a = closed;
        a.sent = r->left;
        if (r->under_way)
            finish(r, &a);
        if (r->easy)
            curl_easy_cleanup(r->easy);
    }
    multi_done(curl_multi_cleanup(h->multi));
    loop_timer_cancel(&h->timer);
    loop_timer_cancel(&h->late);
    loop_timer_cancel(&h->stuck);
    curl_global_cleanup();
    free(h->ca_file);
    free(h);
    *http = NULL;
}

static struct request *
free_slot(struct http *h)
{
    for (unsigned i = 0; i < REQUESTS_CAP && !h->closing; i++)
        if (!h->requests[i].under_way)
            return &h->requests[i];
    return NULL;
}

bool
http_ask(struct http *h, const struct http_request *q, http_fn *f, void *arg)
{
    struct request *r = free_slot(h);

    if (!r)
        return false;
    http_request_begin(h, r, q, f, arg);
    multi_done(curl_multi_add_handle(h->multi, r->easy));
    return true;
}

bool
http_mail(struct http *h, const struct http_mail *m, http_fn *f, void *arg)
{
    struct request *r = free_slot(h);

    if (!r)
        return false;
    http_mail_begin(h, r, m, f, arg);
    multi_done(curl_multi_add_handle(h->multi, r->easy));
    return true;
}

bool
http_send(struct http *h, const char *url, const char *body, http_fn *f,
          void *arg)
{
    struct http_request q = { .url = url, .body = body };

    q.body_size = body ? strlen(body) : 0;
    return http_ask(h, &q, f, arg);
}

bool
http_is_busy(const struct http *h)
{
    for (unsigned i = 0; i < REQUESTS_CAP; i++)
        if (h->requests[i].under_way)
            return true;
    return false;
}

/* An idle connection has nothing to say: what can be read from it is its
 * end, or words nobody asked for. */
bool
http_is_open(const struct http *h)
{
    struct pollfd p = { .fd = h->socket, .events = POLLIN | POLLRDHUP };

    return h->socket != CURL_SOCKET_BAD && !h->closing && !http_is_busy(h) &&
           poll(&p, 1, 0) == 0;
}

static void
look_again(void *arg)
{
    struct http *h = arg;

    loop_timer_cancel(&h->late);
    take_finished(h);
}

/* What has not left by now never will: the connection is cut. */
static void
cut(void *arg)
{
    struct http *h = arg;

    loop_timer_cancel(&h->stuck);
    for (unsigned i = 0; i < REQUESTS_CAP; i++) {
        struct request *r = &h->requests[i];
        struct http_answer a = { .body = "", .sent = r->left };
        a.error = "the request could not be written in time";
        if (r->under_way && r->out)
            finish(r, &a);
    }
}

enum http_sent
http_send_once(struct http *h, const struct http_request *q,
               void (*out)(void *arg), http_fn *f, void *arg)
{
    const struct ms now = { 0 };
    struct request *r = free_slot(h);

    must(h->o.lane);
    if (!r || !http_is_open(h))
        return HTTP_NOT_SENT;
    http_request_begin(h, r, q, f, arg);
    r->reuses = true;
    multi_done(curl_multi_add_handle(h->multi, r->easy));
    drive(h);
    if (r->left == 0) {
        multi_done(curl_multi_remove_handle(h->multi, r->easy));
        http_request_end(r);
        return HTTP_NOT_SENT;
    }
    /* It may have ended already; f is not called from inside this call. */
    if (!h->late)
        h->late = loop_timer(h->loop, now, now, look_again, h);
    if (http_request_is_out(r))
        return HTTP_SENT;
    r->out = out;
    h->stuck = loop_timer(h->loop, h->o.out_timeout, now, cut, h);
    return HTTP_SENDING;
}
