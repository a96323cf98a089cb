/* http_request - one request of http: what curl is told, what it answered */

/* Everything that could surprise is off: redirects, proxies, other
 * protocols, signals, plain HTTP to anywhere but this machine, HTTP/2 (7.88
 * resets streams that ended early, and a server may take that for an
 * attack).  What left is counted where curl reports each write: the head up
 * to its blank line, then the body. */

#include "common/http_own.h"
#include "common/must.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    HEADER_CAP = 1024,
    HEAD_MOST = 65536,       /* Of an answer: curl would keep any length. */
    RETRY_AFTER_CAP = 86400, /* Nobody means more than a day. */
};

static void
set_done(CURLcode rc)
{
    must(rc == CURLE_OK);
}

static size_t
take_head(char *data, size_t one, size_t size, void *arg)
{
    struct request *r = arg;

    (void)data;
    (void)one; /* Always 1. */
    r->head += size;
    return r->head <= HEAD_MOST ? size : 0;
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

/* What was written just now: first the head, up to its blank line.  Another
 * head: a connection from before was dead, and curl begins anew on a fresh
 * one (never on a lane, see open_socket). */
static int
count_out(CURL *easy, curl_infotype what, char *data, size_t size, void *arg)
{
    static const char blank[] = "\r\n\r\n";
    struct request *r = arg;
    size_t i = 0;

    (void)easy;
    if (what != CURLINFO_HEADER_OUT && what != CURLINFO_DATA_OUT)
        return 0;
    r->left += size;
    if (what == CURLINFO_HEADER_OUT && r->blank == 4) {
        r->blank = 0;
        r->rest = r->whole;
    }
    for (; i < size && r->blank < 4; i++)
        r->blank = data[i] == blank[r->blank] ? r->blank + 1
                   : data[i] == '\r'          ? 1
                                              : 0;
    must(size - i <= r->rest);
    r->rest -= size - i;
    return 0;
}

bool
http_request_is_out(const struct request *r)
{
    return r->blank == 4 && r->rest == 0;
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
    if (r->reuses) {
        r->not_twice = true; /* curl would send it a second time. */
        return CURL_SOCKET_BAD;
    }
    if (r->plain && !is_loopback(a)) {
        r->not_here = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static int
close_socket(void *arg, curl_socket_t fd)
{
    struct http *h = arg;

    if (h->socket == fd)
        h->socket = CURL_SOCKET_BAD;
    return close(fd);
}

static const char *
error_of(struct request *r, CURLcode rc)
{
    if (r->too_long || r->head > HEAD_MOST) {
        snprintf(r->error, sizeof r->error,
                 "the answer%s is longer than %zu bytes",
                 r->too_long ? "" : "'s head",
                 r->too_long ? r->http->o.answer_cap : HEAD_MOST);
        return r->error;
    }
    if (r->not_twice)
        return "the connection ended before an answer came";
    if (r->not_here)
        return "http:// is only for this machine, use https://";
    return r->error[0] ? r->error : curl_easy_strerror(rc);
}

static const char *
header_of(const struct request *r, const char *name)
{
    struct curl_header *h;

    return curl_easy_header(r->easy, name, 0, CURLH_HEADER, -1, &h) ==
                   CURLHE_OK
               ? h->value
               : NULL;
}

void
http_fill_answer(struct request *r, CURLcode rc, struct http_answer *a)
{
    long status = 0;
    curl_off_t us = 0, retry = 0;

    *a = (struct http_answer){ .body = "", .sent = r->left };
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
    a->etag = header_of(r, "ETag");
    a->last_modified = header_of(r, "Last-Modified");
    if (r->body) {
        r->body[r->size] = '\0';
        a->body = r->body;
        a->body_size = r->size;
    }
}

static void
add_header(struct request *r, const char *line)
{
    struct curl_slist *grown = curl_slist_append(r->headers, line);

    must(grown);
    r->headers = grown;
}

static void
set_headers(struct request *r, const struct http_request *q)
{
    char line[HEADER_CAP];

    must(q->headers_count <= HTTP_HEADERS_CAP);
    add_header(r, "Content-Type: application/json");
    add_header(r, "Accept: application/json");
    add_header(r, "Expect:"); /* A body of ours needs no permission. */
    for (size_t i = 0; i < q->headers_count; i++) {
        const struct http_header *h = &q->headers[i];
        int n = snprintf(line, sizeof line, "%s: %s", h->name, h->value);
        must(n > 0 && n < (int)sizeof line);
        for (const char *c = line; *c; c++)
            must((unsigned char)*c >= ' ');
        add_header(r, line);
    }
    explicit_bzero(line, sizeof line);
    set_done(curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->headers));
}

void
http_set_limits(const struct http *h, CURL *e)
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
    /* A name being looked up is not waited for when we give up. */
    set_done(curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L));
}

void
http_set_calls(struct request *r)
{
    CURL *e = r->easy;

    set_done(curl_easy_setopt(e, CURLOPT_PRIVATE, r));
    set_done(curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->error));
    set_done(curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_head));
    set_done(curl_easy_setopt(e, CURLOPT_HEADERDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body));
    set_done(curl_easy_setopt(e, CURLOPT_WRITEDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket));
    set_done(curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, close_socket));
    set_done(curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, r->http));
    set_done(curl_easy_setopt(e, CURLOPT_DEBUGFUNCTION, count_out));
    set_done(curl_easy_setopt(e, CURLOPT_DEBUGDATA, r));
    set_done(curl_easy_setopt(e, CURLOPT_VERBOSE, 1L));
}

/* A POST without a body says so with its length; other methods do not. */
static void
set_body(struct request *r, const struct http_request *q)
{
    bool posts = q->body || (q->method && strcmp(q->method, "POST") == 0);

    if (posts) {
        set_done(curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                  (curl_off_t)q->body_size));
        set_done(curl_easy_setopt(r->easy, CURLOPT_COPYPOSTFIELDS,
                                  q->body ? q->body : ""));
    }
    if (q->method)
        set_done(curl_easy_setopt(r->easy, CURLOPT_CUSTOMREQUEST, q->method));
}

void
http_request_begin(struct http *h, struct request *r,
                   const struct http_request *q, http_fn *f, void *arg)
{
    CURL *easy = r->easy ? r->easy : curl_easy_init();

    must(easy && (q->body || q->body_size == 0));
    curl_easy_reset(easy);
    *r = (struct request){
        .http = h,
        .easy = easy,
        .under_way = true,
        .f = f,
        .arg = arg,
        .plain = strncasecmp(q->url, "https://", 8) != 0,
        .whole = q->body_size,
        .rest = q->body_size,
    };
    http_set_limits(h, easy);
    http_set_calls(r);
    set_done(curl_easy_setopt(easy, CURLOPT_URL, q->url));
    if (q->alone) {
        set_done(curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L));
        set_done(curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L));
    }
    set_headers(r, q);
    set_body(r, q);
}

void
http_request_end(struct request *r)
{
    free(r->body);
    r->body = NULL;
    curl_slist_free_all(r->headers);
    r->headers = NULL;
    curl_slist_free_all(r->people);
    r->people = NULL;
    free(r->letter);
    r->letter = NULL;
    r->under_way = false;
}
