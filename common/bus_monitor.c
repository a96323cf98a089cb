/* bus_monitor - connections made, lost and turned away, as the library saw */

/* A DEALER has to say HELLO each time its connection is new, and only the
 * library knows when that is.  The rest is for the log: a peer that is turned
 * away by its uid would otherwise just time out. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    EVENTS = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_ACCEPT_FAILED
             | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
             | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
             | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
             | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
};

void
bus_monitor_open(struct bus_socket *s, unsigned index)
{
    char endpoint[40];
    int linger = 0;

    snprintf(endpoint, sizeof endpoint, "inproc://monitor-%u", index);
    int r = zmq_socket_monitor(s->zmq, endpoint, EVENTS);
    must(r == 0);
    s->monitor = zmq_socket(s->bus->ctx, ZMQ_PAIR);
    must(s->monitor);
    zmq_setsockopt(s->monitor, ZMQ_LINGER, &linger, sizeof linger);
    r = zmq_connect(s->monitor, endpoint);
    must(r == 0);
}

/* The socket's own name, out of where it was found: "feed.pub". */
static const char *
name_of(char *where)
{
    char *slash = strrchr(where, '/');
    char *name = slash ? slash + 1 : where;
    size_t size = strlen(name);

    if (size > 5 && strcmp(name + size - 5, ".sock") == 0)
        name[size - 5] = '\0';
    return name;
}

static void
handle_event(struct bus_socket *s, unsigned event, char *where)
{
    unsigned dropped;

    switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        if (s->kind == BUS_DEALER)
            bus_line_greet(s);
        else if (s->kind == BUS_SUB)
            log_info("connected to %s", name_of(where));
        return;
    case ZMQ_EVENT_DISCONNECTED:
        if (s->kind == BUS_DEALER)
            bus_line_down(s);
        else if (s->kind == BUS_SUB)
            log_warn("lost %s", name_of(where));
        return;
    default: /* The failures; a caller just calls again. */
        if (s->kind == BUS_DEALER || s->kind == BUS_SUB)
            log_debug("%s: no handshake with %s", s->name, name_of(where));
        else if (log_may(&s->bus->turned_said, clock_mono().ns, &dropped))
            log_warn("%s: a peer was turned away (event %u, %u more)",
                     s->name, event, dropped);
        return;
    }
}

void
bus_monitor_read(struct bus_socket *s)
{
    uint8_t head[6];
    char where[BUS_PATH_CAP + 16];

    s->monitor_dirty = false;
    for (;;) {
        int size = zmq_recv(s->monitor, head, sizeof head, ZMQ_DONTWAIT);
        if (size < 0)
            return;
        int n = zmq_recv(s->monitor, where, sizeof where - 1, ZMQ_DONTWAIT);
        if (size < 2 || n < 0)
            continue;
        where[(size_t)n < sizeof where ? (size_t)n : sizeof where - 1] = '\0';
        uint16_t event;
        memcpy(&event, head, sizeof event);
        handle_event(s, event, where);
    }
}
