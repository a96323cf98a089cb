/* health - is it safe to go on: graded always, proved before a clear */
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
 *           day is not halted, there is room on the disk and, live, the
 *           venue's clock is ours
 *
 * The same as grades, at any time, in risk_state: red what speaks against a
 * clear (and a gate that a rule closed), yellow what was red a moment ago or
 * may be soon: lost messages, a failed execution, a probation, an alert that
 * nobody answers.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/must.h"

/* Six heartbeats. */
#define SILENCE_NS (3LL * 1000 * 1000 * 1000)
/* The disk, in bytes: below this nothing is well; below that, a warning. */
#define DISK_RED UINT64_C(1000000000)
#define DISK_YELLOW UINT64_C(10000000000)
#define BYTES_MOST (UINT64_C(1) << 60)
#define BOOT_MOST ((UINT64_C(1) << 48) - 1)
#define SPOOLED_MOST_MS INT64_C(1000000000000)
/* Clocks that differ by so much are not well. */
#define CLOCK_RED_MS 2000
#define HOUR_NS (3600LL * 1000 * 1000 * 1000)
/* The data are not green again before, after messages were lost. */
#define GAP_NS (60LL * 1000 * 1000 * 1000)

/* A process that says more cuts than crashes makes no sense: none are. */
static struct ended_runs
ended_runs(uint64_t crashes, uint64_t cuts, uint64_t boot)
{
    uint64_t cut = cuts <= crashes ? cuts : 0;
    return (struct ended_runs){ true, crashes - cut, cut,
                                boot & BOOT_MOST };
}

void
riskd_on_heartbeat(struct riskd *x, const struct heartbeat *m,
                   const struct input *in, struct outbox *out)
{
    (void)out;
    struct health *h = &x->health;
    if ((unsigned)in->src >= source_end_) {
        return;
    }
    /* One that is late is of a run that is over; one that comes when nothing
     * newer is heard any more is of a run that began to count anew. */
    if (in->run < h->beat_run[in->src] &&
        in->mono.ns - h->heard[in->src].ns <= SILENCE_NS) {
        return;
    }
    h->beat_run[in->src] = in->run;
    /* What feed told before may not be all of its markets. */
    x->marks.universe_due = x->marks.universe_due ||
                            (in->src == SOURCE_feed && m->ready &&
                             !h->ready[in->src]);
    h->heard[in->src] = in->mono;
    h->ready[in->src] = m->ready;
    h->ended[in->src] = ended_runs(m->crashes, m->cuts, m->boot);
}

/* A try that ended before it was up. */
static void
follow_link(struct health *h, uint32_t i, enum link_state state)
{
    h->link_fails[i] = state == LINK_STATE_up ? 0
                       : h->link_tries[i] && state == LINK_STATE_down
                           ? h->link_fails[i] + 1
                           : h->link_fails[i];
    h->link_tries[i] = state == LINK_STATE_connecting;
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
        h->down = h->reconnects = h->resyncs = 0;
        memset(h->link_since, 0, sizeof h->link_since);
        memset(h->link_fails, 0, sizeof h->link_fails);
        memset(h->link_tries, 0, sizeof h->link_tries);
    }
    h->reconnects = m->reconnects > h->reconnects ? m->reconnects
                                                  : h->reconnects;
    h->resyncs = m->resyncs > h->resyncs ? m->resyncs : h->resyncs;
    /* What was asked for may come after what was published since. */
    if (m->since.ns < h->link_since[m->connection].ns) {
        return;
    }
    h->link_since[m->connection] = m->since;
    uint64_t bit = UINT64_C(1) << m->connection;
    bool up = m->state == LINK_STATE_up;
    follow_link(h, (uint32_t)m->connection, m->state);
    h->down = up ? h->down & ~bit : h->down | bit;
}

void
riskd_on_host_state(struct riskd *x, const struct host_state *m,
                    const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    bool sane = m->mem_total > 0 && m->mem_free <= m->mem_total &&
                m->mem_total <= BYTES_MOST && m->disk_free <= BYTES_MOST &&
                m->cpu.ppm >= 0 && m->cpu.ppm <= MICROS &&
                m->spooled.ms >= 0 && m->spooled.ms <= SPOOLED_MOST_MS;
    x->health.host_known = sane;
    x->health.host = *m;
    x->health.ended[SOURCE_riskd] = ended_runs(m->crashes, m->cuts, m->boot);
}

static bool
is_disk_below(const struct riskd *x, uint64_t bytes)
{
    return x->health.host_known && x->health.host.disk_free < bytes;
}

static bool
is_heard(const struct riskd *x, enum source src, struct nanos mono)
{
    return x->health.ready[src] && x->health.heard[src].ns != 0 &&
           mono.ns - x->health.heard[src].ns <= SILENCE_NS;
}

/* Connections that were told of, so long as feed is there to tell. */
static void
watch_links(struct health *h, int64_t ms, struct nanos wall)
{
    int64_t hour = wall.ns / HOUR_NS;
    if (h->watched[0].hour != hour) {
        h->watched[1] = h->watched[0];
        h->watched[0] = (struct watched){ .hour = hour };
    }
    for (uint32_t i = 0; i < LINKS_CAP; i++) {
        bool told = h->link_since[i].ns != 0;
        bool up = (h->down & UINT64_C(1) << i) == 0;
        h->watched[0].all[i] += told ? ms : 0;
        h->watched[0].up[i] += told && up ? ms : 0;
    }
}

