/* ruling_desk - rules within riskd's engine: what they do to orders */
#ifndef TESTS_RISKD_RULING_DESK_H
#define TESTS_RISKD_RULING_DESK_H

#include "riskd/ruling.h"
#include "tests/unit/riskd/desk.h"
#include "tests/unit/riskd/rules_desk.h"

#include <stdio.h>

static struct rule_set set;
static struct desk *d;

static inline struct rule *
add(enum rule_kind kind, enum metric_id metric, enum rule_op op,
    int64_t threshold, enum action action)
{
    struct rule *r = &set.at[set.count++];
    *r = (struct rule){ .kind = kind, .metric = metric, .op = op,
                        .threshold = threshold, .severity = SEVERITY_high,
                        .action = action, .phases = PHASE_STAGES };
    (void)snprintf(r->id, sizeof r->id, "R-%u", set.count);
    return r;
}

static inline void
hand_over(struct riskd *x)
{
    char id[16];
    assert_true(riskd_rules(x, &set, d->in.wall, id));
}

static inline void
open_at(uint64_t stage, enum mode mode)
{
    d = desk_conf();
    d->conf.stage = stage;
    d->common.mode = mode;
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    hand_over(d->x);
    desk_tick(d);
    desk_latch(d, false, 0);
    desk_lease(d);
}

static inline void
open_with_rules(void)
{
    open_at(0, MODE_paper);
}

static inline int
stop(void **state)
{
    (void)state;
    desk_free(d);
    memset(&set, 0, sizeof set);
    return 0;
}

static inline void
ask(uint32_t n)
{
    struct authorize m = desk_ask(n, 2, 1, 450000, 100);
    HEAR(d, authorize, &m);
}

static inline void
pass(int64_t ms)
{
    desk_pass(d, ms);
    desk_lease(d);
    desk_tick(d);
}

/* An engine that is fed all facts, with the rules of now, takes its place. */
static inline void
start_again(void)
{
    struct riskd *x =
        riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    hand_over(x);
    for (uint32_t i = 0; i < d->facts_count; i++) {
        desk_recall(x, &d->facts[i]);
    }
    riskd_destroy(&d->x);
    d->x = x;
    d->in.own_run++;
}

/* It is as it was. */
static inline void
assert_recalls(void)
{
    struct hash was = riskd_digest(d->x);
    start_again();
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    desk_latch(d, false, 0);
    desk_lease(d);
}

static inline void
beat(enum source src)
{
    struct input was = d->in;
    d->in.src = src;
    d->in.peer = 0;
    HEAR(d, heartbeat, &((struct heartbeat){ .ready = true }));
    d->in = was;
}

/* The last step the rule took. */
static inline bool
fires(const char *rule)
{
    for (uint32_t i = d->facts_count; i-- > 0;) {
        const struct rule_change *c = (const void *)d->facts[i].msg;
        if (d->facts[i].schema == &rule_change_schema &&
            strcmp(c->rule.s, rule) == 0) {
            return c->step == RULE_STEP_fired || c->step == RULE_STEP_again;
        }
    }
    return false;
}

#endif /* TESTS_RISKD_RULING_DESK_H */
