/* seen - what a guest on the bus knows of the five processes */
#include "deploy/arb/seen.h"

static const char *const sockets[] = {
    [SOURCE_feed] = "feed.pub",     [SOURCE_scanner] = "scan.pub",
    [SOURCE_riskd] = "risk.pub",    [SOURCE_executor] = "exec.pub",
    [SOURCE_recorder] = "rec.pub",
};

bool
seen_connect(struct bus *bus, struct why *why)
{
    for (int src = SEEN_FIRST; src <= SEEN_LAST; src++)
        if (!bus_connect_sub(bus, sockets[src], why))
            return false;
    return true;
}

void
seen_hear(struct bus *bus)
{
    bus_hear(bus, TYPE_risk_state);
    bus_hear(bus, TYPE_recorder_lag);
    bus_hear(bus, TYPE_heartbeat);
}

void
seen_take(struct seen *s, const struct bus_in *in)
{
    const struct envelope *e = &in->e;
    if (e->src < SEEN_FIRST || e->src > SEEN_LAST)
        return;
    struct recorder_lag lag;
    switch (e->type) {
    case TYPE_heartbeat:
        s->heard[e->src] = heartbeat_unpack(&s->beat[e->src], e->body,
                                            e->body_size);
        s->run[e->src] = e->run;
        return;
    case TYPE_risk_state:
        s->risk_heard = risk_state_unpack(&s->risk, e->body, e->body_size);
        return;
    case TYPE_recorder_lag:
        if (recorder_lag_unpack(&lag, e->body, e->body_size) &&
            lag.src <= SEEN_LAST)
            s->lag[lag.src] = lag;
        return;
    }
}

bool
seen_is_killed(const struct seen *s)
{
    return s->latch.latched ||
           (s->risk_heard && s->risk.state == RISK_MODE_latched);
}
