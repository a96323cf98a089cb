/* bus_out - what leaves: stamped, numbered, published or answered */

/* A PUB whose subscriber is slow drops without a word; tseq is what lets the
 * subscriber find out, and the heads of the heartbeats when nothing follows.
 * A ROUTER whose peer is gone says so, and then the reply is counted: whoever
 * asked will ask again. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <string.h>

const struct hash *
bus_token(const struct schema *sc, const void *msg)
{
    if (sc->fields_count == 0 || sc->fields[0].form != FORM_TOKEN)
        return NULL;
    return (const struct hash *)((const uint8_t *)msg + sc->fields[0].offset);
}

size_t
bus_stamp(struct bus *b, const struct bus_out *out, uint64_t tseq)
{
    struct envelope e = {
        .ver = (uint8_t)b->setup.hello.schema,
        .type = out->type,
        .src = b->setup.src,
        .run = b->setup.run,
        .seq = ++b->seq,
        .tseq = tseq,
        .mono = clock_mono(),
        .wall = clock_wall(),
        .req = out->req,
        .trace = out->trace,
        .body = out->body,
        .body_size = out->body_size,
    };

    if (tseq && out->token && e.trace == 0)
        e.trace = (e.run & 0xffff) << 48 | (e.seq & 0xffffffffffff);
    size_t size = envelope_pack(&e, b->buffer, ENVELOPE_CAP);
    must(size > 0);
    b->counts.out++;
    return size;
}

static struct bus_socket *
find_pub(struct bus *b)
{
    for (unsigned i = 0; i < b->count; i++)
        if (b->sockets[i].kind == BUS_PUB)
            return &b->sockets[i];
    unreachable();
}

void
bus_heads(const struct bus *b, struct heads *out)
{
    streams_heads(b->tseq, out);
}

void
bus_publish(struct bus *b, const struct bus_out *out)
{
    struct bus_socket *s = find_pub(b);
    uint8_t topic[2 + sizeof out->token->b];
    size_t topic_size = 2;

    must(out->type < TYPE_end_);
    topic[0] = (uint8_t)(out->type >> 8);
    topic[1] = (uint8_t)out->type;
    if (out->token) {
        memcpy(topic + 2, out->token->b, sizeof out->token->b);
        topic_size = sizeof topic;
    }
    size_t size = bus_stamp(b, out, ++b->tseq[out->type]);
    s->dirty = true;
    /* An XPUB takes everything, or drops it. */
    if (zmq_send(s->zmq, topic, topic_size, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0
        || zmq_send(s->zmq, b->buffer, size, ZMQ_DONTWAIT) < 0)
        b->counts.unsent++;
}
