/* related_world - markets each of an event of its own, tied, and their books */
#ifndef TESTS_UNIT_SCANNER_RELATED_WORLD_H
#define TESTS_UNIT_SCANNER_RELATED_WORLD_H

#include "tests/unit/scanner/related_kit.h"
#include "tests/unit/scanner/world.h"

#define TIE(t, kind, ...) \
    kit_tie(t, kind, (const int[]){ __VA_ARGS__, -1 })

enum { SHARES = 100 };

static inline struct market
tied_market(uint32_t i)
{
    char event[12];
    struct market m;

    snprintf(event, sizeof event, "e%u", i);
    m = world_market(i, event, 0, 1);
    m.rules = kit_text(i);
    return m;
}

/* Not started yet. */
static inline struct world *
world_e(const struct ties *ties)
{
    struct world *w = world_open();

    w->strategy.A = w->strategy.B = false;
    w->strategy.E = true;
    w->ties = ties;
    return w;
}

/* Markets 0 to count - 1, each of an event of its own. */
static inline void
start_e(struct world *w, uint32_t count)
{
    world_start(w);
    world_heartbeat(w);
    for (uint32_t i = 0; i < count; i++) {
        struct market m = tied_market(i);

        WORLD_SAY(w, market, &m);
    }
}

static inline struct world *
open_e(const struct ties *ties, uint32_t count)
{
    struct world *w = world_e(ties);

    start_e(w, count);
    return w;
}

static inline void
set_asks(struct world *w, uint32_t market, int64_t yes, int64_t no)
{
    world_book(w, 2 * market, yes - 30000, yes, SHARES);
    world_book(w, 2 * market + 1, no - 30000, no, SHARES);
}

static inline struct ties *
one_tie(const char *kind, const int *markets)
{
    struct ties_text *t = calloc(1, sizeof *t);
    struct ties *ties;

    kit_tie(t, kind, markets);
    ties = kit_ties(t);
    free(t);
    return ties;
}

static inline void
close_e(struct world *w, struct ties *ties)
{
    ties_destroy(&ties);
    world_close(w);
}

#endif /* TESTS_UNIT_SCANNER_RELATED_WORLD_H */
