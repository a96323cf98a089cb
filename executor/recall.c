/* recall - the engine put together again from the facts it said */

/* Facts come in the order they were written.  A group without a final
 * execution is open; its legs' sums come from its fills, its last orders from
 * its intents.  What becomes of orders that had not ended is the mode's
 * business (work.h).  What was reserved is settled with riskd (reconcile.c).
 *
 * A fact that was never said in this state (sane.c) is refused and counted;
 * after one nothing new is begun, since what we hold is not known. */

#include "executor/sane.h"

#include "common/planted.h"
#include "executor/state.h"

#include <string.h>

static void
add(struct group_slot *g, const struct fill *m, int sign)
{
    uint32_t leg = group_leg(g, &m->token);
    bool closes = leg == MAP_NONE;
    struct leg_sum *s;
    struct money cash;

    if (closes)
        leg = group_closes(g, &m->token);
    if (leg == MAP_NONE)
        return;
    s = &g->sums[leg];
    if (m->side == SIDE_buy) {
        if (!cost_up(m->price, m->qty, &cash))
            return;
        if (closes) {
            s->hedged.micros += sign * m->qty.micros;
            s->hedge_cost.micros += sign * cash.micros;
            s->fees_sell.micros += sign * m->fee.micros;
            return;
        }
        s->bought.micros += sign * m->qty.micros;
        s->cost.micros += sign * cash.micros;
        s->fees_buy.micros += sign * m->fee.micros;
    } else {
        if (!cost_down(m->price, m->qty, &cash))
            return;
        s->sold.micros += sign * m->qty.micros;
        s->proceeds.micros += sign * cash.micros;
        s->fees_sell.micros += sign * m->fee.micros;
    }
}

/* Counts a fact handed back; false when it was refused. */
static bool
takes(struct executor *x, bool is_sane)
{
    executor_count(x, EXECUTOR_recalled);
    if (!is_sane)
        executor_count(x, EXECUTOR_recall_refused);
    return is_sane;
}

void
recall_add(struct group_slot *g, const struct fill *m)
{
    add(g, m, 1);
}

void
recall_sub(struct group_slot *g, const struct fill *m)
{
    add(g, m, -1);
}

void
executor_recall_group(struct executor *x, const struct group *m,
                      const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);

    (void)in;
    if (!takes(x, sane_group(g, m)))
        return;
    if (!PLANTED(scans_forgotten))
        recent_put(x->scans, &m->scan_id);
    if (g == NULL && m->state == GROUP_STATE_done)
        return;
    if (g == NULL) {
        g = executor_free_slot(x);
        if (g == NULL) {
            executor_count(x, EXECUTOR_full);
            executor_count(x, EXECUTOR_recall_refused);
            return;
        }
        group_init(x, g);
        g->recalled = true;
    }
    g->m = *m;
    if (m->state == GROUP_STATE_authorizing && m->branch == BRANCH_patch)
        g->patched = true;
}

/* A next attempt has begun: only what had not ended is still of interest. */
static void
drop_ended(struct executor *x, struct group_slot *g)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < g->orders_count; i++) {
        live_remember(x, g, &g->orders[i]);
        if (!order_is_final(g->orders[i].order.state))
            g->orders[count++] = g->orders[i];
    }
    g->orders_count = count;
}

void
executor_recall_intent(struct executor *x, const struct intent *m,
                       const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);
    uint32_t leg;

    (void)in;
    if (!takes(x, sane_intent(g, m)))
        return;
    if (!PLANTED(sends_forgotten))
        recent_put(x->auths, &m->auth);
    if (m->salt > x->salt)
        x->salt = m->salt;
    if (!uuid_equal(&g->auth, &m->auth))
        drop_ended(x, g);
    g->auth = m->auth;
    if (m->attempt == 1)
        g->allowance = g->convert.auth = m->auth;
    g->rested |= m->post_only;
    leg = group_leg(g, &m->token);
    if (leg == MAP_NONE) {
        leg = group_leg(g, &m->closes);
        g->other[leg] = m->token;
    }
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

    (void)takes(x, p != NULL && m->state < order_state_end_ &&
                       order_step(p, m->state, m->reason, in->wall));
}

void
executor_recall_fill(struct executor *x, const struct fill *m,
                     const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->group);
    struct placed *p = find_order(g, &m->order);
    bool late = p == NULL || order_is_final(p->order.state);

    if (!takes(x, (m->mode == MODE_paper || m->mode == MODE_live) &&
                      work_of(m->mode)->recall(x, m, in, g, p)))
        return;
    requests_recall_fill(x->requests, m, late);
    if (g != NULL && g->naked_since.ns == 0)
        g->naked_since = in->wall;
}

void
executor_recall_settle(struct executor *x, const struct settle *m,
                       const struct input *in)
{
    struct group_slot *g = settle_group(x, m);
    struct live_errand *errand = live_errand_of(x, &m->ref);
    uint64_t req;

    (void)in;
    if (!takes(x, (errand != NULL ? sane_errand(&errand->m, m)
                                  : sane_settle(x, g, m)) &&
                      settle_book(x, m)))
        return;
    req = requests_recall_settle(x->requests, m);
    if (m->kind == SETTLE_KIND_split)
        recent_put(x->auths, &m->auth);
    if (errand != NULL)
        errand->used = false; /* Of a group that had ended. */
    else if (g != NULL && m->kind == SETTLE_KIND_merge)
        settle_merged(g, m)->micros += m->qty.micros;
    if (g != NULL && m->kind == SETTLE_KIND_split)
        g->split.micros += m->qty.micros;
    if (g != NULL && m->kind == SETTLE_KIND_convert) {
        convert_note(g, m);
        g->convert.req = req; /* Nothing is sold before it is booked. */
        if (group_bought(g) == 0)
            g->allowance = m->auth;
        recent_put(x->auths, &m->auth);
    }
}

void
executor_recall_execution(struct executor *x, const struct execution *m,
                          const struct input *in)
{
    struct group_slot *g = executor_group(x, &m->exec_id);

    (void)in;
    if (!takes(x, sane_execution(g, m)))
        return;
    if (!PLANTED(scans_forgotten))
        recent_put(x->scans, &m->scan_id);
    if (m->status == EXEC_STATUS_PARTIAL_HOLD) {
        g->held = true;
        return;
    }
    live_recall_done(x, g);
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
    int64_t left;

    executor_count(t->x, EXECUTOR_recalled_groups);
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        traded |= g->sums[i].bought.micros > 0;
    traded |= g->convert.gone.micros > 0;
    if (!traded && !group_is_sale(g) && group_sells(g) &&
        g->split.micros == 0 &&
        g->m.state == GROUP_STATE_working &&
        work_of(g->m.mode)->later) {
        g->splitting = true; /* Until riskd named its grant. */
        return;
    }
    if (!traded) {
        group_finish(t, EXEC_STATUS_ERROR, REASON_RESTARTED,
                     "restarted before anything was sent");
        return;
    }
    if (g->m.state == GROUP_STATE_holding) {
        if (__builtin_sub_overflow(g->m.deadline.ns, t->in->wall.ns, &left))
            left = 0;
        if (left > t->x->conf.hold.ms * 1000000)
            left = t->x->conf.hold.ms * 1000000;
        g->hold_until.ns = t->in->mono.ns + (left > 0 ? left : 0);
    }
    struct stand s = group_stand(g);
    if (policy_measure(&s).even)
        g->naked_since.ns = 0;
    work_of(g->m.mode)->resume(t);
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
