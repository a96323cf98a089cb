/* bond - strategy F: what will very likely pay, bought and held to its end */

/* Way 0 is YES of a market, way 1 is NO: either may be the bond.  What makes
 * one is in common/bond.c; here is only where it is looked for. */

#include "common/bond.h"
#include "scanner/strategy.h"

static enum reason
gate(const struct sight *s, uint32_t place)
{
    const struct universe_market *m = universe_market(s->universe, place);

    if (m->m.other)
        return REASON_AUGMENTED;
    if (!m->m.open || m->resolved)
        return REASON_CLOSED;
    if (m->m.liquidity.micros < s->conf->liquidity_min.micros)
        return REASON_LOW_LIQUIDITY;
    if (!m->m.fee_known)
        return REASON_FEE_UNKNOWN;
    return m->m.proposed ? REASON_PROPOSED : REASON_none;
}

static enum reason
glance(const struct sight *s, uint32_t place, uint32_t way)
{
    int64_t ask = s->tops[2 * place + way].ask;

    if (ask == 0)
        return why_no_price(s, 2 * place + way, REASON_NO_ASK);
    return ask < s->conf->f_price_min.micros ||
                   ask > s->conf->f_price_max.micros
               ? REASON_BELOW_GROSS
               : REASON_none;
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct universe_market *m = universe_market(s->universe, place);
    uint32_t token = way == 0 ? m->yes : m->no;
    const struct levels *asks = &s->books[token].asks;
    struct basket_leg leg = strategy_leg(s, m, token, SIDE_buy);
    enum reason why = bond_check(s->conf, m, &s->books[token], s->wall);
    struct basket_terms terms;

    if (why != REASON_none)
        return why;
    terms = bond_terms(s->conf, s->cash_rate, m, asks, s->wall);
    why = basket_size(&leg, 1, &terms, s->wall, out);
    if (why == REASON_none)
        bond_tell(&terms, out);
    /* Its price is one: what it yields is not enough. */
    return why == REASON_BELOW_GROSS ? REASON_BELOW_NET : why;
}

const struct strategy_slot strategy_bond = {
    .id = STRATEGY_F,
    .scope = SCOPE_MARKET,
    .ways = 2,
    .gate = gate,
    .glance = glance,
    .look = look,
};
