/* sending - a grant becomes orders */

/* Between a grant and its orders everything is checked once more: the grant
 * is the one asked for and no larger, it has not run out, its epoch and kill
 * generation are the ones in force.  What is to be sold and not held yet is
 * split first (split.c).  Then all intents, then the orders, in
 * one batch, shallowest leg first. */

#include "executor/state.h"

#include "common/basket.h"
#include "common/must.h"
#include "common/planted.h"

enum {
    /* Facts one order can leave to be acked: its fills, and releases. */
    FACTS_PER_ORDER = VENUE_FILLS + 2,
    /* ms: the venue wants three minutes at least, and ends one earlier. */
    REST_EXPIRES = 240000
};

uint32_t
group_leg(const struct group_slot *g, const struct hash *token)
{
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        if (hash_equal(&g->m.legs.at[i].token, token))
            return i;
    return MAP_NONE;
}

uint32_t
group_closes(const struct group_slot *g, const struct hash *token)
{
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        if (!hash_is_zero(&g->other[i]) && hash_equal(&g->other[i], token))
            return i;
    return MAP_NONE;
}

void
sending_release(struct executor *x, const struct uuid *auth,
                enum evidence evidence, const struct input *in,
                struct outbox *out)
{
    struct release m = { .auth = *auth, .leg = legs_cap,
                         .evidence = evidence };

    if (requests_room(x->requests) == 0) {
        x->list_due = true; /* riskd will name it again. */
        executor_count(x, EXECUTOR_full);
        return;
    }
    requests_release(x->requests, &m, in->mono, out);
    executor_count(x, EXECUTOR_releases);
}

void
sending_free(struct turn *t)
{
    struct group_slot *g = t->g;

    if (uuid_is_zero(&g->allowance) || !group_has_ended(g))
        return; /* When it has, at the latest as the group ends. */
    sending_release(t->x, &g->allowance, EVIDENCE_venue_terminal, t->in,
                    t->out);
    g->allowance = (struct uuid){ { 0 } };
}

static bool
leg_fits(const struct leg *asked, const struct leg *got)
{
    return hash_equal(&asked->token, &got->token) &&
           asked->side == got->side && got->size.micros > 0 &&
           got->size.micros <= asked->size.micros && got->limit.micros > 0 &&
           got->limit.micros < MICROS &&
           (got->side == SIDE_buy ? got->limit.micros <= asked->limit.micros
                                  : got->limit.micros >= asked->limit.micros);
}

enum reason
sending_check(const struct turn *t, const struct grant *m)
{
    const struct executor *x = t->x;
    const struct group_slot *g = t->g;

    if (m->legs.count != g->asked.legs.count || m->mode != g->m.mode)
        return REASON_BAD_INPUT;
    for (uint32_t i = 0; i < m->legs.count; i++)
        if (!leg_fits(&g->asked.legs.at[i], &m->legs.at[i]))
            return REASON_BAD_INPUT;
    if (executor_is_latched(x) || (m->kill_gen != x->latch.kill_gen &&
                                   !PLANTED(kill_gen_ignored)))
        return REASON_LATCHED;
    if (!lease_is_alive(&x->lease, t->in->mono))
        return REASON_NO_LEASE;
    if (m->epoch != x->lease.m.epoch || m->epoch != g->asked.epoch)
        return REASON_EPOCH;
    if (m->ttl.ms <= 0 || m->ttl.ms > 3600000 ||
        (t->in->mono.ns >= after(g->asked_at, m->ttl).ns &&
         !PLANTED(ttl_ignored)))
        return REASON_TIMEOUT;
    return g->resolved ? REASON_RESOLVED : REASON_none;
}

static bool
has_room(const struct executor *x, uint32_t orders)
{
    uint32_t need = orders * FACTS_PER_ORDER;

    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used &&
            (x->slots[i].m.state == GROUP_STATE_working ||
             waiting_any(&x->slots[i])))
            need += FACTS_PER_ORDER * (x->slots[i].split_req != 0
                                           ? x->slots[i].m.legs.count
                                           : x->slots[i].orders_count);
    return requests_room(x->requests) >= need &&
           positions_room(x->positions) >= orders;
}

