/* rule - rules over metrics: what fires, when, and what it does
 *
 * Pure: (rules, values, time) -> steps.  Three kinds: a limit is asked of an
 * order and denies it; an alarm is asked on a clock and acts; a requirement
 * is asked at a gate and lets nobody through.  What cannot be computed makes
 * a limit deny, an alarm fire as "<id>.nodata", and a requirement fail.  What
 * has too small a sample is shown, and not acted on.
 *
 * The state of a rule changes by its steps alone, so the steps written down,
 * taken again after a restart, are the same state, windows included. */
#ifndef RISKD_RULE_H
#define RISKD_RULE_H

#include "proto/proto.h"

struct digest;

enum value_state {
    VALUE_nodata, /* Nobody can tell. */
    VALUE_few,    /* Less than the least sample: shown, not acted on. */
    VALUE_unasked, /* Says nothing about this order, or this phase. */
    VALUE_known
};

/* num / den in the metric's unit: money in dollars, shares, seconds, ...
 * Never divided before it is compared. */
struct value {
    enum value_state state;
    int64_t num, den;  /* den > 0 */
    uint64_t sample;
    enum strategy who; /* none = all of it. */
};

enum rule_kind { RULE_limit, RULE_alarm, RULE_require };
enum rule_op { RULE_gt, RULE_ge, RULE_lt, RULE_le, RULE_eq, RULE_ne };

/* When a rule is asked: in these stages, at these gates. */
enum {
    PHASE_STAGE = 1 << 0,   /* << stage */
    PHASE_EXIT = 1 << 4,    /* << stage */
    PHASE_ENTER = 1 << 8,   /* << stage */
    PHASE_SIGNOFF = 1 << 12,
    PHASE_SCALE = 1 << 13,
    PHASE_RESTART = 1 << 14,
    PHASE_CLEAR = 1 << 15,
    PHASE_STAGES = 0xf * PHASE_STAGE,
    PHASE_GATES = 0xffff & ~PHASE_STAGES,
    STAGES = 4
};

struct rule {
    char id[16];
    enum rule_kind kind;
    uint32_t metric;       /* Index in metrics.def. */
    enum rule_op op;
    int64_t threshold;     /* Millionths of the metric's unit. */
    int64_t hold_ns;       /* True for so long before it fires. */
    enum severity severity;
    enum action action;
    int64_t pause_ns;      /* Of a pause. */
    int64_t cooldown_ns;   /* Fires again while it lasts; 0 = never. */
    int64_t recover_ns;    /* False for so long before it is over. */
    uint32_t phases;       /* PHASE_ bits. */
    bool shadow;           /* Another, stricter one is always first. */
    bool advisory;         /* A limit that is shown and denies nothing. */
    bool gate;             /* A closed gate hangs on its metric. */
    struct title source;   /* Why it is there. */
    struct title absent;   /* Why its metric cannot be known here; until it
                            * is, the rule denies, shuts and says nothing. */
    struct title said;     /* A requirement: who says that it is met, when. */
};

enum { RULES_CAP = 1024 };
struct rule_set {
    uint32_t count;
    struct hash digest;    /* Of all that was read. */
    struct rule at[RULES_CAP];
};

/* riskd says events of this name itself, and reads them back: no rule's. */
bool rule_id_is_taken(const char *id);
/* Whether the value is on the wrong side (a requirement: the right one). */
bool rule_holds(const struct rule *r, const struct value *v);
/* In millionths, rounded down, as far as it fits. */
int64_t value_micros(const struct value *v);
/* Which of two acts first; higher is stricter. */
unsigned action_rank(enum action action);

struct rules;

struct rules_now {
    struct nanos wall;
    uint64_t stage;        /* 0..3 */
    bool live;
};

struct rule_step_taken {
    const struct rule *rule;
    enum rule_step step;
    struct nanos at;
    uint64_t stage;
    struct value value;
    bool acts;             /* The strictest firing on its metric. */
};

/* What all alarms together allow.  Zeroed, with size 1: everything. */
struct rule_effects {
    bool deny;             /* Every order. */
    uint32_t reds;         /* Gates closed. */
    bool monitor;          /* Nothing is sent. */
    bool halt_new;         /* No new orders while the cause lasts. */
    int64_t paused_until;  /* Wall, 0 = not. */
    bool halt_day;         /* No new orders until the next UTC day. */
    bool off[strategy_end_];
    struct ppm size;       /* Share of a normal size. */
    bool flatten;          /* What is held should be sold. */
    uint64_t stage_most;   /* 3 = no rollback. */
    uint32_t reviews;      /* A person has to look before anything is lifted. */
    const struct rule *strictest; /* Of all in force, NULL = none. */
};

/* The set is copied. */
struct rules *rules_new(const struct rule_set *set);
void rules_destroy(struct rules **r);
const struct rule_set *rules_set(const struct rules *r);

/* Asks every alarm; values by metric index.  The steps are taken, and told in
 * out (room for RULES_CAP).  At most one a rule. */
uint32_t rules_tick(struct rules *r, const struct value *values,
                    const struct rules_now *now, struct rule_step_taken *out);
/* Takes a step that was written down. */
void rules_recall(struct rules *r, const struct rule_change *m);
/* What a limit has against this order: NULL = it may pass.  Only its verdict,
 * no state. */
bool rule_denies(const struct rule *r, const struct value *v);
/* What a requirement says of it. */
enum verdict {
    VERDICT_pass, VERDICT_fail, VERDICT_few, VERDICT_nodata,
    VERDICT_said,   /* A person says that it is met. */
    VERDICT_absent  /* Declared as what cannot be known. */
};
bool verdict_passes(enum verdict v);
enum verdict rule_verdict(const struct rule *r, const struct value *v);
void rules_effects(const struct rules *r, struct nanos wall,
                   struct rule_effects *out);
/* What it asks and does, in a number: other rules have other ones. */
uint64_t rule_asks(const struct rule *r);
/* Latched by rules that are no longer there, or ask something else: the n-th,
 * NULL = no more. */
const struct rule *rules_left(const struct rules *r, uint32_t n);
/* A person has looked: what was latched is let go.  Told as rules_tick does. */
uint32_t rules_release(struct rules *r, const struct rules_now *now,
                       struct rule_step_taken *out);
/* The rest of it, which no step tells: what was lost for want of room no
 * longer stops anything.  Of a release that is recalled. */
void rules_make_room(struct rules *r);
/* How often the rule of severity warning that did so most has fired, or gone
 * on firing, in the last 24 h; WARNINGS_CAP = so often at least. */
enum { WARNINGS_CAP = 16 };
uint32_t rules_warnings(const struct rules *r, struct nanos wall);
/* Alarms whose metric cannot be computed. */
uint32_t rules_blind(const struct rules *r);
/* Since when an action is in force, 0 = it is not. */
struct nanos rules_since(const struct rules *r, enum action action);
/* Alarms of severity critical: how many have fired since, the last time one
 * did, and since when the oldest that still fires does; 0 = none. */
struct rules_criticals { uint64_t fired; struct nanos last, open; };
struct rules_criticals rules_criticals(const struct rules *r,
                                       struct nanos since);
/* The rules are exchanged; those that ask the same go on where they were, and
 * a pause or a halt of the others ends when it would have.  False, naming the
 * first of them, when one that is latched would be lost. */
MUST_CHECK bool rules_reload(struct rules **r, const struct rule_set *set,
                             struct nanos wall, char id[16]);
/* Adds all of its state. */
void rules_digest(const struct rules *r, struct digest *d);

#endif /* RISKD_RULE_H */
