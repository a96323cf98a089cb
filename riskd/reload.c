/* reload - the rules as files gave them, word by word, and who wanted that */
/*
 * The shell reads the folder (it was asked by SIGHUP, by a `reload`, or it has
 * just started) and tells what it found: a rule_row for each rule, rules_read
 * at the end.  So the inputs journal has every rule that was ever in force,
 * and a replay of it needs no folder.  Nothing changes before the end is
 * heard; rules with a mistake change nothing at all.
 */
#include "riskd/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/must.h"
#include "riskd/reload.h"

struct reload {
    struct rule_set set;   /* As heard so far. */
    bool bad;              /* Something in it was no rule. */
    struct to to;          /* Who waits for it. */
};

struct reload *
reload_new(void)
{
    struct reload *r = calloc(1, sizeof *r);
    must(r != NULL);
    return r;
}

void
reload_row(const struct rule *r, struct rule_row *out)
{
    *out = (struct rule_row){ .kind = (uint64_t)r->kind,
                              .op = (uint64_t)r->op,
                              .threshold = { r->threshold },
                              .hold = { r->hold_ns },
                              .severity = r->severity,
                              .action = r->action,
                              .pause = { r->pause_ns },
                              .cooldown = { r->cooldown_ns },
                              .recover = { r->recover_ns },
                              .phases = r->phases,
                              .shadow = r->shadow,
                              .advisory = r->advisory,
                              .gate = r->gate,
                              .source = r->source,
                              .absent = r->absent,
                              .said = r->said };
    (void)text_set(&out->rule, r->id);
    (void)text_set(&out->metric, metric_rows[r->metric].name);
}

bool
reload_rule(const struct rule_row *m, struct rule *out)
{
    uint32_t metric = metric_find(m->metric.s);
    size_t size = strnlen(m->rule.s, sizeof m->rule.s);
    if (metric >= METRICS || size == 0 || size >= sizeof out->id ||
        m->kind > RULE_require || m->op > RULE_ne || m->hold.ns < 0 ||
        m->pause.ns < 0 || m->cooldown.ns < 0 || m->recover.ns < 0 ||
        m->phases > (PHASE_STAGES | PHASE_GATES) ||
        (unsigned)m->severity >= severity_end_ ||
        (unsigned)m->action >= action_end_) {
        return false;
    }
    *out = (struct rule){ .kind = (enum rule_kind)m->kind,
                          .metric = metric,
                          .op = (enum rule_op)m->op,
                          .threshold = m->threshold.ppm,
                          .hold_ns = m->hold.ns,
                          .severity = m->severity,
                          .action = m->action,
                          .pause_ns = m->pause.ns,
                          .cooldown_ns = m->cooldown.ns,
                          .recover_ns = m->recover.ns,
                          .phases = (uint32_t)m->phases,
                          .shadow = m->shadow,
                          .advisory = m->advisory,
                          .gate = m->gate,
                          .source = m->source,
                          .absent = m->absent,
                          .said = m->said };
    memcpy(out->id, m->rule.s, size);
    return true;
}

void
riskd_on_rule_row(struct riskd *x, const struct rule_row *m,
                  const struct input *in, struct outbox *out)
{
    struct reload *r = x->reload;
    (void)in;
    (void)out;
    if (r->set.count == RULES_CAP ||
        !reload_rule(m, &r->set.at[r->set.count])) {
        r->bad = true;
        return;
    }
    r->set.count++;
}

/* NULL when they are in force now, else why not. */
static const char *
take(struct riskd *x, const struct rules_read *m, struct nanos wall,
     char words[128])
{
    struct reload *r = x->reload;
    char id[16] = "";
    r->set.digest = m->digest;
    if (!m->ok) {
        return m->mistake.s;
    }
    if (r->bad || m->count == 0 || m->count != r->set.count) {
        return "what was read is not whole";
    }
    if (riskd_rules(x, &r->set, wall, id)) {
        return NULL;
    }
    (void)snprintf(words, 128, "rule %s is latched, and would be lost: "
                               "resume first", id);
    return words;
}

static void
say_read(struct riskd *x, const char *wrong, struct outbox *out)
{
    struct risk_event_says says = {
        .rule = "rules_read",
        .metric = "rules",
        .scope = wrong == NULL ? "in force" : "refused, the old ones stay",
        .unit = "rules",
        .value = riskd_whole(x->reload->set.count),
        .severity = wrong == NULL ? SEVERITY_info : SEVERITY_warning,
        .action = wrong == NULL ? ACTION_log : ACTION_notify,
    };
    riskd_say_event(x, out, &says);
}

static void
answer(struct riskd *x, bool ok, const char *text, struct outbox *out)
{
    struct reload *r = x->reload;
    if (r->to.peer != 0) {
        struct command_reply reply = riskd_make_reply(
            x, ok ? REASON_none : REASON_BAD_INPUT, text);
        say_command_reply(out, &reply, &r->to);
    }
    r->to.peer = 0;
}

void
riskd_on_rules_read(struct riskd *x, const struct rules_read *m,
                    const struct input *in, struct outbox *out)
{
    struct reload *r = x->reload;
    char words[128], text[128];
    struct hash was = riskd_rules_digest(x);
    const char *wrong = take(x, m, in->wall, words);
    bool same = wrong == NULL && hash_equal(&was, &m->digest);
    if (!same) {
        say_read(x, wrong, out);
    }
    (void)snprintf(text, sizeof text, "%u rules are in force, %s",
                   r->set.count, same ? "the same as before" : "as read now");
    answer(x, wrong == NULL, wrong == NULL ? text : wrong, out);
    r->set.count = 0;
    r->bad = false;
    riskd_say_state(x, in, out);
}

/* One person at a time: the next takes the place of the one before, and both
 * get the same rules. */
void
riskd_ask_reload(struct riskd *x, const struct input *in, struct outbox *out)
{
    answer(x, false, "somebody else asked for the same", out);
    x->reload->to = input_sender(in);
}

/* Once a run: nothing but a person ends what these did. */
void
riskd_say_left(struct riskd *x, struct outbox *out)
{
    const struct rule *rule;
    for (uint32_t n = 0; (rule = riskd_rule_left(x, n)) != NULL; n++) {
        struct risk_event_says says = {
            .rule = rule->id,
            .metric = metric_rows[rule->metric].name,
            .scope = "its rule is gone or changed: in force until resumed",
            .unit = metric_unit_word(rule->metric),
            .threshold = rule->threshold,
            .severity = SEVERITY_warning,
            .action = rule->action,
            .ruled = true,
        };
        riskd_say_event(x, out, &says);
    }
}
