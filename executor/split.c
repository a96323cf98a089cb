/* split - a dollar into YES and NO, before both are sold */

/* What a group means to sell it must hold: so many dollars are split first,
 * out of the reservation of its grant.  That is a settlement, a fact like a
 * fill; orders go out when riskd has booked it, if the grant is still good
 * then.  If not, or if no ack comes in the grant's time, the pairs are merged
 * again: that is never forbidden, it only takes exposure back. */

#include "executor/state.h"

#include "common/must.h"

/* The chain does one after the other: what comes second, be the first a merge
 * or a redemption, comes after the end of its grant. */
enum reason
split_check(const struct executor *x, const struct opportunity *m,
            enum mode mode)
{
    if (mode != MODE_live || shape_of(m->strategy, &m->legs) != SHAPE_SPLIT)
        return REASON_none;
    return !x->strategy.b_split_live ? REASON_MODE
           : live_chain_is_busy(x)   ? REASON_THROTTLED
                                     : REASON_none;
}

/* The end without an order: the pairs, if there are any, become dollars again.
 * riskd hears of it after the split, whether that was acked or not. */
static void
end(struct turn *t, enum exec_status status, enum reason why,
    const char *error)
{
    struct group_slot *g = t->g;

    g->split_req = 0;
    g->splitting = false;
    executor_count(t->x, EXECUTOR_grants_void);
    sending_release(t->x, &g->auth, EVIDENCE_venue_terminal, t->in, t->out);
    g->auth = (struct uuid){ { 0 } };
    group_finish(t, status, why, error);
}

static void
undo(struct turn *t, enum exec_status status, enum reason why)
{
    end(t, status, why,
        why == REASON_TIMEOUT
            ? "the split took longer than its grant lasts: merged again"
            : "split, and merged again");
}

void
split_begin(struct turn *t, const struct grant *m)
{
    struct group_slot *g = t->g;

    must(g->split_req == 0 && g->split.micros == 0);
    recent_put(t->x->auths, &m->auth);
    g->auth = m->auth;
    g->granted = *m;
    g->orders_count = 0;
    g->splitting = true;
    work_of(g->m.mode)->split(t);
}

void
split_again(struct turn *t, const struct grant *m)
{
    struct group_slot *g = t->g;

    recent_put(t->x->auths, &m->auth);
    g->auth = m->auth;
    g->granted = *m;
    work_of(g->m.mode)->split(t);
}

void
split_done(struct turn *t, const struct uuid *ref, const char *evidence)
{
    struct group_slot *g = t->g;
    struct settle m = settle_of(t, SETTLE_KIND_split, g->m.target);

    m.ref = *ref;
    m.cash.micros = -g->m.target.micros;
    m.auth = g->auth;
    text_set(&m.evidence, evidence);
    g->splitting = false;
    g->split.micros += g->m.target.micros;
    executor_count(t->x, EXECUTOR_splits);
    outbox_trace(t->out, g->trace);
    g->split_req = settle_say(t->x, &m, t->in, t->out);
}

void
split_failed(struct turn *t, enum reason why)
{
    end(t, EXEC_STATUS_DENIED, why, "the dollars could not be split");
}

void
split_lost(struct turn *t, enum reason why, const char *words)
{
    executor_alarm(t->x, false, why,
                   "a split ended unproved: look whether its dollars are "
                   "pairs");
    t->g->splitting = false;
    group_finish(t, EXEC_STATUS_ERROR, why, words);
}

void
split_tick(struct turn *t)
{
    enum reason why = sending_check(t, &t->g->granted);

    if (t->g->splitting)
        return; /* It cannot be called back. */
    if (why == REASON_none && t->in->mono.ns >= t->g->until.ns)
        why = REASON_TIMEOUT;
    if (why == REASON_none)
        return;
    if (why == REASON_TIMEOUT)
        executor_count(t->x, EXECUTOR_timeouts);
    undo(t, sending_status(why), why);
}

static struct group_slot *
find_group(struct executor *x, uint64_t req)
{
    for (uint32_t i = 0; req != 0 && i < GROUP_SLOTS; i++)
        if (x->slots[i].used && x->slots[i].split_req == req)
            return &x->slots[i];
    return NULL;
}

/* A refusal is a bug of one of us: the merge that undoes it is for our own
 * books, and refused as well. */
void
split_acked(struct executor *x, const struct ack *m, const struct input *in,
            struct outbox *out)
{
    struct group_slot *g = find_group(x, in->req);
    struct turn t = { x, g, in, out };
    enum reason why;

    if (g == NULL)
        return;
    if (!m->ok) {
        undo(&t, EXEC_STATUS_ERROR,
             m->reason > REASON_none && m->reason < reason_end_
                 ? m->reason
                 : REASON_BAD_INPUT);
        return;
    }
    why = sending_check(&t, &g->granted);
    if (why == REASON_none)
        why = work_of(g->m.mode)->check(t.x, in->mono, g->m.legs.count);
    if (why != REASON_none) {
        undo(&t, sending_status(why), why);
        return;
    }
    g->split_req = 0;
    outbox_trace(out, g->trace);
    why = sending_orders(&t, &g->granted, &g->m.legs);
    if (why != REASON_none)
        undo(&t, sending_status(why), why);
}
