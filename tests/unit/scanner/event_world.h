/* event_world - an event whose books are made first and told then, for the
 * tests of what looks at both books of every outcome */
#ifndef TESTS_UNIT_SCANNER_EVENT_WORLD_H
#define TESTS_UNIT_SCANNER_EVENT_WORLD_H

#include "tests/unit/scanner/world.h"

enum { OUTCOMES_MOST = 20 };

/* An event whose books are made first and told then. */
struct event {
    uint32_t count;
    struct book_snapshot yes[OUTCOMES_MOST], no[OUTCOMES_MOST];
    struct market market[OUTCOMES_MOST];
};

static inline struct event *
make_event(struct world *w, uint32_t count, int64_t fee)
{
    struct event *e = calloc(1, sizeof *e);

    assert_non_null(e);
    e->count = count;
    for (uint32_t i = 0; i < count; i++) {
        e->market[i] = world_market(i, "e", i, count);
        e->market[i].fee_rate.ppm = fee;
        e->yes[i] = world_snapshot(w, 2 * i, 0, 0, 0);
        e->no[i] = world_snapshot(w, 2 * i + 1, 0, 0, 0);
    }
    return e;
}

static inline void
add(struct levels *side, int64_t price, int64_t shares)
{
    if (price <= 0 || price >= MICROS || shares <= 0)
        return;
    side->at[side->count++] = (struct level){ { price },
                                              { shares * MICROS } };
}

/* The no book as the mirror of the yes book. */
static inline void
mirror(struct event *e)
{
    for (uint32_t i = 0; i < e->count; i++) {
        const struct book_snapshot *yes = &e->yes[i];
        struct book_snapshot *no = &e->no[i];

        e->market[i].mirrored = true;
        no->asks.count = no->bids.count = 0;
        for (uint32_t k = 0; k < yes->bids.count; k++)
            add(&no->asks, MICROS - yes->bids.at[k].price.micros,
                yes->bids.at[k].size.micros / MICROS);
        for (uint32_t k = 0; k < yes->asks.count; k++)
            add(&no->bids, MICROS - yes->asks.at[k].price.micros,
                yes->asks.at[k].size.micros / MICROS);
    }
}

static inline void
tell_event(struct world *w, struct event *e)
{
    for (uint32_t i = 0; i < e->count; i++)
        WORLD_SAY(w, market, &e->market[i]);
    for (uint32_t i = 0; i < e->count; i++) {
        WORLD_SAY(w, book_snapshot, &e->yes[i]);
        WORLD_SAY(w, book_snapshot, &e->no[i]);
    }
}

#endif /* TESTS_UNIT_SCANNER_EVENT_WORLD_H */
