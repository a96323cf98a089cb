/* control_desk - words of operators to a desk, and peers that are well */
#ifndef TESTS_RISKD_CONTROL_DESK_H
#define TESTS_RISKD_CONTROL_DESK_H

#include "tests/unit/riskd/desk_trade.h"

static inline struct command
word(const struct desk *d, enum verb verb, enum role role)
{
    static uint64_t nonce = 1000;
    struct command m = { .verb = verb, .role = role, .nonce = ++nonce,
                         .expires = { d->in.wall.ns + 30000000000 } };
    (void)text_set(&m.actor, "ann");
    (void)text_set(&m.reason, "because it is a test");
    return m;
}

/* True when it was done. */
static inline bool
say(struct desk *d, enum verb verb, enum role role, const char *target,
    const char *value)
{
    struct command m = word(d, verb, role);
    (void)text_set(&m.target, target);
    (void)text_set(&m.value, value);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_audit], 1);
    desk_assert_recalls(d);
    return d->said[TYPE_command] == 1;
}

static inline void
beat(struct desk *d, enum source src, bool ready)
{
    struct input was = d->in;
    struct heartbeat m = { .ready = ready };
    d->in.src = src;
    d->in.peer = 0;
    HEAR(d, heartbeat, &m);
    d->in = was;
}

static inline void
keep_well(struct desk *d)
{
    beat(d, SOURCE_feed, true);
    beat(d, SOURCE_scanner, true);
    desk_lease(d);
}

/* Later, everybody alive meanwhile. */
static inline void
pass_well(struct desk *d, int64_t ms)
{
    desk_pass(d, ms);
    keep_well(d);
    desk_tick(d);
}

static inline bool
is_granted(struct desk *d, struct authorize *m)
{
    static uint32_t group = 50000;
    m->group = desk_uuid(++group);
    HEAR(d, authorize, m);
    if (d->said[TYPE_grant] == 0) {
        return false;
    }
    release_leg(d, &d->grant, legs_cap, EVIDENCE_never_sent);
    return true;
}

#endif /* TESTS_RISKD_CONTROL_DESK_H */
