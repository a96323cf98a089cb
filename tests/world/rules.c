/* rules - the rules of deploy/rules in a world, and what must hold as they act
 *
 * In some worlds as they are shipped, in most with a few of them that act
 * sooner and otherwise, as in forty seconds hardly any would; live those of
 * stage 0, as the limits of the others leave nothing to see.  What a rule does
 * is read off its steps in riskd's log, with an understanding of its own: as
 * long as it is in force nothing is granted that it forbids.  And riskd is
 * told how the machine is. */
#include "tests/world/checks.h"

#include "common/must.h"
#include "riskd/metric.h"
#include "riskd/rule.h"

#include <stdlib.h>
#include <string.h>

enum { RULED_PERCENT = 35, SHIPPED_PERCENT = 20, SOONER_PERCENT = 30,
       HOST_MS = 5000, FULL_PERCENT = 5 };
#define SECOND_NS INT64_C(1000000000)
#define DAY_NS (86400 * SECOND_NS)

/* What moves within a world. */
static const char *const lively[] = {
    "drawdown_frac", "daily_pnl_frac_abs", "daily_loss_usd",
    "turnover_day_frac", "consecutive_exec_failures", "exec_fail_rate",
    "position_usage_frac", "data_sla_breach", "ws_connected",
    "partial_fill_open_s", "process_down_s", "realized_slippage_ratio",
};
static const enum action doing[] = {
    ACTION_pause, ACTION_pause, ACTION_pause, ACTION_reduce_50,
    ACTION_reduce_50, ACTION_reduce_50, ACTION_reduce_50, ACTION_halt_new,
    ACTION_halt_new, ACTION_disable_strategy, ACTION_disable_strategy,
    ACTION_flatten_all, ACTION_flatten_all, ACTION_flatten_all,
    ACTION_flatten_all, ACTION_wait, ACTION_deny, ACTION_monitor,
    ACTION_halt_day, ACTION_review, ACTION_review, ACTION_kill,
    ACTION_rollback,
};

static bool
is_lively(const struct rule *r)
{
    for (size_t i = 0; i < sizeof lively / sizeof lively[0]; i++)
        if (strcmp(metric_rows[r->metric].name, lively[i]) == 0)
            return r->kind == RULE_alarm;
    return false;
}

static void
make_sooner(struct chance *c, struct rule *r)
{
    r->action = doing[chance_below(c, sizeof doing / sizeof doing[0])];
    r->hold_ns = chance_of(c, 50) ? 0 : chance_between(c, 0, 2 * SECOND_NS);
    r->recover_ns = chance_between(c, 0, 3 * SECOND_NS);
    r->pause_ns = chance_between(c, 1, 6) * SECOND_NS;
    if (r->op == RULE_gt || r->op == RULE_ge)
        r->threshold = r->threshold * chance_between(c, 0, 20) / 100;
}

static void
keep_stage_0(struct rule *r)
{
    uint32_t stages = r->phases & PHASE_STAGE ? PHASE_STAGES : 0;
    r->phases = (r->phases & ~(uint32_t)PHASE_STAGES) | stages;
    if (strcmp(metric_rows[r->metric].name, "strategy_enabled_in_phase") == 0)
        r->advisory = true; /* Live, pairs alone would be left. */
}

void
rules_plan(struct world *w)
{
    struct chance c;
    struct hash digest;
    struct complaints bad = { 0 };
    chance_start(&c, w->seed ^ UINT64_C(0x4a7e5));
    if (!chance_of(&c, RULED_PERCENT) || w->weather.clear ||
        w->terms.without >> WITHOUT_rules & 1)
        return;
    w->rules = riskd_read_rules("deploy/rules", &digest, &bad);
    if (w->rules == NULL)
        world_fail(w, "deploy/rules: %.200s", bad.text);
    if (chance_of(&c, SHIPPED_PERCENT))
        return;
    for (uint32_t i = 0; i < w->rules->count; i++) {
        struct rule *r = &w->rules->at[i];
        if (w->weather.live)
            keep_stage_0(r);
        if (is_lively(r) && chance_of(&c, SOONER_PERCENT))
            make_sooner(&c, r);
    }
}

