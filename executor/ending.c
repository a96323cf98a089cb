/* ending - how a group ends: its execution, and what it leaves behind */

/* Each group says one final execution.  cost and fees are what was paid, for
 * shares or for a split; pnl is what the group itself realised, by selling
 * and by merging pairs (a leg and the other half that closed it are one), fees
 * of those shares included; an A basket realises nothing before its market
 * resolves.  Of a split everything counts: what of
 * it is still held stands at nothing.  In shadow, cost and fees are those of
 * the orders that would have gone out. */

#include "executor/state.h"

#include "common/must.h"

#include <string.h>

struct qty
group_held(const struct group_slot *g, uint32_t leg)
{
    const struct leg_sum *s = &g->sums[leg];

    if (group_is_sale(g))
        return (struct qty){ g->m.target.micros - s->sold.micros };

    int64_t converted = leg < group_bought(g) ? -g->convert.gone.micros
                                              : g->convert.made.micros;

    return (struct qty){ g->split.micros + s->bought.micros -
                         s->sold.micros + converted - s->hedged.micros };
}

struct qty
group_pairs(const struct group_slot *g, uint32_t leg)
{
    const struct leg_sum *s = &g->sums[leg];
    int64_t open = s->bought.micros - s->sold.micros;

    if (s->hedged.micros <= open)
        return s->hedged;
    return (struct qty){ open > 0 ? open : 0 };
}

struct qty
group_done(const struct group_slot *g, uint32_t leg)
{
    const struct leg_sum *s = &g->sums[leg];

    if (!group_sells(g))
        return group_held(g, leg);
    return (struct qty){ s->sold.micros - s->bought.micros };
}

struct qty
group_sets(const struct group_slot *g)
{
    uint32_t first = group_first(g);
    struct qty least = group_held(g, first);

    for (uint32_t i = first + 1; i < group_last(g); i++)
        if (group_held(g, i).micros < least.micros)
            least = group_held(g, i);
    return least;
}

/* The part of a whole that goes with qty of all, rounded up. */
static int64_t
part_up(struct money whole, struct qty qty, struct qty all)
{
    int64_t part = 0;

    if (all.micros > 0)
        must(muldiv_up(whole.micros, qty.micros, all.micros, &part));
    return part;
}

/* What was sold and never came, at the price meant: others' shares. */
static int64_t
owed_cost(const struct group_slot *g, uint32_t leg)
{
    const struct leg_sum *s = &g->sums[leg];
    struct qty owed = { s->sold.micros - s->bought.micros };
    struct money cost;

    if (g->m.legs.at[leg].side == SIDE_sell || owed.micros <= 0)
        return 0;
    must(cost_up(g->m.legs.at[leg].limit, owed, &cost));
    return cost.micros;
}

/* What the shares that left again brought, less what they cost.  A split has
 * cost its dollars, whatever is left of it. */
static struct money
realised(const struct group_slot *g)
{
    struct money sum = { g->merged.micros - g->split.micros +
                         g->convert.cash.micros - sale_cost(g).micros };

    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        const struct leg_sum *s = &g->sums[i];
        struct qty pairs = group_pairs(g, i);
        struct qty gone = { s->sold.micros + g->merged.micros +
                            pairs.micros + g->convert.gone.micros };

        if (gone.micros > s->bought.micros)
            gone = s->bought;
        sum.micros += pairs.micros - s->hedge_cost.micros +
                      s->proceeds.micros - s->fees_sell.micros -
                      owed_cost(g, i) - part_up(s->cost, gone, s->bought) -
                      part_up(s->fees_buy, gone, s->bought);
    }
    return sum;
}

static void
add_expected(const struct group_slot *g, struct execution *e)
{
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        const struct leg *l = &g->m.legs.at[i];
        struct money cost;

        e->fees.micros += l->fee.micros;
        if (l->side == SIDE_buy && cost_up(l->avg, l->size, &cost))
            e->cost.micros += cost.micros;
    }
    if (group_sells(g))
        e->cost.micros = g->m.target.micros; /* To be split. */
}