/* Equal shares that every leg's grant and the venue allow. */
static enum reason
size_normal(const struct turn *t, const struct grant *m, struct legs *legs)
{
    struct qty sets = m->legs.at[0].size;

    *legs = m->legs;
    for (uint32_t i = 1; i < legs->count; i++)
        if (legs->at[i].size.micros < sets.micros)
            sets = legs->at[i].size;
    sets = group_sells(t->g) ? policy_sell_size(sets)
                             : policy_even_size(sets, legs);
    for (uint32_t i = 0; i < legs->count; i++) {
        struct leg *l = &legs->at[i];
        const struct universe_market *market = executor_market(t->x,
                                                               &l->token);
        struct money worth;

        l->size = sets;
        if (market == NULL || sets.micros < market->m.min_size.micros ||
            !cost_down(l->limit, sets, &worth) ||
            worth.micros < BASKET_LEG_MIN)
            return REASON_BELOW_MINIMUM;
    }
    return REASON_none;
}

/* What completes or unwinds, cut to what the venue takes; a leg may end with
 * nothing. */
static enum reason
size_rest(const struct grant *m, bool rests, struct legs *legs)
{
    int64_t sum = 0;

    *legs = m->legs;
    for (uint32_t i = 0; i < legs->count; i++) {
        struct leg *l = &legs->at[i];

        l->size = l->side == SIDE_buy && !rests
                      ? policy_buy_size(l->size, l->limit)
                      : policy_sell_size(l->size);
        sum += l->size.micros;
    }
    return sum > 0 ? REASON_none : REASON_BELOW_MINIMUM;
}

enum exec_status
sending_status(enum reason why)
{
    return why == REASON_TIMEOUT || why == REASON_BAD_INPUT
               ? EXEC_STATUS_ERROR
               : EXEC_STATUS_DENIED;
}

static void
give_back(struct turn *t, const struct grant *m, enum reason why)
{
    struct group_slot *g = t->g;

    executor_count(t->x, EXECUTOR_grants_void);
    sending_release(t->x, &m->auth, EVIDENCE_never_sent, t->in, t->out);
    if (group_is_single(g, g->kind))
        group_finish(t, sending_status(why), why,
                     "the grant could not be used");
    else if (executor_is_latched(t->x) || g->resolved)
        group_judge(t);
    else
        group_hold(t, g->m.branch);
}

/* Orders of earlier attempts stay until they have ended. */
static void
drop_ended(struct group_slot *g)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < g->orders_count; i++)
        if (!order_is_final(g->orders[i].order.state))
            g->orders[count++] = g->orders[i];
    g->orders_count = count;
}

/* Names the order of one leg; nothing is said yet. */
static enum reason
name_order(struct turn *t, const struct grant *m, uint32_t i,
           const struct leg *l)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    uint32_t leg = group_leg(g, &l->token);
    struct intent intent = {
        .group = g->m.group,
        .auth = m->auth,
        .leg = i,
        .attempt = g->m.attempt,
        .salt = ++x->salt,
        .mode = g->m.mode,
        .token = l->token,
        .side = l->side,
        .tif = g->resting ? x->hold_type
               : g->kind == GRANT_KIND_normal ? x->order_type
                                              : TIF_FAK,
        .post_only = g->resting,
    };
    enum reason why;

    if (intent.tif == TIF_GTD)
        intent.expires = after(t->in->wall, (struct ms){ REST_EXPIRES });

    if (leg == MAP_NONE) {
        leg = group_closes(g, &l->token);
        must(leg != MAP_NONE && l->side == SIDE_buy);
        intent.closes = g->m.legs.at[leg].token;
    }
    why = work_of(g->m.mode)->name(t, l, &intent);
    if (why == REASON_none)
        order_begin(&g->orders[g->orders_count++], &intent, leg);
    return why;
}

