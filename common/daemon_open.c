/* daemon_open - which sockets a process has, and what walls: off the tables */

/* What a process may say decides whom it dials, what it hears decides what
 * it subscribes to; nobody lists sockets twice. */

#include "common/daemon_own.h"
#include "common/digest.h"
#include "common/must.h"
#include "common/version.h"
#include "common/walls.h"

#include <stdio.h>
#include <string.h>

/* Socket names begin with these. */
static const char *const prefixes[source_end_] = {
    [SOURCE_feed] = "feed",     [SOURCE_scanner] = "scan",
    [SOURCE_riskd] = "risk",    [SOURCE_executor] = "exec",
    [SOURCE_recorder] = "rec",
};

static uint32_t
all_routes(enum source src)
{
    uint32_t routes = 0;

    for (uint32_t type = 0; type < TYPE_end_; type++)
        routes |= link_routes(src, type);
    return routes;
}

static uint64_t
build_number(void)
{
    uint8_t sum[32];
    uint64_t n;

    sha256(dutchbook_version, strlen(dutchbook_version), sum);
    memcpy(&n, sum, sizeof n);
    return n;
}

/* The operator's socket lets nobody in without a key. */
static bool
guard(struct daemon *d, const char *name, struct why *why)
{
    struct bus_guard g = { .name = "risk.ctl", .who = ctl_list_who };
    char public[BUS_KEY_CAP];

    if (strcmp(name, g.name) != 0)
        return true;
    d->ctl = ctl_list_new(d->common.var.s);
    g.arg = d->ctl;
    bool ok = ctl_server_load(d->common.var.s, g.secret, public, why) &&
              bus_guard(d->bus, &g, why);
    explicit_bzero(g.secret, sizeof g.secret);
    return ok;
}

static bool
bind_all(struct daemon *d, struct why *why)
{
    const struct program *p = d->program;
    const char *prefix = prefixes[p->src];
    char name[24];

    must(prefix);
    snprintf(name, sizeof name, "%s.pub", prefix);
    if (!bus_bind_pub(d->bus, name, why))
        return false;
    snprintf(name, sizeof name, "%s.log", prefix);
    if (!bus_bind_router(d->bus, name, false, why))
        return false;
    for (size_t i = 0; p->binds && p->binds[i]; i++)
        if (!guard(d, p->binds[i], why) ||
            !bus_bind_router(d->bus, p->binds[i],
                             strcmp(p->binds[i], "risk.req") == 0, why))
            return false;
    return true;
}

static bool
dial_all(struct daemon *d, struct why *why)
{
    uint32_t routes = all_routes(d->program->src);
    char name[24];

    if (routes & ROUTE_RISK
        && !bus_connect_dealer(d->bus, "risk.req", &d->line_risk, why))
        return false;
    if (routes & ROUTE_SNAP
        && !bus_connect_dealer(d->bus, "feed.snap", &d->line_snap, why))
        return false;
    if (routes & ROUTE_CTL
        && !bus_connect_dealer(d->bus, "risk.ctl", &d->line_ctl, why))
        return false;
    for (unsigned src = SOURCE_feed; src <= SOURCE_executor; src++) {
        if (!(routes & ROUTE_LOG))
            break;
        snprintf(name, sizeof name, "%s.log", prefixes[src]);
        if (!bus_connect_dealer(d->bus, name, &d->line_log[src], why))
            return false;
    }
    return true;
}

static bool
follow_all(struct daemon *d, struct why *why)
{
    const struct program *p = d->program;

    if (!p->connects || !p->connects[0])
        return true;
    for (size_t i = 0; p->connects[i]; i++)
        if (!bus_connect_sub(d->bus, p->connects[i], why))
            return false;
    for (const struct hear *h = p->hears; h->schema; h++)
        if (!h->recall && h->speaker != SOURCE_self
            && h->schema->type != TYPE_heartbeat)
            bus_hear(d->bus, h->schema->type);
    bus_hear(d->bus, TYPE_heartbeat);
    return true;
}

bool
daemon_open_bus(struct daemon *d, struct why *why)
{
    struct bus_setup setup = {
        .var = d->common.var.s,
        .src = d->program->src,
        .run = d->run.number,
        .hello = {
            .schema = d->schema,
            .build = build_number(),
            .config_risk = conf_digest(d->conf, "riskd"),
        },
    };

    d->bus = bus_new(&setup);
    if (!bind_all(d, why) || !dial_all(d, why) || !follow_all(d, why))
        return false;
    bus_attach(d->bus, d->loop);
    return true;
}

void
daemon_wall_in(const struct daemon *d, const char *also)
{
    struct walls_open o = { .write = { d->common.var.s, also },
                            .network = d->program->network,
                            .programs = d->program->programs };
    struct walls w = walls_enter(&o);

    must(!d->bus);
    log_info("walls: files and ports %s, system calls %s",
             w.files ? "yes" : "no", w.calls ? "yes" : "no");
}
