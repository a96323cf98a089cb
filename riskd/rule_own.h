/* rule_own - what is remembered of every rule, for the files of rule.h */
#ifndef RISKD_RULE_OWN_H
#define RISKD_RULE_OWN_H

#include "riskd/rule.h"

/* Everything that is remembered of one rule. */
struct watch {
    bool holding, firing, blind, stalled, latched;
    enum strategy who;
    uint64_t stage;     /* In which it fired. */
    int64_t since;      /* Of holding. */
    int64_t fired;      /* Last time; 0 = never. */
    int64_t blind_since;
    int64_t warned[WARNINGS_CAP]; /* A warning: the last times, newest first. */
    int64_t clear_since; /* False since, while firing; of this run only. */
};

/* What a rule did that is no longer there, or asks something else now: it
 * stays in force as if it were.  Of the rule only what that takes. */
enum { LEFT_CAP = 64 };
struct left {
    struct rule rule;
    struct watch watch;
    uint64_t asks;
};

struct rules {
    struct rule_set set;
    struct watch watch[RULES_CAP];
    uint32_t left_count;
    struct left left[LEFT_CAP];
    bool left_full;     /* One was lost for want of room: nothing new. */
};

/* Stays until a person has looked. */
bool rule_latches(enum action action);
/* Of its id; the count when there is none. */
uint32_t rules_index(const struct rules *r, const char *id);
/* rule_left.c */
/* Whether what it did is still in force without its cause. */
bool rule_lasts(const struct rule *r, const struct watch *w, int64_t now);
void rules_leave_recalled(struct rules *r, const struct rule_change *m);

#endif /* RISKD_RULE_OWN_H */
