/* split - a dollar made into a YES and a NO share, to sell both */
/*
 * The only way riskd lets cash become shares without an order.  A normal
 * grant of B with two sell legs of one size reserves a dollar a share; what
 * it splits is drawn from that and from nothing else, and the shares are
 * promised to its two sales.
 *
 * The dollar is divided between the two tokens as their limits stand to each
 * other, rounded down for the first leg, the rest for the second.  By halves
 * a dear token would be sold at a profit and its cheap brother at a loss that
 * halts the day, for a pair that earns; this way each sale at its limit earns
 * its part, or none.
 */
#include "riskd/engine.h"

#include "common/must.h"

void
riskd_divide(const struct legs *legs, struct qty qty, struct money part[2])
{
    int64_t first = legs->at[0].limit.micros;
    int64_t both = first + legs->at[1].limit.micros;
    must(first > 0 && both > first);
    must(muldiv_down(qty.micros, first, both, &part[0].micros));
    part[1].micros = qty.micros - part[0].micros;
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
        !grant_splits(p->grant.kind, p->grant.strategy, &p->grant.legs) ||
        p->legs[0].closed || p->legs[1].closed) {
        return NULL;
    }
    return names_both(m, &p->grant.legs) ? p : NULL;
}

/* Each leg's reservation pays for its own token; what rounding over more than
 * one split leaves it short of, the other's does. */
static void
lines_of_draw(struct batch *b, const struct promise *p,
              const struct money part[2])
{
    for (int i = 0; i < 2; i++) {
        int64_t short_of = part[1 - i].micros - p->legs[1 - i].left.micros;
        int64_t left = p->legs[i].left.micros;
        int64_t draw = part[i].micros + (short_of > 0 ? short_of : 0);
        batch_add(b, ACCOUNT_reserved, &p->grant.legs.at[i].token,
                  -(draw < left ? draw : left));
    }
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
    riskd_divide(legs, m->qty, part);
    lines_of_draw(b, p, part);
    for (int i = 0; i < 2; i++) {
        const struct hash *token = &legs->at[i].token;
        riskd_own_lot(b, p, ledger_lot(l, token, p->grant.strategy));
        batch_add(b, ACCOUNT_position, token, part[i].micros);
        batch_add(b, ACCOUNT_shares, token, m->qty.micros);
    }
    return true;
}
