/* converting - NO shares that become dollars and YES of the other outcomes */
/*
 * What goes and what comes, the grant says that the settlement names: NO of
 * its bought legs goes, a dollar for each but the first comes, and YES of its
 * sold legs.  A grant that bought nothing pays a dollar a share out of its
 * reservation instead.  YES that the grant does not sell is not booked: nobody
 * bids for it.
 *
 * What the NO has cost, less the dollars that came, is what the YES has cost,
 * divided as its limits stand to each other; each sale at its limit then earns
 * its part of the profit, or none.  Where no YES comes, and where the dollars
 * alone are more than the cost, the difference is realised at once.
 */
#include "riskd/engine.h"

#include "common/must.h"
#include "common/shape.h"

/* NULL when the settlement names no grant of such a shape in these books. */
static const struct promise *
find_grant(const struct riskd *x, const struct settle *m, uint32_t *bought)
{
    const struct promise *p = grants_find(x->grants, &m->auth);
    if (p == NULL || p->grant.mode != m->mode ||
        p->grant.kind != GRANT_KIND_normal) {
        return NULL;
    }
    enum shape shape = shape_of(p->grant.strategy, &p->grant.legs);
    *bought = shape_bought(&p->grant.legs);
    return shape == SHAPE_CONVERT || (shape == SHAPE_MINT && p->open)
               ? p
               : NULL;
}

/* The dollars that must have come with so many shares. */
static bool
cash_fits(const struct settle *m, uint32_t bought)
{
    int64_t cash = bought == 0 ? -m->qty.micros
                               : (int64_t)(bought - 1) * m->made.micros;
    return m->cash.micros == cash;
}

/* Out of what the grant has reserved.  False when that is less. */
static bool
lines_of_dollars(struct batch *b, const struct promise *p, int64_t dollars)
{
    struct money part[legs_cap];
    int64_t left = 0;
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        left += p->legs[i].left.micros;
    }
    if (dollars > left) {
        return false;
    }
    riskd_divide(&p->grant.legs, 0, (struct money){ dollars }, part);
    riskd_draw_lines(b, p, part);
    return true;
}

/* What has cost *sum leaves.  False when there is less. */
static bool
lines_of_no(const struct riskd *x, struct batch *b, const struct promise *p,
            const struct settle *m, uint32_t bought, int64_t *sum)
{
    const struct ledger *l = x->books[m->mode == MODE_live].ledger;
    for (uint32_t i = 0; i < bought; i++) {
        const struct hash *token = &p->grant.legs.at[i].token;
        const struct lot *lot = ledger_lot(l, token, p->grant.strategy);
        if (lot == NULL || lot->qty.micros < m->qty.micros) {
            return false;
        }
        int64_t basis = lot_basis(lot, m->qty).micros;
        riskd_own_lot(b, p, lot);
        batch_add(b, ACCOUNT_position, token, -basis);
        batch_add(b, ACCOUNT_shares, token, -m->qty.micros);
        *sum += basis;
    }
    return true;
}

static void
lines_of_yes(const struct riskd *x, struct batch *b, const struct promise *p,
             const struct settle *m, uint32_t bought, int64_t cost)
{
    const struct ledger *l = x->books[m->mode == MODE_live].ledger;
    const struct legs *legs = &p->grant.legs;
    struct money part[legs_cap];
    riskd_divide(legs, bought, (struct money){ cost }, part);
    for (uint32_t i = bought; i < legs->count; i++) {
        const struct hash *token = &legs->at[i].token;
        riskd_own_lot(b, p, ledger_lot(l, token, p->grant.strategy));
        batch_add(b, ACCOUNT_position, token, part[i].micros);
        batch_add(b, ACCOUNT_shares, token, m->made.micros);
    }
}

bool
riskd_convert_lines(struct riskd *x, const struct settle *m,
                    struct nanos booked, enum reason *why)
{
    uint32_t bought = 0;
    const struct promise *p = find_grant(x, m, &bought);
    struct batch *b = &x->batch;
    int64_t cost = bought == 0 ? m->qty.micros : 0;
    *why = REASON_CONFLICT;
    if (p == NULL) {
        return false;
    }
    *why = REASON_BAD_INPUT;
    if (!cash_fits(m, bought)) {
        return false;
    }
    batch_start(b, books_of(x, m->mode)->mode, &m->ref, &m->auth, booked);
    batch_owner(b, p->grant.strategy, &p->grant.event);
    *why = bought == 0 ? REASON_CAPITAL : REASON_NOT_HELD;
    if (bought == 0 ? !lines_of_dollars(b, p, m->qty.micros)
                    : !lines_of_no(x, b, p, m, bought, &cost)) {
        return false;
    }
    int64_t back = bought == 0 ? 0 : m->cash.micros;
    int64_t left = bought < p->grant.legs.count && cost > back ? cost - back
                                                              : 0;
    if (bought < p->grant.legs.count) {
        lines_of_yes(x, b, p, m, bought, left);
    }
    batch_owner(b, p->grant.strategy, &p->grant.event);
    batch_add(b, ACCOUNT_realised, NULL, cost - back - left);
    batch_add(b, ACCOUNT_cash, NULL, back);
    return true;
}
