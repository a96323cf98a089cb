/* http - requests over kept-alive connections, and mail (libcurl's door)
 *
 * Two kinds.  A pool keeps some connections a host and opens new ones as it
 * needs them.  A lane has one: http_ask opens it (a warm-up), and
 * http_send_once writes to it what must not be written twice: it uses the
 * connection that is open or none, and no byte of it is ever sent again. */
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
    uint32_t connections;     /* Per host, at most; a lane: 1. */
    bool lane;
    struct ms out_timeout;    /* A lane's bytes leave within, or its
                                 connection is cut. */
};

enum { HTTP_HEADERS_CAP = 12 };
struct http_header {
    const char *name, *value; /* Without control characters. */
};

struct http_request {
    const char *method;       /* NULL: GET, or POST where there is a body. */
    const char *url;
    const char *body;         /* JSON; NULL = none. */
    size_t body_size;
    const struct http_header *headers;
    size_t headers_count;
    bool alone;               /* Over a connection of its own, so that it is
                                 not sent once more when that one dies. */
};

struct http_answer {
    int status;               /* 0 = no answer: error says why. */
    const char *error;        /* NULL when there is a status. */
    const char *body;         /* NUL terminated; gone when f returns. */
    size_t body_size;
    int64_t retry_after_s;    /* From Retry-After, 0 = none. */
    const char *etag, *last_modified; /* As they came; NULL = not said. */
    struct nanos took;
    size_t sent;              /* Bytes of the request that left, as far as
                                 they were handed to TLS or the kernel. */
};

typedef void http_fn(void *arg, const struct http_answer *a);

struct http *http_new(struct loop *l, const struct http_options *o);
void http_destroy(struct http **h);
/* No redirects, no other host than the URL's, TLS verified.  f is called
 * exactly once, also at destroy (status 0), never from inside this call.
 * False when too many are under way (cap 256): f is not called. */
MUST_CHECK bool http_ask(struct http *h, const struct http_request *q,
                         http_fn *f, void *arg);
/* The same for a GET (body NULL) or a POST of JSON. */
MUST_CHECK bool http_send(struct http *h, const char *url, const char *body,
                          http_fn *f, void *arg);

/* A message by SMTP.  smtps://host, or smtp://host, which must offer STARTTLS
 * unless it is this machine. */
struct http_mail {
    const char *url;
    const char *user, *password; /* NULL = no login. */
    const char *from, *to;       /* Bare addresses. */
    const char *text;            /* Headers, blank line, body; CRLF lines. */
};
/* As http_ask; the answer's status is the server's last code, 250 for a
 * message it has taken. */
MUST_CHECK bool http_mail(struct http *h, const struct http_mail *m,
                          http_fn *f, void *arg);

enum http_sent {
    HTTP_NOT_SENT, /* No byte left and none will: f is not called. */
    HTTP_SENDING,  /* Some left: out is called when the rest did, or none
                      will any more; f after it. */
    HTTP_SENT      /* All left: f will be called. */
};
/* On a lane: writes the request to its open connection before it returns.
 * Not sent when there is none, when it looks closed, or when a request is
 * under way on it. */
MUST_CHECK enum http_sent http_send_once(struct http *h,
                                         const struct http_request *q,
                                         void (*out)(void *arg), http_fn *f,
                                         void *arg);
/* Whether http_send_once would find its connection free and alive. */
bool http_is_open(const struct http *h);
/* Whether a request is under way. */
bool http_is_busy(const struct http *h);

#endif /* COMMON_HTTP_H */
