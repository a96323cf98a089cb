/* ruling - the rules within riskd: what they see, what they do to it */
/*
 * Two facts carry all of it over a restart: `sample`, one for each thing that
 * a metric counts, and `rule_change`, one for each step of a rule.  Both go
 * through the same functions when they happen and when they are recalled.
 *
 * A rule that kills says the command to kill as an operator would; from there
 * on it is the kill switch's business.
 */
#include "riskd/ruling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/engine.h"
#include "riskd/image.h"

struct ruling {
    struct rules *rules;         /* NULL: none were given. */
    struct metrics *metrics[2];  /* Of paper, of live. */
    struct nanos asked;          /* Monotonic; 0 = not in this run. */
    struct value values[METRICS];
    struct rule_step_taken steps[RULES_CAP];
};

struct ruling *
ruling_new(const struct riskd_conf *conf)
{
    struct ruling *r = calloc(1, sizeof *r);
    must(r != NULL);
    r->metrics[0] = metrics_new(conf->failures_max);
    r->metrics[1] = metrics_new(conf->failures_max);
    return r;
}

void
ruling_destroy(struct ruling **r)
{
    if ((*r)->rules != NULL) {
        rules_destroy(&(*r)->rules);
    }
    metrics_destroy(&(*r)->metrics[0]);
    metrics_destroy(&(*r)->metrics[1]);
    free(*r);
    *r = NULL;
}

struct nanos
ruling_asked(const struct ruling *r)
{
    return r->asked;
}

const struct rules *
ruling_rules(const struct ruling *r)
{
    return r->rules;
}

bool
riskd_rules(struct riskd *x, const struct rule_set *set, struct nanos wall,
            char id[16])
{
    if (x->ruling->rules != NULL) {
        return rules_reload(&x->ruling->rules, set, wall, id);
    }
    x->ruling->rules = rules_new(set);
    return true;
}

const struct rule_set *
riskd_rule_set(const struct riskd *x)
{
    return x->ruling->rules == NULL ? NULL : rules_set(x->ruling->rules);
}

const struct rule *
riskd_rule_left(const struct riskd *x, uint32_t n)
{
    return rules_left(x->ruling->rules, n);
}

static struct metrics *
metrics_of(const struct riskd *x, enum mode mode)
{
    return x->ruling->metrics[mode == MODE_live];
}

const struct metrics *
riskd_metrics(const struct riskd *x)
{
    return metrics_of(x, riskd_mode_max(x));
}

void
riskd_rule_effects(const struct riskd *x, struct nanos wall,
                   struct rule_effects *out)
{
    if (x->ruling->rules == NULL) {
        *out = (struct rule_effects){ .size = { MICROS }, .stage_most = 3 };
        return;
    }
    rules_effects(x->ruling->rules, wall, out);
}

struct hash
riskd_rules_digest(const struct riskd *x)
{
    return x->ruling->rules == NULL ? (struct hash){ { 0 } }
                                    : rules_set(x->ruling->rules)->digest;
}

uint32_t
riskd_rules_blind(const struct riskd *x)
{
    return x->ruling->rules == NULL ? 0 : rules_blind(x->ruling->rules);
}

/* --- what happened ------------------------------------------------------ */
void
riskd_count(struct riskd *x, const struct occurrence *s, struct outbox *out)
{
    struct metrics *m = metrics_of(x, s->mode);
    if (!metrics_counted(m, s)) {
        metrics_count(m, s);
        say_occurrence(out, s, NULL);
    }
}

void
riskd_recall_occurrence(struct riskd *x, const struct occurrence *m,
                    const struct input *in)
{
    (void)in;
    metrics_count(metrics_of(x, m->mode), m);
}

/* --- what they do ------------------------------------------------------- */
static void
pull(struct riskd *x, const struct rule *rule, const struct input *in,
     struct outbox *out)
{
    char reason[64];
    (void)snprintf(reason, sizeof reason, "rule %s: %s", rule->id,
                   metric_rows[rule->metric].name);
    if (!x->latch_known || !x->latch.latched) {
        riskd_stop(x, in, out, reason);
    }
}

static bool
acts_now(enum rule_step step)
{
    return step == RULE_STEP_fired || step == RULE_STEP_again;
}

