/* policy - what to do with a group that filled in part: numbers only */

/* Everything here is arithmetic on what the group stands at; group.c and
 * wayout.c act on it.  All comparisons are products of integers, so that 0.8
 * and 0.5 are exact.  Roundings are against us: limits never leave the range
 * they stand for, sizes never exceed what was asked. */

#include "executor/policy.h"

#include "common/basket.h"
#include "common/must.h"

enum {
    SHARE_FINE = 10000,    /* 0.01 share, the venue's finest order size. */
    SHARE_TAKER = 100,     /* 0.0001 share: a BUY's taker amount. */
    CENT = 10000,
};

static const struct qty dust_shares = { SHARE_FINE };

bool
policy_is_dust(struct qty q, struct price p)
{
    if (q.micros < dust_shares.micros)
        return true;
    return (wide)q.micros * p.micros <= 2 * (wide)CENT * MICROS;
}

/* Of so many of a leg, owed where they are less than 0. */
static bool
is_little(const struct stand *s, uint32_t i, int64_t shares)
{
    struct qty q = { shares < 0 ? -shares : shares };

    if (shares >= 0 || s->sells)
        return policy_is_dust(q, s->price[i]);
    return (wide)q.micros * s->price[i].micros <
           (wide)BASKET_LEG_MIN * MICROS;
}

struct measure
policy_measure(const struct stand *s)
{
    struct measure m = { .complete = true, .even = true, .empty = true };

    must(s->count > 0 && s->count <= legs_cap && s->target.micros > 0);
    m.base = s->done[0];
    for (uint32_t i = 1; i < s->count; i++)
        if (s->done[i].micros < m.base.micros)
            m.base = s->done[i];
    if (m.base.micros < 0 && !s->sells)
        m.base.micros = 0; /* There are no sets less than none. */
    for (uint32_t i = 0; i < s->count; i++) {
        struct qty beyond = { s->done[i].micros - m.base.micros };
        struct qty missing = { s->target.micros - s->done[i].micros };
        struct qty alone = { missing.micros > 0
                                 ? beyond.micros
                                 : s->target.micros - m.base.micros };

        m.naked.micros += beyond.micros < 0 ? -beyond.micros : beyond.micros;
        if (!is_little(s, i, beyond.micros))
            m.even = false;
        m.owes |= beyond.micros < 0 && !is_little(s, i, beyond.micros);
        if (!policy_is_dust(alone, s->price[i]))
            m.uneven = true;
        if (!policy_is_dust(missing, s->price[i]))
            m.complete = false;
        if (!is_little(s, i, s->done[i].micros))
            m.empty = false;
    }
    if (m.base.micros > 0)
        must(muldiv_down(m.base.micros, MICROS, s->target.micros,
                         &m.ratio.ppm));
    return m;
}

enum branch
policy_row(struct qty base, struct qty target)
{
    if ((wide)base.micros * 5 > (wide)target.micros * 4)
        return BRANCH_patch;
    if ((wide)base.micros * 2 >= (wide)target.micros)
        return BRANCH_hold;
    return BRANCH_unwind;
}

/* Into [tick, 1 - tick]. */
static struct price
inside(int64_t micros, struct price tick)
{
    if (micros < tick.micros)
        micros = tick.micros;
    if (micros > MICROS - tick.micros)
        micros = MICROS - tick.micros;
    return (struct price){ micros };
}

struct price
policy_patch_price(struct price meant, struct ppm more, struct price tick)
{
    wide most = (wide)meant.micros * (MICROS + more.ppm) / MICROS;

    must(tick.micros > 0 && meant.micros > 0 && meant.micros < MICROS);
    must(more.ppm >= 0 && more.ppm <= MICROS);
    return inside((int64_t)(most / tick.micros * tick.micros), tick);
}

struct price
policy_unwind_price(struct price paid, struct ppm less, struct price tick)
{
    wide least = (wide)paid.micros * (MICROS - less.ppm);
    wide unit = (wide)MICROS * tick.micros;

    must(tick.micros > 0 && paid.micros >= 0 && paid.micros <= MICROS);
    must(less.ppm >= 0 && less.ppm <= MICROS);
    return inside((int64_t)((least + unit - 1) / unit * tick.micros), tick);
}

struct qty
policy_buy_size(struct qty want, struct price price)
{
    wide cents, shares, unit = (wide)price.micros * SHARE_TAKER;

    must(price.micros > 0);
    if (want.micros <= 0)
        return (struct qty){ 0 };
    cents = (wide)(want.micros / SHARE_TAKER * SHARE_TAKER) * price.micros /
            MICROS / CENT;
    /* Up: it costs those cents still when it is cut once more. */
    shares = (cents * CENT * MICROS + unit - 1) / unit;
    return (struct qty){ (int64_t)(shares * SHARE_TAKER) };
}

struct qty
policy_sell_size(struct qty want)
{
    if (want.micros <= 0)
        return (struct qty){ 0 };
    return (struct qty){ want.micros / SHARE_FINE * SHARE_FINE };
}

struct qty
policy_even_size(struct qty want, const struct legs *legs)
{
    int64_t lot = SHARE_FINE;

    for (uint32_t i = 0; i < legs->count; i++) {
        int64_t one = legs->at[i].side == SIDE_buy
                          ? basket_lot(legs->at[i].limit).micros
                          : SHARE_FINE;

        /* Lots divide a million finest sizes (basket_lot), and so does the
         * least they have in common: no overflow. */
        lot = lot / gcd(lot, one) * one;
    }
    if (want.micros <= 0)
        return (struct qty){ 0 };
    return (struct qty){ want.micros / lot * lot };
}
