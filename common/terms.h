/* terms - what section strategy asks of every basket, for who finds it and
 * for who checks it again */
#ifndef COMMON_TERMS_H
#define COMMON_TERMS_H

#include "common/basket.h"
#include "common/daemon.h"

static inline struct basket_terms
terms_of(const struct strategy_conf *conf, struct ppm cash_rate,
         struct ms lock)
{
    return (struct basket_terms){
        .gross_min = conf->gross_min,
        .net_min = conf->net_min,
        .sets_min = conf->depth_min,
        .sets_max = conf->sets_max,
        .cost_max = conf->cost_max,
        .lock_rate_year = cash_rate,
        .lock = lock,
        .whole_cents = true,
    };
}

/* lock: until the last of the markets, so many, pays; pays: dollars a set. */
static inline struct basket_terms
terms_of_related(const struct strategy_conf *conf, struct ppm cash_rate,
                 struct ms lock, uint32_t markets, uint32_t pays)
{
    struct basket_terms t = terms_of(conf, cash_rate, lock);

    t.pays = pays;
    t.fixed.micros = conf->e_gas.micros * markets;
    t.risk = conf->e_risk;
    return t;
}

static inline struct basket_terms
terms_of_conversion(const struct strategy_conf *conf, struct ppm cash_rate)
{
    struct basket_terms t = terms_of(conf, cash_rate, conf->c_time);

    t.kind = BASKET_CONVERT;
    t.convert_fee = conf->c_fee;
    t.fixed = conf->c_gas;
    if (conf->c_cost_max.micros > 0 &&
        (t.cost_max.micros == 0 ||
         conf->c_cost_max.micros < t.cost_max.micros))
        t.cost_max = conf->c_cost_max;
    return t;
}

#endif /* COMMON_TERMS_H */