/* As riskd's shell tells it; now and then the disk is nearly full. */
void
rules_step(struct world *w)
{
    struct node *n = &w->nodes[SOURCE_riskd];
    bool full = !w->calm && w->now / (HOST_MS * INT64_C(1000000)) % 100 <
                                FULL_PERCENT;
    if (w->rules == NULL || n->engine == NULL || stands_still(w, n) ||
        w->now < w->host_at)
        return;
    w->host_at = w->now + HOST_MS * INT64_C(1000000);
    struct host_state m = {
        .disk_free = full ? UINT64_C(500000000) : UINT64_C(50000000000),
        .mem_total = UINT64_C(8000000000), .mem_free = UINT64_C(4000000000),
        .cpu = { MICROS / 10 }, .secluded = true,
    };
    node_tell(w, n, &host_state_schema, &m);
}

/* --- what holds --------------------------------------------------------- */
static struct ruled *
ruled_of(struct told *t, const struct text *id)
{
    for (uint32_t i = 0; i < t->ruled_count; i++)
        if (text_equal(&t->ruled[i].id, id))
            return &t->ruled[i];
    must(t->ruled_count < RULED_CAP);
    t->ruled[t->ruled_count] = (struct ruled){ .id = *id };
    return &t->ruled[t->ruled_count++];
}

static void
count_hits(struct world *w, enum action action)
{
    world_hit(w, action == ACTION_flatten_all ? HIT_rule_sells
                 : action == ACTION_kill || action == ACTION_rollback
                     ? HIT_rule_kills
                 : action == ACTION_reduce_50 ? HIT_rule_reduces
                 : action == ACTION_notify || action == ACTION_log ||
                         action == ACTION_review
                     ? HIT_rule_tells
                     : HIT_rule_stops);
}

void
ruled_fact(struct world *w, const struct rule_change *m)
{
    struct ruled *r = ruled_of(&w->checks->told, &m->rule);
    switch (m->step) {
    case RULE_STEP_fired:
    case RULE_STEP_again:
        if (!w->checks->rebuilding)
            count_hits(w, m->action);
        r->action = m->action;
        r->who = m->strategy;
        r->firing = r->latched = true;
        r->fired = m->at.ns;
        r->pause = m->pause.ns;
        return;
    case RULE_STEP_recovered: r->firing = r->stalled = false; return;
    case RULE_STEP_released: r->latched = false; return;
    case RULE_STEP_stalled: r->stalled = true; return;
    case RULE_STEP_sighted: r->stalled = false; return;
    case RULE_STEP_none: case RULE_STEP_began: case RULE_STEP_ended:
    case RULE_STEP_blind: case rule_step_end_: return;
    }
}

static bool
forbids(const struct ruled *r, enum strategy strategy, int64_t wall)
{
    switch (r->action) {
    case ACTION_deny: case ACTION_wait: case ACTION_monitor:
    case ACTION_halt_new: return r->firing;
    case ACTION_flatten_all: case ACTION_rollback: return r->latched;
    case ACTION_disable_strategy:
        return r->latched && (r->who == STRATEGY_none || r->who == strategy);
    case ACTION_pause: return wall < r->fired + r->pause;
    case ACTION_halt_day:
        return r->fired > 0 && wall / DAY_NS == r->fired / DAY_NS;
    case ACTION_log: case ACTION_rebalance: case ACTION_notify:
    case ACTION_block: case ACTION_review: case ACTION_reduce_50:
    case ACTION_kill: case action_end_: return false;
    }
    return false;
}

void
ruled_grant(const struct world *w, const struct fact *f, const struct grant *m)
{
    const struct told *t = &w->checks->told;
    for (uint32_t i = 0; i < t->ruled_count; i++) {
        const struct ruled *r = &t->ruled[i];
        if (r->stalled || forbids(r, m->strategy, f->wall.ns))
            world_fail(w, "a grant against rule %s: %s", r->id.s,
                       enum_word(&action_words, r->action));
    }
}

bool
ruled_by(const struct told *t, enum action action)
{
    bool is = false;
    for (uint32_t i = 0; i < t->ruled_count; i++)
        is = is || (t->ruled[i].latched && t->ruled[i].action == action);
    return is;
}
