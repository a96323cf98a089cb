/* judge - what a group does next, once all its orders have ended */

/* By shares: complete, even, or naked; then the row of the filled ratio and
 * whether its branch was tried.  A hold is always on a clock, and a hold that
 * ends becomes an unwind. */

#include "executor/state.h"

#include "common/basket.h"
#include "common/must.h"

/* Waits for better books: always with a deadline.  What goes on keeps the one
 * it had; where that passed while orders were out, or books were waited for, it
 * is late as soon as time passes. */
void
group_hold(struct turn *t, enum branch branch)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    struct nanos until = g->hold_until;

    if (until.ns == 0)
        until = after(t->in->mono, x->conf.hold);
    else if (until.ns <= t->in->mono.ns)
        until = after(t->in->mono, (struct ms){ 1 });
    g->next = after(t->in->mono, x->conf.hold_retry);
    if (branch == BRANCH_patch)
        branch = BRANCH_hold;
    group_step(t, GROUP_STATE_holding, branch, until);
    if (g->held)
        return;
    g->held = true;
    executor_count(x, EXECUTOR_holds);
    group_say_execution(t, EXEC_STATUS_PARTIAL_HOLD, REASON_NO_FILL, "");
}

struct stand
group_stand(const struct group_slot *g)
{
    uint32_t first = group_first(g);
    struct stand s = { .target = g->m.target,
                       .sells = group_sells(g),
                       .count = group_last(g) - first };

    for (uint32_t i = 0; i < s.count; i++) {
        s.done[i] = group_done(g, first + i);
        s.price[i] = g->m.legs.at[first + i].limit;
    }
    return s;
}

void
group_begin_branch(struct turn *t, enum branch branch, enum want want)
{
    if (branch == BRANCH_unwind) {
        sending_free(t);
        t->g->hold_until.ns = 0;
    }
    group_step(t, GROUP_STATE_preflight, branch,
               after(t->in->mono, t->x->conf.books_wait));
    group_ask_books(t, want, true);
}

bool
group_has_ended(const struct group_slot *g)
{
    for (uint32_t i = 0; i < g->orders_count; i++)
        if (!order_is_final(g->orders[i].order.state))
            return false;
    return true;
}

/* What has not ended must, before the group does. */
static bool
waits_for_orders(struct turn *t, const struct measure *m)
{
    struct group_slot *g = t->g;
    struct nanos until = after(t->in->mono, t->x->conf.settle_wait);

    bool would_end = m->even || m->empty || m->complete || g->resolved ||
                     executor_is_latched(t->x);

    if (group_has_ended(g) || !would_end)
        return false;
    if (g->m.state != GROUP_STATE_cancelling)
        group_step(t, GROUP_STATE_cancelling, g->m.branch, until);
    g->until = until;
    return true;
}

/* What stands beyond the least leg, is owed, or is left of what a conversion
 * gave, at the prices meant. */
static struct money
naked_money(const struct group_slot *g, const struct measure *m)
{
    bool converted = g->convert.gone.micros > 0;
    struct money sum = { 0 };

    for (uint32_t i = group_first(g); i < group_last(g); i++) {
        struct qty beyond = { converted ? group_held(g, i).micros
                                        : group_done(g, i).micros -
                                              m->base.micros };
        struct money cost;

        if (beyond.micros < 0)
            beyond.micros = -beyond.micros;
        must(cost_up(g->m.legs.at[i].limit, beyond, &cost));
        sum.micros += cost.micros;
    }
    return sum;
}

bool
group_is_late(const struct turn *t)
{
    const struct group_slot *g = t->g;

    return g->naked_since.ns > 0 &&
           t->in->wall.ns >=
               after(g->naked_since,
                     (struct ms){ t->x->conf.naked_ms.ms -
                                  g->naked_time.ms }).ns;
}

bool
group_is_pressed(const struct turn *t)
{
    struct stand s = group_stand(t->g);
    struct measure m = policy_measure(&s);

    return !m.even &&
           (group_is_late(t) || naked_money(t->g, &m).micros >
                                    t->x->conf.naked_max.micros);
}

/* Back to full sets; or, where it is on its way there, once more. */
static void
go_back(struct turn *t)
{
    if (t->g->m.branch == BRANCH_unwind)
        group_hold(t, BRANCH_unwind);
    else
        group_begin_branch(t, BRANCH_unwind, WANT_unwind);
}

