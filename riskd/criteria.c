/* criteria - what the gates of a stage ask, answered from what is recalled */
/*
 * For whoever stands outside, with an engine that was fed a journal: the same
 * records give the same answers, and so the same sign-off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/must.h"
#include "riskd/engine.h"
#include "riskd/rules_file.h"

static const char *
verdict_word(enum verdict v)
{
    switch (v) {
    case VERDICT_pass: return "pass";
    case VERDICT_fail: return "fail";
    case VERDICT_few: return "not enough data";
    case VERDICT_nodata: return "no data";
    case VERDICT_said: return "said by a person";
    case VERDICT_absent: return "not applicable";
    }
    unreachable();
}

bool
riskd_gates(const char *words, uint32_t *gates)
{
    char text[256];
    char *rest = text;
    *gates = 0;
    if (strlen(words) >= sizeof text) {
        return false;
    }
    memcpy(text, words, strlen(words) + 1);
    for (char *w = strsep(&rest, ","); w != NULL; w = strsep(&rest, ",")) {
        uint32_t gate = rule_phase_of(w);
        if (gate == 0) {
            return false;
        }
        *gates |= gate;
    }
    return true;
}

uint32_t
riskd_criteria(const struct riskd *x, uint32_t phases, struct nanos wall,
               struct riskd_criterion *out, uint32_t cap)
{
    struct metric_view view;
    uint32_t count = 0;
    riskd_metric_view(x, wall, &view);
    if (view.rules == NULL) {
        return 0;
    }
    const struct rule_set *set = rules_set(view.rules);
    for (uint32_t i = 0; i < set->count && count < cap; i++) {
        const struct rule *r = &set->at[i];
        if ((r->phases & phases) == 0) {
            continue;
        }
        view.at_gate = r->kind == RULE_require;
        struct value v = metric_answer(riskd_metrics(x), &view, r->metric);
        struct riskd_criterion *c = &out[count++];
        *c = (struct riskd_criterion){
            .metric = metric_rows[r->metric].name,
            .about = metric_rows[r->metric].help,
            .op = rule_op_words[r->op],
            .threshold = r->threshold,
            .is_flag = metric_rows[r->metric].unit == UNIT_flag,
            .known = v.state == VALUE_known ||
                     (v.state == VALUE_few && v.sample > 0),
            .value = value_micros(&v),
            .sample = v.sample,
            .least = metric_rows[r->metric].least,
            .pass = verdict_passes(rule_verdict(r, &v)),
            .verdict = verdict_word(rule_verdict(r, &v)),
            .severity = r->severity,
            .action = r->action,
            .source = r->source,
            .note = r->said.s[0] != '\0' ? r->said : r->absent,
        };
        memcpy(c->rule, r->id, sizeof c->rule);
        rule_phases_text(r->phases & phases, &c->phases);
    }
    return count;
}

static const struct rule *
find_shut(const struct riskd *x, uint32_t gates,
          const struct metric_view *view, const char **verdict)
{
    const struct rule_set *set = riskd_rule_set(x);
    *verdict = NULL;
    for (uint32_t i = 0; set != NULL && i < set->count; i++) {
        const struct rule *r = &set->at[i];
        if (r->kind != RULE_require || (r->phases & gates) == 0) {
            continue;
        }
        struct value v = metric_answer(riskd_metrics(x), view, r->metric);
        *verdict = verdict_word(rule_verdict(r, &v));
        if (!verdict_passes(rule_verdict(r, &v))) {
            return r;
        }
    }
    return NULL;
}

const struct rule *
riskd_gate_shut(const struct riskd *x, uint32_t gates, struct nanos wall,
                const char **verdict)
{
    struct metric_view view;
    riskd_metric_view(x, wall, &view);
    view.at_gate = true;
    return find_shut(x, gates, &view, verdict);
}

const struct rule *
riskd_clear_shut(const struct riskd *x, const struct command *m,
                 uint64_t letters, struct nanos wall, const char **verdict)
{
    struct metric_view view;
    riskd_metric_view(x, wall, &view);
    view.at_gate = view.clearing = true;
    view.clear_role = m->role;
    view.clear_letters = letters;
    return find_shut(x, PHASE_CLEAR, &view, verdict);
}

const char *
riskd_say_gate(struct riskd *x, const struct rule *r, const char *verdict)
{
    char words[sizeof x->gate_words.s];
    (void)snprintf(words, sizeof words, "%s %s: %s as of now", r->id,
                   metric_rows[r->metric].name, verdict);
    (void)title_set(&x->gate_words, words);
    return x->gate_words.s;
}

struct nanos
riskd_phase_began(const struct riskd *x)
{
    return metrics_phase(riskd_metrics(x));
}

struct rule_set *
riskd_read_rules(const char *folder, struct hash *digest,
                 struct complaints *bad)
{
    struct rule_set *set = rules_read_folder(folder, bad);
    if (set != NULL) {
        *digest = set->digest;
    }
    return set;
}
