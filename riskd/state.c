/* state - what riskd is, in one message, and when it is said */
/*
 * The strongest state that is active rules; each allows a mode at most:
 *
 *   latched             halted   nothing at all
 *   halt_day, paused    shadow   nothing is sent; detection goes on, and what
 *                                is open may be unwound
 *   monitor             shadow
 *   run                 live
 *
 * The mode in force is the least of common.mode, the stage's and this.  The
 * money told is that of its ledger; while halted, of the one that would be in
 * force.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/must.h"

/* What the configuration says, or an operator less, or a rule that rolled back:
 * that until a person has looked. */
uint64_t
riskd_stage(const struct riskd *x)
{
    struct rule_effects e;
    riskd_rule_effects(x, (struct nanos){ 0 }, &e);
    uint64_t stage = x->conf.stage;
    stage = x->switches.stage_most < stage ? x->switches.stage_most : stage;
    return e.stage_most < stage ? e.stage_most : stage;
}

enum mode
riskd_mode_max(const struct riskd *x)
{
    static const enum mode of_stage[] = { MODE_paper, MODE_live, MODE_live,
                                          MODE_live };
    uint64_t stage = riskd_stage(x);
    must(stage < sizeof of_stage / sizeof of_stage[0]);
    enum mode most = x->mode < of_stage[stage] ? x->mode : of_stage[stage];
    return x->switches.mode_most < most ? x->switches.mode_most : most;
}

/* Not told yet counts as latched, and so does a kill on its way. */
bool
riskd_is_latched(const struct riskd *x)
{
    bool alarm = x->alarm && riskd_is_any_on_probation(x);
    return !x->latch_known || x->latch.latched || x->stopping || alarm;
}

bool
riskd_is_sound(const struct riskd *x)
{
    return !x->broken && ledger_balanced(x->books[0].ledger) &&
           ledger_balanced(x->books[1].ledger);
}

static void
add_reason(struct reasons *r, enum reason reason)
{
    must(r->count < reasons_cap);
    r->at[r->count++].code = reason;
}

/* What rules have taken away. */
static enum risk_mode
judge_rules(const struct riskd *x, struct nanos wall, enum risk_mode state,
            struct reasons *reasons)
{
    struct rule_effects e;
    riskd_rule_effects(x, wall, &e);
    bool paused = e.paused_until > wall.ns || e.halt_new || e.deny ||
                  e.reds > 0;
    if (e.monitor || paused || e.halt_day) {
        add_reason(reasons, REASON_RULE);
    }
    enum risk_mode by_rule = e.halt_day  ? RISK_MODE_halt_day
                             : paused    ? RISK_MODE_paused
                             : e.monitor ? RISK_MODE_monitor
                                         : RISK_MODE_run;
    return by_rule < state ? by_rule : state;
}

static enum risk_mode
judge_state(const struct riskd *x, struct nanos wall, struct nanos mono,
            struct reasons *reasons)
{
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    enum risk_mode state = RISK_MODE_run;
    if (riskd_mode_max(x) == MODE_live && riskd_is_slow(x, mono)) {
        state = RISK_MODE_monitor;
        add_reason(reasons, REASON_LATENCY);
    }
    if (wall.ns < x->switches.paused_until) {
        state = RISK_MODE_paused;
        add_reason(reasons, REASON_PAUSED);
    }
    if (riskd_is_paused(b, wall)) {
        state = RISK_MODE_paused;
        add_reason(reasons, REASON_BREAKER);
    }
    if (!riskd_is_sound(x)) {
        state = RISK_MODE_paused;
        add_reason(reasons, REASON_CONFLICT);
    }
    if (riskd_is_halted(x, b, wall)) {
        state = RISK_MODE_halt_day;
        add_reason(reasons, REASON_DAILY_LOSS);
    }
    state = judge_rules(x, wall, state, reasons);
    if (riskd_is_latched(x)) {
        state = RISK_MODE_latched;
        add_reason(reasons, REASON_LATCHED);
    }
    return state;
}

static enum mode
mode_of_state(enum risk_mode state)
{
    switch (state) {
    case RISK_MODE_latched: return MODE_halted;
    case RISK_MODE_halt_day:
    case RISK_MODE_paused:
    case RISK_MODE_monitor: return MODE_shadow;
    case RISK_MODE_run: return MODE_live;
    case risk_mode_end_: break;
    }
    unreachable();
}

void
riskd_state(const struct riskd *x, struct nanos wall, struct nanos mono,
            struct risk_state *out)
{
    memset(out, 0, sizeof *out);
    out->state = judge_state(x, wall, mono, &out->reasons);
    out->mode = mode_of_state(out->state);
    if (riskd_mode_max(x) < out->mode) {
        out->mode = riskd_mode_max(x);
    }
    enum mode whose = out->mode == MODE_halted ? riskd_mode_max(x) : out->mode;
    const struct ledger *l = x->books[whose == MODE_live].ledger;
    out->stage = riskd_stage(x);
    out->kill_gen = x->latch.kill_gen;
    out->epoch = x->epoch;
    out->cash = ledger_account(l, ACCOUNT_cash);
    out->reserved = ledger_account(l, ACCOUNT_reserved);
    out->exposure = ledger_account(l, ACCOUNT_position);
    out->equity = ledger_equity(l);
    out->realised = ledger_pnl(l);
    out->day_pnl = ledger_day_pnl(l, wall);
    out->high_water = ledger_high_water(l);
    out->provisional = ledger_provisional(l, SIDE_buy);
    out->due = ledger_account(l, ACCOUNT_due);
    for (uint32_t i = 0; i < SCOPES_CAP; i++) {
        if (scope_is_killed(&x->switches.scopes[i])) {
            out->killed |= UINT64_C(1) << i;
        }
    }
    struct rule_effects e;
    riskd_rule_effects(x, wall, &e);
    out->flatten = x->switches.flatten || e.flatten;
    out->marked = riskd_marked(&x->books[whose == MODE_live]);
    out->alerts = alerts_open(&x->alerts, &out->loudest);
    riskd_grades(x, wall, mono, out);
}

/* Changed: published and written down, at most every state_least.  Unchanged:
 * only published, at least every state_most. */
void
riskd_say_state(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct risk_state now;
    int64_t since = in->mono.ns - x->said_at.ns;
    riskd_state(x, in->wall, in->mono, &now);
    bool changed = !x->said_once || memcmp(&now, &x->said, sizeof now) != 0;
    int64_t wait = changed ? x->conf.state_least.ms : x->conf.state_most.ms;
    if (x->said_once && since < wait * 1000000) {
        return;
    }
    if (changed) {
        say_risk_state_on(out, ROUTE_PUB | ROUTE_FACTS, &now, NULL);
    } else {
        say_risk_state_on(out, ROUTE_PUB, &now, NULL);
    }
    x->said = now;
    x->said_at = in->mono;
    x->said_once = true;
}
