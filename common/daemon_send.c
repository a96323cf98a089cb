/* daemon_send - what was said goes to disk, then to the others */

/* The order is the promise: inputs before facts, facts before anybody hears
 * of them, and one sync for the whole turn when any of it is money. */

#include "common/clock.h"
#include "common/crash.h"
#include "common/daemon_own.h"
#include "common/must.h"

static size_t
pack(struct daemon *d, const struct said *said)
{
    size_t size = schema_pack(said->schema, said->msg, d->packed, PACKED_CAP);

    must(size > 0);
    return size;
}

/* The index behind the last entry that is a fact. */
static size_t
facts_end(const struct daemon *d, bool *money)
{
    size_t end = 0;

    *money = false;
    for (size_t i = 0; i < outbox_count(d->out); i++) {
        uint32_t routes = outbox_at(d->out, i)->routes;
        if (routes & ROUTE_FACTS)
            end = i + 1;
        if (routes & ROUTE_SYNC)
            *money = true;
    }
    return end;
}

void
daemon_write_facts(struct daemon *d)
{
    bool money;
    size_t end = facts_end(d, &money);
    struct nanos mono = clock_mono(), wall = clock_wall();

    for (size_t i = 0; i < end; i++) {
        const struct said *said = outbox_at(d->out, i);
        if (!(said->routes & ROUTE_FACTS))
            continue;
        size_t size = pack(d, said);
        must(size <= BYTES_CAP); /* Or a log_record could not carry it. */
        journal_append(d->facts, said->schema->type, mono, wall, said->trace,
                       d->packed, size, i + 1 < end);
    }
    if (money) {
        crash_point(d->program->name, "unsynced");
        journal_sync(d->facts);
        crash_point(d->program->name, "synced");
    }
    if (!money && end > 0)
        journal_flush(d->facts);
}

static void
send_one(struct daemon *d, const struct said *said)
{
    const uint32_t away = ROUTE_PUB | ROUTE_REPLY | ROUTE_RISK | ROUTE_SNAP
                          | ROUTE_CTL | ROUTE_LOG;

    if (!(said->routes & away))
        return;
    struct bus_out out = {
        .type = said->schema->type,
        .trace = said->trace,
        .body = d->packed,
        .body_size = pack(d, said),
    };
    if (said->routes & ROUTE_PUB) {
        out.token = bus_token(said->schema, said->msg);
        bus_publish(d->bus, &out);
    }
    out.req = said->to.req;
    if (said->routes & ROUTE_REPLY && said->to.peer != 0)
        bus_reply(d->bus, said->to.peer, &out);
    if (said->routes & ROUTE_RISK)
        bus_ask(d->bus, d->line_risk, &out);
    if (said->routes & ROUTE_SNAP)
        bus_ask(d->bus, d->line_snap, &out);
    if (said->routes & ROUTE_CTL)
        bus_ask(d->bus, d->line_ctl, &out);
    if (said->routes & ROUTE_LOG) {
        must(said->to.peer >= SOURCE_feed && said->to.peer <= SOURCE_executor);
        bus_ask(d->bus, d->line_log[said->to.peer], &out);
    }
}

void
daemon_send(struct daemon *d)
{
    for (size_t i = 0; i < outbox_count(d->out); i++)
        send_one(d, outbox_at(d->out, i));
}
