/* probation - after a clear: a quarter of the size, until that went well */
/*
 * Whatever was killed and cleared is on probation from that very moment: it
 * needs no record of its own, only its end does.  It ends after
 * probation_window and probation_executions ended executions without an alarm
 * of severity high; such an alarm pulls the kill switch.  A restart begins the
 * window again.
 */
#include "riskd/engine.h"

#include "common/must.h"
#include "common/planted.h"

bool
riskd_is_on_probation(const struct riskd *x)
{
    return x->latch_known && !x->latch.latched && x->latch.kill_gen > 0 &&
           x->proved_gen < x->latch.kill_gen;
}

static bool
is_on(const struct riskd *x, uint32_t i)
{
    return i == SCOPES_CAP ? riskd_is_on_probation(x)
                           : scope_is_on_probation(&x->switches.scopes[i]);
}

bool
riskd_is_any_on_probation(const struct riskd *x)
{
    bool any = false;
    for (uint32_t i = 0; i <= SCOPES_CAP; i++) {
        any = any || is_on(x, i);
    }
    return any;
}

static struct ppm
least(struct ppm a, struct ppm b)
{
    return a.ppm < b.ppm ? a : b;
}

struct ppm
riskd_size(const struct riskd *x)
{
    struct rule_effects e;
    riskd_rule_effects(x, (struct nanos){ 0 }, &e);
    struct ppm size = PLANTED(reduce_forgotten)
                          ? e.size
                          : least(x->switches.size, e.size);
    return riskd_is_on_probation(x) && !PLANTED(probation_forgotten)
               ? least(size, x->conf.probation_size)
               : size;
}

struct ppm
riskd_size_of(const struct riskd *x, enum strategy strategy)
{
    const struct scope *scopes = x->switches.scopes;
    bool on = scope_is_on_probation(&scopes[strategy]);
    for (uint32_t v = 0; v < venue_end_; v++) {
        on = on || scope_is_on_probation(&scopes[strategy_end_ + v]);
    }
    return on ? least(riskd_size(x), x->conf.probation_size) : riskd_size(x);
}

static bool
concerns(uint32_t scope, enum strategy strategy)
{
    return scope >= strategy_end_ || scope == (uint32_t)strategy;
}

/* An execution that got somewhere ended. */
void
riskd_count_probation(struct riskd *x, const struct execution *m)
{
    bool ended = m->status == EXEC_STATUS_FILLED ||
                 m->status == EXEC_STATUS_PATCHED ||
                 m->status == EXEC_STATUS_UNWOUND;
    for (uint32_t i = 0; i <= SCOPES_CAP; i++) {
        x->probation[i].ended += ended && concerns(i, m->strategy);
    }
}

static void
end_probation(struct riskd *x, uint32_t i, struct outbox *out)
{
    struct scope *scope = &x->switches.scopes[i % SCOPES_CAP];
    struct text name = { "all" };
    uint64_t generation = x->latch.kill_gen;
    if (i < SCOPES_CAP) {
        scope_name(i, &name);
        generation = scope->kills;
        scope->proved = true;
    } else {
        x->proved_gen = generation;
    }
    struct risk_event_says says = { .rule = "probation_over",
                                    .metric = "kill_gen",
                                    .scope = name.s,
                                    .unit = "generations",
                                    .value = riskd_whole(generation),
                                    .severity = SEVERITY_info,
                                    .action = ACTION_log };
    riskd_say_event(x, out, &says);
}

void
riskd_watch_probation(struct riskd *x, const struct input *in,
                      struct outbox *out)
{
    if (x->alarm && !x->latch.latched && riskd_is_any_on_probation(x)) {
        riskd_stop(x, in, out, "an alarm while on probation");
    }
    x->alarm = false;
    for (uint32_t i = 0; i <= SCOPES_CAP; i++) {
        struct probation *p = &x->probation[i];
        if (!is_on(x, i)) {
            *p = (struct probation){ .since = { 0 } };
            continue;
        }
        if (p->since.ns == 0) {
            *p = (struct probation){ .since = in->mono };
        }
        if (in->mono.ns - p->since.ns >=
                x->conf.probation_window.ms * 1000000 &&
            p->ended >= x->conf.probation_executions) {
            end_probation(x, i, out);
        }
    }
}

/* An alarm whose kill is not written down (yet): the next tick says it.  The
 * latch is not known while facts are recalled. */
void
riskd_recall_alarm(struct riskd *x, const struct risk_event *m)
{
    bool on = !x->kill_on && x->proved_gen < x->kill_said;
    for (uint32_t i = 0; i < SCOPES_CAP; i++) {
        on = on || is_on(x, i);
    }
    x->alarm = x->alarm || (on && m->severity >= SEVERITY_high);
}

void
riskd_recall_probation(struct riskd *x, const struct risk_event *m)
{
    uint32_t i = scope_find(&m->scope);
    if (target_is_all(&m->scope)) {
        x->proved_gen = riskd_event_count(m);
    } else if (i < SCOPES_CAP &&
               x->switches.scopes[i].kills == riskd_event_count(m)) {
        x->switches.scopes[i].proved = true;
    }
}
