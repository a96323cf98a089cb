/* stage - events made for what E, F, G and some near misses of A, B and C are
 * planted in
 *
 * The crowd's own events would be full of bonds, and of counts it knows
 * nothing of.  Those of the stage come behind the listing's, always the same
 * whatever the seed (so that a file can tie them), and their fair values stand
 * still where nothing pays: pairs in their order, bonds and bins too dear.
 * What is planted there is a scene: up to three tokens at a sum of prices. */
#ifndef SIMEX_STAGE_H
#define SIMEX_STAGE_H

#include "tests/simex/listing.h"
#include "tests/simex/plan.h"
#include "tests/simex/quill.h"

enum { STAGE_LEGS = 3 };

/* The numbers of the strategies' settings that a scene is made for. */
enum {
    STAGE_THRESHOLD = 30000, /* gross_min, micros. */
    STAGE_HIT = 985000,      /* f_hits of the tag below. */
    STAGE_ANNUAL = 100000,   /* f_annual_min. */
    STAGE_SURE = 995000,     /* 1 - g_doubt: of a bin that is all but sure. */
    STAGE_YIELD = 30000      /* g_yield_min. */
};
#define STAGE_TAG "formality"

struct stage_leg {
    uint32_t market, token;  /* Of the listing. */
};

struct scene {
    uint32_t count;
    struct stage_leg leg[STAGE_LEGS];
    int64_t pays;            /* Dollars of one of each. */
    int64_t least, most;     /* Sum of their prices, micros. */
};

/* Behind the events there are; the crowd's draws stay as they were. */
void stage_list(struct listing *l, int64_t start_ms);
/* How the nth of this kind is planted: in turn where there are several ways.
 * False: not on the stage. */
bool stage_scene(const struct listing *l, enum situation_kind kind,
                 uint32_t nth, struct scene *out);
/* What a situation is in: its event, and on the stage those of its other legs,
 * too. */
uint32_t stage_events(const struct listing *l, const struct situation *s,
                      uint32_t out[STAGE_LEGS]);
/* The counter's page of an event (see feed/venues/signals.c), and a section
 * for each in deploy/signals.yaml's form.  False: it is of no count. */
bool stage_count(const struct listing *l, uint32_t event, int64_t start_ms,
                 int64_t now_ms, struct quill *q);
void stage_signals(const struct listing *l, int64_t start_ms,
                   const char *address, struct quill *q);

#endif /* SIMEX_STAGE_H */
