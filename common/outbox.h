/* outbox - what an engine wants said, in order, and where */
#ifndef COMMON_OUTBOX_H
#define COMMON_OUTBOX_H

#include "proto/proto.h"

/* Who said what is being handled, and when.  The same in production, replay
 * and simulation; engines know no other time. */
struct input {
    struct nanos mono;   /* When it is handled. */
    struct nanos wall;
    enum source src;     /* Who said it. */
    uint64_t run;        /* The speaker's run. */
    uint64_t seq;        /* Its sequence number there. */
    struct nanos said;   /* Speaker's mono time. */
    uint64_t req;        /* Its request id, or of our request it answers. */
    uint32_t peer;       /* Opaque handle to reply to; 0 = nobody. */
    uint64_t trace;      /* Copied into everything said in answer. */
    uint64_t own_run;    /* Our own run; for ids. */
};

/* Where a reply goes or which request it is. */
struct to {
    uint32_t peer;
    uint64_t req;
};

struct said {
    const struct schema *schema;
    uint32_t routes;       /* enum route bits. */
    struct to to;
    uint64_t trace;
    const void *msg;       /* Points into the outbox; gone at clear. */
};

struct outbox;

/* speaker decides what may be said (links.def); bytes is the room for the
 * structs of one turn. */
struct outbox *outbox_new(enum source speaker, size_t bytes, size_t count);
void outbox_destroy(struct outbox **out);
void outbox_clear(struct outbox *out);
void outbox_trace(struct outbox *out, uint64_t trace); /* For what follows. */
size_t outbox_count(const struct outbox *out);
const struct said *outbox_at(const struct outbox *out, size_t i);

/* Says msg (copied: lists only to their count) on all routes its link has,
 * except REPLY when to is NULL or names no peer.  to->req names the request
 * for RISK, SNAP, CTL and LOG (and keeps its top bit 0: that is the shell's);
 * for LOG to->peer is the owner asked, as enum source (SOURCE_riskd).  A
 * message the speaker has no link for is a bug (must).  Full = must as well:
 * engines bound what they say in a turn. */
void outbox_say(struct outbox *out, const struct schema *sc, const void *msg,
                const struct to *to);
/* The same on some of its routes only. */
void outbox_say_on(struct outbox *out, uint32_t routes,
                   const struct schema *sc, const void *msg,
                   const struct to *to);

/* Typed doors: say_fill(out, &fill, NULL). */
#define MESSAGE(msg, type, help)                                           \
    static inline void say_##msg(struct outbox *out, const struct msg *m,  \
                                 const struct to *to)                      \
    {                                                                      \
        outbox_say(out, &msg##_schema, m, to);                             \
    }                                                                      \
    static inline void say_##msg##_on(struct outbox *out, uint32_t routes, \
                                      const struct msg *m,                 \
                                      const struct to *to)                 \
    {                                                                      \
        outbox_say_on(out, routes, &msg##_schema, m, to);                  \
    }
#define FIELD(msg, kind, name, help)
#define END(msg)
#include "proto/messages.def"

/* To whoever sent the input being handled. */
static inline struct to
input_sender(const struct input *in)
{
    return (struct to){ in->peer, in->req };
}

#endif /* COMMON_OUTBOX_H */