void
riskd_view_links(const struct riskd *x, struct nanos wall,
                 struct metric_view *out)
{
    const struct health *h = &x->health;
    int64_t hour = wall.ns / HOUR_NS;
    for (uint32_t i = 0; i < LINKS_CAP; i++) {
        int64_t up = 0, all = 0;
        for (int k = 0; k < 2; k++) {
            bool now = hour - h->watched[k].hour <= 1;
            up += now ? h->watched[k].up[i] : 0;
            all += now ? h->watched[k].all[i] : 0;
        }
        if (all > 0 && (out->link_all.ms == 0 ||
                        (wide)up * out->link_all.ms <
                            (wide)out->link_up.ms * all)) {
            out->link_up.ms = up;
            out->link_all.ms = all;
        }
        out->link_failures = h->link_fails[i] > out->link_failures
                                 ? h->link_fails[i]
                                 : out->link_failures;
    }
}

/* A riskd that did not look for so long was not up itself. */
void
riskd_look_at_up(struct riskd *x, const struct input *in)
{
    struct health *h = &x->health;
    int64_t since = in->mono.ns - h->up_looked.ns;
    bool up = h->up_looked.ns != 0 && since > 0 && since <= SILENCE_NS &&
              is_heard(x, SOURCE_feed, in->mono) &&
              is_heard(x, SOURCE_scanner, in->mono) &&
              is_heard(x, SOURCE_executor, in->mono) &&
              is_heard(x, SOURCE_recorder, in->mono);
    h->up_ns += up ? since : 0;
    if (h->up_looked.ns != 0 && since > 0 && since <= SILENCE_NS &&
        is_heard(x, SOURCE_feed, in->mono)) {
        watch_links(h, since / 1000000, in->wall);
    }
    h->up_looked = in->mono;
}

const char *
riskd_data_fault(const struct riskd *x, struct nanos mono)
{
    if (!is_heard(x, SOURCE_feed, mono)) {
        return "data: feed is not heard, or not ready";
    }
    if (!is_heard(x, SOURCE_scanner, mono)) {
        return "data: scanner is not heard, or not ready";
    }
    return x->health.down != 0 ? "data: a connection to the venue is down"
                               : NULL;
}

bool
riskd_caps_hold(const struct riskd *x, const struct books *b)
{
    int64_t used = ledger_used(b->ledger).micros;
    int64_t most = x->conf.position_max.micros;
    return (most == 0 || used <= most) &&
           !is_above_share(used, x->conf.unsettled_max,
                           ledger_equity(b->ledger));
}

static bool
is_clock_right(const struct riskd *x)
{
    int64_t off = x->held.clock.ms;
    return x->held.clock_known && off < CLOCK_RED_MS && off > -CLOCK_RED_MS;
}

static const char *
risk_fault(const struct riskd *x, const struct books *b, struct nanos wall,
           struct nanos mono)
{
    if (!riskd_is_sound(x)) {
        return "risk: the books do not add up";
    }
    if (x->stopping || x->alarm) {
        return "risk: a kill is on its way";
    }
    if (!x->leased || mono.ns >= x->lease_end.ns) {
        return "risk: the executor holds no lease";
    }
    if (!x->held.clean || x->held.unknown > 0) {
        return "risk: the executor is not reconciled";
    }
    if (b->mode == MODE_live && !is_clock_right(x)) {
        return "risk: the venue's clock and ours differ";
    }
    if (!riskd_caps_hold(x, b)) {
        return "risk: more is held than the limits allow";
    }
    if (is_disk_below(x, DISK_RED)) {
        return "risk: the disk is nearly full";
    }
    return riskd_is_halted(x, b, wall) ? "risk: the day is halted" : NULL;
}

const char *
riskd_fault(const struct riskd *x, const struct input *in)
{
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    const char *fault = riskd_data_fault(x, in->mono);
    if (fault == NULL && x->health.gaps > 0) {
        fault = "data: messages of feed were lost";
    }
    if (fault == NULL && riskd_is_paused(b, in->wall)) {
        fault = "model: executions failed in a row";
    }
    return fault != NULL ? fault : risk_fault(x, b, in->wall, in->mono);
}

static enum grade
grade(bool red, bool yellow)
{
    return red ? GRADE_red : yellow ? GRADE_yellow : GRADE_green;
}

void
riskd_grades(const struct riskd *x, struct nanos wall, struct nanos mono,
             struct risk_state *out)
{
    const struct books *b = &x->books[riskd_mode_max(x) == MODE_live];
    const struct health *h = &x->health;
    struct rule_effects e;
    enum alert_level loudest;
    riskd_rule_effects(x, wall, &e);
    (void)alerts_open(&x->alerts, &loudest);
    bool lost = h->gap_at.ns != 0 && mono.ns - h->gap_at.ns < GAP_NS;
    out->data = grade(riskd_data_fault(x, mono) != NULL, lost);
    out->model = grade(riskd_is_paused(b, wall), b->failures > 0);
    out->risk = grade(risk_fault(x, b, wall, mono) != NULL || e.reds > 0,
                      riskd_is_any_on_probation(x) ||
                          is_disk_below(x, DISK_YELLOW) ||
                          loudest >= ALERT_LEVEL_orange);
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
        .unit = "checks",
        .value = riskd_whole(h->streak),
        .threshold = riskd_whole(x->conf.health_checks),
        .severity = fault == NULL ? SEVERITY_info : SEVERITY_warning,
        .action = ACTION_wait,
    };
    riskd_say_event(x, out, &says);
}
