/* lease - riskd's permission to go on, and how long it lasts */

/* Time counts from when we asked, never from when the answer came: a late
 * answer cannot stretch the lease, and an answer to a question that was not
 * asked means nothing.  New groups only in the first three quarters, so that
 * what was begun can still be sent before the end. */

#include "executor/lease.h"

#include "common/planted.h"

static const int64_t ns_per_ms = 1000000;

/* An hour is more than any lease lasts, and sizes are only ever reduced. */
static bool
is_sane(const struct lease *m)
{
    return m->ttl.ms >= 0 && m->ttl.ms <= 3600000 && m->epoch > 0 &&
           m->size.bps >= 0 && m->size.bps <= 10000 && m->mode < mode_end_;
}

void
lease_asks(struct lease_held *l, uint64_t req, struct nanos mono)
{
    l->asked[l->asked_next].req = req;
    l->asked[l->asked_next].sent = mono;
    l->asked_next = (l->asked_next + 1) % LEASE_ASKED;
}

bool
lease_takes(struct lease_held *l, const struct lease *m, uint64_t req)
{
    for (uint32_t i = 0; i < LEASE_ASKED && req != 0; i++) {
        struct nanos sent = l->asked[i].sent;

        if (l->asked[i].req != req)
            continue;
        l->asked[i].req = 0;
        if (!is_sane(m) || (l->held && sent.ns < l->sent.ns) ||
            (l->held && m->epoch < l->m.epoch))
            return false;
        l->held = true;
        l->m = *m;
        l->sent = sent;
        l->until.ns = sent.ns + m->ttl.ms * ns_per_ms;
        l->act_until.ns = sent.ns + m->ttl.ms * ns_per_ms / 4 * 3;
        return true;
    }
    return false;
}

bool
lease_may_open(const struct lease_held *l, struct nanos mono)
{
    return l->held && (mono.ns < l->act_until.ns || PLANTED(lease_kept));
}

bool
lease_is_alive(const struct lease_held *l, struct nanos mono)
{
    return l->held && (mono.ns < l->until.ns || PLANTED(lease_kept));
}
