/* sane - what can be meant: opportunities heard, and facts read back */

/* A journal's sums say that its bytes are ours, not that they make sense: an
 * older release, a bug, or a hand may have written them.  What these let pass
 * keeps three promises that the rest of the engine relies on: sums stay far
 * from overflow, an order takes only the steps of its table, and no group
 * holds shares that the positions do not have. */

#include "executor/sane.h"

#include "common/must.h"

/* Shares of one order, and of all of a group's together. */
static const int64_t order_most = INT64_C(1000000) * MICROS;
static const int64_t group_most = INT64_C(1000000000) * MICROS;
/* The finest size there is; a smaller target would be no target. */
static const int64_t target_least = MICROS / 100;

static bool
is_price(struct price p)
{
    return p.micros > 0 && p.micros < MICROS;
}

static bool
is_size(struct qty q, int64_t most)
{
    return q.micros > 0 && q.micros <= most;
}

bool
sane_target(struct qty q)
{
    return q.micros >= target_least && q.micros <= order_most;
}

bool
sane_legs(enum strategy strategy, const struct legs *legs)
{
    enum shape shape = shape_of(strategy, legs);

    if (shape == SHAPE_NONE &&
        (strategy != STRATEGY_A || legs->count < 2 || legs->count > legs_cap))
        return false;
    for (uint32_t i = 0; i < legs->count; i++) {
        const struct leg *l = &legs->at[i];

        if (hash_is_zero(&l->token) || l->side >= side_end_ ||
            (l->side != legs->at[0].side && shape != SHAPE_CONVERT) ||
            !is_price(l->limit) ||
            !is_size(l->size, order_most))
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (hash_equal(&legs->at[k].token, &l->token))
                return false;
    }
    return true;
}

/* One holding, to be sold. */
static bool
is_sale(const struct group *m)
{
    const struct leg *l = &m->legs.at[0];

    return uuid_equal(&m->group, &m->scan_id) &&
           m->strategy < strategy_end_ && m->legs.count == 1 &&
           !hash_is_zero(&l->token) && l->side == SIDE_sell &&
           is_price(l->limit) && is_size(l->size, order_most);
}

/* What an opportunity asks for. */
static bool
is_taking(const struct group *m)
{
    return !uuid_equal(&m->group, &m->scan_id) &&
           sane_legs(m->strategy, &m->legs) && m->pays < legs_cap &&
           (shape_of(m->strategy, &m->legs) != SHAPE_NONE ||
            m->state == GROUP_STATE_preflight ||
            m->state == GROUP_STATE_done);
}

/* Orders can be in this mode. */
static bool
has_venue(enum mode mode)
{
    return mode == MODE_paper || mode == MODE_live;
}

static bool
has_traded(const struct group_slot *g)
{
    if (g->orders_count > 0 || g->split.micros > 0 ||
        g->convert.gone.micros > 0)
        return true;
    for (uint32_t i = 0; i < g->m.legs.count; i++)
        if (g->sums[i].bought.micros > 0 || g->sums[i].sold.micros > 0)
            return true;
    return false;
}

/* Its legs are put in order before anything is traded, and stay so. */
static bool
has_same_legs(const struct group_slot *g, const struct legs *legs)
{
    if (g->m.legs.count != legs->count ||
        g->m.legs.at[0].side != legs->at[0].side)
        return false;
    for (uint32_t i = 0; i < legs->count; i++) {
        uint32_t leg = group_leg(g, &legs->at[i].token);

        if (leg == MAP_NONE || (leg != i && has_traded(g)))
            return false;
    }
    return true;
}

bool
sane_group(const struct group_slot *g, const struct group *m)
{
    if (uuid_is_zero(&m->group) || uuid_is_zero(&m->scan_id) ||
        m->event.s[0] == '\0' || m->state >= group_state_end_ ||
        m->branch >= branch_end_ ||
        (m->mode != MODE_shadow && !has_venue(m->mode)) ||
        !(is_sale(m) || is_taking(m)) ||
        !sane_target(m->target))
        return false;
    if (g == NULL) /* It begins here, or had its end before. */
        return m->state == GROUP_STATE_preflight ||
               m->state == GROUP_STATE_done;
    return m->state != GROUP_STATE_done &&
           group_may(g->m.state, m->state) &&
           uuid_equal(&g->m.scan_id, &m->scan_id) &&
           g->m.strategy == m->strategy && g->m.mode == m->mode &&
           text_equal(&g->m.event, &m->event) &&
           has_same_legs(g, &m->legs) &&
           (!has_traded(g) || g->m.target.micros == m->target.micros);
}

/* In a leg, or in the other half of one, to close it. */
static bool
is_of_group(const struct group_slot *g, const struct intent *m)
{
    uint32_t leg = group_leg(g, &m->closes);

    if (group_leg(g, &m->token) != MAP_NONE)
        return hash_is_zero(&m->closes);
    return leg != MAP_NONE && m->side == SIDE_buy && !group_sells(g) &&
           (hash_is_zero(&g->other[leg]) ||
            hash_equal(&g->other[leg], &m->token));
}

