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

static bool
send_head(struct lws *wsi, const struct session *v)
{
    unsigned char head[LWS_PRE + 1024], *start = head + LWS_PRE;
    unsigned char *p = start, *end = head + sizeof head - 1;
    static const char retry[] = "1";
    if (lws_add_http_common_headers(wsi, (unsigned)v->status,
                                    "application/json", v->answer->size, &p,
                                    end))
        return false;
    if (v->status == 429 &&
        lws_add_http_header_by_name(wsi,
                                    (const unsigned char *)"retry-after:",
                                    (const unsigned char *)retry, 1, &p, end))
        return false;
    return lws_finalize_write_http_header(wsi, start, &p, end) == 0;
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
server_answer(struct server *s, struct lws *wsi, struct session *v)
{
    struct rest_request r = {
        .post = v->post, .path = v->path, .query = v->query ? v->query : "",
        .body = v->said ? v->said : "", .body_size = v->said_size,
    };
    struct quill q;
    int64_t delay_ms = 0;
    quill_start(&q, s->room, FACE_ROOM);
    v->status = s->events.asked(s->arg, &r, &q, &delay_ms);
    free(v->answer);
    v->answer = server_piece(q.s, q.size, 0);
    if (delay_ms == 0)
        return server_begin_answer(wsi, v);
    lws_set_timer_usecs(wsi, delay_ms * 1000);
    return 0;
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
    if (!v->post && lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) == 0)
        return lws_return_http_status(wsi, 405, NULL) ? -1 : 0;
    snprintf(v->path, sizeof v->path, "%s", path);
    v->query = copy_query(wsi);
    lws_hdr_copy(wsi, length, sizeof length, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (v->post && strtol(length, NULL, 10) > 0)
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
