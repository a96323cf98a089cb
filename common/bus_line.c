/* bus_line - our end of a request socket: HELLO first, then what waits */

/* A line is open once its HELLO was answered well.  Until then requests wait
 * in a queue; when it is full the oldest goes, since whoever asked has asked
 * again since.  A refused line stands still and tries again every second:
 * perhaps the other side is about to be upgraded too. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <string.h>

#define HELLO_EVERY_NS 1000000000
#define HELLO_REQ_BIT (UINT64_C(1) << 63) /* No engine's request has it. */

void
bus_line_greet(struct bus_socket *s)
{
    struct bus *b = s->bus;
    struct line *line = s->line;
    uint8_t body[64];
    size_t size = hello_pack(&b->setup.hello, body, sizeof body);

    must(size > 0);
    line->hello_req = HELLO_REQ_BIT | ++b->hellos;
    line->hello_at = clock_mono();
    if (line->state != LINE_REFUSED)
        line->state = LINE_GREETING;
    size = bus_stamp(b, &(struct bus_out){ .type = TYPE_hello,
                                           .req = line->hello_req,
                                           .body = body,
                                           .body_size = size }, 0);
    s->dirty = true;
    /* Nobody there: the tick tries again. */
    if (zmq_send(s->zmq, b->buffer, size, ZMQ_DONTWAIT) < 0
        && line->state == LINE_GREETING)
        line->state = LINE_DOWN;
}

void
bus_line_down(struct bus_socket *s)
{
    if (s->line->state == LINE_OPEN)
        log_warn("lost %s", s->name);
    s->line->state = LINE_DOWN;
}

/* Sends what waits, as far as the socket takes it. */
static void
flush_queue(struct bus_socket *s)
{
    struct line *line = s->line;

    while (line->count > 0) {
        zmq_msg_t *m = &line->queue[line->first];
        s->dirty = true;
        if (zmq_msg_send(m, s->zmq, ZMQ_DONTWAIT) < 0)
            return;
        line->first = (line->first + 1) % LINE_QUEUE_CAP;
        line->count--;
    }
}

void
bus_line_answered(struct bus_socket *s, const struct envelope *e)
{
    struct line *line = s->line;
    struct bus *b = s->bus;
    struct hello_reply m;
    unsigned dropped;

    if (!hello_reply_unpack(&m, e->body, e->body_size)) {
        bus_complain(b, s, "a hello_reply that cannot be read");
        return;
    }
    if (e->req != line->hello_req) {
        /* It does not know us: a request came before our HELLO. */
        if (!m.ok && line->state == LINE_OPEN)
            bus_line_greet(s);
        return;
    }
    if (m.ok) {
        log_info("%s is open (%s run %llu)", s->name,
                 enum_word(&source_words, e->src),
                 (unsigned long long)e->run);
        line->state = LINE_OPEN;
        flush_queue(s);
        return;
    }
    line->state = LINE_REFUSED;
    b->counts.refused++;
    if (log_may(&b->refuse_said, clock_mono().ns, &dropped))
        log_error("%s refuses us (%s): standing still until it does not "
                  "(%u more)", s->name,
                  enum_word(&reason_words, m.reason), dropped);
}

void
bus_line_tick(struct bus_socket *s)
{
    struct line *line = s->line;

    if (line->state == LINE_OPEN)
        flush_queue(s);
    else if (clock_mono().ns - line->hello_at.ns >= HELLO_EVERY_NS)
        bus_line_greet(s);
}

void
bus_line_clear(struct line *line)
{
    for (; line->count > 0; line->count--) {
        zmq_msg_close(&line->queue[line->first]);
        line->first = (line->first + 1) % LINE_QUEUE_CAP;
    }
}

static void
enqueue(struct bus_socket *s, size_t size)
{
    struct bus *b = s->bus;
    struct line *line = s->line;
    unsigned dropped;

    if (line->count == LINE_QUEUE_CAP) {
        zmq_msg_close(&line->queue[line->first]);
        line->first = (line->first + 1) % LINE_QUEUE_CAP;
        line->count--;
        b->counts.overrun++;
        if (log_may(&b->full_said, clock_mono().ns, &dropped))
            log_warn("%s: too many requests wait; the oldest are dropped "
                     "(%u more)", s->name, dropped);
    }
    zmq_msg_t *m = &line->queue[(line->first + line->count) % LINE_QUEUE_CAP];
    int r = zmq_msg_init_size(m, size);
    must(r == 0);
    memcpy(zmq_msg_data(m), b->buffer, size);
    line->count++;
}

void
bus_ask(struct bus *b, unsigned index, const struct bus_out *out)
{
    must(index < b->count && b->sockets[index].kind == BUS_DEALER);
    must((out->req & HELLO_REQ_BIT) == 0);
    struct bus_socket *s = &b->sockets[index];
    size_t size = bus_stamp(b, out, 0);
    s->dirty = true;
    if (s->line->state != LINE_OPEN || s->line->count > 0
        || zmq_send(s->zmq, b->buffer, size, ZMQ_DONTWAIT) < 0)
        enqueue(s, size);
}

bool
bus_line_open(const struct bus *b, unsigned index)
{
    must(index < b->count && b->sockets[index].kind == BUS_DEALER);
    return b->sockets[index].line->state == LINE_OPEN;
}