/* As an event for everyone: a firing with its own words, all else as a word
 * about it. */
static void
say_event(struct riskd *x, const struct rule_step_taken *s, struct outbox *out)
{
    char rule[32], scope[64];
    bool acts = acts_now(s->step);
    bool blind = s->step == RULE_STEP_blind || s->step == RULE_STEP_stalled;
    (void)snprintf(rule, sizeof rule, "%s%s", s->rule->id,
                   blind ? ".nodata" : "");
    (void)snprintf(scope, sizeof scope, "%s %s %s",
                   enum_word(&mode_words, (uint32_t)riskd_mode_max(x)),
                   enum_word(&strategy_words, (uint32_t)s->value.who),
                   enum_word(&rule_step_words, (uint32_t)s->step));
    struct risk_event_says says = {
        .rule = rule,
        .metric = metric_rows[s->rule->metric].name,
        .scope = scope,
        .unit = metric_unit_word(s->rule->metric),
        .ruled = true,
        .value = value_micros(&s->value),
        .threshold = s->rule->threshold,
        .severity = acts    ? s->rule->severity
                    : blind ? SEVERITY_warning
                            : SEVERITY_info,
        .action = acts                           ? s->rule->action
                  : s->step == RULE_STEP_stalled ? ACTION_halt_new
                  : blind                        ? ACTION_notify
                                                 : ACTION_log,
    };
    if (s->step != RULE_STEP_began && s->step != RULE_STEP_ended) {
        riskd_say_event(x, out, &says);
    }
}

static void
say_step(struct riskd *x, const struct rule_step_taken *s,
         const struct input *in, struct outbox *out)
{
    struct rule_change m = { .step = s->step,
                             .at = s->at,
                             .strategy = s->value.who,
                             .mode = riskd_mode_max(x),
                             .stage = s->stage,
                             .value = { value_micros(&s->value) },
                             .threshold = { s->rule->threshold },
                             .sample = s->value.sample,
                             .severity = s->rule->severity,
                             .action = s->rule->action,
                             .acts = s->acts,
                             .asks = rule_asks(s->rule),
                             .pause = { s->rule->pause_ns } };
    (void)text_set(&m.rule, s->rule->id);
    (void)text_set(&m.metric, metric_rows[s->rule->metric].name);
    x->counters[RISKD_rule_steps]++;
    if (acts_now(s->step) && s->rule->action == ACTION_rollback) {
        riskd_roll_back(x, s, in, out);
    }
    say_rule_change(out, &m, NULL);
    say_event(x, s, out);
    if (acts_now(s->step) && (s->rule->action == ACTION_kill ||
                              s->rule->action == ACTION_rollback)) {
        x->counters[RISKD_rule_kills]++;
        pull(x, s->rule, in, out);
    }
}

void
riskd_recall_rule_change(struct riskd *x, const struct rule_change *m,
                         const struct input *in)
{
    (void)in;
    if (x->ruling->rules != NULL) {
        rules_recall(x->ruling->rules, m);
    }
}

/* Its other steps are facts of their own. */
void
riskd_recall_resume(struct riskd *x)
{
    if (x->ruling->rules != NULL) {
        rules_make_room(x->ruling->rules);
    }
}

void
riskd_rule_on_tick(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct ruling *r = x->ruling;
    struct metric_view view;
    struct occurrence due[METRICS_DUE_CAP];
    int64_t since = in->mono.ns - r->asked.ns;
    if (r->rules == NULL ||
        (r->asked.ns != 0 && since < x->conf.rules_every.ms * 1000000)) {
        return;
    }
    if (r->asked.ns == 0) {
        riskd_say_left(x, out);
    }
    r->asked = in->mono;
    riskd_look_at_data(x, in);
    riskd_look_at_up(x, in);
    riskd_watch_ends(x, in, out);
    riskd_look_at_partial(x);
    riskd_metric_view(x, in->wall, &view);
    const struct metrics *m = riskd_metrics(x);
    uint32_t count_due = metrics_due(m, &view, due);
    for (uint32_t i = 0; i < count_due; i++) {
        due[i].mode = riskd_mode_max(x);
        riskd_count(x, &due[i], out);
        if (due[i].kind == OCCURRENCE_KIND_equity) { /* An hour began. */
            riskd_write_looks(x, in, out);
            riskd_write_found(x, in, out);
        } else if (due[i].kind == OCCURRENCE_KIND_uptime) {
            x->health.up_ns = 0;
        }
    }
    metrics_all(m, &view, r->values);
    struct rules_now now = { in->wall, view.stage,
                             view.mode_max == MODE_live };
    uint32_t steps = rules_tick(r->rules, r->values, &now, r->steps);
    for (uint32_t i = 0; i < steps; i++) {
        say_step(x, &r->steps[i], in, out);
    }
}

