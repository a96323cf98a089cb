/* bonds - shares bought alone, to be held until they pay: strategies F and G */
/*
 * One leg.  What is expected of a bond of F is worked out beside its checks
 * (../bonds.c), as is how sure a tail of G is; where no signal tells that, it
 * is "no data", and so denies.  A tail pays when its market should end, as the
 * venue says, and brings what is expected of it, not what it brings when right.
 */
#include "riskd/metric_own.h"

#define HOUR_MS (3600LL * 1000)

static bool
is_of(const struct metric_view *v, enum strategy strategy)
{
    const struct metric_order *o = v->order;
    return o != NULL && o->m->kind != GRANT_KIND_unwind &&
           o->m->strategy == strategy;
}

/* A new bond, asked for; *no is the answer where this is none. */
static bool
is_bond(const struct metric_view *v, struct value *no)
{
    bool asked = is_of(v, STRATEGY_F) &&
                 v->order->m->kind == GRANT_KIND_normal;
    *no = asked ? no_data() : not_asked();
    return asked && v->order->bond;
}

/* Of a tail; 0 = not one purchase at a price. */
static int64_t
price_of(const struct metric_view *v)
{
    const struct legs *legs = &v->order->m->legs;
    const struct leg *leg = &legs->at[0];
    return legs->count == 1 && leg->side == SIDE_buy ? leg->avg.micros : 0;
}

/* Milliseconds until a tail pays; < 0 = nobody says. */
static int64_t
left_ms(const struct metric_view *v)
{
    int64_t left = v->order->ends.ns - v->wall.ns;
    bool known = v->order->market_known && v->order->ends.ns > 0;
    return !known ? -1 : left > 0 ? left / 1000000 : 0;
}

struct value
metric_bond_annual(const struct metrics *m, const struct metric_view *v)
{
    struct value no;
    (void)m;
    return is_bond(v, &no) ? ratio_of(v->order->bond_annual.ppm, MICROS, 1)
                           : no;
}

struct value
metric_bond_price(const struct metrics *m, const struct metric_view *v)
{
    struct value no;
    (void)m;
    return is_bond(v, &no) ? micros_of(v->order->m->legs.at[0].limit.micros)
                           : no;
}

struct value
metric_bond_days(const struct metrics *m, const struct metric_view *v)
{
    struct value no;
    (void)m;
    return is_bond(v, &no) && v->order->bond_wait.ms >= 0
               ? ratio_of(v->order->bond_wait.ms, 24 * HOUR_MS, 1)
               : no;
}

struct value
metric_tail_hours(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (!is_of(v, STRATEGY_G)) {
        return not_asked();
    }
    int64_t left = left_ms(v);
    return left >= 0 ? ratio_of(left, HOUR_MS, 1) : no_data();
}

struct value
metric_tail_profit(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (!is_of(v, STRATEGY_G)) {
        return not_asked();
    }
    const struct leg *leg = &v->order->m->legs.at[0];
    int64_t price = price_of(v), chance = v->order->tail_chance.ppm, fee;
    if (price <= 0 || chance <= 0 || leg->size.micros <= 0 ||
        !muldiv_up(leg->fee.micros, MICROS, leg->size.micros, &fee)) {
        return no_data();
    }
    return ratio_of(chance - price - fee, price, 1);
}

struct value
metric_tail_sure(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (!is_of(v, STRATEGY_G)) {
        return not_asked();
    }
    int64_t chance = v->order->tail_chance.ppm;
    return chance > 0 ? ratio_of(chance, MICROS, 1) : no_data();
}
