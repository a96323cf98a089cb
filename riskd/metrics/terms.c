/* terms - the circumstances of an authorization: markets, modes, switches */
#include "riskd/metric_own.h"

struct value
metric_neg_risk(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (v->order == NULL || v->order->m->strategy != STRATEGY_A) {
        return not_asked();
    }
    return v->order->market_known ? flag_of(v->order->neg_risk) : no_data();
}

/* Shares of a market that nobody tells us of any more may be sold. */
struct value
metric_closed(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (v->order == NULL || (v->order->m->kind == GRANT_KIND_unwind &&
                             !v->order->market_known)) {
        return not_asked();
    }
    return v->order->market_known ? flag_of(!v->order->open) : no_data();
}

struct value
metric_liquidity(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (v->order == NULL || v->order->m->kind != GRANT_KIND_normal) {
        return not_asked();
    }
    return v->order->market_known ? micros_of(v->order->liquidity.micros)
                                  : no_data();
}

struct value
metric_volume_share(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (v->order == NULL || v->order->m->kind != GRANT_KIND_normal) {
        return not_asked();
    }
    return v->order->market_known && v->order->volume.micros > 0
               ? ratio_of(v->order->traded.micros, v->order->volume.micros, 1)
               : no_data();
}

/* The rollout knows one strategy that may trade money: YES and NO of one
 * market. */
struct value
metric_strategy_on(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (v->order == NULL || v->order->m->kind == GRANT_KIND_unwind) {
        return not_asked();
    }
    bool may = v->order->m->mode != MODE_live ||
               v->order->m->strategy == STRATEGY_B;
    return flag_of(v->order->strategy_on && may);
}

struct value
metric_monitoring(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->order != NULL && v->order->m->kind == GRANT_KIND_unwind
               ? not_asked()
               : flag_of(v->monitoring);
}

struct value
metric_latched(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return flag_of(v->latched);
}

struct value
metric_probation(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->probation_known ? micros_of(v->probation.ppm) : not_asked();
}

struct value
metric_reds(const struct metrics *m, const struct metric_view *v)
{
    struct rule_effects e;
    (void)m;
    if (v->order != NULL && v->order->m->kind == GRANT_KIND_unwind) {
        return not_asked();
    }
    if (v->rules == NULL) {
        return no_data();
    }
    rules_effects(v->rules, v->wall, &e);
    return count_of(e.reds);
}

/* None of A to H trades on bars. */
struct value
metric_bars_only(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    (void)v;
    return not_asked();
}
