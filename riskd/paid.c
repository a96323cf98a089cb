/* paid - what a group paid for what it now wants to sell again */
/*
 * By its own fills, leg by leg: what lies there of other groups may have cost
 * anything.  A group that begins with a sale sells what others bought: at what
 * the cheapest of them paid, so that no mean of theirs traps it.  Where grants
 * are forgotten there is no price, and the sale is not judged by one: shares
 * are not trapped for want of a number.
 */
#include "riskd/engine.h"

static void
look_at_promise(struct question *a, const struct promise *p)
{
    for (uint32_t k = 0; k < p->grant.legs.count; k++) {
        const struct leg *theirs = &p->grant.legs.at[k];
        for (uint32_t i = 0; i < a->m->legs.count; i++) {
            const struct leg *ours = &a->m->legs.at[i];
            if (ours->side == SIDE_sell && theirs->side == SIDE_buy &&
                hash_equal(&ours->token, &theirs->token)) {
                a->paid[i].micros += p->legs[k].paid.micros;
                a->bought[i].micros += p->legs[k].bought.micros;
            }
        }
    }
}

/* a / b < c / d */
static bool
is_less(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (wide)a * d < (wide)c * b;
}

static void
look_at_other(struct question *a, const struct promise *p)
{
    for (uint32_t k = 0; k < p->grant.legs.count; k++) {
        const struct held_leg *theirs = &p->legs[k];
        for (uint32_t i = 0; i < a->m->legs.count; i++) {
            if (theirs->bought.micros > 0 &&
                hash_equal(&a->m->legs.at[i].token,
                           &p->grant.legs.at[k].token) &&
                (a->bought[i].micros == 0 ||
                 is_less(theirs->paid.micros, theirs->bought.micros,
                         a->paid[i].micros, a->bought[i].micros))) {
                a->paid[i] = theirs->paid;
                a->bought[i] = theirs->bought;
            }
        }
    }
}

void
riskd_look_at_paid(const struct riskd *x, struct question *a)
{
    bool live = a->m->mode == MODE_live;
    if (a->m->kind != GRANT_KIND_unwind) {
        return;
    }
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial == 0 || (p->grant.mode == MODE_live) != live) {
            continue;
        }
        if (uuid_equal(&p->grant.group, &a->m->group)) {
            look_at_promise(a, p);
        } else if (a->m->attempt == 1 &&
                   p->grant.strategy == a->m->strategy) {
            look_at_other(a, p);
        }
    }
}
