/* booking - releases: what of a promise is free again */
/*
 * Only a release with evidence frees what the fills (fills.c) left of a
 * reservation; time never does.
 */
#include "riskd/engine.h"

#include "common/must.h"

static bool
is_meant(const struct release *m, uint32_t leg)
{
    return m->leg == legs_cap || m->leg == leg;
}

/* Whether the evidence can be true, as far as we can see. */
static bool
evidence_holds(const struct riskd *x, const struct release *m,
               const struct promise *p, const struct input *in,
               enum reason *why)
{
    bool none_filled = m->evidence == EVIDENCE_never_sent ||
                       m->evidence == EVIDENCE_rejected_proven;
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        if (none_filled && is_meant(m, i) && p->legs[i].filled &&
            !p->legs[i].closed) {
            *why = REASON_CONFLICT;
            return false;
        }
    }
    /* Only who holds the newest epoch knows that nothing was sent, and has
     * the ends of orders on disk. */
    *why = REASON_EPOCH;
    return in->run >= x->epoch;
}

/* The reserved lines of the legs meant, and the allowance with the last. */
static int64_t
lines_of_release(struct riskd *x, const struct release *m,
                 const struct promise *p, struct nanos booked)
{
    struct batch *b = &x->batch;
    int64_t sum = 0;
    bool last = true;
    batch_start(b, books_of(x, p->grant.mode)->mode, &p->grant.auth,
                &p->grant.auth, booked);
    batch_owner(b, p->grant.strategy, &p->grant.event);
    for (uint32_t i = 0; i < p->grant.legs.count; i++) {
        if (!is_meant(m, i)) {
            last = last && p->legs[i].closed;
            continue;
        }
        batch_add(b, ACCOUNT_reserved, &p->grant.legs.at[i].token,
                  -p->legs[i].left.micros);
        sum += p->legs[i].left.micros;
    }
    if (last) {
        batch_add(b, ACCOUNT_reserved, NULL, -p->allowance.micros);
        sum += p->allowance.micros;
    }
    batch_add(b, ACCOUNT_cash, NULL, sum);
    return sum;
}

void
riskd_on_release(struct riskd *x, const struct release *m,
                 const struct input *in, struct outbox *out)
{
    struct promise *p = grants_find(x->grants, &m->auth);
    enum reason why = REASON_BAD_INPUT;
    if (m->leg > legs_cap || (unsigned)m->evidence >= evidence_end_) {
        x->counters[RISKD_bad_input]++;
        riskd_ack(in, out, false, why);
        return;
    }
    /* Unknown, or ended: nothing is reserved under that name. */
    bool beyond =
        p != NULL && m->leg != legs_cap && m->leg >= p->grant.legs.count;
    if (p == NULL || !p->open ||
        (!beyond && m->leg != legs_cap && p->legs[m->leg].closed)) {
        x->counters[RISKD_releases_again]++;
        riskd_ack(in, out, true, REASON_DUPLICATE);
        return;
    }
    if (beyond || !evidence_holds(x, m, p, in, &why)) {
        x->counters[RISKD_releases_refused]++;
        riskd_ack(in, out, false, why);
        return;
    }
    struct release said = { m->auth, m->leg, { 0 }, m->evidence };
    said.money.micros = lines_of_release(x, m, p, in->wall);
    must(riskd_book(x, books_of(x, p->grant.mode), in, out, &why));
    grants_close(x->grants, p, m->leg);
    say_release(out, &said, NULL);
    x->counters[RISKD_releases]++;
    riskd_ack(in, out, true, REASON_none);
}
