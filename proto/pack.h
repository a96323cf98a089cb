/* pack - msgpack-c's packer, writing into a span of our own */
#ifndef PROTO_PACK_H
#define PROTO_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <msgpack.h>

/* Where packed bytes go.  Once something did not fit, nothing else does. */
struct span {
    uint8_t *at;
    uint8_t *end;
    bool full;
};

static inline int
span_write(struct span *s, const void *bytes, size_t size)
{
    if (size > (size_t)(s->end - s->at)) {
        s->end = s->at;
        s->full = true;
        return -1;
    }
    if (size != 0) /* bytes may be NULL then. */
        memcpy(s->at, bytes, size);
    s->at += size;
    return 0;
}

/* msgpack-c makes its packing functions from this template, for any writer:
 * span_pack_int64, _uint64, _array, _str, _bin and so on.  With its own
 * packer every value goes through a function pointer, at twice the time. */
#define msgpack_pack_inline_func(name)      static inline int span_pack##name
#define msgpack_pack_inline_func_cint(name) static inline int span_pack##name
#define msgpack_pack_inline_func_fixint(name) \
    static inline int span_pack_fix##name
#define msgpack_pack_user struct span *
#define msgpack_pack_append_buffer(span, bytes, size) \
    return span_write(span, bytes, size)
#include <msgpack/pack_template.h>

static inline void
span_put_bin(struct span *s, const void *bytes, size_t size)
{
    (void)span_pack_bin(s, size);
    (void)span_write(s, bytes, size);
}

static inline void
span_put_str(struct span *s, const char *text, size_t size)
{
    (void)span_pack_str(s, size);
    (void)span_write(s, text, size);
}

#endif /* PROTO_PACK_H */
