/* mischief - a script of what goes wrong, and when
 *
 *     at SECONDS what [target] [number] [seconds]       # comment
 *
 *     drop N | all          close the Nth connection (oldest first) or all
 *     freeze T SECONDS      no frame about token or event T ("any"); REST goes
 *                           on; afterwards a whole book is sent
 *     silence SECONDS       no frame at all, but PONG goes on
 *     wrong_hash T          one change of event T ("any") with a wrong hash
 *     gap T                 one change of token or event T is not told
 *     duplicate             the next change is told twice
 *     reorder               two changes of different markets change places
 *     latency MS SECONDS    frames come so much later
 *     status CODE SECONDS   REST answers 425, 429, 503 or 500
 *     slow MS SECONDS       REST answers so much later
 *
 * Seconds count from the first subscription. */
#ifndef SIMEX_MISCHIEF_H
#define SIMEX_MISCHIEF_H

#include "common/why.h"

#include <stddef.h>
#include <stdint.h>

enum act_kind {
    ACT_DROP, ACT_FREEZE, ACT_SILENCE, ACT_WRONG_HASH, ACT_GAP,
    ACT_DUPLICATE, ACT_REORDER, ACT_LATENCY, ACT_STATUS, ACT_SLOW
};

struct act {
    enum act_kind kind;
    int64_t at_ms;
    char target[96];    /* "any", "all", an id, a number, or "". */
    int64_t number;     /* Milliseconds or status code. */
    int64_t length_ms;
    bool done;
};

#define ACTS 256

struct mischief { struct act acts[ACTS]; uint32_t count; };

/* Reads a script; false and the line in why when one is not understood. */
bool mischief_read(struct mischief *m, const char *text, size_t size,
                   struct why *why);
const char *act_name(enum act_kind kind);

#endif /* SIMEX_MISCHIEF_H */