bool
sane_intent(const struct group_slot *g, const struct intent *m)
{
    uint32_t open = 0;
    bool same;

    if (g == NULL || m->mode != g->m.mode || !has_venue(m->mode) ||
        uuid_is_zero(&m->auth) || hash_is_zero(&m->order) ||
        m->side >= side_end_ || !is_price(m->price) ||
        !is_size(m->qty, order_most) || m->salt == UINT64_MAX ||
        m->attempt == 0 || !is_of_group(g, m))
        return false;
    same = uuid_equal(&g->auth, &m->auth);
    for (uint32_t i = 0; i < g->orders_count; i++) {
        const struct placed *p = &g->orders[i];

        if (hash_equal(&p->intent.order, &m->order) ||
            (uuid_equal(&p->intent.auth, &m->auth) &&
             hash_equal(&p->intent.token, &m->token)) ||
            (!same && !work_of(m->mode)->later &&
             !order_is_final(p->order.state)))
            return false;
        open += same || !order_is_final(p->order.state);
    }
    return open < ORDERS_CAP;
}

bool
sane_fill(const struct group_slot *g, const struct placed *p,
          const struct fill *m)
{
    const struct leg_sum *s;

    if (g == NULL || p == NULL || p->order.state == ORDER_STATE_intended ||
        order_is_final(p->order.state) || m->mode != g->m.mode ||
        m->side != p->intent.side ||
        !hash_equal(&m->token, &p->intent.token) || !is_price(m->price) ||
        !is_size(m->qty, p->intent.qty.micros - p->order.filled.micros) ||
        m->fee.micros < 0 || m->fee.micros > m->qty.micros + MICROS)
        return false;
    s = &g->sums[p->leg];
    if (m->side == SIDE_buy)
        return s->bought.micros + m->qty.micros <= group_most &&
               s->hedged.micros + m->qty.micros <= group_most;
    return m->qty.micros <=
           group_held(g, p->leg).micros - g->merged.micros;
}

bool
sane_trade(const struct intent *i, const struct fill *m)
{
    return m->mode == MODE_live && i->mode == MODE_live &&
           m->state < fill_state_end_ && m->side == i->side &&
           hash_equal(&m->token, &i->token) &&
           uuid_equal(&m->auth, &i->auth) && m->leg == i->leg &&
           m->fill_id.s[0] != '\0' && is_price(m->price) &&
           is_size(m->qty, order_most) && m->fee.micros >= 0 &&
           m->fee.micros <= m->qty.micros + MICROS;
}

bool
sane_errand(const struct settle *meant, const struct settle *m)
{
    bool straight = hash_equal(&m->token, &meant->token) &&
                    hash_equal(&m->pair, &meant->pair);
    bool crossed = hash_equal(&m->token, &meant->pair) &&
                   hash_equal(&m->pair, &meant->token);

    /* Which is yes was not known when it was read back. */
    return m->mode == meant->mode && m->kind == meant->kind &&
           (straight || crossed) &&
           m->qty.micros == meant->qty.micros &&
           m->cash.micros == meant->cash.micros;
}

/* Pays out shares that no open group reckons with. */
static bool
is_sane_payout(const struct executor *x, const struct settle *m)
{
    if (m->cash.micros < 0 || m->cash.micros > m->qty.micros)
        return false;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        const struct group_slot *g = &x->slots[i];

        if (g->used && g->m.mode == m->mode &&
            group_leg(g, &m->token) != MAP_NONE)
            return false;
    }
    return true;
}

static bool
is_sane_conversion(const struct group_slot *g, const struct settle *m)
{
    int64_t bought = group_bought(g);

    return convert_is_due(g) && g->convert.gone.micros == 0 &&
           m->qty.micros <= order_most && m->made.micros > 0 &&
           m->made.micros <= m->qty.micros &&
           m->cash.micros == (bought == 0 ? -m->qty.micros
                                          : (bought - 1) * m->made.micros) &&
           (bought == 0 || m->qty.micros <= group_sets(g).micros);
}

bool
sane_settle(const struct executor *x, const struct group_slot *g,
            const struct settle *m)
{
    if (m->kind == SETTLE_KIND_gas)
        return m->mode == MODE_live && m->qty.micros == 0 &&
               m->cash.micros < 0 && m->strategy < strategy_end_;
    if (!has_venue(m->mode) || !is_size(m->qty, INT64_MAX / MICROS) ||
        m->kind >= settle_kind_end_ || hash_is_zero(&m->token))
        return false;
    switch (m->kind) {
    case SETTLE_KIND_resolve:
    case SETTLE_KIND_redeem:
        return is_sane_payout(x, m);
    case SETTLE_KIND_merge:
        return g != NULL && m->cash.micros == m->qty.micros &&
               !hash_equal(&m->token, &m->pair) &&
               m->qty.micros <= settle_left(g, m).micros;
    case SETTLE_KIND_split:
        return g != NULL && m->cash.micros == -m->qty.micros &&
               g->m.legs.count == 2 && !hash_equal(&m->token, &m->pair) &&
               group_sells(g) && g->split.micros == 0 &&
               m->qty.micros <= order_most;
    case SETTLE_KIND_convert:
        return g != NULL && is_sane_conversion(g, m);
    case SETTLE_KIND_gas:
    case settle_kind_end_:
        return false;
    }
    unreachable();
}

bool
sane_execution(const struct group_slot *g, const struct execution *m)
{
    if (g == NULL || m->status >= exec_status_end_ ||
        !uuid_equal(&g->m.scan_id, &m->scan_id))
        return false;
    return m->status == EXEC_STATUS_PARTIAL_HOLD || group_has_ended(g);
}
