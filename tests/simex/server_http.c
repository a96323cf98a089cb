/* server_http - requests and their answers, over kept-alive connections
 *
 * A body is gathered whole before it is answered, and an answer goes out in
 * chunks as the socket takes them, perhaps after the delay it was given. */
#include "tests/simex/server_own.h"

#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_BYTES 262144     /* Largest request body. */
#define HEADER_BYTES 1024

void
server_clear_request(struct session *v)
{
    free(v->query);
    free(v->answer);
    v->query = NULL;
    v->answer = NULL;
    for (int i = 0; i < FRONT_HEADERS; i++) {
        free(v->headers[i]);
        v->headers[i] = NULL;
    }
}

struct head { unsigned char bytes[LWS_PRE + 1024], *at, *end; };

static bool
add_header(struct lws *wsi, struct head *h, const char *name,
           const char *value)
{
    return lws_add_http_header_by_name(
               wsi, (const unsigned char *)name,
               (const unsigned char *)value, (int)strlen(value), &h->at,
               h->end) == 0;
}

/* How much of the limit is left. */
static bool
add_limit(struct lws *wsi, struct head *h, const struct front_answer *a)
{
    char text[24];
    if (a->remaining < 0)
        return true;
    snprintf(text, sizeof text, "%lld", (long long)a->remaining);
    if (!add_header(wsi, h, "poly-ratelimit-remaining:", text))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)a->reset_s);
    return add_header(wsi, h, "poly-ratelimit-reset:", text) &&
           add_header(wsi, h, "poly-ratelimit-tier:", "Standard");
}

static bool
send_head(struct lws *wsi, const struct session *v)
{
    struct head h;
    unsigned char *start = h.bytes + LWS_PRE;
    h.at = start;
    h.end = h.bytes + sizeof h.bytes - 1;
    if (lws_add_http_common_headers(wsi, (unsigned)v->how.status,
                                    v->how.html ? "text/html; charset=UTF-8"
                                                : "application/json",
                                    v->answer->size, &h.at, h.end) ||
        (v->how.status == 429 && !add_header(wsi, &h, "retry-after:", "1")) ||
        !add_limit(wsi, &h, &v->how))
        return false;
    return lws_finalize_write_http_header(wsi, start, &h.at, h.end) == 0;
}

int
server_begin_answer(struct lws *wsi, struct session *v)
{
    v->answering = true;
    v->sent = 0;
    if (!send_head(wsi, v))
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

int
server_end_body(struct server *s, struct lws *wsi, struct session *v)
{
    if (!v->waits)
        return 0; /* An empty body ends, too. */
    v->waits = false;
    return server_answer(s, wsi, v);
}

int
server_answer(struct server *s, struct lws *wsi, struct session *v)
{
    struct front_request r = {
        .rest = { .post = v->post, .path = v->path,
                  .query = v->query ? v->query : "",
                  .body = v->said ? v->said : "",
                  .body_size = v->said_size },
        .del = v->del,
    };
    struct quill q;
    memcpy(r.headers, v->headers, sizeof v->headers);
    quill_start(&q, s->room, FACE_ROOM);
    s->events.asked(s->arg, &r, &q, &v->how);
    if (v->how.cut)
        return -1;
    free(v->answer);
    v->answer = server_piece(q.s, q.size, 0);
    if (v->how.delay_ms == 0)
        return server_begin_answer(wsi, v);
    lws_set_timer_usecs(wsi, v->how.delay_ms * 1000);
    return 0;
}

/* Those of the venue; the library lower-cases the names. */
static void
copy_headers(struct lws *wsi, struct session *v)
{
    for (int i = 0; i < FRONT_HEADERS; i++) {
        const char *name = front_header_names[i];
        int name_size = (int)strlen(name);
        int size = lws_hdr_custom_length(wsi, name, name_size);
        if (size < 0 || size > HEADER_BYTES)
            continue;
        v->headers[i] = calloc(1, (size_t)size + 1);
        must(v->headers[i] != NULL);
        lws_hdr_custom_copy(wsi, v->headers[i], size + 1, name, name_size);
    }
}

/* The library keeps "a=1" and "b=2" of a query apart; they are joined. */
static char *
copy_query(struct lws *wsi)
{
    char *query = malloc(URI_BYTES);
    int size = 0;
    must(query != NULL);
    query[0] = '\0';
    for (int i = 0; size + 2 < URI_BYTES; i++) {
        int at = size + (i > 0);
        int n = lws_hdr_copy_fragment(wsi, query + at, URI_BYTES - at,
                                      WSI_TOKEN_HTTP_URI_ARGS, i);
        if (n < 0)
            break;
        if (i > 0)
            query[size] = '&';
        /* The last fragment may count its NUL. */
        size = at + (int)strnlen(query + at, (size_t)n);
    }
    query[size] = '\0';
    return query;
}

int
server_request(struct server *s, struct lws *wsi, struct session *v,
           const char *path)
{
    char length[16] = "";
    server_clear(v);
    v->post = lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0;
    v->del = lws_hdr_total_length(wsi, WSI_TOKEN_DELETE_URI) > 0;
    if (!v->post && !v->del &&
        lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) == 0)
        return lws_return_http_status(wsi, 405, NULL) ? -1 : 0;
    snprintf(v->path, sizeof v->path, "%s", path);
    v->query = copy_query(wsi);
    copy_headers(wsi, v);
    lws_hdr_copy(wsi, length, sizeof length, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if ((v->post || v->del) && strtol(length, NULL, 10) > 0)
        v->waits = true;
    if (v->waits)
        return 0; /* The body is still to come. */
    return server_answer(s, wsi, v);
}

int
server_http_writable(struct lws *wsi, struct session *v)
{
    if (!v->answering)
        return 0;
    size_t left = v->answer->size - v->sent;
    size_t size = left < CHUNK ? left : CHUNK;
    bool last = size == left;
    int n = lws_write(wsi, v->answer->bytes + LWS_PRE + v->sent, size,
                      last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
    if (n < 0)
        return -1;
    v->sent += size;
    if (!last) {
        lws_callback_on_writable(wsi);
        return 0;
    }
    server_clear(v); /* The library forgets it before the next request. */
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

int
server_body(struct session *v, const void *in, size_t size)
{
    return server_gather(v, in, size, BODY_BYTES) ? 0 : -1;
}
