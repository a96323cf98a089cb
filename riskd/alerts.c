/* alerts - what a person should know of: one entry for each thing, counted */
/*
 *   medium, warning   yellow   someone looks within a day
 *   high              orange   within hours
 *   critical          red      now
 *
 * 1. Raised once.  The same again is counted; after `window`, while nobody
 *    has answered, it is said again.  A worse event makes it louder at once.
 * 2. No answer (ack): yellow becomes orange, orange red, red is repeated.
 * 3. Ended when its cause says so and has kept so for `calm`, or, where no
 *    event ever says so, when it was not seen for `quiet`.  An orange or red
 *    one still wants an answer; what ended within the window is remembered,
 *    so that what comes and goes does not speak each time.
 *
 * Events and alerts are both facts; recalled in their order they give the
 * same entries.  Times of events are those of the last tick.
 */
#include "riskd/alerts.h"

#include <string.h>

#include "riskd/alerts_read.h"

static struct alert_entry *
find(struct alerts *a, const struct text *key)
{
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        if (a->at[i].used && strcmp(a->at[i].m.key.s, key->s) == 0) {
            return &a->at[i];
        }
    }
    return NULL;
}

/* Nobody waits for anything of it any more. */
static bool
is_done(const struct alert_entry *e)
{
    return e->ended && (e->m.acked || e->m.level <= ALERT_LEVEL_yellow);
}

/* What may be forgotten first: higher. */
static unsigned
worthless(const struct alert_entry *e)
{
    return !e->used      ? 9
           : is_done(e)  ? 8
           : e->m.acked  ? 7
                         : (unsigned)ALERT_LEVEL_red - (unsigned)e->m.level;
}

static struct alert_entry *
take(struct alerts *a, enum alert_level level)
{
    struct alert_entry *best = &a->at[0];
    for (uint32_t i = 1; i < ALERTS_CAP; i++) {
        struct alert_entry *e = &a->at[i];
        unsigned is = worthless(e), was = worthless(best);
        if (is > was || (is == was && e->m.n < best->m.n)) {
            best = e;
        }
    }
    if (worthless(best) < 8) {
        a->lost++;
        if (!best->m.acked && best->m.level >= level) {
            return NULL; /* All are louder: this one is only counted. */
        }
    }
    memset(best, 0, sizeof *best);
    best->used = true;
    return best;
}

static bool
is_forgotten(const struct alerts *a, const struct alert_entry *e)
{
    return is_done(e) && a->now - e->m.at.ns >= a->times.window;
}

static void
end_it(struct alert_entry *e, int64_t now)
{
    if (e != NULL && !e->over) {
        e->over = true;
        e->over_at = now;
    }
}

/* The entry of this key, open; NULL when there is no room for it. */
static struct alert_entry *
open_entry(struct alerts *a, const struct text *key, enum alert_level level)
{
    struct alert_entry *e = find(a, key);
    if (e != NULL && is_forgotten(a, e)) {
        memset(e, 0, sizeof *e);
        e = NULL;
    }
    if (e == NULL) {
        e = take(a, level);
        if (e != NULL) {
            e->m = (struct alert){ .key = *key, .first = { a->now } };
        }
        return e;
    }
    if (e->ended) { /* It came back. */
        e->m.acked = false;
        e->m.first.ns = e->m.since.ns = a->now;
    }
    e->over = e->ended = false;
    return e;
}

static void
make_louder(struct alert_entry *e, enum severity severity,
            enum action action, int64_t now)
{
    enum alert_level level = alert_level_of(severity);
    if (severity > e->m.severity || !e->told) {
        e->m.severity = severity;
        e->m.action = action;
    }
    if (level > e->m.level) {
        e->louder = e->told;
        e->m.level = level;
        e->m.acked = false;
        e->m.since.ns = now;
    }
}

void
alerts_note(struct alerts *a, const struct risk_event *e)
{
    struct alert_reading r = alert_read(e);
    if (r.meaning == MEANS_nothing) {
        return;
    }
    if (r.meaning == MEANS_it_ended) {
        end_it(find(a, &r.key), a->now);
        return;
    }
    struct alert_entry *entry =
        open_entry(a, &r.key, alert_level_of(e->severity));
    if (entry == NULL) {
        return;
    }
    make_louder(entry, e->severity, e->action, a->now);
    entry->fresh = true;
    entry->m.rule = e->rule;
    entry->m.metric = e->metric;
    entry->m.scope = e->scope;
    entry->m.value = e->value;
    entry->m.threshold = e->threshold;
    entry->m.unit = e->unit;
    entry->m.times++;
    entry->m.last.ns = a->now;
}

