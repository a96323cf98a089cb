/* bus - sockets opened, set up, watched and closed (libzmq's door, with
 * bus_in, bus_out, bus_peer, bus_line, bus_guard and bus_monitor) */

/* Every option that matters is set here, because the library's defaults are
 * wrong for us: it would wait for ever at the end, take messages of any size,
 * never notice a dead peer, and queue requests for one that is not there. */

#include "common/bus.h"

#include "common/bus_own.h"
#include "common/loop.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HWM = 1000,
    HWM_FEED = 10000,
    SIZE_MAX_ANY = 1 << 20,
    SIZE_MAX_CTL = 4096,
    LINGER_PUB = 100,
    FOLDER_CAP = 300 /* A path of the configuration, and /run. */
};

struct bus *
bus_new(const struct bus_setup *setup)
{
    struct bus *b = calloc(1, sizeof *b);
    must(b);
    b->setup = *setup;
    b->var = strdup(setup->var);
    b->folder = -1;
    b->buffer = malloc(ENVELOPE_CAP);
    b->ctx = zmq_ctx_new();
    must(b->var && b->buffer && b->ctx);
    zmq_msg_init(&b->head);
    zmq_msg_init(&b->in);
    return b;
}

static void
close_socket(struct bus_socket *s)
{
    loop_unwatch(&s->watch);
    loop_unwatch(&s->monitor_watch);
    if (s->kind == BUS_PUB) {
        int linger = LINGER_PUB;
        zmq_setsockopt(s->zmq, ZMQ_LINGER, &linger, sizeof linger);
    }
    zmq_socket_monitor(s->zmq, NULL, 0);
    zmq_close(s->monitor);
    zmq_close(s->zmq);
    free(s->peers);
    if (s->line)
        bus_line_clear(s->line);
    free(s->line);
}

void
bus_close(struct bus **bus)
{
    struct bus *b = *bus;

    if (!b)
        return;
    for (unsigned i = 0; i < b->count; i++)
        close_socket(&b->sockets[i]);
    zmq_msg_close(&b->head);
    zmq_msg_close(&b->in);
    zmq_ctx_term(b->ctx);
    if (b->folder >= 0)
        close(b->folder);
    free(b->buffer);
    free(b->var);
    free(b);
    *bus = NULL;
}

bool
bus_path(char path[BUS_PATH_CAP], const char *var, const char *name,
         struct why *why)
{
    int n = snprintf(path, BUS_PATH_CAP, "%s/run/%s.sock", var, name);

    /* sun_path holds 107 bytes and the NUL. */
    if (n < 0 || n >= BUS_PATH_CAP)
        return why_set(why, "%s/run/%s.sock is longer than the 107 bytes a "
                       "socket's path may have: choose a shorter common.var",
                       var, name);
    return true;
}

static void
set(void *zmq, int option, int value)
{
    int r = zmq_setsockopt(zmq, option, &value, sizeof value);
    must(r == 0);
}

