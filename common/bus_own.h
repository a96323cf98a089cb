/* bus_own - the insides of the bus, for its own files */
#ifndef COMMON_BUS_OWN_H
#define COMMON_BUS_OWN_H

#include "common/bus.h"
#include "common/log.h"
#include "common/streams.h"

#include <zmq.h>

enum {
    SOCKETS_CAP = 16,
    PEERS_CAP = 64,         /* Of one ROUTER; the longest silent makes room. */
    PEER_ID_CAP = 32,
    LINE_QUEUE_CAP = 1024,
    BUS_NAME_CAP = 32
};

enum bus_kind { BUS_PUB, BUS_SUB, BUS_ROUTER, BUS_DEALER, BUS_ZAP };

/* Somebody who spoke to one of our ROUTERs. */
struct peer {
    bool used, welcome;     /* welcome: its HELLO was good. */
    uint16_t generation;    /* Makes handles of an earlier one invalid. */
    uint8_t id[PEER_ID_CAP];
    size_t id_size;
    enum source src;        /* Whom it is welcome as. */
    uint64_t run;
    struct nanos heard;
};

enum line_state { LINE_DOWN, LINE_GREETING, LINE_OPEN, LINE_REFUSED };

/* The state of one DEALER. */
struct line {
    enum line_state state;
    uint64_t hello_req;     /* Of the last HELLO. */
    struct nanos hello_at;
    unsigned first, count;  /* Of the queue, a ring. */
    zmq_msg_t queue[LINE_QUEUE_CAP];
};

struct bus_socket {
    struct bus *bus;
    enum bus_kind kind;
    char name[BUS_NAME_CAP]; /* "risk.req"; of the SUB "sub" */
    void *zmq, *monitor;
    struct loop_fd *watch, *monitor_watch;
    bool dirty;             /* There may be something to receive. */
    bool monitor_dirty;
    bool strict;
    struct peer *peers;     /* BUS_ROUTER */
    struct line *line;      /* BUS_DEALER */
};

struct bus {
    struct bus_setup setup;
    char *var;
    void *ctx;
    struct loop *loop;
    int folder;                           /* var/run, when it is deep. */
    struct bus_socket sockets[SOCKETS_CAP];
    unsigned count, at, burst;
    uint64_t seq, hellos;
    uint64_t tseq[TYPE_end_];
    uint64_t runs[source_end_];           /* Newest run heard. */
    struct nanos heard[source_end_];
    struct streams streams;
    zmq_msg_t head, in;                   /* Frames being received. */
    uint8_t *buffer;                      /* Envelope being packed. */
    struct bus_guard guard;               /* name NULL = none. */
    struct bus_pass pass;
    bool has_pass;
    struct bus_counts counts;
    struct log_limit bad_said, old_said, refuse_said, turned_said, full_said;
};

/* bus.c */
struct bus_socket *bus_open_socket(struct bus *b, enum bus_kind kind,
                                   const char *name, struct why *why);
/* bus_guard.c */
void bus_guard_set(struct bus_socket *s, const char *name);
void bus_guard_serve(struct bus_socket *s);
/* bus_monitor.c */
void bus_monitor_open(struct bus_socket *s, unsigned index);
void bus_monitor_read(struct bus_socket *s);
/* bus_in.c */
void bus_complain(struct bus *b, const struct bus_socket *s,
                  const char *what);
/* bus_out.c: packs into b->buffer; the size. */
size_t bus_stamp(struct bus *b, const struct bus_out *out, uint64_t tseq);
/* bus_peer.c */
uint32_t bus_peer_find(struct bus_socket *s, const void *id, size_t size);
/* False for what is not to be handed out.  *known: a welcome peer said it, as
 * the one it said HELLO as. */
bool bus_peer_enter(struct bus_socket *s, uint32_t peer,
                    const struct envelope *e, bool *known);
/* bus_line.c */
void bus_line_greet(struct bus_socket *s);
void bus_line_down(struct bus_socket *s);
void bus_line_answered(struct bus_socket *s, const struct envelope *e);
void bus_line_tick(struct bus_socket *s);
void bus_line_clear(struct line *line);

#endif /* COMMON_BUS_OWN_H */
