/* health - is it safe to go on: looked at while something is killed */
/*
 * A clear needs health_checks looks in a row, each later than the last kill
 * and health_every apart, with data, model and risk green.  One red look, or
 * one more kill, begins again at 0; so does a restart, which is no proof of
 * health.
 *
 *   data    feed and scanner are heard and ready, every connection to the
 *           venue is up, nothing of feed was lost since the last look
 *   model   executions do not fail in a row
 *   risk    the books add up, the executor holds its lease, has reconciled
 *           and knows of every order what became of it; the caps hold, the
 *           day is not halted
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/must.h"

/* Six heartbeats. */
#define SILENCE_NS (3LL * 1000 * 1000 * 1000)

void
riskd_on_heartbeat(struct riskd *x, const struct heartbeat *m,
                   const struct input *in, struct outbox *out)
{
    (void)out;
    if ((unsigned)in->src < source_end_) {
        x->health.heard[in->src] = in->mono;
        x->health.ready[in->src] = m->ready;
    }
}

void
riskd_on_venue_status(struct riskd *x, const struct venue_status *m,
                      const struct input *in, struct outbox *out)
{
    struct health *h = &x->health;
    (void)out;
    if (m->connection >= LINKS_CAP || in->run < h->link_run) {
        return;
    }
    if (in->run > h->link_run) {
        h->link_run = in->run;
        h->down = 0;
        memset(h->link_since, 0, sizeof h->link_since);
    }
    /* What was asked for may come after what was published since. */
    if (m->since.ns < h->link_since[m->connection].ns) {
        return;
    }
    h->link_since[m->connection] = m->since;
    uint64_t bit = UINT64_C(1) << m->connection;
    bool up = m->state == LINK_STATE_up;
    h->down = up ? h->down & ~bit : h->down | bit;
}

static bool
is_heard(const struct riskd *x, enum source src, const struct input *in)
{
    return x->health.ready[src] && x->health.heard[src].ns != 0 &&
           in->mono.ns - x->health.heard[src].ns <= SILENCE_NS;
}

const char *
riskd_data_fault(const struct riskd *x, const struct input *in)
{
    if (!is_heard(x, SOURCE_feed, in)) {
        return "data: feed is not heard, or not ready";
    }
    if (!is_heard(x, SOURCE_scanner, in)) {
        return "data: scanner is not heard, or not ready";
    }
    return x->health.down != 0 ? "data: a connection to the venue is down"
                               : NULL;
}

static bool
caps_hold(const struct riskd *x, const struct books *b)
{
    const struct ledger *l = b->ledger;
    int64_t used = ledger_account(l, ACCOUNT_reserved).micros +
                   ledger_account(l, ACCOUNT_position).micros +
                   ledger_account(l, ACCOUNT_due).micros;
    int64_t most = x->conf.position_max.micros;
    return (most == 0 || used <= most) &&
           !is_above_share(used, x->conf.unsettled_max, ledger_equity(l));
}

static const char *
risk_fault(const struct riskd *x, const struct books *b,
           const struct input *in)
{
    if (!riskd_is_sound(x)) {
        return "risk: the books do not add up";
    }
    if (x->stopping || x->alarm) {
        return "risk: a kill is on its way";
    }
    if (!x->leased || in->mono.ns >= x->lease_end.ns) {
        return "risk: the executor holds no lease";
    }
    if (!x->held.clean || x->held.unknown > 0) {
        return "risk: the executor is not reconciled";
    }
    if (!caps_hold(x, b)) {
        return "risk: more is held than the limits allow";
    }
    return riskd_is_halted(x, b, in->wall) ? "risk: the day is halted" : NULL;
}

const char *
riskd_fault(const struct riskd *x, const struct input *in)
{
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    const char *fault = riskd_data_fault(x, in);
    if (fault == NULL && x->health.gaps > 0) {
        fault = "data: messages of feed were lost";
    }
    if (fault == NULL && riskd_is_paused(b, in->wall)) {
        fault = "model: executions failed in a row";
    }
    return fault != NULL ? fault : risk_fault(x, b, in);
}

static bool
is_anything_killed(const struct riskd *x)
{
    bool any = riskd_is_latched(x);
    for (uint32_t i = 0; i < SCOPES_CAP; i++) {
        any = any || scope_is_killed(&x->switches.scopes[i]);
    }
    return any;
}

/* Whoever killed something, proofs of health begin anew. */
void
riskd_forget_health(struct riskd *x, const struct input *in)
{
    x->health.streak = 0;
    x->health.looked = in->mono;
    x->health.gaps = 0;
}

void
riskd_look_at_health(struct riskd *x, const struct input *in,
                     struct outbox *out)
{
    struct health *h = &x->health;
    if (h->looked.ns == 0 || !is_anything_killed(x)) {
        riskd_forget_health(x, in);
        return;
    }
    if (in->mono.ns - h->looked.ns < x->conf.health_every.ms * 1000000) {
        return;
    }
    const char *fault = riskd_fault(x, in);
    h->streak = fault == NULL ? h->streak + 1 : 0;
    h->looked = in->mono;
    h->gaps = 0;
    struct risk_event_says says = {
        .rule = "health",
        .metric = "healthy_checks_in_row",
        .scope = fault == NULL ? "data, model and risk are green" : fault,
        .value = (int64_t)h->streak,
        .threshold = (int64_t)x->conf.health_checks,
        .severity = fault == NULL ? SEVERITY_info : SEVERITY_warning,
        .action = ACTION_wait,
    };
    riskd_say_event(x, out, &says);
}