static bool
starts(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static void
set_hwm(void *zmq, const char *name)
{
    int hwm = starts(name, "feed.") ? HWM_FEED : HWM;

    set(zmq, ZMQ_SNDHWM, hwm);
    set(zmq, ZMQ_RCVHWM, hwm);
}

static void
set_options(struct bus_socket *s, const char *name)
{
    uid_t me = geteuid(), root = 0;

    set_hwm(s->zmq, name);
    set(s->zmq, ZMQ_LINGER, 0);
    set(s->zmq, ZMQ_HEARTBEAT_IVL, 1000);
    set(s->zmq, ZMQ_HEARTBEAT_TTL, 3000);
    set(s->zmq, ZMQ_HEARTBEAT_TIMEOUT, 3000);
    set(s->zmq, ZMQ_RECONNECT_IVL, 100);
    set(s->zmq, ZMQ_RECONNECT_IVL_MAX, 3000);
    if (s->kind == BUS_DEALER)
        set(s->zmq, ZMQ_IMMEDIATE, 1);
    if (s->kind == BUS_ROUTER)
        set(s->zmq, ZMQ_ROUTER_MANDATORY, 1);
    int64_t most = strcmp(name, "risk.ctl") == 0 ? SIZE_MAX_CTL
                                                 : SIZE_MAX_ANY;
    int r = zmq_setsockopt(s->zmq, ZMQ_MAXMSGSIZE, &most, sizeof most);
    must(r == 0);
    if (s->kind == BUS_PUB || s->kind == BUS_ROUTER) {
        r = zmq_setsockopt(s->zmq, ZMQ_IPC_FILTER_UID, &me, sizeof me);
        must(r == 0);
        r = zmq_setsockopt(s->zmq, ZMQ_IPC_FILTER_UID, &root, sizeof root);
        must(r == 0);
    }
}

static int
type_of(enum bus_kind kind)
{
    switch (kind) {
    case BUS_PUB: return ZMQ_XPUB;
    case BUS_SUB: return ZMQ_SUB;
    case BUS_ROUTER: return ZMQ_ROUTER;
    case BUS_DEALER: return ZMQ_DEALER;
    case BUS_ZAP: return ZMQ_REP;
    }
    unreachable();
}

struct bus_socket *
bus_open_socket(struct bus *b, enum bus_kind kind, const char *name,
                struct why *why)
{
    must(b->count < SOCKETS_CAP && !b->loop);
    must(strlen(name) < BUS_NAME_CAP);
    struct bus_socket *s = &b->sockets[b->count];
    *s = (struct bus_socket){ .bus = b, .kind = kind, .dirty = true,
                              .monitor_dirty = true };
    memcpy(s->name, name, strlen(name) + 1);
    s->zmq = zmq_socket(b->ctx, type_of(kind));
    if (!s->zmq) {
        why_set(why, "a socket for %s: %s", name, zmq_strerror(errno));
        return NULL;
    }
    set_options(s, name);
    bus_guard_set(s, name);
    bus_monitor_open(s, b->count);
    b->count++;
    return s;
}

/* The socket's path, or when that is too long another way to the same file:
 * through the open folder, which is short however deep the folder is. */
static bool
find_path(struct bus *b, const char *name, char path[BUS_PATH_CAP],
          struct why *why)
{
    char folder[FOLDER_CAP];

    if (bus_path(path, b->var, name, NULL))
        return true;
    int n = snprintf(folder, sizeof folder, "%s/run", b->var);
    if (b->folder < 0 && n < (int)sizeof folder)
        b->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (b->folder < 0)
        return why_set(why, "%s: %s", folder, strerror(errno));
    snprintf(path, BUS_PATH_CAP, "/proc/self/fd/%d/%s.sock", b->folder, name);
    return true;
}

/* Binds (bound) or connects; the socket stays, whatever comes out. */
static bool
join(struct bus_socket *s, const char *name, bool bound, struct why *why)
{
    char path[BUS_PATH_CAP], endpoint[BUS_PATH_CAP + 8];

    if (!find_path(s->bus, name, path, why))
        return false;
    snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
    int r = bound ? zmq_bind(s->zmq, endpoint) : zmq_connect(s->zmq, endpoint);
    if (r != 0)
        return why_set(why, "%s: %s", path, zmq_strerror(errno));
    return true;
}

bool
bus_bind_pub(struct bus *b, const char *name, struct why *why)
{
    struct bus_socket *s = bus_open_socket(b, BUS_PUB, name, why);

    return s && join(s, name, true, why);
}

bool
bus_bind_router(struct bus *b, const char *name, bool strict, struct why *why)
{
    struct bus_socket *s = bus_open_socket(b, BUS_ROUTER, name, why);

    if (!s)
        return false;
    s->strict = strict;
    s->peers = calloc(PEERS_CAP, sizeof *s->peers);
    must(s->peers);
    return join(s, name, true, why);
}

static struct bus_socket *
find_sub(struct bus *b)
{
    for (unsigned i = 0; i < b->count; i++)
        if (b->sockets[i].kind == BUS_SUB)
            return &b->sockets[i];
    struct why why;
    struct bus_socket *s = bus_open_socket(b, BUS_SUB, "sub", &why);
    must(s);
    return s;
}

bool
bus_connect_sub(struct bus *b, const char *name, struct why *why)
{
    struct bus_socket *s = find_sub(b);

    /* Taken over by the pipe this connection makes. */
    set_hwm(s->zmq, name);
    return join(s, name, false, why);
}

void
bus_hear(struct bus *b, uint16_t type)
{
    uint8_t topic[2] = { (uint8_t)(type >> 8), (uint8_t)type };

    streams_want(&b->streams, type);
    int r = zmq_setsockopt(find_sub(b)->zmq, ZMQ_SUBSCRIBE, topic,
                           sizeof topic);
    must(r == 0);
}

bool
bus_connect_dealer(struct bus *b, const char *name, unsigned *line,
                   struct why *why)
{
    *line = b->count;
    struct bus_socket *s = bus_open_socket(b, BUS_DEALER, name, why);
    if (!s)
        return false;
    s->line = calloc(1, sizeof *s->line);
    must(s->line);
    return join(s, name, false, why);
}

static int
fd_of(void *zmq)
{
    int fd;
    size_t size = sizeof fd;
    int r = zmq_getsockopt(zmq, ZMQ_FD, &fd, &size);

    must(r == 0);
    return fd;
}

static void
socket_rang(void *arg, int events)
{
    struct bus_socket *s = arg;

    (void)events;
    s->dirty = true;
}

static void
monitor_rang(void *arg, int events)
{
    struct bus_socket *s = arg;

    (void)events;
    s->monitor_dirty = true;
}

void
bus_attach(struct bus *b, struct loop *l)
{
    must(!b->loop);
    b->loop = l;
    for (unsigned i = 0; i < b->count; i++) {
        struct bus_socket *s = &b->sockets[i];
        s->watch = loop_watch(l, fd_of(s->zmq), 1, socket_rang, s);
        s->monitor_watch = loop_watch(l, fd_of(s->monitor), 1,
                                      monitor_rang, s);
    }
}

void
bus_tick(struct bus *b)
{
    for (unsigned i = 0; i < b->count; i++)
        if (b->sockets[i].kind == BUS_DEALER)
            bus_line_tick(&b->sockets[i]);
}

bool
bus_wait(struct bus *b, struct ms patience)
{
    zmq_pollitem_t items[2 * SOCKETS_CAP];

    bus_tick(b);
    for (unsigned i = 0; i < b->count; i++) {
        items[2 * i] = (zmq_pollitem_t){ b->sockets[i].zmq, 0, ZMQ_POLLIN, 0 };
        items[2 * i + 1]
            = (zmq_pollitem_t){ b->sockets[i].monitor, 0, ZMQ_POLLIN, 0 };
    }
    int ready = zmq_poll(items, (int)(2 * b->count), (long)patience.ms);
    for (unsigned i = 0; i < b->count; i++) {
        if (items[2 * i].revents)
            b->sockets[i].dirty = true;
        if (items[2 * i + 1].revents)
            b->sockets[i].monitor_dirty = true;
    }
    return ready > 0;
}

struct nanos
bus_heard(const struct bus *b, enum source src)
{
    must(src < source_end_);
    return b->heard[src];
}

const struct bus_counts *
bus_counts(const struct bus *b)
{
    return &b->counts;
}
