/* recall - the engine put together again from the facts it said */

/* Facts come in the order they were written.  A group without a final
 * execution is open; its legs' sums come from its fills, its last orders from
 * its intents.  Paper orders that had not ended are lost with the run that
 * sent them: their rest is terminal.  What was reserved is settled with riskd
 * (reconcile.c). */

#include "executor/state.h"

#include <string.h>

void
recall_add(struct group_slot *g, const struct fill *m)
{
    uint32_t leg = group_leg(g, &m->token);
    struct leg_sum *s;
    struct money cash;

    if (leg == MAP_NONE)
        return;
    s = &g->sums[leg];
    if (m->side == SIDE_buy) {
        if (!cost_up(m->price, m->qty, &cash))
            return;
        s->bought.micros += m->qty.micros;
        s->cost.micros += cash.micros;
        s->fees_buy.micros += m->fee.micros;
    } else {
        if (!cost_down(m->price, m->qty, &cash))
            return;
        s->sold.micros += m->qty.micros;
        s->proceeds.micros += cash.micros;
        s->fees_sell.micros += m->fee.micros;
    }
}

void
executor_recall_group(struct executor *x, const struct group *m,
                      const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);

    (void)in;
    executor_count(x, EXECUTOR_recalled);
    known_add(x->scans, &m->scan_id);
    if (g == NULL && m->state == GROUP_STATE_done)
        return;
    if (g == NULL) {
        g = executor_free_slot(x);
        if (g == NULL) {
            executor_count(x, EXECUTOR_full);
            return;
        }
        group_init(x, g);
        g->recalled = true;
    }
    g->m = *m;
    if (m->state == GROUP_STATE_authorizing && m->branch == BRANCH_patch)
        g->patched = true;
}

void
executor_recall_intent(struct executor *x, const struct intent *m,
                       const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);
    uint32_t leg;

    (void)in;
    executor_count(x, EXECUTOR_recalled);
    known_add(x->auths, &m->auth);
    if (m->salt > x->salt)
        x->salt = m->salt;
    if (g == NULL)
        return;
    if (!uuid_equal(&g->auth, &m->auth))
        g->orders_count = 0;
    g->auth = m->auth;
    if (m->attempt == 1)
        g->allowance = m->auth;
    leg = group_leg(g, &m->token);
    if (leg != MAP_NONE && g->orders_count < legs_cap)
        order_begin(&g->orders[g->orders_count++], m, leg);
}

static struct placed *
find_order(struct group_slot *g, const struct hash *order)
{
    for (uint32_t i = 0; g != NULL && i < g->orders_count; i++)
        if (hash_equal(&g->orders[i].intent.order, order))
            return &g->orders[i];
    return NULL;
}

void
executor_recall_order(struct executor *x, const struct order *m,
                      const struct input *in)
{
    struct placed *p = find_order(executor_group(x, &m->group), &m->order);

    executor_count(x, EXECUTOR_recalled);
    if (p != NULL && !order_step(p, m->state, m->reason, in->wall))
        executor_count(x, EXECUTOR_bad_in);
}

void
executor_recall_fill(struct executor *x, const struct fill *m,
                     const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);
    struct placed *p = find_order(g, &m->order);

    executor_count(x, EXECUTOR_recalled);
    if (positions_fill(x->positions, m, g != NULL ? g->m.strategy
                                                  : STRATEGY_none,
                       g != NULL ? &g->m.event : NULL, NULL) == NULL)
        executor_count(x, EXECUTOR_bad_in);
    requests_recall_fill(x->requests, m);
    if ((unsigned)m->mode < mode_end_ && x->venues[m->mode] != NULL)
        x->venues[m->mode]->recall(x->venue_self[m->mode], &m->token,
                                   m->side, m->price, m->qty, in->wall);
    if (g == NULL)
        return;
    recall_add(g, m);
    if (p != NULL && !order_fill(p, m->qty))
        executor_count(x, EXECUTOR_bad_in);
    if (g->naked_since.ns == 0)
        g->naked_since = in->wall;
}

void
executor_recall_settle(struct executor *x, const struct settle *m,
                       const struct input *in)
{
    struct group_slot *g = settle_group(x, m);

    (void)in;
    executor_count(x, EXECUTOR_recalled);
    settle_book(x, m);
    requests_recall_settle(x->requests, m);
    if (m->kind == SETTLE_KIND_split)
        known_add(x->auths, &m->auth);
    if (g != NULL && m->kind == SETTLE_KIND_merge)
        g->merged.micros += m->qty.micros;
    if (g != NULL && m->kind == SETTLE_KIND_split)
        g->split.micros += m->qty.micros;
}

void
executor_recall_execution(struct executor *x, const struct execution *m,
                          const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->exec_id);

    (void)in;
    executor_count(x, EXECUTOR_recalled);
    known_add(x->scans, &m->scan_id);
    if (m->status == EXEC_STATUS_PARTIAL_HOLD) {
        if (g != NULL)
            g->held = true;
        return;
    }
    if (g != NULL)
        g->used = false;
    x->rests[x->rests_next] = (struct rest){ m->event,
                                             after(m->ended, x->conf.rest) };
    x->rests_next = (x->rests_next + 1) % RESTS_CAP;
}

static void
resume(struct turn *t)
{
    struct group_slot *g = t->g;
    bool traded = g->orders_count > 0;
    int64_t left = g->m.deadline.ns - t->in->wall.ns;

    executor_count(t->x, EXECUTOR_recalled_groups);
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        traded |= g->sums[i].bought.micros > 0;
    if (!traded) {
        group_finish(t, EXEC_STATUS_ERROR, REASON_RESTARTED,
                     "restarted before anything was sent");
        return;
    }
    if (g->m.state == GROUP_STATE_holding) {
        if (left > t->x->conf.hold.ms * 1000000)
            left = t->x->conf.hold.ms * 1000000;
        g->hold_until.ns = t->in->mono.ns + (left > 0 ? left : 0);
    }
    struct stand s = group_stand(g);
    if (policy_measure(&s).even)
        g->naked_since.ns = 0;
    filling_cancel(t, REASON_RESTARTED);
}

void
recall_resume(struct executor *x, const struct input *in, struct outbox *out)
{
    x->list_due = true;
    x->universe_due = true;
    x->settle_due = true;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        struct turn t = { x, &x->slots[i], in, out };

        if (x->slots[i].used && x->slots[i].recalled)
            resume(&t);
    }
}
