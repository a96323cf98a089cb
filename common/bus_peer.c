/* bus_peer - who speaks to our ROUTERs, and whether they are welcome */

/* A peer is known by the name the library gave its connection; a new
 * connection is a new peer and has to say HELLO again, which is how both
 * sides find out that one of them restarted.  A handle holds the socket, the
 * place in its table and a generation, so one kept too long reaches nobody. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <string.h>

/* index + 1 of the socket << 24 | place << 16 | generation */
static uint32_t
handle_of(const struct bus_socket *s, unsigned place)
{
    unsigned index = (unsigned)(s - s->bus->sockets);

    return (index + 1) << 24 | place << 16 | s->peers[place].generation;
}

static struct peer *
peer_of(struct bus *b, uint32_t handle, struct bus_socket **socket)
{
    unsigned index = handle >> 24, place = handle >> 16 & 0xff;

    if (index == 0 || index > b->count || place >= PEERS_CAP)
        return NULL;
    struct bus_socket *s = &b->sockets[index - 1];
    if (s->kind != BUS_ROUTER)
        return NULL;
    struct peer *p = &s->peers[place];
    if (!p->used || p->generation != (handle & 0xffff))
        return NULL;
    *socket = s;
    return p;
}

uint32_t
bus_peer_find(struct bus_socket *s, const void *id, size_t size)
{
    unsigned place = 0;

    if (size == 0 || size > PEER_ID_CAP)
        return 0;
    for (unsigned i = 0; i < PEERS_CAP; i++) {
        struct peer *p = &s->peers[i];
        if (p->used && p->id_size == size && memcmp(p->id, id, size) == 0) {
            p->heard = clock_mono();
            return handle_of(s, i);
        }
        /* A free place is older than any that was heard. */
        if ((p->used ? p->heard.ns : -1)
            < (s->peers[place].used ? s->peers[place].heard.ns : -1))
            place = i;
    }
    struct peer *p = &s->peers[place];
    uint16_t generation = (uint16_t)(p->generation + 1);
    *p = (struct peer){ .used = true, .id_size = size,
                        .generation = generation ? generation : 1,
                        .heard = clock_mono() };
    memcpy(p->id, id, size);
    return handle_of(s, place);
}

static bool
send_to(struct bus_socket *s, struct peer *p, const struct bus_out *out)
{
    struct bus *b = s->bus;

    s->dirty = true;
    if (zmq_send(s->zmq, p->id, p->id_size, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
        if (errno == EHOSTUNREACH)
            p->used = false;
        b->counts.unsent++;
        return false;
    }
    size_t size = bus_stamp(b, out, 0);
    if (zmq_send(s->zmq, b->buffer, size, ZMQ_DONTWAIT) < 0) {
        b->counts.unsent++;
        return false;
    }
    return true;
}

bool
bus_reply(struct bus *b, uint32_t peer, const struct bus_out *out)
{
    struct bus_socket *s;
    struct peer *p = peer_of(b, peer, &s);

    if (!p) {
        b->counts.unsent++;
        return false;
    }
    return send_to(s, p, out);
}

static void
answer_hello(struct bus_socket *s, struct peer *p, uint64_t req, bool ok)
{
    struct hello_reply m = { ok, ok ? REASON_none : REASON_SCHEMA };
    uint8_t body[32];
    size_t size = hello_reply_pack(&m, body, sizeof body);

    must(size > 0);
    send_to(s, p, &(struct bus_out){ .type = TYPE_hello_reply, .req = req,
                                     .body = body, .body_size = size });
}

/* NULL when the HELLO is as it should be. */
static const char *
fault_of(const struct bus_socket *s, const struct envelope *e)
{
    const struct hello *ours = &s->bus->setup.hello;
    struct hello h;

    if (!hello_unpack(&h, e->body, e->body_size))
        return "its HELLO cannot be read";
    if (h.schema != ours->schema)
        return "its messages are of another schema";
    if (s->strict && h.build != ours->build)
        return "it is of another build";
    if (s->strict && h.config_risk != ours->config_risk)
        return "its section riskd is another";
    if (s->strict && h.rules != ours->rules)
        return "its risk rules are others";
    return NULL;
}

static bool
is_itself(const struct peer *p, const struct envelope *e)
{
    return p->welcome && p->src == e->src && p->run == e->run;
}

bool
bus_peer_enter(struct bus_socket *s, uint32_t peer, const struct envelope *e,
               bool *known)
{
    struct bus *b = s->bus;
    struct peer *p = &s->peers[peer >> 16 & 0xff];
    unsigned dropped;

    if (e->type != TYPE_hello) {
        *known = is_itself(p, e);
        if (*known)
            return true;
        b->counts.strangers++;
        answer_hello(s, p, e->req, false);
        return false;
    }
    const char *fault = fault_of(s, e);
    p->welcome = *known = !fault;
    p->src = e->src;
    p->run = e->run;
    if (fault) {
        b->counts.refused++;
        if (log_may(&b->refuse_said, clock_mono().ns, &dropped))
            log_error("%s: refusing %s of run %llu: %s (%u more)", s->name,
                      enum_word(&source_words, e->src),
                      (unsigned long long)e->run, fault, dropped);
    }
    answer_hello(s, p, e->req, !fault);
    return false;
}