static void
judge_partial(struct turn *t, const struct measure *m)
{
    struct group_slot *g = t->g;
    enum branch row = policy_row(m->base, g->m.target);
    bool patch = row == BRANCH_patch && !g->patched;

    if (g->m.branch == BRANCH_unwind) {
        go_back(t);
        return;
    }
    if (row != BRANCH_unwind && !patch && group_is_pressed(t)) {
        executor_count(t->x, EXECUTOR_naked_bounds);
        row = BRANCH_unwind;
    }
    switch (row) {
    case BRANCH_patch:
        if (patch)
            group_begin_branch(t, BRANCH_patch, WANT_patch);
        else
            group_hold(t, BRANCH_hold);
        return;
    case BRANCH_hold:
        group_hold(t, BRANCH_hold);
        return;
    case BRANCH_unwind:
        go_back(t);
        return;
    case BRANCH_none:
    case branch_end_:
        break;
    }
    unreachable();
}

/* Surplus was sold, or hedged. */
static bool
has_unwound(const struct group_slot *g)
{
    if (group_sells(g))
        return g->m.branch == BRANCH_unwind;
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        if (g->sums[i].sold.micros > 0 || g->sums[i].hedged.micros > 0)
            return true;
    return false;
}

/* Up to now. */
struct money
group_track_naked(struct turn *t)
{
    struct group_slot *g = t->g;
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);
    struct money dollars = naked_money(g, &m);
    bool naked = g->convert.gone.micros > 0 ? convert_has_rest(g) : !m.even;

    if (naked && dollars.micros > g->naked_most.micros)
        g->naked_most = dollars;
    if (g->naked_since.ns > 0) {
        int64_t ns = t->in->wall.ns - g->naked_since.ns;

        g->naked_time.ms += ns > 0 ? ns / 1000000 : 0;
    }
    g->naked_since = naked ? t->in->wall : (struct nanos){ 0 };
    return dollars;
}

/* More of a leg than of the others, of a group that is complete: prices were
 * better than meant.  Worth an order where the venue would take one; what
 * stands naked because another leg lacks a little always is: a sale has no
 * least worth. */
static bool
has_surplus(struct turn *t, const struct measure *m)
{
    const struct group_slot *g = t->g;

    if (m->even || executor_is_latched(t->x) || g->resolved)
        return false;
    if (m->uneven || naked_money(g, m).micros >= BASKET_LEG_MIN)
        return true;
    executor_count(t->x, EXECUTOR_surplus_kept);
    return false;
}

/* A group that filled less than meant but evenly is hedged: its sets are
 * kept, there is nothing to sell. */
void
group_judge(struct turn *t)
{
    struct group_slot *g = t->g;
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);
    enum exec_status kept = g->m.attempt > 1 ? EXEC_STATUS_PATCHED
                                             : EXEC_STATUS_FILLED;

    if (g->convert.under_way) {
        convert_judge(t);
        return;
    }
    g->m.ratio = m.ratio;
    group_track_naked(t);
    if (waits_for_orders(t, &m))
        return;
    g->resting = false;
    if (has_unwound(g) && (!m.complete || group_sells(g)))
        kept = EXEC_STATUS_UNWOUND;
    if (convert_out(t->x, g) != NULL)
        convert_begin(t); /* Again: its market does not undo it. */
    else if (m.empty)
        group_finish(t, EXEC_STATUS_UNWOUND,
                     has_unwound(g) ? REASON_none : REASON_NO_FILL, "");
    else if ((m.complete || m.even) && convert_is_due(g) && !g->resolved)
        convert_begin(t);
    else if (m.complete && has_surplus(t, &m))
        go_back(t);
    else if (m.complete && !m.uneven)
        group_finish(t, kept, m.even ? REASON_none : REASON_BELOW_MINIMUM,
                     "");
    else if (m.even)
        group_finish(t, kept,
                     has_unwound(g) ? REASON_none : REASON_NO_FILL, "");
    else if (executor_is_latched(t->x))
        group_finish(t, EXEC_STATUS_ERROR, REASON_LATCHED,
                     "killed while partly filled");
    else if (g->resolved)
        group_finish(t, EXEC_STATUS_ERROR, REASON_RESOLVED,
                     "resolved while partly filled");
    else
        judge_partial(t, &m);
}
