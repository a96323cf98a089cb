/* ws_context - libwebsockets as a guest on the process's loop */

/* Extensions stay off: 4.1.6 loops for ever on what it decompresses.  So do
 * proxies from the environment, and log lines of its own to stderr. */

#include "common/ws_inside.h"

#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_SIZE = 65536, /* What a callback is handed at most. */
    FDS_CAP = 256,      /* Connections of one context. */
};

static int
callback(struct lws *wsi, enum lws_callback_reasons reason, void *user,
         void *in, size_t size)
{
    struct ws *w = wsi ? lws_get_opaque_user_data(wsi) : NULL;

    (void)user;
    if (w)
        return ws_serve(w, wsi, reason, in, size);
    /* It was given up: close it at the first sign of life. */
    bool alive = reason == LWS_CALLBACK_CLIENT_RECEIVE ||
                 reason == LWS_CALLBACK_CLIENT_WRITEABLE ||
                 reason == LWS_CALLBACK_CLIENT_ESTABLISHED ||
                 reason == LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH;
    return alive ? -1 : 0;
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

static const struct lws_protocols protocols[] = {
    { .name = WS_PROTOCOL, .callback = callback, .rx_buffer_size = CHUNK_SIZE },
    { .name = NULL },
};

struct ws_context *
ws_context_new(struct loop *l, const char *ca_file)
{
    struct ws_context *c = calloc(1, sizeof *c);

    must(c);
    c->loop = l;
    c->loops[0] = loop_native(l);
    lws_set_log_level(LLL_ERR | LLL_WARN, say_log);
    unsetenv("http_proxy"); /* It would go through that. */
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .extensions = NULL,
        .options = LWS_SERVER_OPTION_LIBUV |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   (ca_file ? LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS : 0),
        .client_ssl_ca_filepath = ca_file,
        .foreign_loops = c->loops,
        .fd_limit_per_thread = FDS_CAP,
        .pt_serv_buf_size = CHUNK_SIZE,
        .gid = -1,
        .uid = -1,
    };
    c->lws = lws_create_context(&info);
    must(c->lws);
    return c;
}

static void
destroy_rest(void *arg)
{
    lws_context_destroy(arg);
}

void
ws_context_destroy(struct ws_context **c)
{
    if (!*c)
        return;
    /* It takes two calls: the handles close while the loop still turns, and
     * the rest is freed after that. */
    lws_context_destroy((*c)->lws);
    loop_at_end((*c)->loop, destroy_rest, (*c)->lws);
    free(*c);
    *c = NULL;
}
