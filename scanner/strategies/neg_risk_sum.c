/* neg_risk_sum - strategy A: buy YES of every outcome below a dollar */

/* Of a neg-risk event exactly one outcome ends YES, if every outcome is on
 * the list.  Then a YES of each pays $1, so asks that sum to less earn the
 * rest, fees and the price of the capital until the end taken off.  A full
 * YES basket cannot be merged: the money comes back at resolution.
 *
 * The danger is in "if": an outcome that is not on the list, or can still be
 * added, makes the basket worthless when it wins.  So the event must not be
 * augmented, must have no unnamed rest, and every question that was prepared
 * must be followed; and a sum too far below a dollar is more likely such an
 * event in disguise than a present. */

#include "scanner/strategy.h"

static enum reason
glance(const struct sight *s, uint32_t place, uint32_t way)
{
    const struct universe_event *e = universe_event(s->universe, place);
    int64_t sum = 0;

    (void)way;
    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t yes = 2 * e->markets[i];

        if (s->tops[yes].ask == 0)
            return why_no_price(s, yes, REASON_NO_ASK);
        sum += s->tops[yes].ask;
    }
    return MICROS - sum < s->conf->gross_min.ppm ? REASON_BELOW_GROSS
                                                 : REASON_none;
}

static bool
is_approved(const struct conf_list *list, const struct text *event)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (text_equal(&list->at[i], event))
            return true;
    return false;
}

/* Until the last of its markets is expected to pay; *known is false where a
 * date is missing. */
static struct ms
lock_of(const struct sight *s, const struct universe_event *e, bool *known)
{
    struct ms lock = { 0 };

    *known = true;
    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = universe_market(s->universe,
                                                          e->markets[i]);

        *known &= payout_locks(s->conf, m->m.ends, s->wall, &lock);
    }
    return lock;
}

static enum reason
look(const struct sight *s, uint32_t place, uint32_t way, struct basket *out)
{
    const struct universe_event *e = universe_event(s->universe, place);
    bool known;
    struct basket_terms terms = terms_of(s->conf, s->cash_rate,
                                         lock_of(s, e, &known));
    struct basket_leg legs[legs_cap];
    enum reason why;
    int64_t sum = 0;

    (void)way;
    for (uint32_t i = 0; i < e->count; i++) {
        const struct universe_market *m = universe_market(s->universe,
                                                          e->markets[i]);

        legs[i] = strategy_leg(s, m, m->yes, SIDE_buy);
        sum += s->tops[m->yes].ask;
    }
    if (sum < s->conf->a_min_sum.micros &&
        !is_approved(&s->conf->a_approved, &e->id))
        return REASON_SUM_TOO_LOW;
    why = basket_size(legs, e->count, &terms, s->wall, out);
    if (!known)
        out->locked.ms = 0;
    return why;
}

const struct strategy_slot strategy_neg_risk_sum = {
    .id = STRATEGY_A,
    .scope = SCOPE_EVENT,
    .ways = 1,
    .gate = neg_risk_gate,
    .glance = glance,
    .look = look,
};
