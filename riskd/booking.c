/* booking - fills, releases and order states: what became of a promise */
/*
 * Evidence is booked whatever state we are in: a fill happened, latched or
 * not.  A fill moves its money from the reservation to the position, once
 * per fill_id; what the leg's own reservation does not cover comes from the
 * patch allowance, then from free cash, and is said aloud.  Only a release
 * with evidence frees the rest; time never does.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/digest.h"
#include "common/must.h"

struct uuid
riskd_fill_ref(const struct text *fill_id)
{
    uint8_t sum[32];
    struct uuid ref;
    sha256(fill_id->s, strnlen(fill_id->s, sizeof fill_id->s), sum);
    memcpy(ref.b, sum, sizeof ref.b);
    return ref;
}

static struct uuid
make_ref(struct digest *sha, const char *prefix, const struct text *fill_id)
{
    uint8_t sum[32];
    struct uuid ref;
    digest_start(sha);
    digest_add(sha, prefix, strlen(prefix));
    digest_add(sha, fill_id->s, strnlen(fill_id->s, sizeof fill_id->s));
    digest_end(sha, sum);
    memcpy(ref.b, sum, sizeof ref.b);
    return ref;
}

static bool
fill_is_sane(const struct fill *m)
{
    return text_is_sane(&m->fill_id) && m->fill_id.s[0] != '\0' &&
           (m->mode == MODE_paper || m->mode == MODE_live) &&
           (m->side == SIDE_buy || m->side == SIDE_sell) &&
           (unsigned)m->state < fill_state_end_ && m->price.micros > 0 &&
           m->price.micros <= MICROS && m->qty.micros > 0 &&
           m->qty.micros <= SIZE_MAX_MICROS && m->fee.micros >= 0 &&
           m->fee.micros <= m->qty.micros && m->leg < legs_cap;
}

static bool
fill_fits(const struct fill *m, const struct promise *p)
{
    const struct leg *leg = &p->grant.legs.at[m->leg];
    return m->leg < p->grant.legs.count &&
           uuid_equal(&m->group, &p->grant.group) && m->mode == p->grant.mode &&
           m->side == leg->side && hash_equal(&m->token, &leg->token);
}

static void
say_odd(struct riskd *x, struct outbox *out, const char *rule,
        const struct text *scope, int64_t value, enum severity severity)
{
    struct risk_event_says says = { .rule = rule,
                                    .metric = "fill",
                                    .scope = scope->s,
                                    .value = value,
                                    .severity = severity,
                                    .action = ACTION_review };
    riskd_say_event(x, out, &says);
}

static bool
refuse_fill(struct riskd *x, const struct fill *m, const struct input *in,
            struct outbox *out, enum reason reason)
{
    x->counters[RISKD_fills_refused]++;
    if (!text_equal(&m->fill_id, &x->last_refused)) {
        say_odd(x, out, "fill_refused", &m->fill_id, (int64_t)reason,
                SEVERITY_critical);
    }
    x->last_refused = m->fill_id; /* It is sent again until acked. */
    riskd_ack(in, out, false, reason);
    return false;
}

void
riskd_own_lot(struct batch *b, const struct promise *p, const struct lot *lot)
{
    batch_owner(b, p->grant.strategy,
                lot != NULL ? &lot->event : &p->grant.event);
}

static int64_t
take(int64_t *rest, int64_t from)
{
    int64_t part = *rest < from ? *rest : from;
    *rest -= part;
    return part;
}

static void
lines_of_buy(struct riskd *x, const struct fill *m, const struct promise *p,
             const struct lot *lot, int64_t cost, int64_t *over)
{
    const struct held_leg *leg = &p->legs[m->leg];
    struct batch *b = &x->batch;
    int64_t rest = cost;
    batch_owner(b, p->grant.strategy, &p->grant.event);
    batch_add(b, ACCOUNT_reserved, &m->token, -take(&rest, leg->left.micros));
    batch_add(b, ACCOUNT_reserved, NULL,
              leg->closed ? 0 : -take(&rest, p->allowance.micros));
    batch_add(b, ACCOUNT_cash, &m->token, -rest);
    riskd_own_lot(b, p, lot);
    batch_add(b, ACCOUNT_position, &m->token, cost);
    batch_add(b, ACCOUNT_fees, &m->token, m->fee.micros);
    batch_add(b, ACCOUNT_shares, &m->token, m->qty.micros);
    *over = rest;
}

static bool
lines_of_sale(struct riskd *x, const struct fill *m, const struct promise *p,
              const struct lot *lot, int64_t proceeds)
{
    struct batch *b = &x->batch;
    if (lot == NULL || lot->qty.micros < m->qty.micros) {
        return false;
    }
    int64_t basis = lot_basis(lot, m->qty).micros;
    riskd_own_lot(b, p, lot);
    batch_add(b, ACCOUNT_position, &m->token, -basis);
    batch_add(b, ACCOUNT_realised, &m->token, basis - proceeds);
    batch_add(b, ACCOUNT_fees, &m->token, m->fee.micros);
    batch_add(b, ACCOUNT_cash, &m->token, proceeds);
    batch_add(b, ACCOUNT_shares, &m->token, -m->qty.micros);
    return true;
}

/* What a fill costs or brings, its fee included.  Costs round up and proceeds
 * down: a micro is never ours twice. */
static int64_t
amount_of(const struct fill *m)
{
    struct money amount;
    bool buys = m->side == SIDE_buy;
    must(buys ? cost_up(m->price, m->qty, &amount)
              : cost_down(m->price, m->qty, &amount));
    return amount.micros + (buys ? m->fee.micros : -m->fee.micros);
}

