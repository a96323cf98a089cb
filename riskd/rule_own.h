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
    int64_t clear_since; /* False since, while firing; of this run only. */
};

struct rules {
    struct rule_set set;
    struct watch watch[RULES_CAP];
};

#endif /* RISKD_RULE_OWN_H */
