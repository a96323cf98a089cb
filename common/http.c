/* http - requests to venues over kept-alive connections (libcurl's door) */

/* One curl multi on the process's loop: curl says which descriptors and
 * which timeout it waits for, the loop says when they came.  Everything that
 * could surprise is off: redirects, proxies, other protocols, signals, plain
 * HTTP to anywhere but this machine, HTTP/2 (7.88 resets streams that ended
 * early, and a server may take that for an attack). */

#include "common/http.h"

#include "common/loop.h"
#include "common/must.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    REQUESTS_CAP = 256,
    RETRY_AFTER_CAP = 86400, /* Nobody means more than a day. */
};

struct request {
    struct http *http;
    CURL *easy; /* Kept from request to request. */
    bool under_way;
    bool plain; /* http://: only to this machine. */
    bool too_long;
    bool not_here; /* It was plain, and to elsewhere. */
    http_fn *f;
    void *arg;
    char *body;
    size_t size, room;
    char error[CURL_ERROR_SIZE];
};

/* A descriptor curl waits for. */
struct watch {
    struct http *http;
    struct loop_fd *fd;
    curl_socket_t socket;
};

struct http {
    struct loop *loop;
    struct http_options o;
    char *ca_file;
    CURLM *multi;
    struct curl_slist *headers;
    struct loop_timer *timer;
    bool closing;
    struct request requests[REQUESTS_CAP];
};

static void
set_done(CURLcode rc)
{
    must(rc == CURLE_OK);
}

static void
multi_done(CURLMcode rc)
{
    must(rc == CURLM_OK);
}

static size_t
take_body(char *data, size_t one, size_t size, void *arg)
{
    struct request *r = arg;

    (void)one; /* Always 1. */
    if (size > r->http->o.answer_cap - r->size) {
        r->too_long = true;
        return 0;
    }
    if (r->size + size + 1 > r->room) {
        size_t room = (r->size + size + 1) * 2;
        char *body = realloc(r->body, room);
        must(body);
        r->body = body;
        r->room = room;
    }
    memcpy(r->body + r->size, data, size);
    r->size += size;
    return size;
}

