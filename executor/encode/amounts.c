/* amounts - what an order offers and asks, as the venue rounds it */

/* The venue refuses a FOK or FAK order by its own precision rule whatever the
 * tick: BUY two decimals of collateral and four of shares, SELL two of shares
 * and four of collateral.  What is asked for is always cut down: rounded up,
 * the implied price lies a hair beyond the level that is meant, and a FAK
 * never matches (seen in production, py-sdk 291). */

#include "executor/encode/amounts.h"

#include "common/basket.h"
#include "common/must.h"

enum {
    CENT = 10000,        /* Micros of 0.01, of a dollar or a share. */
    FINE = 100,          /* Micros of 0.0001. */
    FINE_TENTH = 1000,   /* Micros of 0.001: the most tick 0.1 allows. */
    TENTH = 100000
};

static const int32_t ticks[] = { 100000, 10000, 5000, 2500, 1000, 100 };

static bool
is_tick(struct price tick)
{
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++)
        if (tick.micros == ticks[i])
            return true;
    return false;
}

bool
price_check(struct price price, struct price tick, struct why *why)
{
    char a[MICROS_TEXT_CAP], b[MICROS_TEXT_CAP], c[MICROS_TEXT_CAP];

    if (!is_tick(tick))
        return why_set(why, "tick size %s: expected 0.1, 0.01, 0.005, "
                            "0.0025, 0.001 or 0.0001",
                       micros_format(tick.micros, a));
    if (price.micros < tick.micros || price.micros > MICROS - tick.micros ||
        price.micros % tick.micros != 0)
        return why_set(why, "price %s: expected a multiple of the tick %s "
                            "up to %s",
                       micros_format(price.micros, a),
                       micros_format(tick.micros, b),
                       micros_format(MICROS - tick.micros, c));
    return true;
}

static int64_t
cut(int64_t micros, int64_t step)
{
    return micros - micros % step;
}

/* Shares that budget buys at price, cut; the last digit of tick 0.1 is what
 * the official clients leave out there. */
static bool
by_budget(struct price price, struct price tick, struct money budget,
          struct amounts *out)
{
    out->cash.micros = cut(budget.micros, CENT);
    if (!muldiv_down(out->cash.micros, MICROS, price.micros,
                     &out->shares.micros))
        return false;
    out->shares.micros = cut(out->shares.micros,
                             tick.micros == TENTH ? FINE_TENTH : FINE);
    return true;
}

/* Exact: a price is a multiple of 1e-4 and shares of 1e-2. */
static bool
by_size(struct price price, struct qty size, struct amounts *out)
{
    out->shares.micros = cut(size.micros, CENT);
    return cost_down(price, out->shares, &out->cash);
}

static bool
in_lots(struct price price, struct qty size, struct why *why)
{
    struct qty lot = basket_lot(price);
    char a[MICROS_TEXT_CAP], b[MICROS_TEXT_CAP];

    if (size.micros % lot.micros == 0)
        return true;
    return why_set(why, "size %s: a FOK or FAK BUY of exact shares at this "
                        "price must be a multiple of %s (whole cents), or "
                        "give the amount",
                   micros_format(size.micros, a), micros_format(lot.micros, b));
}

bool
amounts_of(enum side side, enum tif tif, struct price price,
           struct price tick, struct qty size, struct money budget,
           struct amounts *out, struct why *why)
{
    bool at_once = tif == TIF_FOK || tif == TIF_FAK;
    struct amounts a = { { 0 }, { 0 } };

    if (!price_check(price, tick, why))
        return false;
    if ((size.micros != 0) == (budget.micros != 0))
        return why_set(why, "expected either size or amount");
    if (size.micros < 0 || budget.micros < 0)
        return why_set(why, "%s: expected more than 0",
                       size.micros < 0 ? "size" : "amount");
    if (budget.micros > 0 && (side != SIDE_buy || !at_once))
        return why_set(why, "amount: only for a BUY that is FOK or FAK; "
                            "give the size");
    if (side == SIDE_buy && at_once && size.micros > 0 &&
        !in_lots(price, size, why))
        return false;
    bool fits = budget.micros > 0 ? by_budget(price, tick, budget, &a)
                                  : by_size(price, size, &a);
    if (!fits)
        return why_set(why, "%s: too large",
                       budget.micros > 0 ? "amount" : "size");
    if (side == SIDE_sell && at_once)
        a.cash.micros = cut(a.cash.micros, FINE);
    if (a.cash.micros == 0 || a.shares.micros == 0)
        return why_set(why, "%s: nothing is left when it is cut to the "
                            "venue's decimals",
                       budget.micros > 0 ? "amount" : "size");
    *out = a;
    return true;
}

bool
budget_with_fees(struct money budget, struct price price,
                 struct money balance, const struct fee_schedule *fees,
                 struct ppm builder, struct money *out)
{
    struct money base = budget.micros < balance.micros ? budget : balance;
    struct money fee, extra, all;
    struct qty shares;

    if (base.micros <= 0 || price.micros <= 0 || price.micros >= MICROS ||
        builder.ppm < 0 || builder.ppm > MICROS)
        return false;
    if (!muldiv_up(base.micros, MICROS, price.micros, &shares.micros) ||
        !fee_up(fees, price, shares, &fee) ||
        !muldiv_up(base.micros, builder.ppm, MICROS, &extra.micros) ||
        !money_add(fee, extra, &fee) || !money_add(budget, fee, &all))
        return false;
    if (all.micros <= balance.micros) {
        *out = budget;
        return true;
    }
    if (!money_sub(balance, fee, &all) || all.micros <= 0)
        return false;
    *out = all;
    return true;
}
