/* ws_inside - what ws.c and ws_context.c know of each other */
#ifndef COMMON_WS_INSIDE_H
#define COMMON_WS_INSIDE_H

#include "common/ws.h"

#include <libwebsockets.h>

#define WS_PROTOCOL "dutchbook"

struct ws_context {
    struct loop *loop;
    struct lws_context *lws;
    void *loops[1];
};

/* What libwebsockets has to say about the connection of w; not 0 = close. */
int ws_serve(struct ws *w, struct lws *wsi, enum lws_callback_reasons reason,
             const void *in, size_t size);

#endif /* COMMON_WS_INSIDE_H */
