/* rules_desk - the shipped rules on a desk: values in, steps out, a journal */
#ifndef TESTS_RISKD_RULES_DESK_H
#define TESTS_RISKD_RULES_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/digest.h"
#include "riskd/metric.h"
#include "riskd/rules_file.h"

#define RULES_DAY_NS (86400LL * 1000000000)
#define RULES_NOON (20000 * RULES_DAY_NS + RULES_DAY_NS / 2)

struct rules_desk {
    struct rules *rules;
    struct value values[METRICS];
    struct rules_now now;
    uint32_t count;
    struct rule_step_taken steps[RULES_CAP];
};

static inline struct rule_set *
shipped_rules(void)
{
    static struct complaints bad;
    memset(&bad, 0, sizeof bad);
    struct rule_set *set = rules_read_folder("deploy/rules", &bad);
    assert_string_equal(bad.text, "");
    assert_non_null(set);
    return set;
}

static inline void
rules_desk_open(struct rules_desk *d, const struct rule_set *set)
{
    memset(d, 0, sizeof *d);
    d->rules = rules_new(set);
    for (uint32_t i = 0; i < METRICS; i++) {
        d->values[i] = (struct value){ .state = VALUE_unasked, .den = 1 };
    }
    d->now.wall.ns = RULES_NOON;
}

static inline void
rules_desk_see(struct rules_desk *d, uint32_t metric, int64_t micros)
{
    d->values[metric] = (struct value){ VALUE_known, micros, MICROS, 1000, 0 };
}

/* The step this rule took, none when it took none. */
static inline enum rule_step
rules_desk_tick(struct rules_desk *d, const char *id)
{
    enum rule_step step = RULE_STEP_none;
    d->count = rules_tick(d->rules, d->values, &d->now, d->steps);
    for (uint32_t i = 0; i < d->count; i++) {
        if (strcmp(d->steps[i].rule->id, id) == 0) {
            assert_int_equal(step, RULE_STEP_none);
            step = d->steps[i].step;
        }
    }
    return step;
}

/* As riskd says it. */
static inline struct rule_change
rules_desk_change(const struct rule_step_taken *s)
{
    struct rule_change m = { .step = s->step,
                             .at = s->at,
                             .stage = s->stage,
                             .strategy = s->value.who,
                             .value = { value_micros(&s->value) },
                             .threshold = { s->rule->threshold },
                             .severity = s->rule->severity,
                             .action = s->rule->action,
                             .acts = s->acts,
                             .asks = rule_asks(s->rule),
                             .pause = { s->rule->pause_ns } };
    (void)text_set(&m.rule, s->rule->id);
    (void)text_set(&m.metric, metric_rows[s->rule->metric].name);
    return m;
}

static inline struct hash
rules_desk_digest(const struct rules *r)
{
    struct hash h;
    struct digest *sha = digest_sha256();
    digest_start(sha);
    rules_digest(r, sha);
    digest_end(sha, h.b);
    digest_destroy(&sha);
    return h;
}

/* The nearest value that makes the rule true, and the nearest that does
 * not. */
static inline int64_t
rule_true(const struct rule *r)
{
    bool beyond =
        r->op == RULE_gt || r->op == RULE_ne;
    return r->threshold + beyond - (r->op == RULE_lt);
}

static inline int64_t
rule_false(const struct rule *r)
{
    switch (r->op) {
    case RULE_gt:
    case RULE_lt:
    case RULE_ne: return r->threshold;
    case RULE_ge: return r->threshold - 1;
    case RULE_le:
    case RULE_eq: return r->threshold + 1;
    }
    return 0;
}

#endif /* TESTS_RISKD_RULES_DESK_H */