/* Of an alert said by any release. */
static uint64_t
whole(const struct alert *m)
{
    return m->unit.s[0] == '\0' ? m->value : m->value / MICROS;
}

static void
set_rules(struct alert *m, uint32_t rules)
{
    m->value = (uint64_t)rules * MICROS;
    (void)text_set(&m->unit, "rules");
}

void
alerts_blind(struct alerts *a, enum mode mode, uint32_t rules)
{
    struct text key = alert_key("rules.nodata", mode);
    struct alert_entry *e = find(a, &key);
    if (rules == 0) {
        end_it(e, a->now);
        return;
    }
    if (e != NULL) {
        bool more = !e->ended && rules > whole(&e->m);
        e->over = e->ended; /* Ended within the window: not again yet. */
        e->fresh = e->fresh || more;
        e->reopens = e->reopens || more;
        set_rules(&e->m, rules);
        return;
    }
    e = open_entry(a, &key, ALERT_LEVEL_yellow);
    if (e == NULL) {
        return;
    }
    make_louder(e, SEVERITY_warning, ACTION_notify, a->now);
    (void)text_set(&e->m.rule, "rules.nodata");
    (void)text_set(&e->m.metric, "rules_not_computed");
    (void)text_set(&e->m.scope, enum_word(&mode_words, mode));
    set_rules(&e->m, rules);
    e->m.times = 1;
    e->m.last.ns = a->now;
}

/* Only an event, or a count, says that it is over. */
static bool
lasts(const struct alert_entry *e)
{
    struct risk_event event = { .rule = e->m.rule, .scope = e->m.scope,
                                .severity = e->m.severity };
    return strcmp(e->m.rule.s, "rules.nodata") == 0 ||
           alert_read(&event).lasts;
}

static bool
wants_answer(const struct alert_entry *e)
{
    return !e->m.acked && (!e->ended || e->m.level >= ALERT_LEVEL_orange);
}

/* What is to be said of it; false: nothing. */
static bool
next_step(const struct alerts *a, const struct alert_entry *e, int64_t now,
          enum alert_step *step)
{
    const struct alert_times *t = &a->times;
    int64_t waited = now - e->m.since.ns, silent = now - e->m.at.ns;
    int64_t patience = e->m.level == ALERT_LEVEL_yellow ? t->yellow
                                                        : t->orange;
    bool quiet = !e->over && !lasts(e) && now - e->m.last.ns >= t->quiet;
    bool over = quiet || (e->over && now - e->over_at >= t->calm);
    if (!e->told) {
        *step = ALERT_STEP_raised;
    } else if (e->louder) {
        *step = ALERT_STEP_escalated;
    } else if (over && !e->ended) {
        *step = ALERT_STEP_ended;
    } else if (wants_answer(e) && e->m.level < ALERT_LEVEL_red &&
               waited >= patience) {
        *step = ALERT_STEP_escalated;
    } else if ((wants_answer(e) && e->m.level == ALERT_LEVEL_red &&
                silent >= t->red) ||
               ((wants_answer(e) || e->reopens) && e->fresh &&
                silent >= t->window)) {
        *step = ALERT_STEP_again;
    } else {
        return false;
    }
    return true;
}

static void
apply(struct alert_entry *e, enum alert_step step, int64_t now)
{
    e->m.step = step;
    e->m.at.ns = now;
    if (step == ALERT_STEP_raised) {
        e->m.since.ns = now;
    }
    if (step == ALERT_STEP_escalated && !e->louder) {
        e->m.level++;
        e->m.since.ns = now;
    }
    if (step == ALERT_STEP_ended) {
        e->over = e->ended = true;
    }
    if (step == ALERT_STEP_again && e->reopens) {
        e->m.acked = false;
        e->m.since.ns = now;
    }
    e->told = true;
    e->fresh = e->louder = e->reopens = false;
}

bool
alerts_step(struct alerts *a, struct nanos wall, struct alert *out)
{
    a->now = wall.ns;
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        struct alert_entry *e = &a->at[i];
        enum alert_step step;
        if (!e->used) {
            continue;
        }
        if (is_forgotten(a, e)) {
            memset(e, 0, sizeof *e);
            continue;
        }
        if (next_step(a, e, wall.ns, &step)) {
            if (!e->told) {
                e->m.n = ++a->count;
            }
            apply(e, step, wall.ns);
            *out = e->m;
            return true;
        }
    }
    return false;
}
