/* http - requests to venues over kept-alive connections (libcurl's door) */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include "proto/units.h"

struct loop;
struct http;

struct http_options {
    const char *ca_file;      /* NULL = the system's. */
    struct ms connect_timeout;
    struct ms total_timeout;
    size_t answer_cap;        /* A longer body is an error. */
    uint32_t connections;     /* Per host, at most. */
};

struct http_answer {
    int status;               /* 0 = no answer: error says why. */
    const char *error;        /* NULL when there is a status. */
    const char *body;         /* NUL terminated; gone when f returns. */
    size_t body_size;
    int64_t retry_after_s;    /* From Retry-After, 0 = none. */
    struct nanos took;
};

typedef void http_fn(void *arg, const struct http_answer *a);

struct http *http_new(struct loop *l, const struct http_options *o);
void http_destroy(struct http **h);
/* GET when body is NULL, else POST of JSON.  No redirects, no other host
 * than the URL's, TLS verified.  f is called exactly once, also at destroy
 * (status 0), never from inside this call.  False when too many are under
 * way (cap 256): f is not called. */
MUST_CHECK bool http_send(struct http *h, const char *url, const char *body,
                          http_fn *f, void *arg);

#endif /* COMMON_HTTP_H */
