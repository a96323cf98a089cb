/* codec - messages to bytes and back, driven by the tables
 *
 * A message travels as a msgpack array of exactly its fields, in the order of
 * its .def rows; a list as an array of such arrays.  Packing goes through
 * msgpack-c's packer (pack.h), unpacking through our own strict reader
 * (wire.h).  One loop, one switch over forms: a new form that somebody forgot
 * here does not compile.
 */
#include <string.h>

#include "proto/pack.h"
#include "proto/proto.h"
#include "proto/utf8.h"
#include "proto/wire.h"

static void pack_list(struct span *out, const struct field *f, const void *p);

static inline void
pack_field(struct span *out, const struct field *f, const void *p)
{
    const struct bytes *bytes;
    switch (f->form) {
    case FORM_INT: (void)span_pack_int64(out, *(const int64_t *)p); return;
    case FORM_COUNT: (void)span_pack_uint64(out, *(const uint64_t *)p); return;
    case FORM_FLAG:
        (void)(*(const bool *)p ? span_pack_true(out) : span_pack_false(out));
        return;
    case FORM_ENUM: (void)span_pack_uint32(out, *(const uint32_t *)p); return;
    case FORM_TOKEN:
    case FORM_HASH: span_put_bin(out, p, sizeof(struct hash)); return;
    case FORM_UUID: span_put_bin(out, p, sizeof(struct uuid)); return;
    case FORM_TEXT:
        span_put_str(out, p, strnlen(p, sizeof(struct text) - 1));
        return;
    case FORM_TITLE:
        span_put_str(out, p, strnlen(p, sizeof(struct title) - 1));
        return;
    case FORM_BYTES:
        bytes = p;
        span_put_bin(out, bytes->b,
                     bytes->size < BYTES_CAP ? bytes->size : BYTES_CAP);
        return;
    case FORM_LIST: pack_list(out, f, p); return;
    }
}

static void
pack_record(struct span *out, const struct schema *sc, const void *msg)
{
    (void)span_pack_array(out, sc->fields_count);
    const struct field *end = sc->fields + sc->fields_count;
    for (const struct field *f = sc->fields; f != end; f++)
        pack_field(out, f, (const char *)msg + f->offset);
}

static void
pack_list(struct span *out, const struct field *f, const void *p)
{
    uint32_t count = *(const uint32_t *)p;
    /* More than fits in its array is our bug: never read past the end. */
    if (count > f->cap)
        count = f->cap;
    (void)span_pack_array(out, count);
    const char *at = (const char *)p + f->at;
    for (uint32_t i = 0; i < count; i++, at += f->record->size)
        pack_record(out, f->record, at);
}

size_t
schema_pack(const struct schema *sc, const void *msg, uint8_t *buf, size_t cap)
{
    struct span out = { buf, buf + cap, false };
    pack_record(&out, sc, msg);
    return out.full ? 0 : (size_t)(out.at - buf);
}

/* A text has no NUL inside: it would come back shorter. */
static bool
unpack_str(struct wire *w, char *to, size_t cap)
{
    const char *s;
    uint32_t size;
    if (!wire_get_str(w, &s, &size) || size >= cap)
        return false;
    if (memchr(s, 0, size) != NULL || !utf8_is_valid(s, size))
        return false;
    memcpy(to, s, size);
    memset(to + size, 0, cap - size);
    return true;
}

static bool
unpack_fixed(struct wire *w, void *to, size_t size)
{
    const uint8_t *b;
    uint32_t n;
    if (!wire_get_bin(w, &b, &n) || n != size)
        return false;
    memcpy(to, b, size);
    return true;
}

static bool
unpack_bytes(struct wire *w, struct bytes *to)
{
    const uint8_t *b;
    if (!wire_get_bin(w, &b, &to->size) || to->size > BYTES_CAP)
        return false;
    memcpy(to->b, b, to->size);
    return true;
}

static bool
unpack_enum(struct wire *w, const struct enum_table *words, uint32_t *to)
{
    uint64_t u;
    if (!wire_get_uint(w, &u) || u >= words->count)
        return false;
    *to = (uint32_t)u;
    return true;
}

