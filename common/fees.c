/* fees - the taker fee of one fill: shares x rate x (p(1-p))^exponent */

/* The venue rounds a fee to 1e-5 dollars, probably down, and takes nothing
 * below that; we expect the next 1e-5 up, always, so that no basket is bought
 * for a profit the rounding eats.  Integers only: p(1-p) is exact in 1e-12,
 * its powers are kept in 1e-18 and rounded up there. */

#include "common/fees.h"

#define EXP_12 INT64_C(1000000000000)
#define EXP_18 INT64_C(1000000000000000000)

enum { FEE_STEP = 10 }; /* 1e-5 dollars, in micros. */

struct fee_schedule
fee_of(const struct market *m)
{
    struct fee_schedule f = { m->fee_known, m->fee_rate, m->fee_exponent };

    if (f.known && f.rate.ppm == 0)
        return (struct fee_schedule){ true, { 0 }, 1 };
    f.known = fee_is_known(&f);
    return f;
}

bool
fee_is_known(const struct fee_schedule *f)
{
    return f->known && f->rate.ppm >= 0 && f->rate.ppm <= MICROS &&
           f->exponent >= 1 && f->exponent <= 4;
}

static wide
divide_up(wide a, wide b)
{
    return (a + b - 1) / b;
}

/* Fee per share in 1e-18 dollars, rounded up.  At most rate / 4. */
static wide
per_share(const struct fee_schedule *f, struct price p)
{
    wide x = (wide)p.micros * (MICROS - p.micros); /* 1e-12, <= 0.25 */
    wide power = x * (EXP_18 / EXP_12);

    for (uint64_t i = 1; i < f->exponent; i++)
        power = divide_up(power * x, EXP_12);
    return divide_up(power * f->rate.ppm, MICROS);
}

bool
fee_up(const struct fee_schedule *f, struct price p, struct qty q,
       struct money *fee)
{
    wide steps;

    if (!fee_is_known(f))
        return false;
    if (p.micros < 0 || p.micros > MICROS || q.micros < 0)
        return false;
    /* q < 2^63 and a quarter of 1e18 per share: below 2^121. */
    steps = divide_up(per_share(f, p) * q.micros, (wide)EXP_18 * FEE_STEP);
    if (steps > INT64_MAX / FEE_STEP)
        return false;
    fee->micros = (int64_t)steps * FEE_STEP;
    return true;
}

/* The same cut down, at every step. */
static wide
per_share_down(const struct fee_schedule *f, struct price p)
{
    wide x = (wide)p.micros * (MICROS - p.micros);
    wide power = x * (EXP_18 / EXP_12);

    for (uint64_t i = 1; i < f->exponent; i++)
        power = power * x / EXP_12;
    return power * f->rate.ppm / MICROS;
}

bool
fee_down(const struct fee_schedule *f, struct price p, struct qty q,
         struct money *fee)
{
    wide steps;

    if (!fee_is_known(f) || p.micros < 0 || p.micros > MICROS || q.micros < 0)
        return false;
    steps = per_share_down(f, p) * q.micros / ((wide)EXP_18 * FEE_STEP);
    if (steps > INT64_MAX / FEE_STEP)
        return false;
    fee->micros = (int64_t)steps * FEE_STEP;
    return true;
}

/* D dollars at p are D/p shares: D x rate x p^(e-1) (1-p)^e, for e = 1 most
 * where p is next to nothing, else at (e-1)/(2e-1) or the limit below that. */
bool
fee_most(const struct fee_schedule *f, struct price limit, struct money spent,
         struct money *fee)
{
    int64_t e = (int64_t)f->exponent;
    struct price p = limit;
    struct qty q;

    if (!fee_is_known(f) || limit.micros <= 0 || limit.micros > MICROS ||
        spent.micros < 0)
        return false;
    if (e == 1)
        return muldiv_up(spent.micros, f->rate.ppm, MICROS, &fee->micros);
    if (p.micros > (e - 1) * MICROS / (2 * e - 1))
        p.micros = (e - 1) * MICROS / (2 * e - 1);
    return muldiv_up(spent.micros, MICROS, p.micros, &q.micros) &&
           fee_up(f, p, q, fee);
}

bool
fee_walk_up(const struct fee_schedule *f, const struct levels *side,
            struct qty want, struct money *fee)
{
    struct money sum = { 0 }, one;
    int64_t left = want.micros;

    if (!fee_is_known(f))
        return false;
    for (uint32_t i = 0; i < side->count && left > 0; i++) {
        struct qty size = side->at[i].size;

        if (size.micros > left)
            size.micros = left;
        if (!fee_up(f, side->at[i].price, size, &one) ||
            !money_add(sum, one, &sum))
            return false;
        left -= size.micros;
    }
    *fee = sum;
    return true;
}
