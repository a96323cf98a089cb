/* plan - the situations that are planted, and the decoys
 *
 * A situation holds the tide of its event still, arranges the quotes, and
 * takes them away again when its time is over.  What was planted is the
 * truth that a run is checked against: those with `found` must be found,
 * everything else must not. */
#ifndef SIMEX_PLAN_H
#define SIMEX_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct simex;

enum flaw {
    FLAW_none, FLAW_under, FLAW_fees, FLAW_unnamed, FLAW_stale, FLAW_shallow,
    FLAW_no_fees, FLAW_ended, FLAW_text
};

enum situation_kind {
#define SITUATION(name, strategy, flaw, why) name,
#include "tests/simex/situations.def"
    SITUATION_KINDS
};

/* From here on on the stage, before only in the crowd's events. */
#define FIRST_STAGED DECOY_B_UNDER

struct situation_type {
    const char *strategy;
    enum flaw flaw;
    const char *why;
};
extern const struct situation_type situation_types[SITUATION_KINDS];

struct situation {
    uint32_t id;
    enum situation_kind kind;
    uint32_t event;
    uint32_t nth;                  /* Of its kind, from 0. */
    int64_t opened_ms, closed_ms;  /* closed: planned while open. */
    int64_t gross;                 /* Micros per dollar of payout. */
    bool open;
};

#define PLAN_OPEN 16   /* Situations open at a time. */
#define PLAN_STORMS 64 /* Spans in which nothing may be open. */

struct storm { int64_t from_ms, to_ms; };

struct plan {
    struct situation open[PLAN_OPEN];
    uint32_t next_id, turn;
    int64_t next_ms;
    int64_t *free_ms;      /* [event] nothing is planted there before. */
    uint32_t *planted;     /* [event] A that were opened so far. */
    struct storm storms[PLAN_STORMS];
    uint32_t storms_count;
    uint32_t ending[3];    /* Events that resolve inside the run. */
    uint32_t ending_count;
    uint32_t opened[SITUATION_KINDS];
};

void plan_new(struct simex *x);
void plan_clear(struct simex *x);
void plan_run(struct simex *x, int64_t now_ms);
/* Keeps a span (ms since the start) free of open situations; before
 * simex_start.  False when there are too many. */
bool plan_storm(struct simex *x, int64_t from_ms, int64_t to_ms);
/* Nothing is planted in an event for a while (mischief is at work there). */
void plan_avoid(struct simex *x, uint32_t event, int64_t until_ms);
bool plan_is_open(const struct simex *x, uint32_t event);
/* Ends what is open in an event, before its time. */
void plan_end(struct simex *x, uint32_t event);

bool plan_found(const struct situation *s);           /* To be found? */

#endif /* SIMEX_PLAN_H */
