/* rule - rules over metrics: what fires, when, and what it does */
/*
 * The life of an alarm:
 *
 *   idle --began--> holding --fired--> firing --recovered--> idle
 *        --------------fired-------->         --again------> firing
 *
 * `for` is counted on the wall clock, because it may be days and outlive many
 * restarts; a sample that is too small ends the wait, for a rate of three
 * orders is no evidence, but does not undo what has fired.  A metric that
 * nobody can compute is itself an event, once, and for a gate's metric, live,
 * a halt after a minute.
 *
 * What an action leaves behind is in the steps: some last as long as the
 * cause (monitor, halt_new, wait, deny), some until a time (pause, halt_day),
 * the others until a person lets them go (rules_release).
 */
#include "riskd/rule.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/metric.h"
#include "riskd/rule_own.h"

#define STALL_NS (60LL * 1000 * 1000 * 1000)

bool
rule_id_is_taken(const char *id)
{
    static const char *const own[] = {
        "kill", "clear", "flatten", "failures", "daily_loss",
        "daily_loss_marked", "latency", "reject_rate", "ghost_rate", "naked",
        "health", "probation_over", "rules_read", "rules", "too_often",
        "unsold", "fill_refused", "fill_late", "fill_over", "fill_failed"
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(own[i], id) == 0) {
            return true;
        }
    }
    return false;
}

struct rules *
rules_new(const struct rule_set *set)
{
    struct rules *r = calloc(1, sizeof *r);
    must(r != NULL && set->count <= RULES_CAP);
    r->set = *set;
    return r;
}

void
rules_destroy(struct rules **r)
{
    free(*r);
    *r = NULL;
}

const struct rule_set *
rules_set(const struct rules *r)
{
    return &r->set;
}

uint32_t
rules_index(const struct rules *r, const char *id)
{
    uint32_t i = 0;
    while (i < r->set.count && strcmp(r->set.at[i].id, id) != 0) {
        i++;
    }
    return i;
}

bool
rule_holds(const struct rule *r, const struct value *v)
{
    must(v->den > 0);
    wide a = (wide)v->num * MICROS;
    wide b = (wide)r->threshold * v->den;
    switch (r->op) {
    case RULE_gt: return a > b;
    case RULE_ge: return a >= b;
    case RULE_lt: return a < b;
    case RULE_le: return a <= b;
    case RULE_eq: return a == b;
    case RULE_ne: return a != b;
    }
    unreachable();
}

int64_t
value_micros(const struct value *v)
{
    if (v->state == VALUE_nodata || v->den <= 0) {
        return 0;
    }
    wide q = (wide)v->num * MICROS / v->den;
    if ((wide)v->num * MICROS % v->den < 0) {
        q--;
    }
    return q > INT64_MAX ? INT64_MAX : q < INT64_MIN ? INT64_MIN : (int64_t)q;
}

/* Stays until a person has looked. */
bool
rule_latches(enum action action)
{
    return action == ACTION_reduce_50 || action == ACTION_disable_strategy ||
           action == ACTION_flatten_all || action == ACTION_rollback ||
           action == ACTION_review;
}

/* Nobody can know it, and nobody expects to. */
static bool
is_absent(const struct rule *r, const struct value *v)
{
    return v->state == VALUE_nodata && r->absent.s[0] != '\0';
}

bool
rule_denies(const struct rule *r, const struct value *v)
{
    if (r->kind != RULE_limit || r->advisory || v->state == VALUE_unasked ||
        is_absent(r, v)) {
        return false;
    }
    return v->state != VALUE_known || rule_holds(r, v);
}

enum verdict
rule_verdict(const struct rule *r, const struct value *v)
{
    switch (v->state) {
    case VALUE_known: return rule_holds(r, v) ? VERDICT_pass : VERDICT_fail;
    case VALUE_few: return VERDICT_few;
    case VALUE_unasked: /* At a gate everything is asked. */
    case VALUE_nodata:
        return r->said.s[0] != '\0'   ? VERDICT_said
               : r->absent.s[0] != '\0' ? VERDICT_absent
                                        : VERDICT_nodata;
    }
    unreachable();
}

bool
verdict_passes(enum verdict v)
{
    return v == VERDICT_pass || v == VERDICT_said || v == VERDICT_absent;
}