static bool
is_loopback(const struct curl_sockaddr *a)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (a->family == AF_INET && a->addrlen >= sizeof v4) {
        memcpy(&v4, &a->addr, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (a->family == AF_INET6 && a->addrlen >= sizeof v6) {
        memcpy(&v6, &a->addr, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    return false;
}

/* Where curl would connect to, after names were resolved. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct request *r = arg;

    (void)purpose;
    if (r->plain && !is_loopback(a)) {
        r->not_here = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static const char *
error_of(struct request *r, CURLcode rc)
{
    if (r->too_long) {
        snprintf(r->error, sizeof r->error,
                 "the answer is longer than %zu "
                 "bytes",
                 r->http->o.answer_cap);
        return r->error;
    }
    if (r->not_here)
        return "http:// is only for this machine, use https://";
    return r->error[0] ? r->error : curl_easy_strerror(rc);
}

static void
fill_answer(struct request *r, CURLcode rc, struct http_answer *a)
{
    long status = 0;
    curl_off_t us = 0, retry = 0;

    *a = (struct http_answer){ .body = "" };
    curl_easy_getinfo(r->easy, CURLINFO_TOTAL_TIME_T, &us);
    a->took.ns = (int64_t)us * 1000;
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    if (rc != CURLE_OK || status < 100 || status > 999) {
        a->error = rc == CURLE_OK ? "no HTTP status" : error_of(r, rc);
        return;
    }
    a->status = (int)status;
    curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &retry);
    a->retry_after_s = retry < 0                 ? 0
                       : retry > RETRY_AFTER_CAP ? RETRY_AFTER_CAP
                                                 : (int64_t)retry;
    if (r->body) {
        r->body[r->size] = '\0';
        a->body = r->body;
        a->body_size = r->size;
    }
}

/* The slot is free for the next one only after f returned. */
static void
finish(struct request *r, const struct http_answer *a)
{
    multi_done(curl_multi_remove_handle(r->http->multi, r->easy));
    r->f(r->arg, a);
    free(r->body);
    r->body = NULL;
    r->under_way = false;
}

static void
take_finished(struct http *h)
{
    CURLMsg *m;
    int left;

    while ((m = curl_multi_info_read(h->multi, &left))) {
        struct request *r = NULL;
        struct http_answer a;
        CURLcode rc = m->data.result; /* m is gone after the removal. */
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &r);
        fill_answer(r, rc, &a);
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
time_over(void *arg)
{
    struct http *h = arg;
    int running;

    loop_timer_cancel(&h->timer);
    multi_done(
        curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running));
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

static void
add_header(struct http *h, const char *line)
{
    struct curl_slist *grown = curl_slist_append(h->headers, line);

    must(grown);
    h->headers = grown;
}

struct http *
http_new(struct loop *l, const struct http_options *o)
{
    struct http *h = calloc(1, sizeof *h);

    must(h && o->answer_cap > 0 && o->connections > 0);
    set_done(curl_global_init(CURL_GLOBAL_DEFAULT));
    h->loop = l;
    h->o = *o;
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
    add_header(h, "Content-Type: application/json");
    add_header(h, "Accept: application/json");
    add_header(h, "Expect:"); /* A body of ours needs no permission. */
    return h;
}

void
http_destroy(struct http **http)
{
    struct http *h = *http;
    const struct http_answer closed = { .error = "closed", .body = "" };

    if (!h)
        return;
    h->closing = true;
    for (unsigned i = 0; i < REQUESTS_CAP; i++) {
        if (h->requests[i].under_way)
            finish(&h->requests[i], &closed);
        if (h->requests[i].easy)
            curl_easy_cleanup(h->requests[i].easy);
    }
    multi_done(curl_multi_cleanup(h->multi));
    loop_timer_cancel(&h->timer);
    curl_slist_free_all(h->headers);
    curl_global_cleanup();
    free(h->ca_file);
    free(h);
    *http = NULL;
}

static void
set_limits(const struct http *h, CURL *e)
{
    set_done(curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L));
    set_done(curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https"));
    set_done(curl_easy_setopt(e, CURLOPT_PROXY, ""));
    set_done(curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L));
    set_done(
        curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    set_done(curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L));
    set_done(curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L));
    if (h->ca_file)
        set_done(curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file));
    set_done(curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                              (long)h->o.connect_timeout.ms));
    set_done(
        curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)h->o.total_timeout.ms));
    set_done(curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE,
                              (curl_off_t)h->o.answer_cap));
    set_done(curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip"));
    set_done(curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L));
    /* The default drops a connection idle for 118 s. */
    set_done(curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, 600L));
    set_done(curl_easy_setopt(e, CURLOPT_USERAGENT, "dutchbook"));
}

static void
set_request(struct request *r, const char *url, const char *body)
{
    CURL *e = r->easy;

    set_done(curl_easy_setopt(e, CURLOPT_URL, url));
    set_done(curl_easy_setopt(e, CURLOPT_PRIVATE, r));
    set_done(curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->error));
    set_done(curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body));
    set_done(curl_easy_setopt(e, CURLOPT_WRITEDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket));
    set_done(curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_HTTPHEADER, r->http->headers));
    if (!body)
        return;
    set_done(curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
                              (curl_off_t)strlen(body)));
    set_done(curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, body));
}

bool
http_send(struct http *h, const char *url, const char *body, http_fn *f,
          void *arg)
{
    struct request *r = h->requests;

    while (r < h->requests + REQUESTS_CAP && r->under_way)
        r++;
    if (r == h->requests + REQUESTS_CAP || h->closing)
        return false;
    CURL *easy = r->easy ? r->easy : curl_easy_init();
    must(easy);
    curl_easy_reset(easy);
    *r = (struct request){
        .http = h,
        .easy = easy,
        .under_way = true,
        .f = f,
        .arg = arg,
        .plain = strncasecmp(url, "https://", 8) != 0,
    };
    set_limits(h, easy);
    set_request(r, url, body);
    multi_done(curl_multi_add_handle(h->multi, easy));
    return true;
}