static void
add_actual(const struct group_slot *g, struct execution *e)
{
    struct stand s = group_stand(g);
    struct measure m = policy_measure(&s);

    e->cost.micros = g->split.micros + sale_cost(g).micros;
    if (g->convert.cash.micros < 0)
        e->cost.micros -= g->convert.cash.micros;
    for (uint32_t i = 0; i < g->m.legs.count; i++) {
        e->cost.micros += g->sums[i].cost.micros;
        e->fees.micros += g->sums[i].fees_buy.micros +
                          g->sums[i].fees_sell.micros;
    }
    e->filled.micros = m.base.micros > 0 ? m.base.micros : 0;
    e->naked = m.naked;
    if (g->convert.gone.micros > 0) {
        e->filled = g->convert.gone;
        e->naked.micros = 0;
        for (uint32_t i = 0; i < g->m.legs.count; i++)
            e->naked.micros += group_held(g, i).micros;
    }
    e->pnl = realised(g);
}

void
group_say_execution(struct turn *t, enum exec_status status, enum reason why,
                    const char *error)
{
    const struct group_slot *g = t->g;
    struct execution e = {
        .exec_id = g->m.group,
        .scan_id = g->m.scan_id,
        .strategy = g->m.strategy,
        .mode = g->m.mode,
        .event = g->m.event,
        .status = status,
        .target = g->m.target,
        .naked_time = g->naked_time,
        .naked_dollars = g->naked_most,
        .started = g->m.started,
        .ended = t->in->wall,
        .reason = why,
    };

    text_set(&e.error, error);
    if (status == EXEC_STATUS_SHADOWED)
        add_expected(g, &e);
    else if (g->m.target.micros > 0 && g->m.legs.count > 0)
        add_actual(g, &e);
    outbox_trace(t->out, g->trace);
    say_execution(t->out, &e, NULL);
}

static enum executor_counter
counter_of(enum exec_status status)
{
    switch (status) {
    case EXEC_STATUS_FILLED: return EXECUTOR_filled;
    case EXEC_STATUS_PATCHED: return EXECUTOR_patched;
    case EXEC_STATUS_UNWOUND: return EXECUTOR_unwound;
    case EXEC_STATUS_STALE: return EXECUTOR_stale;
    case EXEC_STATUS_SKIP_CAPITAL: return EXECUTOR_skip_capital;
    case EXEC_STATUS_DENIED: return EXECUTOR_denied;
    case EXEC_STATUS_SHADOWED: return EXECUTOR_shadowed;
    case EXEC_STATUS_ERROR: return EXECUTOR_errors;
    case EXEC_STATUS_PARTIAL_HOLD:
    case exec_status_end_:
        break;
    }
    unreachable();
}

static void
rest_event(struct executor *x, const struct text *event, struct nanos wall)
{
    x->rests[x->rests_next] = (struct rest){ *event,
                                             after(wall, x->conf.rest) };
    x->rests_next = (x->rests_next + 1) % RESTS_CAP;
}

/* What is beyond the least leg and too little to trade is no news; that shares
 * of other groups are gone is for a person. */
static void
note_rest(struct turn *t)
{
    const struct group_slot *g = t->g;
    struct stand s = group_stand(g);
    struct measure m;

    if (s.target.micros <= 0 || s.count == 0)
        return;
    m = policy_measure(&s);
    if (m.even && m.naked.micros > 0)
        executor_count(t->x, EXECUTOR_dust);
    if (m.owes)
        executor_alarm(t->x, false, REASON_NOT_SETTLED,
                       "a group ended and owes what never came");
}

void
group_finish(struct turn *t, enum exec_status status, enum reason why,
             const char *error)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;

    for (uint32_t i = 0; i < g->orders_count; i++) {
        must(order_is_final(g->orders[i].order.state));
        live_remember(x, g, &g->orders[i]);
    }
    if (g->m.target.micros > 0)
        settle_merges(t);
    sending_free(t);
    note_rest(t);
    group_say_execution(t, status, why, error);
    group_step(t, GROUP_STATE_done, g->m.branch, t->in->mono);
    executor_count(x, EXECUTOR_executions);
    executor_count(x, counter_of(status));
    rest_event(x, &g->m.event, t->in->wall);
    x->settle_due = true;
    g->used = false;
}
