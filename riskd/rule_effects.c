/* rule_effects - what all rules together allow, and since when */
/*
 * Nothing of this is kept: it is read off the state of the rules each time,
 * so it cannot disagree with it.
 */
#include "riskd/rule.h"

#include "common/must.h"
#include "riskd/image.h"
#include "riskd/rule_own.h"

#define WARNED_NS (86400LL * 1000 * 1000 * 1000)

unsigned
action_rank(enum action action)
{
    switch (action) {
    case ACTION_log: return 0;
    case ACTION_rebalance: return 1;
    case ACTION_notify: return 2;
    case ACTION_block: return 3;
    case ACTION_review: return 4;
    case ACTION_reduce_50: return 5;
    case ACTION_disable_strategy: return 6;
    case ACTION_deny: return 7;
    case ACTION_wait: return 8;
    case ACTION_monitor: return 9;
    case ACTION_pause: return 10;
    case ACTION_halt_day: return 11;
    case ACTION_halt_new: return 12;
    case ACTION_flatten_all: return 13;
    case ACTION_kill: return 14;
    case ACTION_rollback: return 15;
    case action_end_: break;
    }
    unreachable();
}

/* Whether what it did is still in force. */
static bool
is_in_force(const struct rule *r, const struct watch *w, int64_t now)
{
    switch (r->action) {
    case ACTION_pause:
    case ACTION_halt_day:
    case ACTION_reduce_50:
    case ACTION_disable_strategy:
    case ACTION_flatten_all:
    case ACTION_rollback:
    case ACTION_review: return rule_lasts(r, w, now);
    case ACTION_deny:
    case ACTION_wait:
    case ACTION_monitor:
    case ACTION_halt_new:
    case ACTION_kill:
    case ACTION_block:
    case ACTION_log:
    case ACTION_notify:
    case ACTION_rebalance: return w->firing;
    case action_end_: break;
    }
    unreachable();
}

static void
add_off(struct rule_effects *e, enum strategy who)
{
    for (uint32_t i = 0; i < strategy_end_; i++) {
        e->off[i] = e->off[i] || who == STRATEGY_none || who == i;
    }
}

static void
add_effect(struct rule_effects *e, const struct rule *r, const struct watch *w)
{
    switch (r->action) {
    case ACTION_deny: e->deny = true; return;
    case ACTION_wait: e->reds++; return;
    case ACTION_monitor: e->monitor = true; return;
    case ACTION_pause:
        if (w->fired + r->pause_ns > e->paused_until) {
            e->paused_until = w->fired + r->pause_ns;
        }
        return;
    case ACTION_reduce_50: e->size.ppm = MICROS / 2; return;
    case ACTION_disable_strategy: add_off(e, w->who); return;
    case ACTION_halt_day: e->halt_day = true; return;
    case ACTION_halt_new: e->halt_new = true; return;
    case ACTION_flatten_all: e->flatten = e->halt_new = true; return;
    case ACTION_rollback: {
        uint64_t before = w->stage > 0 ? w->stage - 1 : 0;
        e->monitor = true;
        e->stage_most = before < e->stage_most ? before : e->stage_most;
        return;
    }
    case ACTION_review: e->reviews++; return;
    case ACTION_kill: /* The latch holds it, not this. */
    case ACTION_block:
    case ACTION_log:
    case ACTION_notify:
    case ACTION_rebalance: return;
    case action_end_: break;
    }
    unreachable();
}

static void
add_rule(struct rule_effects *out, const struct rule *rule,
         const struct watch *w, int64_t now)
{
    out->halt_new = out->halt_new || w->stalled;
    if (!is_in_force(rule, w, now)) {
        return;
    }
    add_effect(out, rule, w);
    if (out->strictest == NULL || action_rank(rule->action) >
                                      action_rank(out->strictest->action)) {
        out->strictest = rule;
    }
}

/* Most rules, nearly always: told from its watch alone, since rules are long
 * and this is asked many times a tick. */
static bool
did_nothing(const struct watch *w)
{
    return w->fired == 0 && !w->firing && !w->latched && !w->stalled;
}

void
rules_effects(const struct rules *r, struct nanos wall,
              struct rule_effects *out)
{
    *out = (struct rule_effects){ .size = { MICROS }, .stage_most = 3,
                                  .halt_new = r->left_full };
    for (uint32_t i = 0; i < r->set.count; i++) {
        if (!did_nothing(&r->watch[i])) {
            add_rule(out, &r->set.at[i], &r->watch[i], wall.ns);
        }
    }
    for (uint32_t i = 0; i < r->left_count; i++) {
        add_rule(out, &r->left[i].rule, &r->left[i].watch, wall.ns);
    }
}

struct nanos
rules_since(const struct rules *r, enum action action)
{
    int64_t since = 0;
    for (uint32_t i = 0; i < r->set.count; i++) {
        const struct watch *w = &r->watch[i];
        if (r->set.at[i].action == action && w->latched &&
            (since == 0 || w->fired < since)) {
            since = w->fired;
        }
    }
    return (struct nanos){ since };
}

struct rules_criticals
rules_criticals(const struct rules *r, struct nanos since)
{
    struct rules_criticals c = { 0 };
    for (uint32_t i = 0; i < r->set.count; i++) {
        const struct watch *w = &r->watch[i];
        if (r->set.at[i].severity != SEVERITY_critical || w->fired == 0) {
            continue;
        }
        c.fired += w->fired >= since.ns;
        c.last.ns = w->fired > c.last.ns ? w->fired : c.last.ns;
        if (w->firing && (c.open.ns == 0 || w->fired < c.open.ns)) {
            c.open.ns = w->fired;
        }
    }
    return c;
}

uint32_t
rules_warnings(const struct rules *r, struct nanos wall)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < r->set.count; i++) {
        const struct watch *w = &r->watch[i];
        uint32_t count = 0;
        if (w->fired == 0) {
            continue;
        }
        while (count < WARNINGS_CAP && w->warned[count] != 0 &&
               wall.ns - w->warned[count] < WARNED_NS) {
            count++;
        }
        most = count > most ? count : most;
    }
    return most;
}

/* By their places: the rules must be those of the image. */
void
rules_image(struct rules *r, struct image *i)
{
    struct hash of = r->set.digest;
    IMAGE(i, of);
    i->bad = i->bad || !hash_equal(&of, &r->set.digest);
    image_bytes(i, r->watch, r->set.count * sizeof *r->watch);
    image_count(i, &r->left_count, LEFT_CAP);
    IMAGE(i, r->left);
    IMAGE(i, r->left_full);
    for (uint32_t k = 0; i->loads && k < r->set.count; k++) {
        r->watch[k].clear_since = 0; /* Of that run. */
    }
}
