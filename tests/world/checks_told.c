/* checks_told - what operators were told is done, is done
 *
 * Built from the commands of riskd's log, with an understanding of its own.
 * What was acknowledged is in it and on disk; while it stands nothing is
 * granted that it forbids, nor more than it allows.  A part that was killed
 * sends nothing once that was acknowledged.  A clear takes three looks in a
 * row that found all well, since the kill and in one run.  What must be
 * refused is.  Once quiet, what was to be sold is, or it is said that nobody
 * buys it. */
#include "tests/world/checks.h"

#include "common/must.h"
#include "executor/executor.h"

#include <stdlib.h>
#include <string.h>

/* Fewer shares than these are not sold; and a look takes a feed and a scanner
 * heard of late. */
enum { DUST = 60000, SILENCE_MS = 4000, SOLD_LATELY_MS = 120000 };

void
told_start(struct told *t)
{
    *t = (struct told){ .paused_until = INT64_MIN, .size = MICROS,
                        .mode_most = MODE_live, .stage = 3 };
}

static bool
may_be_on_probation(const struct told *t, enum strategy strategy)
{
    bool is = t->scopes[strategy].clears > 0;
    for (uint32_t v = strategy_end_; v < SCOPES_CAP; v++)
        is = is || t->scopes[v].clears > 0;
    return is;
}

static bool
is_killed(const struct told *t, enum strategy strategy)
{
    bool is = scope_is_killed(&t->scopes[strategy]);
    for (uint32_t v = strategy_end_; v < SCOPES_CAP; v++)
        is = is || scope_is_killed(&t->scopes[v]);
    return is;
}

/* A part of the business, or all of it. */
static void
clear(struct world *w, const struct command *m)
{
    struct checks *c = w->checks;
    struct told *t = &c->told;
    uint32_t i = scope_find(&m->target);
    uint64_t generation = strtoull(m->value.s, NULL, 10);
    if (!c->rebuilding) {
        if (t->greens < c->limits.health_checks ||
            t->run != w->nodes[SOURCE_riskd].run)
            world_fail(w, "a clear after %u healthy looks", t->greens);
        if (generation != (i < SCOPES_CAP ? t->scopes[i].kills : w->kill_gen))
            world_fail(w, "a clear of another kill than the last");
    }
    if (i < SCOPES_CAP)
        t->scopes[i].clears = t->scopes[i].kills;
}

static void
forget_health(struct world *w)
{
    struct told *t = &w->checks->told;
    t->greens = 0;
    t->looked = w->now;
    t->run = w->nodes[SOURCE_riskd].run;
}

static void
pause_until(struct told *t, const struct command *m, int64_t wall)
{
    int64_t until = m->value.s[0] == '\0'
                        ? INT64_MAX
                        : wall + strtoll(m->value.s, NULL, 10) * 1000000000;
    if (until > t->paused_until)
        t->paused_until = until;
}

static void
hear_command(struct world *w, const struct fact *f, uint64_t i,
             const struct command *m)
{
    struct told *t = &w->checks->told;
    uint32_t value;
    if (m->nonce != 0) { /* Kills of riskd's own have none. */
        t->nonce = m->nonce;
        t->n = i;
    }
    switch (m->verb) {
    case VERB_pause: pause_until(t, m, f->wall.ns); return;
    case VERB_flatten:
        t->paused_until = INT64_MAX;
        t->flatten = true;
        return;
    case VERB_resume:
        t->paused_until = INT64_MIN;
        t->flatten = false;
        return;
    case VERB_disable:
    case VERB_enable:
        must(enum_parse(&strategy_words, m->target.s, &value));
        t->off[value] = m->verb == VERB_disable;
        return;
    case VERB_reduce:
        must(micros_parse(m->value.s, strlen(m->value.s), &t->size));
        return;
    case VERB_mode:
        must(enum_parse(&mode_words, m->value.s, &value));
        t->mode_most = (enum mode)value;
        return;
    case VERB_kill:
        if (scope_find(&m->target) < SCOPES_CAP) {
            t->scopes[scope_find(&m->target)].kills++;
            forget_health(w);
        }
        return;
    case VERB_clear: clear(w, m); return;
    case VERB_stage: t->stage = strtoull(m->value.s, NULL, 10); return;
    case VERB_status: case VERB_limits: case VERB_positions:
    case VERB_alerts: case VERB_ack: case VERB_measured:
    case VERB_reload: case verb_end_: return;
    }
}

/* Whether somebody who is not there was found well. */
static void
check_look(const struct world *w, enum source src)
{
    const struct node *n = &w->nodes[src];
    if (n->engine == NULL &&
        w->now - n->stopped > (int64_t)SILENCE_MS * 1000000)
        world_fail(w, "a healthy look while %s was down",
                   enum_word(&source_words, src));
}

static void
hear_event(struct world *w, const struct risk_event *m)
{
    const struct checks *c = w->checks;
    struct told *t = &w->checks->told;
    uint64_t run = w->nodes[SOURCE_riskd].run;
    if (c->rebuilding)
        return;
    if (strcmp(m->rule.s, "kill") == 0)
        forget_health(w);
    if (strcmp(m->rule.s, "health") != 0)
        return;
    if (t->run == run &&
        w->now - t->looked < c->limits.health_every.ms * 1000000)
        world_fail(w, "a second look at the health, too soon");
    t->greens = m->severity != SEVERITY_info ? 0
                : t->run == run              ? t->greens + 1
                                             : 1;
    t->run = run;
    t->looked = w->now;
    if (t->greens > 0) {
        check_look(w, SOURCE_feed);
        check_look(w, SOURCE_scanner);
    }
}

