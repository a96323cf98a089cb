/* gate_desk - one requirement of a gate, asked of an engine and of its facts */
#ifndef TESTS_RISKD_GATE_DESK_H
#define TESTS_RISKD_GATE_DESK_H

#include "tests/unit/riskd/ruling_desk.h"

static struct riskd_criterion found;

/* One requirement, of a stage that is asked of it. */
static inline void
open_for(enum metric_id metric, enum rule_op op, int64_t threshold)
{
    struct rule *r = add(RULE_require, metric, op, threshold, ACTION_block);
    r->phases = PHASE_EXIT;
    d = desk_conf();
    d->conf.uptime_every.ms = 60000;
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    hand_over(d->x);
    desk_tick(d);
    desk_latch(d, false, 0);
    desk_lease(d);
}

static inline const char *
verdict(void)
{
    uint32_t gates;
    assert_true(riskd_gates("exit:P0", &gates));
    assert_int_equal(riskd_criteria(d->x, gates, d->in.wall, &found, 1), 1);
    return found.verdict;
}

/* The same of what its journal makes of it. */
static inline void
assert_verdict(const char *wanted)
{
    assert_string_equal(verdict(), wanted);
    int64_t value = found.value;
    struct riskd *x = d->x;
    d->x = riskd_new(&d->conf, &d->common, &d->capital, &d->strategy);
    hand_over(d->x);
    for (uint32_t i = 0; i < d->facts_count; i++) {
        desk_recall(d->x, &d->facts[i]);
    }
    assert_string_equal(verdict(), wanted);
    assert_int_equal(found.value, value);
    riskd_destroy(&d->x);
    d->x = x;
}

static inline void
beats(enum source src, bool ready, uint64_t crashes)
{
    struct input was = d->in;
    d->in.src = src;
    d->in.peer = 0;
    HEAR(d, heartbeat, &((struct heartbeat){ .ready = ready,
                                             .crashes = crashes }));
    d->in = was;
}

#endif /* TESTS_RISKD_GATE_DESK_H */