enum reason
sending_orders(struct turn *t, const struct grant *m,
               const struct legs *legs)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    uint32_t first;
    enum reason why = REASON_none;

    drop_ended(g);
    first = g->orders_count;
    if (first + legs->count > ORDERS_CAP)
        return REASON_OVERFLOW;
    for (uint32_t i = 0; i < legs->count && why == REASON_none; i++)
        if (legs->at[i].size.micros > 0)
            why = name_order(t, m, i, &legs->at[i]);
    if (why != REASON_none) {
        g->orders_count = first;
        return why;
    }
    recent_put(x->auths, &m->auth);
    g->auth = m->auth;
    g->granted = *m;
    if (g->m.state != GROUP_STATE_working)
        group_step(t, GROUP_STATE_working, g->m.branch,
                   g->resting ? g->hold_until
                              : after(t->in->mono, x->conf.fill_wait));
    for (uint32_t i = first; i < g->orders_count; i++)
        if (i == first || !PLANTED(intent_skipped))
            say_intent(t->out, &g->orders[i].intent, NULL);
    for (uint32_t i = first; i < g->orders_count; i++) {
        struct placed *p = &g->orders[i];
        struct to to = { 0, requests_id(x->requests) };

        must(order_step(p, ORDER_STATE_sent, REASON_none, t->in->wall));
        say_order(t->out, &p->order, &to);
        executor_count(x, EXECUTOR_orders);
    }
    work_of(g->m.mode)->send(t, first);
    if (g->kind == GRANT_KIND_normal && g->opened_first)
        executor_sample(x, EXECUTOR_HOP_tick_intent,
                        t->in->wall.ns - g->opened.ns);
    return REASON_none;
}

void
sending_grant(struct turn *t, const struct grant *m)
{
    struct executor *x = t->x;
    struct group_slot *g = t->g;
    bool normal = g->kind == GRANT_KIND_normal;
    enum reason why = sending_check(t, m);
    struct legs legs;

    outbox_trace(t->out, g->trace);
    if (why == REASON_none)
        why = normal ? size_normal(t, m, &legs)
                     : size_rest(m, g->resting, &legs);
    if (why == REASON_none && !has_room(x, legs.count)) {
        executor_count(x, EXECUTOR_full);
        why = REASON_OVERFLOW;
    }
    if (why == REASON_none)
        why = work_of(g->m.mode)->check(x, t->in->mono, legs.count);
    if (why == REASON_none && normal && g->m.mode == MODE_live &&
        group_sells(g) && live_chain_is_busy(x))
        why = REASON_THROTTLED; /* By one that began no earlier. */
    if (why != REASON_none) {
        give_back(t, m, why);
        return;
    }
    if (normal) {
        g->m.legs = legs;
        g->m.target = legs.at[0].size;
    }
    if (g->m.mode == MODE_shadow) {
        executor_count(x, EXECUTOR_grants);
        sending_release(x, &m->auth, EVIDENCE_never_sent, t->in, t->out);
        group_finish(t, EXEC_STATUS_SHADOWED, REASON_none, "");
        return;
    }
    if (normal && group_sells(g) && convert_is_due(g)) {
        executor_count(x, EXECUTOR_grants);
        convert_mint(t, m);
        return;
    }
    if (normal && group_sells(g)) {
        executor_count(x, EXECUTOR_grants);
        group_step(t, GROUP_STATE_working, g->m.branch,
                   after(t->in->mono, x->conf.fill_wait));
        split_begin(t, m);
        return;
    }
    if (normal) {
        for (uint32_t i = group_last(g); i < legs.count; i++)
            legs.at[i].size.micros = 0; /* Sold when it is there. */
        g->convert.auth = m->auth;
    }
    why = sending_orders(t, m, &legs);
    if (why != REASON_none)
        give_back(t, m, why);
    else
        executor_count(x, EXECUTOR_grants);
}
