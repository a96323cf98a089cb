/* envelope - who said it, when, and which message in a row it is
 *
 * An array of eleven around a packed message:
 * [ver, type, src, run, seq, tseq, mono, wall, req, trace, body].  Written by
 * hand, not by a table, since the body read is a pointer into the buffer and
 * not a copy.
 */
#include "proto/pack.h"
#include "proto/proto.h"
#include "proto/wire.h"

#define ENVELOPE_FIELDS 11
/* Array tag, ten integers of at most nine bytes, bin tag and size. */
#define HEAD_MAX (1 + 10 * 9 + 5)

_Static_assert(ENVELOPE_CAP >= PACKED_CAP + HEAD_MAX, "room for the head");

size_t
envelope_pack(const struct envelope *e, uint8_t *buf, size_t cap)
{
    if (e->body_size > PACKED_CAP)
        return 0;
    struct span out = { buf, buf + cap, false };
    (void)span_pack_array(&out, ENVELOPE_FIELDS);
    (void)span_pack_uint8(&out, e->ver);
    (void)span_pack_uint16(&out, e->type);
    (void)span_pack_uint32(&out, (uint32_t)e->src);
    (void)span_pack_uint64(&out, e->run);
    (void)span_pack_uint64(&out, e->seq);
    (void)span_pack_uint64(&out, e->tseq);
    (void)span_pack_int64(&out, e->mono.ns);
    (void)span_pack_int64(&out, e->wall.ns);
    (void)span_pack_uint64(&out, e->req);
    (void)span_pack_uint64(&out, e->trace);
    span_put_bin(&out, e->body, e->body_size);
    return out.full ? 0 : (size_t)(out.at - buf);
}

/* An unsigned integer of at most max. */
static bool
get_small(struct wire *w, uint64_t max, uint64_t *value)
{
    return wire_get_uint(w, value) && *value <= max;
}

/* Name of the first bad part, NULL when all are good. */
static const char *
read_parts(struct envelope *e, struct wire *w)
{
    uint32_t count;
    uint64_t ver, type, src;
    if (!wire_get_array(w, &count) || count != ENVELOPE_FIELDS)
        return "(array)";
    if (!get_small(w, UINT8_MAX, &ver))
        return "ver";
    if (!get_small(w, UINT16_MAX, &type))
        return "type";
    if (!get_small(w, source_end_ - 1, &src))
        return "src";
    e->ver = (uint8_t)ver;
    e->type = (uint16_t)type;
    e->src = (enum source)src;
    if (!wire_get_uint(w, &e->run))
        return "run";
    if (!wire_get_uint(w, &e->seq))
        return "seq";
    if (!wire_get_uint(w, &e->tseq))
        return "tseq";
    if (!wire_get_int(w, &e->mono.ns))
        return "mono";
    if (!wire_get_int(w, &e->wall.ns))
        return "wall";
    if (!wire_get_uint(w, &e->req))
        return "req";
    if (!wire_get_uint(w, &e->trace))
        return "trace";
    uint32_t size;
    if (!wire_get_bin(w, &e->body, &size) || size > PACKED_CAP)
        return "body";
    e->body_size = size;
    return w->at == w->end ? NULL : "(trailing)";
}

bool
envelope_unpack(struct envelope *e, const uint8_t *buf, size_t size,
                const char **bad)
{
    struct wire w = { buf, buf + size };
    const char *what = read_parts(e, &w);
    if (what != NULL && bad != NULL)
        *bad = what;
    return what == NULL;
}
