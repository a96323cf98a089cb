/* rule_left - what rules did that are no longer there, or are others now */
/*
 * Rules are read again while riskd runs, and are changed while it does not.
 * Either way what a rule has done lasts as long as it would have: a pause and
 * a halted day to their end, what waits for a person until one has looked.
 * The rule that asks something else now begins anew, and acts by itself.  A
 * rule_change names what its rule asked, so a restart tells the same apart.
 */
#include "riskd/rule_own.h"

#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/metric.h"

#define DAY_NS (86400LL * 1000 * 1000 * 1000)

uint64_t
rule_asks(const struct rule *r)
{
    const int64_t numbers[] = { r->kind, r->op, r->threshold, r->hold_ns,
                                r->action, r->phases, r->pause_ns };
    struct digest *d = digest_sha256();
    const char *name = metric_rows[r->metric].name;
    uint8_t out[32];
    uint64_t asks;
    digest_start(d);
    digest_add(d, name, strlen(name));
    digest_add(d, numbers, sizeof numbers);
    digest_end(d, out);
    digest_destroy(&d);
    memcpy(&asks, out, sizeof asks);
    return asks != 0 ? asks : 1;
}

bool
rule_lasts(const struct rule *r, const struct watch *w, int64_t now)
{
    if (r->action == ACTION_pause) {
        return w->fired != 0 && now < w->fired + r->pause_ns;
    }
    if (r->action == ACTION_halt_day) {
        return w->fired != 0 && w->fired / DAY_NS == now / DAY_NS;
    }
    return w->latched;
}

static uint32_t
find(const struct rules *r, const char *id, uint64_t asks)
{
    uint32_t i = 0;
    while (i < r->left_count && (strcmp(r->left[i].rule.id, id) != 0 ||
                                 r->left[i].asks != asks)) {
        i++;
    }
    return i;
}

static void
drop(struct rules *r, uint32_t i)
{
    r->left[i] = r->left[--r->left_count];
    memset(&r->left[r->left_count], 0, sizeof r->left[0]);
}

static void
drop_over(struct rules *r, int64_t now)
{
    for (uint32_t i = r->left_count; i-- > 0;) {
        if (!rule_lasts(&r->left[i].rule, &r->left[i].watch, now)) {
            drop(r, i);
        }
    }
}

static void
leave(struct rules *r, const struct rule *rule, const struct watch *w,
      uint64_t asks, int64_t now)
{
    uint32_t i = find(r, rule->id, asks);
    if (i == LEFT_CAP) {
        drop_over(r, now);
        i = r->left_count;
    }
    if (i == LEFT_CAP) {
        r->left_full = true; /* Until a person has looked. */
        return;
    }
    r->left_count += i == r->left_count;
    r->left[i] = (struct left){
        .rule = { .kind = RULE_alarm, .metric = rule->metric,
                  .threshold = rule->threshold, .severity = rule->severity,
                  .action = rule->action, .pause_ns = rule->pause_ns },
        .watch = { .latched = w->latched, .who = w->who, .stage = w->stage,
                   .fired = w->fired },
        .asks = asks };
    memcpy(r->left[i].rule.id, rule->id, sizeof rule->id);
}

static void
take_back(struct rules *r)
{
    for (uint32_t i = r->left_count; i-- > 0;) {
        for (uint32_t k = 0; k < r->set.count; k++) {
            if (strcmp(r->set.at[k].id, r->left[i].rule.id) == 0 &&
                rule_asks(&r->set.at[k]) == r->left[i].asks) {
                struct watch *w = &r->watch[k];
                w->latched = r->left[i].watch.latched;
                w->who = r->left[i].watch.who;
                w->stage = r->left[i].watch.stage;
                w->fired = r->left[i].watch.fired;
                drop(r, i);
                break;
            }
        }
    }
}

bool
rules_reload(struct rules **r, const struct rule_set *set, struct nanos wall,
             char id[16])
{
    struct rules *next = rules_new(set);
    next->left_count = (*r)->left_count;
    next->left_full = (*r)->left_full;
    memcpy(next->left, (*r)->left, sizeof next->left);
    for (uint32_t i = 0; i < (*r)->set.count; i++) {
        const struct rule *was = &(*r)->set.at[i];
        const struct watch *w = &(*r)->watch[i];
        uint32_t k = rules_index(next, was->id);
        if (k < set->count && rule_asks(was) == rule_asks(&set->at[k])) {
            next->watch[k] = *w;
        } else if (w->latched) {
            memcpy(id, was->id, sizeof was->id);
            rules_destroy(&next);
            return false;
        } else if (rule_lasts(was, w, wall.ns)) {
            leave(next, was, w, rule_asks(was), wall.ns);
        }
    }
    take_back(next);
    rules_destroy(r);
    *r = next;
    return true;
}

/* Of an older record nothing says how long a pause was: it is over. */
void
rules_leave_recalled(struct rules *r, const struct rule_change *m)
{
    struct rule rule = { .metric = metric_find(m->metric.s),
                         .threshold = m->threshold.ppm,
                         .severity = m->severity,
                         .action = m->action,
                         .pause_ns = m->pause.ns };
    struct watch w = { .latched = (unsigned)m->action < action_end_ &&
                                  rule_latches(m->action),
                       .who = m->strategy, .stage = m->stage,
                       .fired = m->at.ns };
    size_t size = strnlen(m->rule.s, sizeof m->rule.s);
    if (rule.metric >= METRICS || size == 0 || size >= sizeof rule.id ||
        (unsigned)m->action >= action_end_ ||
        (unsigned)m->severity >= severity_end_ || m->pause.ns < 0) {
        return;
    }
    memcpy(rule.id, m->rule.s, size);
    if (m->step == RULE_STEP_fired || m->step == RULE_STEP_again) {
        if (rule_lasts(&rule, &w, m->at.ns)) {
            leave(r, &rule, &w, m->asks, m->at.ns);
        }
    } else if (m->step == RULE_STEP_released) {
        for (uint32_t i = r->left_count; i-- > 0;) {
            if (strcmp(r->left[i].rule.id, rule.id) == 0 &&
                r->left[i].watch.latched) {
                drop(r, i);
            }
        }
    }
}

const struct rule *
rules_left(const struct rules *r, uint32_t n)
{
    for (uint32_t i = 0; i < r->left_count; i++) {
        if (r->left[i].watch.latched && n-- == 0) {
            return &r->left[i].rule;
        }
    }
    return NULL;
}
