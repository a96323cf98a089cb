/* split - a dollar made into a YES and a NO share, to sell both */
/*
 * Cash becomes shares without an order here, and in converting.c.  A normal
 * grant of B with two sell legs of one size reserves a dollar a share; what
 * it splits is drawn from that and from nothing else, and the shares are
 * promised to its two sales.
 *
 * The dollar is divided between the tokens as their limits stand to each
 * other, rounded down for each leg but the last, which gets the rest.  By
 * halves a dear token would be sold at a profit and its cheap brother at a
 * loss that halts the day, for a pair that earns; this way each sale at its
 * limit earns its part, or none.
 */
#include "riskd/engine.h"

#include "common/must.h"
#include "common/shape.h"

void
riskd_divide(const struct legs *legs, uint32_t first, struct money whole,
             struct money *part)
{
    int64_t all = 0, rest = whole.micros;
    must(first < legs->count);
    for (uint32_t i = first; i < legs->count; i++) {
        all += legs->at[i].limit.micros;
    }
    must(all > 0);
    for (uint32_t i = first; i + 1 < legs->count; i++) {
        must(muldiv_down(whole.micros, legs->at[i].limit.micros, all,
                         &part[i].micros));
        rest -= part[i].micros;
    }
    part[legs->count - 1].micros = rest;
}

void
riskd_draw_lines(struct batch *b, const struct promise *p,
                 const struct money *part)
{
    const struct legs *legs = &p->grant.legs;
    int64_t short_of = 0;
    for (uint32_t i = 0; i < legs->count; i++) {
        int64_t beyond = part[i].micros - p->legs[i].left.micros;
        short_of += beyond > 0 ? beyond : 0;
    }
    for (uint32_t i = 0; i < legs->count; i++) {
        int64_t left = p->legs[i].left.micros, draw = part[i].micros;
        int64_t more = left - draw;
        if (more > short_of) {
            more = short_of;
        }
        short_of -= more > 0 ? more : 0;
        batch_add(b, ACCOUNT_reserved, &legs->at[i].token, -(draw + more));
    }
}

static bool
names_both(const struct settle *m, const struct legs *legs)
{
    bool turned = hash_equal(&legs->at[0].token, &m->pair);
    const struct hash *first = turned ? &m->pair : &m->token;
    const struct hash *second = turned ? &m->token : &m->pair;
    return hash_equal(&legs->at[0].token, first) &&
           hash_equal(&legs->at[1].token, second);
}

/* The grant m is paid from; NULL when it names none that is open, for these
 * two tokens, in these books. */
static const struct promise *
find_payer(const struct riskd *x, const struct settle *m)
{
    const struct promise *p = grants_find(x->grants, &m->auth);
    if (p == NULL || !p->open || p->grant.mode != m->mode ||
        shape_of(p->grant.strategy, &p->grant.legs) != SHAPE_SPLIT ||
        !grant_splits(p->grant.kind, p->grant.strategy, &p->grant.legs) ||
        p->legs[0].closed || p->legs[1].closed) {
        return NULL;
    }
    return names_both(m, &p->grant.legs) ? p : NULL;
}

bool
riskd_split_lines(struct riskd *x, const struct settle *m, struct nanos booked,
                  enum reason *why)
{
    const struct promise *p = find_payer(x, m);
    struct batch *b = &x->batch;
    struct money part[2];
    if (p == NULL) {
        *why = REASON_CONFLICT;
        return false;
    }
    if (m->qty.micros > p->legs[0].left.micros + p->legs[1].left.micros) {
        *why = REASON_CAPITAL;
        return false;
    }
    const struct legs *legs = &p->grant.legs;
    const struct ledger *l = books_of(x, m->mode)->ledger;
    batch_start(b, books_of(x, m->mode)->mode, &m->ref, &m->auth, booked);
    batch_owner(b, p->grant.strategy, &p->grant.event);
    riskd_divide(legs, 0, (struct money){ m->qty.micros }, part);
    riskd_draw_lines(b, p, part);
    for (int i = 0; i < 2; i++) {
        const struct hash *token = &legs->at[i].token;
        riskd_own_lot(b, p, ledger_lot(l, token, p->grant.strategy));
        batch_add(b, ACCOUNT_position, token, part[i].micros);
        batch_add(b, ACCOUNT_shares, token, m->qty.micros);
    }
    return true;
}
