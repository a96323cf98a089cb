/* server - REST and websocket on one loopback port (libwebsockets' door)
 *
 * One callback serves both, since a websocket client without a subprotocol
 * gets protocol 0.  No extensions (permessage-deflate is broken in 4.1.6) and
 * only http/1.1 by ALPN.  A session lives in libwebsockets' own memory; what
 * it queues is ours. */
#include "tests/simex/server_own.h"

#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

#define QUEUE_BYTES (size_t)(32 * 1024 * 1024) /* Then a reader is too slow. */
#define SAID_BYTES 131072     /* Largest message from a client. */
#define DROP_S 1              /* For a client that does not even read. */

struct piece *
server_piece(const char *text, size_t size, lws_usec_t due)
{
    struct piece *p = malloc(sizeof *p + LWS_PRE + size);
    must(p != NULL);
    p->next = NULL;
    p->due = due;
    p->size = size;
    memcpy(p->bytes + LWS_PRE, text, size);
    return p;
}

void
server_clear(struct session *v)
{
    while (v->head) {
        struct piece *p = v->head;
        v->head = p->next;
        free(p);
    }
    free(v->said);
    server_clear_request(v);
    memset(v, 0, sizeof *v);
    v->conn = SERVER_NONE;
}

bool
server_gather(struct session *v, const void *in, size_t size, size_t most)
{
    if (v->said_size + size > most)
        return false;
    if (v->said_size + size > v->said_cap) {
        size_t cap = (v->said_size + size) * 2;
        char *said = realloc(v->said, cap);
        must(said != NULL);
        v->said = said;
        v->said_cap = cap;
    }
    if (size > 0)
        memcpy(v->said + v->said_size, in, size);
    v->said_size += size;
    return true;
}

static bool
is_channel(struct lws *wsi, const char *name)
{
    char uri[64] = "";
    lws_hdr_copy(wsi, uri, sizeof uri, WSI_TOKEN_GET_URI);
    size_t size = strlen(name);
    return strncmp(uri, name, size) == 0 &&
           (uri[size] == '\0' || strcmp(uri + size, "/") == 0);
}

static int
on_established(struct server *s, struct lws *wsi, struct session *v)
{
    server_clear(v);
    v->conn = s->events.opened(s->arg, is_channel(wsi, "/ws/user"));
    if (v->conn == SERVER_NONE)
        return -1;
    must(v->conn < CONNS && s->conns[v->conn].wsi == NULL);
    s->conns[v->conn].wsi = wsi;
    s->conns[v->conn].session = v;
    return 0;
}

static int
on_said(struct server *s, struct lws *wsi, struct session *v, const void *in,
        size_t size)
{
    if (!server_gather(v, in, size, SAID_BYTES))
        return -1;
    if (lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi)) {
        s->events.heard(s->arg, v->conn, v->said ? v->said : "",
                        v->said_size);
        v->said_size = 0;
    }
    return 0;
}

static int
on_ws_writable(struct lws *wsi, struct session *v)
{
    struct piece *p = v->head;
    if (v->doomed)
        return -1;
    if (!p)
        return 0;
    lws_usec_t wait = p->due - lws_now_usecs();
    if (wait > 0) {
        lws_set_timer_usecs(wsi, wait);
        return 0;
    }
    int n = lws_write(wsi, p->bytes + LWS_PRE, p->size, LWS_WRITE_TEXT);
    v->head = p->next;
    v->queued -= p->size;
    bool whole = n >= 0 && (size_t)n >= p->size;
    free(p);
    if (v->head)
        lws_callback_on_writable(wsi);
    return whole ? 0 : -1;
}

static void
on_closed(struct server *s, struct session *v)
{
    if (v->conn != SERVER_NONE) {
        s->conns[v->conn].wsi = NULL;
        s->conns[v->conn].session = NULL;
        s->events.closed(s->arg, v->conn);
    }
    server_clear(v);
}

void
server_send(struct server *s, uint32_t conn, const char *text, size_t size,
            int64_t wait_ms)
{
    must(conn < CONNS && s->conns[conn].wsi != NULL);
    struct session *v = s->conns[conn].session;
    if (v->doomed)
        return;
    if (v->queued + size > QUEUE_BYTES) {
        server_drop(s, conn);
        return;
    }
    lws_usec_t due = wait_ms > 0 ? lws_now_usecs() + wait_ms * 1000 : 0;
    struct piece *p = server_piece(text, size, due);
    if (v->head)
        v->tail->next = p;
    else
        v->head = p;
    v->tail = p;
    v->queued += size;
    lws_callback_on_writable(s->conns[conn].wsi);
}

