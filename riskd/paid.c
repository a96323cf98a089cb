/* paid - what a group paid for what it now wants to sell again */
/*
 * By its own fills, leg by leg: what lies there of other groups may have cost
 * anything.  A group whose grants are forgotten has no price, and its sale is
 * not judged by one: shares are not trapped for want of a number.
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

void
riskd_look_at_paid(const struct riskd *x, struct question *a)
{
    bool live = a->m->mode == MODE_live;
    if (a->m->kind != GRANT_KIND_unwind) {
        return;
    }
    for (uint32_t i = 0; grants_at(x->grants, i) != NULL; i++) {
        const struct promise *p = grants_at(x->grants, i);
        if (p->serial != 0 && (p->grant.mode == MODE_live) == live &&
            uuid_equal(&p->grant.group, &a->m->group)) {
            look_at_promise(a, p);
        }
    }
}
