/* order - what an authorization would do, as the limits count it */
/*
 * A full set is a basket of A, or a pair of B, that is bought: one share of
 * every leg pays a dollar.  Metrics of other strategies, and of requests
 * these numbers say nothing about, answer "not asked".
 */
#include "riskd/metric_own.h"

#include "common/must.h"

static bool
is_set(const struct metric_view *v)
{
    const struct metric_order *o = v->order;
    if (o == NULL || o->m->kind != GRANT_KIND_normal ||
        (o->m->strategy != STRATEGY_A && o->m->strategy != STRATEGY_B)) {
        return false;
    }
    for (uint32_t i = 0; i < o->m->legs.count; i++) {
        if (o->m->legs.at[i].side != SIDE_buy) {
            return false;
        }
    }
    return true;
}

/* What adds exposure; an unwind is asked only what concerns it. */
static bool
is_new(const struct metric_view *v)
{
    return v->order != NULL && v->order->m->kind != GRANT_KIND_unwind;
}

static struct value
share(int64_t part, struct money whole)
{
    return whole.micros > 0 ? ratio_of(part, whole.micros, 1) : no_data();
}

struct value
metric_live_order(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->order == NULL
               ? not_asked()
               : flag_of(v->order->m->mode == MODE_live && v->stage == 0);
}

/* What is taken once this is granted: by its group, in its event, in all. */
struct taken {
    int64_t group, event, all;
};

/* False for what takes nothing. */
static bool
look(const struct metric_view *v, struct taken *t)
{
    if (!is_new(v)) {
        return false;
    }
    int64_t worst = v->order->worst.micros;
    *t = (struct taken){ v->order->group.micros + worst,
                         v->order->event.micros + worst,
                         v->order->unsettled.micros + worst };
    return true;
}

struct value
metric_notional(const struct metrics *m, const struct metric_view *v)
{
    struct taken t;
    (void)m;
    return look(v, &t) ? micros_of(t.group) : not_asked();
}

struct value
metric_total_after(const struct metrics *m, const struct metric_view *v)
{
    struct taken t;
    (void)m;
    return look(v, &t) ? micros_of(t.all) : not_asked();
}

struct value
metric_trade_share(const struct metrics *m, const struct metric_view *v)
{
    struct taken t;
    (void)m;
    return look(v, &t) ? share(t.group, v->equity) : not_asked();
}

struct value
metric_event_share(const struct metrics *m, const struct metric_view *v)
{
    struct taken t;
    (void)m;
    return look(v, &t) ? share(t.event, v->equity) : not_asked();
}

struct value
metric_unsettled_share(const struct metrics *m, const struct metric_view *v)
{
    struct taken t;
    (void)m;
    return look(v, &t) ? share(t.all, v->equity) : not_asked();
}

/* 0 = one of them was not seen. */
static int64_t
sum_of_asks(const struct metric_order *o)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < o->m->legs.count; i++) {
        int64_t ask = o->m->legs.at[i].avg.micros;
        if (ask <= 0) {
            return 0;
        }
        sum += ask;
    }
    return sum;
}

struct value
metric_sum_ask(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (!is_set(v)) {
        return not_asked();
    }
    int64_t sum = sum_of_asks(v->order);
    return sum > 0 ? micros_of(sum) : no_data();
}

struct value
metric_discount(const struct metrics *m, const struct metric_view *v)
{
    struct value sum = metric_sum_ask(m, v);
    return sum.state == VALUE_known ? micros_of(MICROS - sum.num) : sum;
}

/* Of the shares every leg has: a dollar each, less what all legs cost. */
struct value
metric_edge(const struct metrics *m, const struct metric_view *v)
{
    int64_t least = INT64_MAX, paid = 0;
    (void)m;
    if (!is_set(v)) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        const struct leg *leg = &v->order->m->legs.at[i];
        struct money cost;
        if (!cost_up(leg->limit, leg->size, &cost)) {
            return no_data();
        }
        paid += cost.micros + leg->fee.micros;
        least = leg->size.micros < least ? leg->size.micros : least;
    }
    return ratio_of(least - paid, least, 1);
}

struct value
metric_executable(const struct metrics *m, const struct metric_view *v)
{
    int64_t least = INT64_MAX;
    (void)m;
    if (v->order == NULL || v->order->m->kind != GRANT_KIND_normal) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        int64_t depth = v->order->m->legs.at[i].depth.micros;
        least = depth < least ? depth : least;
    }
    return micros_of(least);
}

struct value
metric_order_shares(const struct metrics *m, const struct metric_view *v)
{
    int64_t most = 0;
    (void)m;
    if (!is_new(v)) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        int64_t size = v->order->m->legs.at[i].size.micros;
        most = size > most ? size : most;
    }
    return micros_of(most);
}

struct value
metric_book_age(const struct metrics *m, const struct metric_view *v)
{
    int64_t most = 0;
    (void)m;
    if (!is_new(v)) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        int64_t age = v->order->m->legs.at[i].age.ms;
        most = age > most ? age : most;
    }
    return ratio_of(most, 1000, 1);
}

struct value
metric_no_ask(const struct metrics *m, const struct metric_view *v)
{
    uint64_t without = 0;
    (void)m;
    if (!is_new(v)) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        const struct leg *leg = &v->order->m->legs.at[i];
        without += leg->side == SIDE_buy && leg->avg.micros <= 0;
    }
    return count_of(without);
}

/* The worst leg: how far its limit is beyond the average price seen. */
static struct value
worst_slip(const struct metric_view *v, enum grant_kind kind)
{
    struct value worst = ratio_of(0, 1, 1);
    if (v->order == NULL || v->order->m->kind != kind) {
        return not_asked();
    }
    for (uint32_t i = 0; i < v->order->m->legs.count; i++) {
        const struct leg *leg = &v->order->m->legs.at[i];
        int64_t beyond = leg->limit.micros - leg->avg.micros;
        if (leg->avg.micros <= 0) {
            return no_data();
        }
        beyond = leg->side == SIDE_buy ? beyond : -beyond;
        if ((wide)beyond * worst.den > (wide)worst.num * leg->avg.micros) {
            worst = ratio_of(beyond, leg->avg.micros, 1);
        }
    }
    return worst;
}

struct value
metric_order_slip(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return worst_slip(v, GRANT_KIND_normal);
}

struct value
metric_patch_slip(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return worst_slip(v, GRANT_KIND_patch);
}

/* Against what was paid, as the floor is set: a bid above that is no loss. */
struct value
metric_unwind_loss(const struct metrics *m, const struct metric_view *v)
{
    const struct metric_order *o = v->order;
    struct value worst = ratio_of(0, 1, 1);
    (void)m;
    if (o == NULL || o->m->kind != GRANT_KIND_unwind || o->paid == NULL) {
        return not_asked();
    }
    for (uint32_t i = 0; i < o->m->legs.count; i++) {
        int64_t all, brings;
        if (o->bought[i].micros <= 0 || o->paid[i].micros <= 0) {
            continue;
        }
        if (!muldiv_down(o->paid[i].micros, MICROS, 1, &all) ||
            !muldiv_down(o->m->legs.at[i].limit.micros, o->bought[i].micros,
                         1, &brings)) {
            return no_data();
        }
        if ((wide)(all - brings) * worst.den > (wide)worst.num * all) {
            worst = ratio_of(all - brings, all, 1);
        }
    }
    return worst;
}
