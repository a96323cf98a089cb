/* server_own - what server.c and server_http.c share; nobody else includes it
 */
#ifndef SIMEX_SERVER_OWN_H
#define SIMEX_SERVER_OWN_H

#include "tests/simex/server.h"

#include <libwebsockets.h>

#define CONNS 64
#define CHUNK 65536
#define URI_BYTES 32768

struct piece {
    struct piece *next;
    lws_usec_t due;
    size_t size;
    unsigned char bytes[];    /* LWS_PRE of room, then the text. */
};

struct session {
    uint32_t conn;            /* Of the market channel, or SERVER_NONE. */
    struct piece *head, *tail;
    size_t queued;
    bool doomed;              /* To be closed at the next occasion. */
    char *said;               /* Message or body under way. */
    size_t said_size, said_cap;
    bool post, del, answering;
    bool waits;               /* For the body of a request. */
    char path[512];
    char *query;
    char *headers[FRONT_HEADERS];
    struct piece *answer;     /* Of the request under way. */
    size_t sent;
    struct front_answer how;  /* To send it. */
};

struct server {
    struct loop *loop;
    struct lws_context *context;
    struct lws_vhost *vhost;
    void *loops[1];
    struct server_events events;
    void *arg;
    struct { struct lws *wsi; struct session *session; } conns[CONNS];
    char *room;
    struct lws_protocols protocols[2];
};

struct piece *server_piece(const char *text, size_t size, lws_usec_t due);
void server_clear(struct session *v);
/* Adds to the message under way; false when it grows too long. */
bool server_gather(struct session *v, const void *in, size_t size,
                   size_t most);

/* server_http.c: each returns what the library is to be told. */
int server_request(struct server *s, struct lws *wsi, struct session *v,
                   const char *path);
int server_body(struct session *v, const void *in, size_t size);
void server_clear_request(struct session *v);
int server_end_body(struct server *s, struct lws *wsi, struct session *v);
int server_answer(struct server *s, struct lws *wsi, struct session *v);
int server_begin_answer(struct lws *wsi, struct session *v);
int server_http_writable(struct lws *wsi, struct session *v);

#endif /* SIMEX_SERVER_OWN_H */
