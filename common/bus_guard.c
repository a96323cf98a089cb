/* bus_guard - a ROUTER that only known keys may speak to */

/* The library does the cryptography (CURVE) and asks us, by its ZAP protocol
 * over a socket inside the process, whether a key may come in.  That question
 * is answered in the loop like any other message, and before a single byte of
 * the peer's is looked at: whoever is not known costs one look at a list. */

#include "common/bus_own.h"
#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <string.h>

enum {
    QUESTIONS_MAX = 64,   /* Answered in one look. */
    HANDSHAKE_MS = 2000,
    KEY_SIZE = 32,
    FRAMES = 7,           /* Of a question about CURVE. */
    FRAME_CAP = 256
};

static void
set_text(void *zmq, int option, const char *text)
{
    int r = zmq_setsockopt(zmq, option, text, strlen(text));
    must(r == 0);
}

static void
set_number(void *zmq, int option, int value)
{
    int r = zmq_setsockopt(zmq, option, &value, sizeof value);
    must(r == 0);
}

bool
bus_make_key(char public[BUS_KEY_CAP], char secret[BUS_KEY_CAP],
             struct why *why)
{
    return zmq_curve_keypair(public, secret) == 0 ||
           why_set(why, "the message library was built without CURVE");
}

bool
bus_guard(struct bus *b, const struct bus_guard *guard, struct why *why)
{
    must(!b->guard.name && guard->who);
    if (!zmq_has("curve"))
        return why_set(why, "the message library was built without CURVE");
    struct bus_socket *s = bus_open_socket(b, BUS_ZAP, "zap", why);
    if (!s)
        return false;
    if (zmq_bind(s->zmq, "inproc://zeromq.zap.01") != 0)
        return why_set(why, "zap: %s", zmq_strerror(errno));
    b->guard = *guard;
    return true;
}

void
bus_show_pass(struct bus *b, const struct bus_pass *pass)
{
    b->pass = *pass;
    b->has_pass = true;
}

void
bus_guard_set(struct bus_socket *s, const char *name)
{
    const struct bus *b = s->bus;

    if (s->kind == BUS_ROUTER && b->guard.name &&
        strcmp(b->guard.name, name) == 0) {
        set_number(s->zmq, ZMQ_CURVE_SERVER, 1);
        set_text(s->zmq, ZMQ_CURVE_SECRETKEY, b->guard.secret);
        set_text(s->zmq, ZMQ_ZAP_DOMAIN, name);
        set_number(s->zmq, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
    } else if (s->kind == BUS_DEALER && b->has_pass) {
        set_text(s->zmq, ZMQ_CURVE_SERVERKEY, b->pass.server);
        set_text(s->zmq, ZMQ_CURVE_PUBLICKEY, b->pass.public);
        set_text(s->zmq, ZMQ_CURVE_SECRETKEY, b->pass.secret);
    }
}

/* What the library asks: version, request, domain, address, routing id,
 * mechanism, key. */
struct question {
    int count;
    size_t size[FRAMES];
    uint8_t frame[FRAMES][FRAME_CAP];
};

/* False when there is none. */
static bool
take(struct bus_socket *s, struct question *q)
{
    zmq_msg_t *in = &s->bus->in;

    q->count = 0;
    do {
        if (zmq_msg_recv(in, s->zmq, ZMQ_DONTWAIT) < 0)
            return false;
        size_t size = zmq_msg_size(in);
        if (q->count < FRAMES && size <= FRAME_CAP) {
            memcpy(q->frame[q->count], zmq_msg_data(in), size);
            q->size[q->count] = size;
        }
        q->count++;
    } while (zmq_msg_more(in));
    return true;
}

static bool
is_text(const struct question *q, int i, const char *text)
{
    return q->size[i] == strlen(text) &&
           memcmp(q->frame[i], text, q->size[i]) == 0;
}

static bool
is_known(const struct bus *b, const struct question *q,
         char user[BUS_USER_CAP])
{
    char key[BUS_KEY_CAP];

    return q->count == FRAMES && is_text(q, 0, "1.0") &&
           is_text(q, 2, b->guard.name) && is_text(q, 5, "CURVE") &&
           q->size[6] == KEY_SIZE &&
           zmq_z85_encode(key, q->frame[6], KEY_SIZE) &&
           b->guard.who(b->guard.arg, key, user);
}

static void
put(struct bus_socket *s, const void *frame, size_t size, int more)
{
    /* To a pipe within the process; when it is gone, so is who asked. */
    (void)zmq_send(s->zmq, frame, size, ZMQ_DONTWAIT | more);
}

static void
answer(struct bus_socket *s, const struct question *q)
{
    struct bus *b = s->bus;
    char user[BUS_USER_CAP] = "";
    bool known = is_known(b, q, user);

    b->counts.turned += !known;
    put(s, "1.0", 3, ZMQ_SNDMORE);
    put(s, q->frame[1], q->count > 1 ? q->size[1] : 0, ZMQ_SNDMORE);
    put(s, known ? "200" : "400", 3, ZMQ_SNDMORE);
    put(s, "", 0, ZMQ_SNDMORE);
    put(s, user, known ? strlen(user) : 0, ZMQ_SNDMORE);
    put(s, "", 0, 0);
}

void
bus_guard_serve(struct bus_socket *s)
{
    struct question q;

    for (int i = 0; i < QUESTIONS_MAX; i++) {
        memset(q.size, 0, sizeof q.size);
        if (!take(s, &q)) {
            s->dirty = false;
            return;
        }
        answer(s, &q);
    }
}