void
server_drop(struct server *s, uint32_t conn)
{
    must(conn < CONNS && s->conns[conn].wsi != NULL);
    /* Not at once: the caller may be in the midst of all connections. */
    s->conns[conn].session->doomed = true;
    lws_callback_on_writable(s->conns[conn].wsi);
    lws_set_timeout(s->conns[conn].wsi, PENDING_TIMEOUT_USER_OK, DROP_S);
}

static int
serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
      size_t size)
{
    struct server *s = lws_context_user(lws_get_context(wsi));
    struct session *v = user;
    switch ((int)reason) { /* The others are the library's own affairs. */
    case LWS_CALLBACK_HTTP_BIND_PROTOCOL:
        if (v)
            v->conn = SERVER_NONE;
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return is_channel(wsi, "/ws/market") || is_channel(wsi, "/ws/user")
                   ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return on_established(s, wsi, v);
    case LWS_CALLBACK_RECEIVE:
        return on_said(s, wsi, v, in, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_ws_writable(wsi, v);
    case LWS_CALLBACK_HTTP:
        return server_request(s, wsi, v, in);
    case LWS_CALLBACK_HTTP_BODY:
        return server_body(v, in, size);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return server_end_body(s, wsi, v);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return server_http_writable(wsi, v);
    case LWS_CALLBACK_TIMER:
        if (v->conn == SERVER_NONE && v->answer && !v->answering)
            return server_begin_answer(wsi, v);
        lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        if (v && v->conn == SERVER_NONE)
            server_clear(v);
        return 0;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
        if (v)
            on_closed(s, v);
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, size);
    }
}

static void
say_log(int level, const char *line)
{
    size_t size = strcspn(line, "\n");
    if (level & LLL_ERR)
        log_warn("libwebsockets: %.*s", (int)size, line);
    else
        log_debug("libwebsockets: %.*s", (int)size, line);
}

struct server *
server_open(struct loop *l, int port, const char *cert, const char *key,
            const struct server_events *e, void *arg, struct why *why)
{
    struct server *s = calloc(1, sizeof *s);
    must(s != NULL);
    s->events = *e;
    s->arg = arg;
    s->loop = l;
    s->loops[0] = loop_native(l);
    s->room = malloc(FACE_ROOM);
    must(s->room != NULL);
    s->protocols[0] = (struct lws_protocols){
        .name = "simex", .callback = serve, .rx_buffer_size = CHUNK,
        .per_session_data_size = sizeof(struct session),
    };
    lws_set_log_level(LLL_ERR | LLL_WARN, say_log);
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_LIBUV |
                   (cert[0] ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0),
        .foreign_loops = s->loops, .user = s, .uid = -1, .gid = -1,
        .pt_serv_buf_size = CHUNK, .max_http_header_data = URI_BYTES,
        .max_http_header_pool = 128,
    };
    s->context = lws_create_context(&info);
    if (!s->context) {
        server_close(&s);
        (void)why_set(why, "libwebsockets does not start");
        return NULL;
    }
    info.iface = "127.0.0.1";
    info.port = port;
    info.vhost_name = "simex";
    info.protocols = s->protocols;
    info.keepalive_timeout = 120;
    info.timeout_secs = 20;
    info.alpn = "http/1.1";
    if (cert[0]) {
        info.ssl_cert_filepath = cert;
        info.ssl_private_key_filepath = key;
    }
    s->vhost = lws_create_vhost(s->context, &info);
    if (!s->vhost || server_port(s) <= 0) {
        server_close(&s);
        (void)why_set(why, "cannot listen on 127.0.0.1:%d%s", port,
                      cert[0] ? " with that certificate" : "");
        return NULL;
    }
    return s;
}

int
server_port(const struct server *s)
{
    return lws_get_vhost_listen_port(s->vhost);
}

static void
stop_loop(void *loop)
{
    loop_stop(loop);
}

void
server_close(struct server **s)
{
    if (!*s)
        return;
    if ((*s)->context) {
        /* As a guest it finishes only in further turns of the loop. */
        struct loop_timer *t = loop_timer((*s)->loop, (struct ms){ 20 },
                                          (struct ms){ 0 }, stop_loop,
                                          (*s)->loop);
        lws_context_destroy((*s)->context);
        loop_run((*s)->loop);
        loop_timer_cancel(&t);
        lws_context_destroy((*s)->context); /* The second time frees it. */
    }
    free((*s)->room);
    free(*s);
    *s = NULL;
}