/* An unwind gives exposure back: only a kill and a mode forbid that. */
static void
hear_grant(const struct world *w, const struct fact *f, const struct grant *m)
{
    const struct told *t = &w->checks->told;
    if (is_killed(t, m->strategy))
        world_fail(w, "a grant to a part that was killed");
    if (m->mode > t->mode_most || (m->mode == MODE_live && t->stage == 0))
        world_fail(w, "a grant beyond the mode that was set");
    if (m->kind == GRANT_KIND_unwind || m->mode == MODE_shadow)
        return;
    if (f->wall.ns < t->paused_until)
        world_fail(w, "a grant in a pause");
    if (t->off[m->strategy])
        world_fail(w, "a grant to a strategy that was switched off");
    ruled_grant(w, f, m);
}

int64_t
told_size(const struct told *t, enum strategy strategy, struct ppm probation)
{
    int64_t size = t->size;
    if (ruled_by(t, ACTION_reduce_50) && size > MICROS / 2)
        size = MICROS / 2;
    return may_be_on_probation(t, strategy) && probation.ppm < size
               ? probation.ppm
               : size;
}

void
told_fact(struct world *w, const struct fact *f, uint64_t i, const void *msg)
{
    if (f->type == TYPE_command)
        hear_command(w, f, i, msg);
    else if (f->type == TYPE_risk_event)
        hear_event(w, msg);
    else if (f->type == TYPE_rule_change)
        ruled_fact(w, msg);
    else if (f->type == TYPE_grant)
        hear_grant(w, f, msg);
}

bool
told_forbids(const struct world *w)
{
    const struct told *t = &w->checks->told;
    bool off = false;
    for (uint32_t i = 0; i < strategy_end_; i++)
        off = off || t->off[i] || scope_is_killed(&t->scopes[i]);
    return w->latched || off || world_wall(w) < t->paused_until ||
           t->size < MICROS || ruled_by(t, ACTION_reduce_50);
}

/* Whatever it was granted before. */
void
told_sends(const struct world *w, enum strategy strategy)
{
    const struct told *t = &w->checks->told;
    for (uint32_t i = 0; i < SCOPES_CAP; i++)
        if (scope_is_killed(&t->scopes[i]) &&
            w->operator.fenced[i] == t->scopes[i].kills &&
            (i == (uint32_t)strategy || i >= strategy_end_))
            world_fail(w, "an order of a part that was killed");
}

static bool
only_looks(enum verb verb)
{
    return verb == VERB_status || verb == VERB_limits ||
           verb == VERB_positions || verb == VERB_alerts;
}

void
told_answer(struct world *w, const struct command *m,
            const struct command_reply *r)
{
    struct operator *o = &w->operator;
    const struct told *t = &w->checks->told;
    uint32_t i = scope_find(&m->target);
    bool clears = m->verb == VERB_clear;
    if (!r->ok) {
        world_hit(w, clears ? HIT_clear_refused : HIT_told_no);
        return;
    }
    if (o->bad)
        world_fail(w, "a %s is taken that must be refused",
                   enum_word(&verb_words, m->verb));
    if (only_looks(m->verb))
        return;
    if (t->nonce != m->nonce && (m->verb != VERB_kill || i < SCOPES_CAP))
        world_fail(w, "a %s is done, and not in the log",
                   enum_word(&verb_words, m->verb));
    if (t->n >= w->nodes[SOURCE_riskd].log.synced)
        world_fail(w, "a %s is done, and not on disk",
                   enum_word(&verb_words, m->verb));
    if (m->verb == VERB_kill && i < SCOPES_CAP)
        o->fenced[i] = t->scopes[i].kills;
    else if (m->verb == VERB_kill && !w->latched &&
             w->kill_gen == o->kill_gen)
        world_fail(w, "a kill is done, and the latch was not pulled");
    world_hit(w, m->verb == VERB_flatten ? HIT_told_sell
                 : m->verb == VERB_kill  ? HIT_told_kill
                 : clears                ? HIT_told_clear
                                         : HIT_told_done);
}

void
told_alarm(struct world *w, const struct executor_alarm *a)
{
    if (a->reason == REASON_NO_BID)
        w->operator.unsold_run = w->nodes[SOURCE_executor].run;
}

/* What is held, may be sold, and is not.  Paper sells to one bid again each
 * time it has forgotten that it did, so it may go on for ever. */
const char *
told_unquiet(struct world *w)
{
    const struct checks *c = w->checks;
    const struct told *t = &c->told;
    enum mode mode = w->weather.live ? MODE_live : MODE_paper;
    if (!operator_is_done(w))
        return "the operator has more to say";
    bool sells = t->flatten || ruled_by(t, ACTION_flatten_all);
    bool back = ruled_by(t, ACTION_rollback) || t->stage == 0;
    if (!sells || w->latched || t->mode_most < mode || w->weather.hostile ||
        (back && mode == MODE_live) ||
        w->operator.unsold_run == w->nodes[SOURCE_executor].run ||
        (w->now > w->operator.patient_until &&
         w->now - w->operator.sold < SOLD_LATELY_MS * INT64_C(1000000)))
        return NULL;
    for (uint32_t i = 0; i < SCOPES_CAP; i++)
        if (scope_is_killed(&t->scopes[i]))
            return NULL;
    for (uint32_t i = 0; i < c->exec.count; i++)
        if (c->exec.shares[i] > DUST &&
            place_payout(w, &c->exec.names[i]) < 0)
            return "what is to be sold is held, and nobody says why";
    return NULL;
}
