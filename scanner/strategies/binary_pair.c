/* binary_pair - strategy B: YES and NO of one market for less than a dollar,
 * or for more */

/* YES and NO together are worth exactly $1 at any time: merged they are a
 * dollar, and a dollar splits into them.  Way 0 buys both below it and
 * merges; way 1 splits a dollar and sells both above it.
 *
 * At the venue the two are one book seen twice, so on fresh books of a
 * mirrored market this cannot happen; there it means that one of the books is
 * wrong, and it is refused while they do not mirror each other.
 *
 * A merge pays whatever the result is; but with one proposed, trading may end
 * between the two legs, and the half that stays is then bought from who knows
 * the result.  So it is refused until that is over. */

#include "scanner/strategy.h"

enum { BUY_BOTH, SELL_BOTH, WAYS };

static enum reason
gate(const struct sight *s, uint32_t place)
{
    const struct universe_market *m = universe_market(s->universe, place);

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
    const struct top *yes = &s->tops[2 * place], *no = yes + 1;
    bool buy = way == BUY_BOTH;
    int64_t one = buy ? yes->ask : yes->bid, two = buy ? no->ask : no->bid;
    int64_t gross = buy ? MICROS - one - two : one + two - MICROS;

    if (one == 0 || two == 0)
        return why_no_price(s, one == 0 ? 2 * place : 2 * place + 1,
                            buy ? REASON_NO_ASK : REASON_NO_BID);
    return gross < s->conf->gross_min.ppm ? REASON_BELOW_GROSS : REASON_none;
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct universe_market *m = universe_market(s->universe, place);
    struct basket_terms terms = terms_of(s->conf, s->cash_rate,
                                         s->conf->merge_time);
    enum side side = way == BUY_BOTH ? SIDE_buy : SIDE_sell;
    struct basket_leg legs[2];

    if (m->m.mirrored &&
        !book_is_mirror(&s->books[m->yes], &s->books[m->no]))
        return REASON_MIRROR_BROKEN;
    legs[0] = strategy_leg(s, m, m->yes, side);
    legs[1] = strategy_leg(s, m, m->no, side);
    return basket_size(legs, 2, &terms, s->wall, out);
}

const struct strategy_slot strategy_binary_pair = {
    .id = STRATEGY_B,
    .scope = SCOPE_MARKET,
    .ways = WAYS,
    .gate = gate,
    .glance = glance,
    .look = look,
};
