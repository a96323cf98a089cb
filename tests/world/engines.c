/* engines - how each process of the world is made, as its main() would */
#include "tests/world/checks.h"
#include "tests/world/pen.h"

#include "common/must.h"
#include "executor/executor.h"
#include "feed/feed.h"
#include "recorder/recorder.h"
#include "scanner/scanner.h"

#include <stdio.h>
#include <string.h>

extern const struct conf_section riskd_section;
extern const struct conf_section feed_section;

/* The settings of the demo, with a small universe's memory. */
static const char *const overrides[] = {
    "feed.max_markets=400",
    "feed.max_tokens=800",       "feed.max_levels=100000",
    "scanner.markets_max=400",   "scanner.opportunities_max=64",
    "scanner.pending_max=2048",  "executor.markets_max=400",
    "executor.positions_max=1024", "riskd.refs_cap=16384",
    "riskd.lots_cap=1024",       "riskd.daily_loss_max=1000",
};

/* Live: waits short enough to be lived through. */
static const char *const live_overrides[] = {
    "common.mode=live",          "riskd.stage=1",
    "executor.quiet=30000",      "executor.settle_wait=10000",
    "executor.reconcile_every=15000", "executor.heartbeat_every=1000",
    "executor.chain_rpc=http://127.0.0.1:1", /* venue_chain.c is there. */
    "strategy.b_split_live=true",
};
/* Without riskd's breakers, so that more happens. */
static const char *const lax_overrides[] = {
    "riskd.latency_max=60000",   "riskd.failures_max=100",
    "riskd.reject_max=1",        "riskd.ghost_max=1",
    "riskd.naked_max=0",
};
static const char *const bold_overrides[] = {
    "riskd.trade_max=1", "riskd.event_max=1", "riskd.unsettled_max=1",
};
/* Every limit there is. */
static const char *const tight_overrides[] = {
    "riskd.order_max=100", "riskd.shares_max=150", "riskd.position_max=400",
};
/* Held for long, so that somebody comes. */
static const char *const rest_overrides[] = { "executor.naked_max=1000" };
/* So that a clear can be lived to see, quiet between two looks, and the end of
 * a sale that finds no buyer. */
static const char *const commands_overrides[] = {
    "riskd.health_every=4500", "executor.unwind_tries=3",
};
/* Less than the lease lasts, so that it is what runs out. */
static const char *const brief_overrides[] = { "riskd.grant_ttl=400" };
static const char *const paper_overrides[] = { "common.mode=paper" };
/* Paper that believes in nothing but the trades of others. */
static const char *const waiting_overrides[] = {
    "executor.fill_model_price_basis=next_trade", "executor.hold_type=GTC",
    "executor.naked_max=1000",
};

static const struct conf_section *const sections[] = {
    &common_section,  &capital_section, &strategy_section, &feed_section,
    &scanner_section, &riskd_section,   &executor_section, &recorder_section,
};

enum { SETS = 40 };
#define ADD(list)                                                           \
    do {                                                                    \
        must(count + sizeof list / sizeof list[0] + 3 <= SETS);             \
        memcpy(set + count, list, sizeof list);                             \
        count += sizeof list / sizeof list[0];                              \
    } while (0)

static void
fill(const struct world *w, const struct conf_section *section, void *out)
{
    const char *set[SETS];
    size_t count = 0;
    char capital[64], rest[64];
    struct complaints bad = { 0 };
    snprintf(capital, sizeof capital, "capital.initial_usd=%lld",
             (long long)w->weather.capital_usd);
    snprintf(rest, sizeof rest, "executor.rest=%lld",
             (long long)w->weather.rest_ms);
    ADD(overrides);
    if (w->weather.live)
        ADD(live_overrides);
    else
        ADD(paper_overrides);
    if (w->weather.waits)
        ADD(waiting_overrides);
    if (w->weather.rests) {
        ADD(rest_overrides);
        set[count++] = w->seed % 8 == 1 ? "executor.hold_type=GTD"
                                        : "executor.hold_type=GTC";
    }
    if (w->weather.bold)
        ADD(bold_overrides);
    if (w->seed % 8 == 6 && !w->weather.clear)
        ADD(tight_overrides);
    if (w->weather.pause_ppm > 0 && w->seed % 2 == 0)
        ADD(brief_overrides);
    if (w->weather.commands || w->rules != NULL)
        ADD(commands_overrides);
    if (!w->weather.strict)
        ADD(lax_overrides);
    set[count++] = capital;
    set[count++] = rest;
    set[count++] = w->seed % 4 == 3 ? "strategy.F=true" : "strategy.F=false";
    struct conf *conf = conf_read(
        NULL, set, count, sections,
        sizeof sections / sizeof sections[0], &bad);
    if (conf == NULL)
        fputs(bad.text, stderr);
    must(conf != NULL);
    conf_fill(conf, section, out);
    conf_destroy(&conf);
}