void
riskd_rule_release(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct rules_now now = { in->wall, riskd_stage(x), false };
    if (x->ruling->rules == NULL) {
        return;
    }
    uint32_t steps = rules_release(x->ruling->rules, &now, x->ruling->steps);
    for (uint32_t i = 0; i < steps; i++) {
        say_step(x, &x->ruling->steps[i], in, out);
    }
}

/* --- an authorization --------------------------------------------------- */
static void
find(struct question *a, const char *rule, int64_t value, int64_t limit)
{
    if (a->ruled == NULL) {
        a->ruled = rule;
        a->ruled_value = value;
        a->ruled_limit = limit;
    }
}

/* What alarms have taken away; the limits know of monitoring and gates. */
static void
ask_effects(const struct riskd *x, struct question *a, const struct input *in)
{
    struct rule_effects e;
    riskd_rule_effects(x, in->wall, &e);
    const char *who = e.strictest == NULL ? "rules" : e.strictest->id;
    bool off = (uint32_t)a->m->strategy < strategy_end_ &&
               e.off[a->m->strategy];
    bool stopped = e.deny || e.monitor || e.halt_new || e.halt_day || off ||
                   e.reds > 0 || e.paused_until > in->wall.ns;
    if (stopped && a->m->kind != GRANT_KIND_unwind) {
        find(a, who, 1, 0);
    }
}

static void
ask_limits(struct riskd *x, struct question *a, const struct metric_view *view,
           const struct input *in, struct outbox *out)
{
    const struct rule_set *set = rules_set(x->ruling->rules);
    const struct metrics *m = metrics_of(x, a->m->mode);
    uint32_t stage = (uint32_t)PHASE_STAGE << view->stage;
    for (uint32_t i = 0; i < set->count; i++) {
        const struct rule *rule = &set->at[i];
        if (rule->kind != RULE_limit || (rule->phases & stage) == 0) {
            continue;
        }
        struct value v = metric_answer(m, view, rule->metric);
        if (!rule_denies(rule, &v)) {
            continue;
        }
        find(a, rule->id, value_micros(&v), rule->threshold);
        if (rule->action == ACTION_kill && v.state == VALUE_known) {
            struct rule_step_taken s = { .rule = rule,
                                         .step = RULE_STEP_fired,
                                         .at = view->wall,
                                         .stage = view->stage,
                                         .value = v,
                                         .acts = true };
            say_step(x, &s, in, out);
        }
    }
}

void
riskd_rule_on_question(struct riskd *x, struct question *a,
                       const struct input *in, struct outbox *out)
{
    struct metric_order order = { .m = a->m,
                                  .worst = a->worst,
                                  .group = a->group,
                                  .event = a->event,
                                  .unsettled = a->unsettled,
                                  .paid = a->paid,
                                  .bought = a->bought,
                                  .strategy_on = a->strategy_on };
    struct metric_view view;
    if (x->ruling->rules == NULL) {
        return;
    }
    riskd_metric_view(x, in->wall, &view);
    view.equity = a->equity;
    view.order = &order;
    riskd_look_at_markets(a, &order);
    riskd_tell_bond(x, a, in->wall, &order);
    ask_effects(x, a, in);
    ask_limits(x, a, &view, in, out);
}

void
ruling_digest(const struct ruling *r, struct digest *d)
{
    metrics_digest(r->metrics[0], d);
    metrics_digest(r->metrics[1], d);
    if (r->rules != NULL) {
        rules_digest(r->rules, d);
    }
}

void
ruling_image(struct ruling *r, struct image *i)
{
    metrics_image(r->metrics[0], i);
    metrics_image(r->metrics[1], i);
    if (r->rules != NULL) {
        rules_image(r->rules, i);
    }
}
