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

enum situation_kind {
    PLANT_A,           /* Buy every YES of an exhaustive event. */
    PLANT_B,           /* Buy YES and NO of a market not mirrored. */
    PLANT_B_SPLIT,     /* Split a dollar and sell both. */
    DECOY_SMALL,       /* A whose fees eat more than its discount. */
    DECOY_AUGMENTED,   /* A in an event whose outcomes can grow. */
    DECOY_STALE,       /* A only for who missed that one leg moved. */
    DECOY_SHALLOW,     /* A of less than 50 shares. */
    DECOY_UNKNOWN_FEE, /* A where the fee schedule is not known. */
    PLANT_C,           /* NO of every outcome for less than it converts to. */
    DECOY_C_UNDER,     /* C a tick below the threshold. */
    DECOY_C_SMALL,     /* C whose fees eat more than it earns. */
    DECOY_C_AUGMENTED, /* C in an event with an outcome without a name. */
    DECOY_C_STALE,     /* C only for who missed that one leg moved. */
    DECOY_C_SHALLOW,   /* C of less than 50 shares. */
    SITUATION_KINDS
};

struct situation {
    uint32_t id;
    enum situation_kind kind;
    uint32_t event;
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

const char *plan_strategy(const struct situation *s); /* "A", "B" or "C" */
const char *plan_why(const struct situation *s);
bool plan_found(const struct situation *s);           /* To be found? */

#endif /* SIMEX_PLAN_H */