static void
make_feed(struct world *w, struct node *n)
{
    struct feed_conf own;
    struct strategy_conf strategy;
    fill(w, &feed_section, &own);
    fill(w, &strategy_section, &strategy);
    struct feed_options o = { .book_age_max = strategy.book_age_max };
    n->engine = feed_new(&own, &o);
}

static void
unmake_feed(struct node *n)
{
    struct feed *x = n->engine;
    feed_destroy(&x);
}

static void
make_scanner(struct world *w, struct node *n)
{
    struct scanner_conf own;
    struct strategy_conf strategy;
    struct capital_conf capital;
    struct common_conf common;
    fill(w, &scanner_section, &own);
    fill(w, &strategy_section, &strategy);
    fill(w, &capital_section, &capital);
    fill(w, &common_section, &common);
    struct scanner_options o = { .own = &own, .strategy = &strategy,
                                 .cash_rate = capital.cash_rate_year,
                                 .heartbeat_miss = common.heartbeat_miss };
    n->engine = scanner_new(&o);
}

static void
unmake_scanner(struct node *n)
{
    struct scanner *x = n->engine;
    scanner_destroy(&x);
}

static void
make_riskd(struct world *w, struct node *n)
{
    struct riskd_conf own;
    struct strategy_conf strategy;
    struct capital_conf capital;
    struct common_conf common;
    char id[16];
    fill(w, &riskd_section, &own);
    fill(w, &strategy_section, &strategy);
    fill(w, &capital_section, &capital);
    fill(w, &common_section, &common);
    n->engine = riskd_new(&own, &common, &capital, &strategy);
    if (w->rules != NULL)
        must(riskd_rules(n->engine, w->rules, (struct nanos){ 0 }, id));
    if (w->venue != NULL)
        riskd_mac_key(n->engine, pen_mac(venue_pen(w->venue)));
}

static void
unmake_riskd(struct node *n)
{
    struct riskd *x = n->engine;
    riskd_destroy(&x);
}

static void
make_executor(struct world *w, struct node *n)
{
    struct executor_conf own;
    struct strategy_conf strategy;
    struct capital_conf capital;
    fill(w, &executor_section, &own);
    fill(w, &strategy_section, &strategy);
    fill(w, &capital_section, &capital);
    struct executor_options o = { .own = &own, .strategy = &strategy,
                                  .capital = &capital, .mode = MODE_paper };
    if (w->venue != NULL) {
        o.mode = MODE_live;
        o.identity = pen_identity(venue_pen(w->venue));
    }
    n->engine = executor_new(&o);
}

static void
unmake_executor(struct node *n)
{
    struct executor *x = n->engine;
    executor_destroy(&x);
}

static void
make_recorder(struct world *w, struct node *n)
{
    struct recorder_conf own;
    fill(w, &recorder_section, &own);
    struct recorder *r = recorder_new(&own);
    uint64_t committed[OWNERS];
    for (unsigned o = 0; o < OWNERS; o++)
        committed[o] = w->committed[owner_source(o)];
    recorder_resume(r, committed);
    n->engine = r;
}

static void
unmake_recorder(struct node *n)
{
    struct recorder *x = n->engine;
    recorder_destroy(&x);
}

void
engines_plan(struct world *w)
{
    struct strategy_conf strategy;
    fill(w, &riskd_section, &w->checks->limits);
    fill(w, &strategy_section, &strategy);
    w->checks->book_age_max = strategy.book_age_max;
    static const struct {
        const struct program *program;
        void (*make)(struct world *, struct node *);
        void (*unmake)(struct node *);
    } plans[NODES] = {
        [SOURCE_feed] = { &feed_program, make_feed, unmake_feed },
        [SOURCE_scanner] = { &scanner_program, make_scanner,
                             unmake_scanner },
        [SOURCE_riskd] = { &riskd_program, make_riskd, unmake_riskd },
        [SOURCE_executor] = { &executor_program, make_executor,
                              unmake_executor },
        [SOURCE_recorder] = { &recorder_program, make_recorder,
                              unmake_recorder },
    };
    for (int i = SOURCE_feed; i < (int)NODES; i++) {
        struct node *n = &w->nodes[i];
        n->src = (enum source)i;
        n->hears = plans[i].program->hears;
        n->make = plans[i].make;
        n->unmake = plans[i].unmake;
        n->out = outbox_new(n->src, 8u << 20, 8192);
    }
}
