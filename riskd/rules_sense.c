/* rules_sense - rules that contradict each other */
/*
 * Two mistakes that are easily made in a table of two hundred rows: a rule
 * that never acts, because a stricter one always acts first, and is not meant
 * so (`shadow: true`); and a cap that is looser in an earlier stage than in a
 * later one.
 */
#include "riskd/rules_file.h"

static bool
looks_up(enum rule_op op)
{
    return op == RULE_gt || op == RULE_ge;
}

static bool
looks_down(enum rule_op op)
{
    return op == RULE_lt || op == RULE_le;
}

/* Whenever a is true, b is too. */
static bool
implies(const struct rule *a, const struct rule *b)
{
    if (looks_up(a->op) && looks_up(b->op)) {
        return a->threshold > b->threshold ||
               (a->threshold == b->threshold &&
                !(a->op == RULE_ge && b->op == RULE_gt));
    }
    if (looks_down(a->op) && looks_down(b->op)) {
        return a->threshold < b->threshold ||
               (a->threshold == b->threshold &&
                !(a->op == RULE_le && b->op == RULE_lt));
    }
    return a->op == b->op && a->threshold == b->threshold;
}

static bool
is_shadowed_by(const struct rule *a, const struct rule *b)
{
    bool earlier = action_rank(b->action) >= action_rank(a->action) &&
                   b->hold_ns <= a->hold_ns;
    return a->kind == b->kind && a->metric == b->metric &&
           (a->phases & ~b->phases) == 0 && !b->advisory && earlier &&
           implies(a, b);
}

static bool
is_one_stage(const struct rule *r)
{
    uint32_t p = r->phases;
    return (p & PHASE_STAGES) == p && (p & (p - 1)) == 0;
}

void
rules_make_sense(const struct rule_set *set,
                 void (*f)(void *arg, const struct rule *r, const char *what,
                           const struct rule *other),
                 void *arg)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *a = &set->at[i];
        for (uint32_t k = 0; k < set->count; k++) {
            const struct rule *b = &set->at[k];
            if (k == i || a->metric != b->metric || a->kind != b->kind) {
                continue;
            }
            bool twins = is_shadowed_by(b, a) && k > i;
            if (!a->shadow && !twins && is_shadowed_by(a, b)) {
                f(arg, a, "shadow: true, another always acts first", b);
                break;
            }
            if (a->kind == RULE_limit && a->op == b->op && looks_up(a->op) &&
                is_one_stage(a) && is_one_stage(b) && a->phases < b->phases &&
                a->threshold > b->threshold) {
                f(arg, a, "a cap no looser than that of a later stage", b);
            }
        }
    }
}