/* What was false, or too little, or not there. */
static enum rule_step
judge_false(const struct rule *r, struct watch *w, bool proved, int64_t now)
{
    if (w->holding) {
        return RULE_STEP_ended;
    }
    if (!w->firing || !proved) {
        return RULE_STEP_none;
    }
    if (w->clear_since == 0) {
        w->clear_since = now;
    }
    return now - w->clear_since >= r->recover_ns ? RULE_STEP_recovered
                                                 : RULE_STEP_none;
}

static enum rule_step
judge_true(const struct rule *r, struct watch *w, int64_t now)
{
    w->clear_since = 0;
    if (w->firing) {
        bool due = r->cooldown_ns > 0 && now - w->fired >= r->cooldown_ns;
        return due ? RULE_STEP_again : RULE_STEP_none;
    }
    if (r->hold_ns == 0) {
        return RULE_STEP_fired;
    }
    if (!w->holding) {
        return RULE_STEP_began;
    }
    return now - w->since >= r->hold_ns ? RULE_STEP_fired : RULE_STEP_none;
}

static enum rule_step
judge_blind(const struct rule *r, const struct watch *w,
            const struct rules_now *now)
{
    if (!w->blind) {
        return RULE_STEP_blind;
    }
    bool long_enough = now->wall.ns - w->blind_since >= STALL_NS;
    return r->gate && now->live && !w->stalled && long_enough
               ? RULE_STEP_stalled
               : RULE_STEP_none;
}

static enum rule_step
judge(const struct rule *r, struct watch *w, const struct value *v,
      const struct rules_now *now)
{
    bool asked = (r->phases & ((uint32_t)PHASE_STAGE << now->stage)) != 0;
    if (!asked) { /* Of another phase: its cause is none here. */
        return w->holding              ? RULE_STEP_ended
               : w->firing || w->blind ? RULE_STEP_recovered
                                       : RULE_STEP_none;
    }
    if (is_absent(r, v)) {
        return RULE_STEP_none;
    }
    if (v->state == VALUE_nodata) {
        return judge_blind(r, w, now);
    }
    if (w->blind) {
        return RULE_STEP_sighted;
    }
    if (v->state == VALUE_few) {
        return judge_false(r, w, false, now->wall.ns);
    }
    if (v->state == VALUE_unasked || !rule_holds(r, v)) {
        return judge_false(r, w, true, now->wall.ns);
    }
    return judge_true(r, w, now->wall.ns);
}

static void
remember_warning(const struct rule *r, struct watch *w, int64_t at)
{
    if (r->severity == SEVERITY_warning) {
        memmove(&w->warned[1], &w->warned[0],
                sizeof w->warned - sizeof w->warned[0]);
        w->warned[0] = at;
    }
}

static void
take(const struct rule *r, struct watch *w, enum rule_step step, int64_t at,
     uint64_t stage, enum strategy who)
{
    switch (step) {
    case RULE_STEP_began:
        w->holding = true;
        w->since = at;
        return;
    case RULE_STEP_ended: w->holding = false; return;
    case RULE_STEP_fired:
    case RULE_STEP_again:
        w->holding = false;
        w->firing = true;
        w->fired = at;
        w->stage = stage;
        w->who = who;
        w->latched = rule_latches(r->action);
        remember_warning(r, w, at);
        return;
    case RULE_STEP_recovered:
        w->holding = w->firing = w->blind = w->stalled = false;
        w->clear_since = 0;
        return;
    case RULE_STEP_blind:
        w->holding = false;
        w->blind = true;
        w->blind_since = at;
        return;
    case RULE_STEP_stalled: w->stalled = true; return;
    case RULE_STEP_sighted: w->blind = w->stalled = false; return;
    case RULE_STEP_released: w->latched = false; return;
    case RULE_STEP_none:
    case rule_step_end_: return;
    }
    unreachable();
}

/* Of all that fire on one metric, the strictest acts, the first of equals. */
static bool
is_strictest(const struct rules *r, uint32_t i)
{
    unsigned rank = action_rank(r->set.at[i].action);
    for (uint32_t k = 0; k < r->set.count; k++) {
        if (k == i || !r->watch[k].firing ||
            r->set.at[k].metric != r->set.at[i].metric) {
            continue;
        }
        unsigned other = action_rank(r->set.at[k].action);
        if (other > rank || (other == rank && k < i)) {
            return false;
        }
    }
    return true;
}

