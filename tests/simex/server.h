/* server - REST and websocket on one loopback port (libwebsockets' door) */
#ifndef SIMEX_SERVER_H
#define SIMEX_SERVER_H

#include "tests/simex/front.h"

#include "common/why.h"

#define SERVER_NONE UINT32_MAX

struct loop;
struct server;

struct server_events {
    /* A client of the market or user channel came; SERVER_NONE sends it
     * away. */
    uint32_t (*opened)(void *arg, bool user);
    void (*closed)(void *arg, uint32_t conn);
    void (*heard)(void *arg, uint32_t conn, const char *s, size_t size);
    /* The answer is written to q, and how to send it to a. */
    void (*asked)(void *arg, const struct front_request *r, struct quill *q,
                  struct front_answer *a);
};

/* Port 0 = any free one.  cert and key: files, or "" for plain text. */
struct server *server_open(struct loop *l, int port, const char *cert,
                           const char *key, const struct server_events *e,
                           void *arg, struct why *why);
int server_port(const struct server *s);
/* Queues a text frame, to leave in wait_ms at the earliest and never before
 * those queued earlier.  A client that does not read is dropped. */
void server_send(struct server *s, uint32_t conn, const char *text,
                 size_t size, int64_t wait_ms);
void server_drop(struct server *s, uint32_t conn);
void server_close(struct server **s);

#endif /* SIMEX_SERVER_H */
