/* outbox - what an engine wants said, in order, and where */

/* One arena a process, cleared each turn.  Every struct gets its full room,
 * so readers see a whole struct, but of a list only what is used is copied:
 * a snapshot of three levels costs three levels.  links.def is asked once, at
 * outbox_new. */

#include "common/outbox.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16 };

struct outbox {
    uint32_t links[TYPE_end_]; /* Routes of each type for this speaker. */
    uint64_t trace;
    size_t count, cap;
    size_t used, bytes;
    struct said *said;
    uint8_t *room;
};

struct outbox *
outbox_new(enum source speaker, size_t bytes, size_t count)
{
    must(bytes > 0 && count > 0);
    struct outbox *out = calloc(1, sizeof *out);
    must(out);
    for (uint32_t type = 0; type < TYPE_end_; type++)
        out->links[type] = link_routes(speaker, type);
    out->cap = count;
    out->bytes = bytes;
    out->said = calloc(count, sizeof *out->said);
    out->room = aligned_alloc(ALIGN, (bytes + ALIGN - 1) / ALIGN * ALIGN);
    must(out->said && out->room);
    return out;
}

void
outbox_destroy(struct outbox **out)
{
    if (!*out)
        return;
    free((*out)->said);
    free((*out)->room);
    free(*out);
    *out = NULL;
}

void
outbox_clear(struct outbox *out)
{
    out->count = 0;
    out->used = 0;
    out->trace = 0;
}

void
outbox_trace(struct outbox *out, uint64_t trace)
{
    out->trace = trace;
}

size_t
outbox_count(const struct outbox *out)
{
    return out->count;
}

const struct said *
outbox_at(const struct outbox *out, size_t i)
{
    must(i < out->count);
    return &out->said[i];
}

/* Bytes of a list or byte field that are in use. */
static size_t
used_size(const struct field *f, const uint8_t *at)
{
    uint32_t n;

    memcpy(&n, at, sizeof n);
    if (f->form == FORM_BYTES) {
        must(n <= BYTES_CAP);
        return offsetof(struct bytes, b) + n;
    }
    must(n <= f->cap);
    return f->at + (size_t)n * f->record->size;
}

/* Members stand in the order of the fields, so what lies between two lists
 * is copied in one piece. */
static void
copy_used(const struct schema *sc, uint8_t *to, const uint8_t *from)
{
    size_t done = 0;

    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        if (f->form != FORM_LIST && f->form != FORM_BYTES)
            continue;
        size_t end = f->offset + used_size(f, from + f->offset);
        memcpy(to + done, from + done, end - done);
        done = i + 1 < sc->fields_count ? f[1].offset : sc->size;
    }
    memcpy(to + done, from + done, sc->size - done);
}

void
outbox_say_on(struct outbox *out, uint32_t routes, const struct schema *sc,
              const void *msg, const struct to *to)
{
    must(sc->type > 0 && sc->type < TYPE_end_);
    must(out->links[sc->type] != 0);
    must((routes & ~out->links[sc->type]) == 0);
    if (!to || to->peer == 0)
        routes &= ~(uint32_t)ROUTE_REPLY;
    if (routes == 0)
        return; /* A reply to nobody. */
    must(out->count < out->cap);
    must(sc->size <= out->bytes - out->used);
    uint8_t *room = out->room + out->used;
    copy_used(sc, room, msg);
    out->used += (sc->size + ALIGN - 1) / ALIGN * ALIGN;
    if (out->used > out->bytes)
        out->used = out->bytes;
    out->said[out->count++] = (struct said){
        .schema = sc,
        .routes = routes,
        .to = to ? *to : (struct to){ 0, 0 },
        .trace = out->trace,
        .msg = room,
    };
}

void
outbox_say(struct outbox *out, const struct schema *sc, const void *msg,
           const struct to *to)
{
    must(sc->type > 0 && sc->type < TYPE_end_);
    outbox_say_on(out, out->links[sc->type], sc, msg, to);
}