/* How many fields a record may have: all there are, or, written before some
 * were appended, fewer. */
enum how { EXACT, OLDER_TOO };

/* NULL when good, else what was bad. */
static const char *unpack_list(struct wire *w, const struct field *f, void *p,
                               enum how how);

static inline bool
unpack_plain(struct wire *w, const struct field *f, void *p)
{
    switch (f->form) {
    case FORM_INT: return wire_get_int(w, p);
    case FORM_COUNT: return wire_get_uint(w, p);
    case FORM_FLAG: return wire_get_bool(w, p);
    case FORM_ENUM: return unpack_enum(w, f->words, p);
    case FORM_TOKEN:
    case FORM_HASH: return unpack_fixed(w, p, sizeof(struct hash));
    case FORM_UUID: return unpack_fixed(w, p, sizeof(struct uuid));
    case FORM_TEXT: return unpack_str(w, p, sizeof(struct text));
    case FORM_TITLE: return unpack_str(w, p, sizeof(struct title));
    case FORM_BYTES: return unpack_bytes(w, p);
    case FORM_LIST: break;
    }
    return false;
}

/* Of a list its count is all that says whether anything is in it. */
static void
clear_field(const struct field *f, void *p)
{
    static const size_t sizes[] = {
        [FORM_INT] = sizeof(int64_t),     [FORM_COUNT] = sizeof(uint64_t),
        [FORM_FLAG] = sizeof(bool),       [FORM_ENUM] = sizeof(uint32_t),
        [FORM_TOKEN] = sizeof(struct hash),
        [FORM_HASH] = sizeof(struct hash),
        [FORM_UUID] = sizeof(struct uuid),
        [FORM_TEXT] = sizeof(struct text),
        [FORM_TITLE] = sizeof(struct title),
        [FORM_BYTES] = sizeof(uint32_t),  [FORM_LIST] = sizeof(uint32_t),
    };
    memset(p, 0, sizes[f->form]);
}

static const char *
unpack_record(struct wire *w, const struct schema *sc, void *msg,
              enum how how)
{
    uint32_t count;
    if (!wire_get_array(w, &count) || count > sc->fields_count ||
        (count < sc->fields_count && (how == EXACT || count == 0)))
        return "(array)";
    for (uint32_t i = count; i < sc->fields_count; i++)
        clear_field(&sc->fields[i], (char *)msg + sc->fields[i].offset);
    const struct field *end = sc->fields + count;
    for (const struct field *f = sc->fields; f != end; f++) {
        void *p = (char *)msg + f->offset;
        if (f->form == FORM_LIST) {
            const char *bad = unpack_list(w, f, p, how);
            if (bad != NULL)
                return bad;
        } else if (!unpack_plain(w, f, p)) {
            return sc->type == 0 ? f->path : f->name;
        }
    }
    return NULL;
}

static const char *
unpack_list(struct wire *w, const struct field *f, void *p, enum how how)
{
    uint32_t count;
    if (!wire_get_array(w, &count) || count > f->cap)
        return f->name;
    *(uint32_t *)p = count;
    char *at = (char *)p + f->at;
    for (uint32_t i = 0; i < count; i++, at += f->record->size) {
        const char *bad = unpack_record(w, f->record, at, how);
        if (bad != NULL)
            return bad;
    }
    return NULL;
}

static bool
unpack(const struct schema *sc, void *msg, const uint8_t *buf, size_t size,
       enum how how, const char **bad)
{
    struct wire w = { buf, buf + size };
    const char *what = unpack_record(&w, sc, msg, how);
    if (what == NULL && w.at != w.end)
        what = "(trailing)";
    if (what != NULL && bad != NULL)
        *bad = what;
    return what == NULL;
}

bool
schema_unpack(const struct schema *sc, void *msg, const uint8_t *buf,
              size_t size, const char **bad)
{
    return unpack(sc, msg, buf, size, EXACT, bad);
}

bool
schema_unpack_kept(const struct schema *sc, void *msg, const uint8_t *buf,
                   size_t size, const char **bad)
{
    return unpack(sc, msg, buf, size, OLDER_TOO, bad);
}
