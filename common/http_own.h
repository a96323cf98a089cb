/* http_own - the insides of http, for its own files */
#ifndef COMMON_HTTP_OWN_H
#define COMMON_HTTP_OWN_H

#include "common/http.h"

#include <curl/curl.h>

enum { REQUESTS_CAP = 256 };

struct request {
    struct http *http;
    CURL *easy; /* Kept from request to request. */
    struct curl_slist *headers;
    bool under_way;
    bool plain;     /* http://: only to this machine. */
    bool reuses;    /* Goes over the open connection or not at all. */
    bool too_long;  /* The answer. */
    bool not_here;  /* It was plain, and to elsewhere. */
    bool not_twice; /* Its connection ended, and it gets no other. */
    http_fn *f;
    void (*out)(void *arg); /* Not called yet. */
    void *arg;
    char *body;     /* Of the answer. */
    size_t size, room;
    size_t head;    /* Bytes of its headers. */
    size_t left;    /* Bytes of the request handed over. */
    size_t blank;   /* Of the blank line behind its head, 4 = all. */
    size_t whole;   /* Its body. */
    size_t rest;    /* Of it, not handed over. */
    char *letter;   /* A mail's text; NULL = it is a request. */
    size_t letter_size, letter_read;
    struct curl_slist *people; /* It is for. */
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
    struct loop_timer *timer;
    struct loop_timer *late;  /* Something finished inside http_send_once. */
    struct loop_timer *stuck; /* Bytes do not leave. */
    curl_socket_t socket;     /* A lane's open connection, or none. */
    bool closing;
    struct request requests[REQUESTS_CAP];
};

/* http_request.c: r gets a handle of curl's that will do what q says. */
void http_request_begin(struct http *h, struct request *r,
                        const struct http_request *q, http_fn *f, void *arg);
void http_request_end(struct request *r);
/* What every transfer is limited to, and where it is heard of. */
void http_set_limits(const struct http *h, CURL *e);
void http_set_calls(struct request *r);
/* http_mail.c */
void http_mail_begin(struct http *h, struct request *r,
                     const struct http_mail *m, http_fn *f, void *arg);
bool http_request_is_out(const struct request *r);
void http_fill_answer(struct request *r, CURLcode rc, struct http_answer *a);

#endif /* COMMON_HTTP_OWN_H */
