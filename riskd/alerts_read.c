/* alerts_read - what a risk event means to alerts, and which thing it is of */
/*
 * The same thing: the event's rule and, where its scope names them, mode and
 * strategy; what else a scope says (an id, a person) makes it no other thing.
 * The events of rules end with the step they are of; that of a kill is ended
 * by that of a clear, the others by one of severity info, or by none.
 */
#include "riskd/alerts_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/must.h"

enum alert_level
alert_level_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_info:
    case SEVERITY_low: return ALERT_LEVEL_none;
    case SEVERITY_medium:
    case SEVERITY_warning: return ALERT_LEVEL_yellow;
    case SEVERITY_high: return ALERT_LEVEL_orange;
    case SEVERITY_critical: return ALERT_LEVEL_red;
    case severity_end_: break;
    }
    unreachable();
}

/* Those whose end an event of severity info says. */
static bool
says_its_end(const char *rule)
{
    static const char *const names[] = { "failures", "naked", "health" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(rule, names[i]) == 0) {
            return true;
        }
    }
    return strcmp(rule, "kill") == 0;
}

/* "paper A fired": mode, strategy and step, as far as the words are that. */
struct scope_words {
    uint32_t mode, strategy, step; /* Counts of the enums: none. */
};

static struct scope_words
read_scope(const struct text *scope)
{
    struct scope_words w = { mode_end_, strategy_end_, rule_step_end_ };
    char text[sizeof scope->s], *rest = text;
    memcpy(text, scope->s, sizeof text);
    text[sizeof text - 1] = '\0';
    char *word = strsep(&rest, " ");
    if (word != NULL && enum_parse(&mode_words, word, &w.mode)) {
        word = strsep(&rest, " ");
    }
    if (word != NULL && enum_parse(&strategy_words, word, &w.strategy)) {
        word = strsep(&rest, " ");
    }
    if (word == NULL || !enum_parse(&rule_step_words, word, &w.step)) {
        w.step = rule_step_end_;
    }
    return w;
}

static void
make_key(struct text *key, const char *rule, const char *suffix,
         const struct scope_words *w)
{
    char text[sizeof key->s * 2];
    bool one = w->strategy < strategy_end_ && w->strategy != STRATEGY_none;
    (void)snprintf(text, sizeof text, "%s%s%s%s%s%s", rule, suffix,
                   w->mode < mode_end_ ? " " : "",
                   w->mode < mode_end_ ? enum_word(&mode_words, w->mode) : "",
                   one ? " " : "",
                   one ? enum_word(&strategy_words, w->strategy) : "");
    (void)text_set(key, text);
}

/* A step of a rule: its own words say what it means. */
static void
read_step(const struct risk_event *e, const struct scope_words *w,
          struct alert_reading *r)
{
    enum rule_step step = (enum rule_step)w->step;
    bool over = step == RULE_STEP_recovered || step == RULE_STEP_released;
    bool seen = step == RULE_STEP_sighted;
    r->lasts = true;
    r->meaning = over || seen ? MEANS_it_ended
                 : step == RULE_STEP_blind ||
                         alert_level_of(e->severity) == ALERT_LEVEL_none
                     ? MEANS_nothing
                     : MEANS_it_is;
    make_key(&r->key, e->rule.s, seen ? ".nodata" : "", w);
}

struct alert_reading
alert_read(const struct risk_event *e)
{
    struct alert_reading r = { .meaning = MEANS_it_is };
    struct scope_words w = read_scope(&e->scope);
    bool clear = strcmp(e->rule.s, "clear") == 0;
    bool latch = clear || strcmp(e->rule.s, "kill") == 0;
    if (latch) { /* Its scope is a person, whatever the name. */
        w = (struct scope_words){ mode_end_, strategy_end_, rule_step_end_ };
    }
    if (w.step < rule_step_end_) {
        read_step(e, &w, &r);
        return r;
    }
    make_key(&r.key, latch ? "kill" : e->rule.s, "", &w);
    r.lasts = latch || says_its_end(e->rule.s);
    if (alert_level_of(e->severity) == ALERT_LEVEL_none) {
        r.meaning = r.lasts ? MEANS_it_ended : MEANS_nothing;
    }
    return r;
}

struct text
alert_key(const char *rule, enum mode mode)
{
    struct scope_words w = { mode, strategy_end_, rule_step_end_ };
    struct text key;
    make_key(&key, rule, "", &w);
    return key;
}
