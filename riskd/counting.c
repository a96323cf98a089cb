/* counting - orders, fills and executions, as metrics count them */
#include "riskd/ruling.h"

#include <string.h>

#include "riskd/engine.h"

static const struct promise *
promise_of(const struct riskd *x, const struct order *m)
{
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && m->leg < p->grant.legs.count &&
            uuid_equal(&p->grant.group, &m->group)) {
            return p;
        }
    }
    return NULL;
}

/* An order counts as filled from 99.99 % on. */
static uint64_t
outcome_of(const struct order *m, struct qty size)
{
    if (m->state == ORDER_STATE_rejected) {
        return 3;
    }
    bool all = m->state == ORDER_STATE_filled ||
               m->state == ORDER_STATE_matched ||
               (wide)m->filled.micros * 10000 >= (wide)size.micros * 9999;
    return all ? 0 : m->filled.micros > 0 ? 1 : 2;
}

void
riskd_count_order(struct riskd *x, const struct order *m,
                  const struct input *in, struct outbox *out)
{
    const struct promise *p = promise_of(x, m);
    struct occurrence s = { .kind = OCCURRENCE_KIND_order, .at = in->wall,
                        .took = { -1 } };
    int64_t took;
    switch (m->state) {
    case ORDER_STATE_matched:
    case ORDER_STATE_filled:
    case ORDER_STATE_cancelled:
    case ORDER_STATE_rejected: break;
    case ORDER_STATE_unknown: s.kind = OCCURRENCE_KIND_unknown; break;
    case ORDER_STATE_intended:
    case ORDER_STATE_sent:
    case ORDER_STATE_live:
    case ORDER_STATE_released:
    case order_state_end_: return;
    }
    if (p == NULL) {
        return; /* Nobody was ever allowed to send it. */
    }
    s.mode = p->grant.mode;
    s.strategy = p->grant.strategy;
    s.what = outcome_of(m, p->grant.legs.at[m->leg].size);
    memcpy(s.ref.b, m->order.b, sizeof s.ref.b);
    if (s.mode == MODE_live && m->sent.ns > 0 && m->answered.ns > m->sent.ns &&
        !__builtin_sub_overflow(m->answered.ns, m->sent.ns, &took)) {
        s.took.ms = took / 1000000;
    }
    riskd_count(x, &s, out);
}

void
riskd_count_fill(struct riskd *x, const struct fill *m,
                 const struct input *in, struct outbox *out)
{
    const struct promise *p = grants_find(x->grants, &m->auth);
    struct occurrence s = { .kind = OCCURRENCE_KIND_fill, .mode = m->mode,
                        .at = in->wall, .ref = riskd_fill_ref(&m->fill_id),
                        .slip = m->slippage };
    if (p != NULL && cost_up(m->price, m->qty, &s.money)) {
        s.strategy = p->grant.strategy;
        riskd_count(x, &s, out);
    }
}

/* What sent nothing, and what has not ended, is none. */
void
riskd_count_execution(struct riskd *x, const struct execution *m,
                      const struct input *in, struct outbox *out)
{
    struct occurrence s = { .kind = OCCURRENCE_KIND_execution, .mode = m->mode,
                        .strategy = m->strategy, .at = in->wall,
                        .ref = m->exec_id, .what = m->status,
                        .money = m->pnl, .cost = m->cost,
                        .took = m->naked_time };
    bool ended = m->status == EXEC_STATUS_FILLED ||
                 m->status == EXEC_STATUS_PATCHED ||
                 m->status == EXEC_STATUS_UNWOUND ||
                 m->status == EXEC_STATUS_ERROR;
    if (ended && (m->mode == MODE_paper || m->mode == MODE_live)) {
        riskd_count(x, &s, out);
    }
}
