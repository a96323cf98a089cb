/* hear - a process's hears.def becomes its dispatch table
 *
 * hears.def lists HEARS(message, speaker) for messages from others (speaker
 * `any` for every peer, `self` for the shell's tick, gap and latch_state) and
 * RECALLS(message) for facts of its own that are handed back at the start,
 * before anything else, in the order they were written.  Each HEARS needs
 *     void scanner_on_market(struct scanner *, const struct market *,
 *                            const struct input *, struct outbox *);
 * each RECALLS
 *     void scanner_recall_opportunity(struct scanner *,
 *                                     const struct opportunity *,
 *                                     const struct input *);
 * tables.c of the process expands the list with the macros below. */
#ifndef COMMON_HEAR_H
#define COMMON_HEAR_H

#include "common/outbox.h"

enum { SOURCE_any = 100, SOURCE_self = 101 }; /* Beside enum source. */

typedef void hear_fn(void *engine, const void *msg, const struct input *in,
                     struct outbox *out);

struct hear {
    const struct schema *schema;
    int speaker;      /* enum source, or SOURCE_any, SOURCE_self. */
    bool recall;
    hear_fn *call;
};

/* In tables.c:
 *     HEAR_THUNKS: #define HEARS(m, s) HEAR_THUNK(scanner, m)
 *     then         #define HEARS(m, s) HEAR_ROW(scanner, m, s)          */
#define HEAR_THUNK(proc, msg)                                               \
    static void hear_##msg(void *x, const void *m, const struct input *in,  \
                           struct outbox *out)                              \
    {                                                                       \
        proc##_on_##msg(x, m, in, out);                                     \
    }
#define RECALL_THUNK(proc, msg)                                             \
    static void recall_##msg(void *x, const void *m,                        \
                             const struct input *in, struct outbox *out)    \
    {                                                                       \
        (void)out;                                                          \
        proc##_recall_##msg(x, m, in);                                      \
    }
#define HEAR_ROW(msg, who) { &msg##_schema, SOURCE_##who, false, hear_##msg },
#define RECALL_ROW(msg) { &msg##_schema, 0, true, recall_##msg },
/* The end of every table: { NULL, 0, false, NULL }. */

#endif /* COMMON_HEAR_H */