static bool
book_fill(struct riskd *x, const struct fill *m, const struct uuid *ref,
          struct promise *p, const struct input *in, struct outbox *out)
{
    struct books *b = books_of(x, m->mode);
    const struct lot *lot = ledger_lot(b->ledger, &m->token, p->grant.strategy);
    bool late = p->legs[m->leg].closed;
    int64_t over = 0;
    enum reason why = REASON_NOT_HELD;
    batch_start(&x->batch, b->mode, ref, &p->grant.auth, in->wall);
    if (m->side == SIDE_buy) {
        lines_of_buy(x, m, p, lot, amount_of(m), &over);
    } else if (!lines_of_sale(x, m, p, lot, amount_of(m))) {
        return refuse_fill(x, m, in, out, why);
    }
    if (!riskd_book(x, b, in, out, &why)) {
        return refuse_fill(x, m, in, out, why);
    }
    x->counters[RISKD_fills]++;
    x->counters[RISKD_fills_late] += late;
    x->counters[RISKD_fills_over] += over > 0 && !late;
    if (late) {
        say_odd(x, out, "fill_late", &m->fill_id, over, SEVERITY_high);
    } else if (over > 0) {
        say_odd(x, out, "fill_over", &m->fill_id, over, SEVERITY_high);
    }
    riskd_ack(in, out, true, REASON_none);
    return true;
}

/* A fill that failed on chain, booked before: its money and shares go back.
 * Of what was bought the shares leave at the lot's average cost and realised
 * takes the difference; what was sold comes back at the cost it left with. */
static bool
lines_of_undo(struct riskd *x, const struct fill *m, const struct promise *p,
              int64_t taken)
{
    struct batch *b = &x->batch;
    const struct ledger *l = books_of(x, m->mode)->ledger;
    const struct lot *lot = ledger_lot(l, &m->token, p->grant.strategy);
    int64_t amount = amount_of(m), fee = m->fee.micros;
    riskd_own_lot(b, p, lot);
    if (m->side == SIDE_sell) {
        batch_add(b, ACCOUNT_cash, &m->token, -amount);
        batch_add(b, ACCOUNT_fees, &m->token, -fee);
        batch_add(b, ACCOUNT_realised, &m->token, amount - taken);
        batch_add(b, ACCOUNT_position, &m->token, taken);
        batch_add(b, ACCOUNT_shares, &m->token, m->qty.micros);
        return true;
    }
    if (lot == NULL || lot->qty.micros < m->qty.micros || amount != -taken) {
        return false;
    }
    int64_t basis = lot_basis(lot, m->qty).micros;
    batch_add(b, ACCOUNT_position, &m->token, -basis);
    batch_add(b, ACCOUNT_fees, &m->token, -fee);
    batch_add(b, ACCOUNT_realised, &m->token, basis - amount);
    batch_add(b, ACCOUNT_cash, &m->token, amount);
    batch_add(b, ACCOUNT_shares, &m->token, -m->qty.micros);
    return true;
}

/* FAILED is terminal.  Heard before anything was booked it leaves a mark, so
 * that an older state that arrives later books nothing either. */
static bool
undo_fill(struct riskd *x, const struct fill *m, const struct uuid *ref,
          const struct uuid *undone, const struct promise *p,
          const struct input *in, struct outbox *out)
{
    struct books *b = books_of(x, m->mode);
    struct money taken = { 0 };
    bool booked = ledger_booked(b->ledger, ref, &taken);
    enum reason why = REASON_NOT_HELD;
    batch_start(&x->batch, b->mode, undone, &p->grant.auth, in->wall);
    if (!booked) {
        batch_owner(&x->batch, p->grant.strategy, &p->grant.event);
        batch_mark(&x->batch, &m->token);
    } else if (!lines_of_undo(x, m, p, taken.micros)) {
        return refuse_fill(x, m, in, out, why);
    }
    if (!riskd_book(x, b, in, out, &why)) {
        return refuse_fill(x, m, in, out, why);
    }
    x->counters[RISKD_fills_undone] += booked;
    say_odd(x, out, "fill_failed", &m->fill_id, booked, SEVERITY_high);
    riskd_ack(in, out, true, REASON_none);
    return true;
}

void
riskd_on_fill(struct riskd *x, const struct fill *m, const struct input *in,
              struct outbox *out)
{
    if (!fill_is_sane(m)) {
        x->counters[RISKD_bad_input]++;
        riskd_ack(in, out, false, REASON_BAD_INPUT);
        return;
    }
    const struct ledger *l = books_of(x, m->mode)->ledger;
    struct uuid ref = make_ref(x->sha, "", &m->fill_id);
    struct uuid undone = make_ref(x->sha, "failed:", &m->fill_id);
    bool failed = ledger_booked(l, &undone, NULL);
    bool booked = ledger_booked(l, &ref, NULL);
    struct promise *p = grants_find(x->grants, &m->auth);
    if (failed && m->state == FILL_STATE_confirmed) {
        (void)refuse_fill(x, m, in, out, REASON_CONFLICT);
    } else if (failed || (booked && m->state != FILL_STATE_failed)) {
        x->counters[RISKD_fills_again]++;
        riskd_ack(in, out, true, REASON_DUPLICATE);
    } else if (p == NULL || !fill_fits(m, p)) {
        (void)refuse_fill(x, m, in, out, REASON_CONFLICT);
    } else if (m->state == FILL_STATE_failed) {
        (void)undo_fill(x, m, &ref, &undone, p, in, out);
    } else {
        (void)book_fill(x, m, &ref, p, in, out);
    }
}

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
    /* Only who holds the newest epoch knows that nothing was sent. */
    *why = REASON_EPOCH;
    return m->evidence != EVIDENCE_never_sent || in->run >= x->epoch;
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
