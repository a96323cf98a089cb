/* metric_view - what is so at this moment, for the metrics */
#include <string.h>

#include "riskd/engine.h"

/* Of those riskd listens to; silence counts from its own first tick, and is
 * not known to an engine that has no ticks. */
static struct ms
longest_away(const struct riskd *x)
{
    static const enum source whom[] = { SOURCE_feed, SOURCE_scanner,
                                        SOURCE_executor };
    struct ms away = { ruling_asked(x->ruling).ns == 0 ? -1 : 0 };
    for (size_t i = 0; i < sizeof whom / sizeof whom[0]; i++) {
        int64_t heard = x->health.heard[whom[i]].ns;
        int64_t since = heard > x->began.ns ? heard : x->began.ns;
        int64_t ms = (ruling_asked(x->ruling).ns - since) / 1000000;
        away.ms = since > 0 && ms > away.ms ? ms : away.ms;
    }
    return away;
}

static bool
is_partial(const struct promise *p)
{
    bool waits = false;
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        waits = waits || (!p->legs[i].closed && p->legs[i].shares.micros > 0);
    }
    return p->first.ns != 0 && waits;
}

void
riskd_look_at_partial(struct riskd *x)
{
    enum mode mode = riskd_mode_max(x);
    const struct promise *p;
    x->partial.ns = 0;
    for (uint32_t i = 0; (p = grants_at(x->grants, i)) != NULL; i++) {
        bool asked = p->serial != 0 && p->open && p->grant.mode == mode &&
                     is_partial(p);
        if (asked && (x->partial.ns == 0 || p->first.ns < x->partial.ns)) {
            x->partial = p->first;
        }
    }
}

void
riskd_metric_view(const struct riskd *x, struct nanos wall,
                  struct metric_view *out)
{
    enum mode mode = riskd_mode_max(x);
    const struct books *b = &x->books[mode == MODE_live];
    struct rule_effects e;
    riskd_rule_effects(x, wall, &e);
    *out = (struct metric_view){
        .wall = wall,
        .stage = riskd_stage(x),
        .mode_max = mode,
        .equity = riskd_marked(b),
        .pnl = ledger_pnl(b->ledger),
        .used = ledger_used(b->ledger),
        .most = x->conf.position_max,
        .day_loss = { riskd_day_loss(b, wall) },
        .sound = riskd_is_sound(x),
        .latched = riskd_is_latched(x),
        .monitoring = e.monitor,
        .links_known = x->health.heard[SOURCE_feed].ns != 0,
        .links_up = x->health.down == 0 && x->health.ready[SOURCE_feed],
        .probation_known = riskd_is_on_probation(x),
        .probation = riskd_size(x),
        .rules = ruling_rules(x->ruling),
        .host_known = x->health.host_known,
        .host = x->health.host,
        .away = longest_away(x),
        .high = alerts_unanswered(&x->alerts, SEVERITY_high),
        .medium = alerts_unanswered(&x->alerts, SEVERITY_medium),
    };
    out->up_every = x->conf.uptime_every;
    out->up.ms = x->health.up_ns / 1000000;
    out->link_run = x->health.link_run;
    out->reconnects = x->health.reconnects;
    out->resyncs = x->health.resyncs;
    memcpy(out->ended, x->health.ended, sizeof out->ended);
    out->crashes_forgiven = x->conf.crashes_forgiven;
    out->audit_torn = x->audit.torn;
    out->looked = ruling_asked(x->ruling).ns != 0;
    out->partial = x->partial;
    out->looks_for_a = riskd_runs(x, STRATEGY_A);
    out->found_a = x->found[STRATEGY_A];
    out->looks_for_fg = riskd_runs(x, STRATEGY_F) || riskd_runs(x, STRATEGY_G);
    out->found_fg = x->found[STRATEGY_F] + x->found[STRATEGY_G];
    bool lately = x->detect.at != 0 && wall.ns - x->detect.at <= DETECT_NS;
    out->detect.ms = lately ? x->detect.ms : -1;
    out->streak = x->health.streak;
    riskd_view_links(x, wall, out);
    riskd_view_wallet(x, b, out);
    riskd_view_nodes(x, out);
}

/* What the request would trade of this leg's market, by all of its legs. */
static struct money
traded_of(const struct question *a, const struct market *m)
{
    struct money sum = { 0 }, cost;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct leg *leg = &a->m->legs.at[i];
        bool same = a->leg[i].market == m;
        struct price price = leg->avg.micros > leg->limit.micros ? leg->avg
                                                                 : leg->limit;
        if (same && (!cost_up(price, leg->size, &cost) ||
                     !money_add(sum, cost, &sum))) {
            return (struct money){ INT64_MAX };
        }
    }
    return sum;
}

/* Where it is the greatest part of a day; a volume that is not told is less
 * than any. */
static void
look_at_volume(const struct question *a, const struct market *m, bool first,
               struct metric_order *o)
{
    struct money traded = traded_of(a, m);
    bool more = (wide)traded.micros * o->volume.micros >
                (wide)o->traded.micros * m->volume.micros;
    bool told = first || o->volume.micros > 0;
    if (told && (first || more || m->volume.micros <= 0)) {
        o->traded = traded;
        o->volume = m->volume;
    }
}

/* As far as feed told us: of every leg, or not at all. */
void
riskd_look_at_markets(const struct question *a, struct metric_order *o)
{
    o->market_known = o->neg_risk = o->open = true;
    o->liquidity.micros = INT64_MAX;
    bool told = a->m->legs.count > 0;
    for (uint32_t i = 0; i < a->m->legs.count; i++) {
        const struct market *m = a->leg[i].market;
        if (m == NULL) {
            o->market_known = false;
            return;
        }
        o->neg_risk = o->neg_risk && m->neg_risk;
        o->open = o->open && m->open && !a->leg[i].ended;
        look_at_volume(a, m, i == 0, o);
        told = told && m->ends.ns > 0;
        o->ends = m->ends.ns > o->ends.ns ? m->ends : o->ends;
        if (m->liquidity.micros < o->liquidity.micros) {
            o->liquidity = m->liquidity;
        }
    }
    o->ends.ns = told ? o->ends.ns : 0;
}
