/* tail_end - strategy G: a count that is nearly over, its bins all but sure */

/* Way 0 is YES of a bin, way 1 is NO of one that will not be it.  What makes
 * one is in common/tail.c.  Without a signal there is no place for it: never
 * from price alone. */

#include "common/bond.h"
#include "scanner/strategy.h"

static enum reason
gate(const struct sight *s, uint32_t place)
{
    const struct universe_market *m = universe_market(s->universe, place);

    if (tails_find(s->tails, &m->m.event) == NULL)
        return REASON_NOT_NEG_RISK;
    if (!m->m.open || m->resolved)
        return REASON_CLOSED;
    if (m->m.liquidity.micros < s->conf->liquidity_min.micros)
        return REASON_LOW_LIQUIDITY;
    if (!m->m.fee_known)
        return REASON_FEE_UNKNOWN;
    if (m->m.proposed)
        return REASON_PROPOSED;
    return tail_is_whole(s->universe, m->event) ? REASON_none
                                                : REASON_INCOMPLETE;
}

/* What pays a dollar at most must cost so much less. */
static enum reason
glance(const struct sight *s, uint32_t place, uint32_t way)
{
    wide ask = s->tops[2 * place + way].ask;

    if (ask == 0)
        return why_no_price(s, 2 * place + way, REASON_NO_ASK);
    return ask * (MICROS + s->conf->g_yield_min.ppm) > (wide)MICROS * MICROS
               ? REASON_BELOW_GROSS
               : REASON_none;
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct universe_market *m = universe_market(s->universe, place);
    uint32_t token = way == 0 ? m->yes : m->no;
    struct basket_leg leg = strategy_leg(s, m, token, SIDE_buy);
    struct tail t = { s->conf, s->tails, m, way == 0, s->wall };
    struct basket_terms terms;
    enum reason why = tail_judge(&t, s->cash_rate, &s->books[token].asks,
                                 &terms);

    if (why != REASON_none)
        return why;
    why = basket_size(&leg, 1, &terms, s->wall, out);
    if (why != REASON_none)
        return why;
    bond_tell(&terms, out);
    /* Of a few hours nobody makes a year. */
    out->outlook.annual.ppm = out->outlook.excess.ppm = 0;
    return REASON_none;
}

const struct strategy_slot strategy_tail_end = {
    .id = STRATEGY_G,
    .scope = SCOPE_MARKET,
    .ways = 2,
    .gate = gate,
    .glance = glance,
    .look = look,
};
