/* bus_in - what arrives: frames, envelopes, holes in the numbering */

/* Nothing in here believes a peer: too many frames, another schema, a type
 * nobody knows, an older run are counted, said at most once a second, and
 * dropped.  The sockets take turns, thirty-two messages each, but the
 * operator's own comes first every time. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <string.h>

enum {
    BURST = 32,       /* Messages of one socket before the next one's. */
    CONSUMED_MAX = 256 /* Frames dropped or eaten in one look at a socket. */
};

void
bus_complain(struct bus *b, const struct bus_socket *s, const char *what)
{
    unsigned dropped;

    b->counts.bad++;
    if (log_may(&b->bad_said, clock_mono().ns, &dropped))
        log_warn("%s: dropped a message: %s (%u more)", s->name, what,
                 dropped);
}

/* Receives one multipart message; its last frame into b->in.  0 nothing, 1
 * with as many frames as the kind of socket wants, -1 another number. */
static int
receive(struct bus_socket *s)
{
    struct bus *b = s->bus;
    bool two = s->kind == BUS_SUB || s->kind == BUS_ROUTER;
    int frames = 1;

    if (zmq_msg_recv(two ? &b->head : &b->in, s->zmq, ZMQ_DONTWAIT) < 0)
        return 0;
    zmq_msg_t *last = two ? &b->head : &b->in;
    while (zmq_msg_more(last)) {
        last = &b->in;
        if (zmq_msg_recv(last, s->zmq, ZMQ_DONTWAIT) < 0)
            return -1;
        frames++;
    }
    return frames == (two ? 2 : 1) ? 1 : -1;
}

/* NULL when the envelope may be looked at further. */
static const char *
fault_of(const struct bus *b, const struct envelope *e)
{
    if (!schema_find(e->type))
        return "an unknown type";
    if (e->src == SOURCE_none)
        return "nobody said it";
    /* HELLO must get through to be refused with a reason. */
    if (e->type != TYPE_hello && e->type != TYPE_hello_reply
        && e->ver != (uint8_t)b->setup.hello.schema)
        return "another schema";
    return NULL;
}

/* Is this the newest run of its speaker?  Guests (arb) have none. */
static bool
run_is_current(struct bus *b, const struct bus_socket *s,
               const struct envelope *e)
{
    unsigned dropped;

    if (e->src == SOURCE_arb)
        return true;
    if (e->run >= b->runs[e->src]) {
        b->runs[e->src] = e->run;
        return true;
    }
    b->counts.old_run++;
    if (log_may(&b->old_said, clock_mono().ns, &dropped))
        log_warn("%s: %s speaks as run %llu, but run %llu was heard: refused "
                 "(%u more)", s->name, enum_word(&source_words, e->src),
                 (unsigned long long)e->run,
                 (unsigned long long)b->runs[e->src], dropped);
    return false;
}

/* Finds holes and repeats in what a PUB says; false = not to be handed out.
 * A heartbeat proves what came before it, of all types. */
static bool
follow_stream(struct bus_socket *s, const struct envelope *e, uint64_t *lost)
{
    struct bus *b = s->bus;
    struct heartbeat m;

    if (!streams_hear(&b->streams, e, lost)) {
        b->counts.repeats++;
        return false;
    }
    if (e->type == TYPE_heartbeat
        && (!heartbeat_unpack(&m, e->body, e->body_size)
            || !streams_prove(&b->streams, e, &m.heads, lost))) {
        bus_complain(b, s, "a heartbeat that cannot be believed");
        return false;
    }
    if (*lost > 0) {
        b->counts.gaps++;
        b->counts.lost += *lost;
    }
    return true;
}

/* What a ROUTER heard.  Only who is welcome can make an older run old: any
 * stranger's word for a run would shut the real one out for ever.  Who came
 * with a key is a guest, whatever it says of itself: a viewer's key must not
 * book the executor's fills. */
static bool
admit_peer(struct bus_socket *s, struct bus_in *in)
{
    struct bus *b = s->bus;
    bool known = false;

    if (in->user && in->e.src != SOURCE_arb) {
        bus_complain(b, s, "a guest in another's name");
        return false;
    }
    in->peer = bus_peer_find(s, zmq_msg_data(&b->head),
                             zmq_msg_size(&b->head));
    if (in->peer == 0) {
        bus_complain(b, s, "a peer with a name of its own");
        return false;
    }
    bool wanted = bus_peer_enter(s, in->peer, &in->e, &known);
    return known && run_is_current(b, s, &in->e) && wanted;
}

/* Checks the message in b->in; true = hand it out. */
static bool
admit(struct bus_socket *s, struct bus_in *in)
{
    struct bus *b = s->bus;
    struct envelope *e = &in->e;
    const char *bad = NULL;

    *in = (struct bus_in){ .raw = zmq_msg_data(&b->in),
                           .raw_size = zmq_msg_size(&b->in) };
    if (!envelope_unpack(e, in->raw, in->raw_size, &bad)
        || (bad = fault_of(b, e)) != NULL) {
        bus_complain(b, s, bad);
        return false;
    }
    if (s->kind == BUS_ROUTER) {
        in->user = zmq_msg_gets(&b->in, "User-Id");
        return admit_peer(s, in);
    }
    if (!run_is_current(b, s, e))
        return false;
    b->heard[e->src] = clock_mono();
    if (s->kind == BUS_SUB)
        return follow_stream(s, e, &in->lost);
    if (e->type != TYPE_hello_reply)
        return true;
    bus_line_answered(s, e);
    return false;
}

/* The next message of one socket; it stays dirty until it was empty. */
static bool
look(struct bus_socket *s, struct bus_in *in)
{
    if (s->dirty && s->kind == BUS_ZAP) {
        bus_guard_serve(s);
        return false;
    }
    for (int i = 0; s->dirty && i < CONSUMED_MAX; i++) {
        int got = receive(s);
        if (got == 0) {
            s->dirty = false;
            return false;
        }
        if (s->kind == BUS_PUB)
            continue; /* Somebody subscribes: nothing to do. */
        if (got < 0)
            bus_complain(s->bus, s, "a wrong number of frames");
        else if (admit(s, in))
            return true;
    }
    return false;
}

static bool
look_at_urgent(struct bus *b, struct bus_in *in)
{
    for (unsigned i = 0; i < b->count; i++) {
        struct bus_socket *s = &b->sockets[i];
        if (s->dirty && s->kind == BUS_ROUTER
            && strcmp(s->name, "risk.ctl") == 0 && look(s, in))
            return true;
    }
    return false;
}

bool
bus_next(struct bus *b, struct bus_in *in)
{
    for (unsigned i = 0; i < b->count; i++)
        if (b->sockets[i].monitor_dirty)
            bus_monitor_read(&b->sockets[i]);
    if (look_at_urgent(b, in)) {
        b->counts.in++;
        return true;
    }
    /* Once round, and once more where a burst ended. */
    for (unsigned seen = 0; seen <= b->count; seen++) {
        struct bus_socket *s = &b->sockets[b->at];
        if (b->burst < BURST && look(s, in)) {
            b->burst++;
            b->counts.in++;
            return true;
        }
        b->burst = 0;
        b->at = (b->at + 1) % b->count;
    }
    return false;
}

bool
bus_pending(const struct bus *b)
{
    for (unsigned i = 0; i < b->count; i++)
        if (b->sockets[i].dirty || b->sockets[i].monitor_dirty)
            return true;
    return false;
}