uint32_t
rules_tick(struct rules *r, const struct value *values,
           const struct rules_now *now, struct rule_step_taken *out)
{
    uint32_t count = 0;
    must(now->stage < STAGES);
    for (uint32_t i = 0; i < r->set.count; i++) {
        const struct rule *rule = &r->set.at[i];
        const struct value *v = &values[rule->metric];
        if (rule->kind != RULE_alarm) {
            continue;
        }
        enum rule_step step = judge(rule, &r->watch[i], v, now);
        if (step == RULE_STEP_none) {
            continue;
        }
        take(rule, &r->watch[i], step, now->wall.ns, now->stage, v->who);
        out[count++] = (struct rule_step_taken){
            .rule = rule, .step = step, .at = now->wall, .stage = now->stage,
            .value = *v
        };
    }
    for (uint32_t i = 0; i < count; i++) {
        bool fires = out[i].step == RULE_STEP_fired ||
                     out[i].step == RULE_STEP_again;
        out[i].acts = fires &&
                      is_strictest(r, (uint32_t)(out[i].rule - r->set.at));
    }
    return count;
}

void
rules_recall(struct rules *r, const struct rule_change *m)
{
    uint32_t i = rules_index(r, m->rule.s);
    /* A limit that killed said so, and has no state. */
    if (m->stage >= STAGES) {
        return;
    }
    /* Whoever looked let go of all there was, whatever its rule asks now. */
    bool same = i < r->set.count && (m->step == RULE_STEP_released ||
                                     m->asks == 0 ||
                                     m->asks == rule_asks(&r->set.at[i]));
    if (!same || m->step == RULE_STEP_released) {
        rules_leave_recalled(r, m);
    }
    if (same && r->set.at[i].kind == RULE_alarm) {
        take(&r->set.at[i], &r->watch[i], m->step, m->at.ns, m->stage,
             m->strategy);
    }
}

uint32_t
rules_release(struct rules *r, const struct rules_now *now,
              struct rule_step_taken *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->set.count; i++) {
        if (!r->watch[i].latched) {
            continue;
        }
        r->watch[i].latched = false;
        out[count++] = (struct rule_step_taken){
            .rule = &r->set.at[i], .step = RULE_STEP_released,
            .at = now->wall, .stage = now->stage,
            .value = { .den = 1, .who = r->watch[i].who }
        };
    }
    for (uint32_t i = 0; i < r->left_count; i++) {
        struct left *l = &r->left[i];
        if (l->watch.latched && count < RULES_CAP) {
            l->watch.latched = false;
            out[count++] = (struct rule_step_taken){
                .rule = &l->rule, .step = RULE_STEP_released,
                .at = now->wall, .stage = now->stage,
                .value = { .den = 1, .who = l->watch.who }
            };
        }
    }
    rules_make_room(r);
    return count;
}

void
rules_make_room(struct rules *r)
{
    r->left_full = false;
}

uint32_t
rules_blind(const struct rules *r)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->set.count; i++) {
        count += r->watch[i].blind;
    }
    return count;
}

void
rules_digest(const struct rules *r, struct digest *d)
{
    for (uint32_t i = 0; i < r->set.count; i++) {
        const struct watch *w = &r->watch[i];
        const int64_t state[] = { w->holding,      w->firing,
                                  w->blind,        w->stalled,
                                  w->latched,      w->who,
                                  (int64_t)w->stage, w->since,
                                  w->fired,        w->blind_since };
        digest_add(d, r->set.at[i].id, sizeof r->set.at[i].id);
        digest_add(d, state, sizeof state);
        digest_add(d, w->warned, sizeof w->warned);
    }
    for (uint32_t i = 0; i < r->left_count; i++) {
        const struct left *l = &r->left[i];
        if (rule_latches(l->rule.action) && !l->watch.latched) {
            continue; /* Let go: only its place is left. */
        }
        const int64_t state[] = { (int64_t)l->asks, l->watch.fired,
                                  l->watch.latched, l->rule.pause_ns };
        digest_add(d, l->rule.id, sizeof l->rule.id);
        digest_add(d, state, sizeof state);
    }
}
