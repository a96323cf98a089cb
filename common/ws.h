/* ws - a websocket client that keeps itself connected (libwebsockets' door)
 *
 * No extensions (permessage-deflate loops in lws 4.1.6), TLS verified,
 * reassembles fragments up to a cap, sends text PING every ping and counts the
 * peer dead after `dead` without a whole message or a PONG.  Reconnects with
 * full jitter between backoff_least and backoff_most; names are resolved off
 * the loop. */
#ifndef COMMON_WS_H
#define COMMON_WS_H

#include "proto/proto.h"

struct loop;
struct ws_context; /* One per process. */
struct ws;

struct ws_options {
    const char *url;          /* ws://host:port/path or wss:// */
    struct ms ping;
    struct ms dead;
    struct ms backoff_least, backoff_most;
    size_t frame_cap;
    uint64_t seed;            /* Of the jitter. */
};

struct ws_events {
    void (*state)(void *arg, enum link_state state, const char *why);
    void (*text)(void *arg, const char *s, size_t size); /* Whole message;
                                                PONG is not passed on. */
    void (*alive)(void *arg); /* Anything came, PONG included. */
};

/* ca_file NULL = the system's certificates.  Every ws is closed before its
 * context, and the context destroyed before its loop. */
struct ws_context *ws_context_new(struct loop *l, const char *ca_file);
void ws_context_destroy(struct ws_context **c);
/* Connects from the loop; nothing is called from inside.  A URL that cannot be
 * used (ws:// to elsewhere than this machine) makes it say `down` with why.
 * The events may call ws_send and ws_reconnect, but not ws_close. */
struct ws *ws_open(struct ws_context *c, const struct ws_options *o,
                   const struct ws_events *events, void *arg);
/* Queues one text frame; false when not connected or 64 wait already. */
MUST_CHECK bool ws_send(struct ws *w, const char *s, size_t size);
void ws_reconnect(struct ws *w, const char *why); /* Drop and come back. */
void ws_close(struct ws **w);

#endif /* COMMON_WS_H */
