/* fills - what became of an order: booked once, final when the chain says so */
/*
 * Evidence is booked whatever state we are in: a fill happened, latched or
 * not.  It moves its money from the reservation to the position, once per
 * fill_id; what the leg's own reservation does not cover comes from the patch
 * allowance, then from free cash, and is said aloud.  From then on its state
 * only moves forward:
 *
 *                heard: matched, mined,  confirmed      failed
 *                       retrying
 *     new               provisional      final          void
 *     provisional       (again)          final          void, lines reversed
 *     final             (again)          (again)        stop
 *     void              (again)          stop           (again)
 *
 * Two ends cannot both be true: then nothing is booked and the kill switch is
 * pulled.  The same for other numbers under one fill_id, without the switch.
 * Where a fill stands is read off its lines (ledger.h), so a restart knows.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "common/planted.h"

/* A fill being booked. */
struct booking {
    struct riskd *x;
    const struct fill *m;
    struct books *books;
    struct promise *p;
    struct uuid ref;
    const struct booked *before; /* NULL: new. */
    const struct lot *lot;       /* Of its token and strategy, or NULL. */
};

struct uuid
riskd_fill_ref(const struct text *fill_id)
{
    uint8_t sum[32];
    struct uuid ref;
    sha256(fill_id->s, strnlen(fill_id->s, sizeof fill_id->s), sum);
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
        const struct text *scope, const char *unit, int64_t value,
        enum severity severity)
{
    struct risk_event_says says = { .rule = rule,
                                    .metric = "fill",
                                    .scope = scope->s,
                                    .unit = unit,
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
        say_odd(x, out, "fill_refused", &m->fill_id, "reason",
                riskd_whole((uint64_t)reason), SEVERITY_critical);
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

/* What a fill costs or brings, its fee included.  Costs round up and proceeds
 * down: a micro is never ours twice. */
static int64_t
amount_of(const struct fill *m)
{
    struct money amount;
    bool buys = m->side == SIDE_buy;
    must(buys ? cost_up(m->price, m->qty, &amount)
              : cost_down(m->price, m->qty, &amount));
    if (PLANTED(fee_forgotten)) {
        return amount.micros;
    }
    return amount.micros + (buys ? m->fee.micros : -m->fee.micros);
}

/* Never 0: a price and a quantity are not. */
static int64_t
provisional_of(const struct fill *m)
{
    struct money gross;
    if (m->side == SIDE_buy) {
        return amount_of(m);
    }
    must(cost_up(m->price, m->qty, &gross));
    return -gross.micros;
}

static int64_t
take(int64_t *rest, int64_t from)
{
    int64_t part = *rest < from ? *rest : from;
    *rest -= part;
    return part;
}

static void
lines_of_buy(struct booking *k, int64_t cost, int64_t *over)
{
    const struct fill *m = k->m;
    const struct held_leg *leg = &k->p->legs[m->leg];
    struct batch *b = &k->x->batch;
    int64_t rest = cost;
    batch_owner(b, k->p->grant.strategy, &k->p->grant.event);
    batch_add(b, ACCOUNT_reserved, &m->token, -take(&rest, leg->left.micros));
    batch_add(b, ACCOUNT_reserved, NULL,
              leg->closed ? 0 : -take(&rest, k->p->allowance.micros));
    batch_add(b, ACCOUNT_cash, &m->token, -rest);
    riskd_own_lot(b, k->p, k->lot);
    batch_add(b, ACCOUNT_position, &m->token, cost);
    batch_add(b, ACCOUNT_fees, &m->token, m->fee.micros);
    batch_add(b, ACCOUNT_shares, &m->token, m->qty.micros);
    *over = rest;
}

/* Not confirmed: the proceeds are due, but not beyond the cost. */
static bool
lines_of_sale(struct booking *k, int64_t proceeds)
{
    const struct fill *m = k->m;
    struct batch *b = &k->x->batch;
    if (k->lot == NULL || k->lot->qty.micros < m->qty.micros) {
        return false;
    }
    int64_t basis = lot_basis(k->lot, m->qty).micros;
    bool final = m->state == FILL_STATE_confirmed;
    int64_t got = final || proceeds < basis ? proceeds : basis;
    riskd_own_lot(b, k->p, k->lot);
    batch_add(b, ACCOUNT_position, &m->token, -basis);
    batch_add(b, ACCOUNT_realised, &m->token, basis - got);
    batch_add(b, ACCOUNT_fees, &m->token, m->fee.micros);
    batch_add(b, ACCOUNT_shares, &m->token, -m->qty.micros);
    if (final) {
        batch_add(b, ACCOUNT_cash, &m->token, got);
    } else {
        batch_owner(b, k->p->grant.strategy, &k->p->grant.event);
        batch_add(b, ACCOUNT_due, &m->token, got);
    }
    return true;
}

/* True when the lines were written, and answered. */
static bool
write(struct booking *k, const struct input *in, struct outbox *out)
{
    enum reason why;
    if (!riskd_book(k->x, k->books, in, out, &why)) {
        return refuse_fill(k->x, k->m, in, out, why);
    }
    riskd_ack(in, out, true, REASON_none);
    return true;
}

static void
book_new(struct booking *k, const struct input *in, struct outbox *out)
{
    struct riskd *x = k->x;
    const struct fill *m = k->m;
    bool late = k->p->legs[m->leg].closed;
    int64_t over = 0;
    if (m->side == SIDE_buy) {
        lines_of_buy(k, amount_of(m), &over);
    } else if (!lines_of_sale(k, amount_of(m))) {
        (void)refuse_fill(x, m, in, out, REASON_NOT_HELD);
        return;
    }
    if (m->state != FILL_STATE_confirmed) {
        batch_add(&x->batch, ACCOUNT_provisional, &m->token,
                  provisional_of(m));
    }
    if (!write(k, in, out)) {
        return;
    }
    if (m->state == FILL_STATE_confirmed) {
        riskd_count_ghost(x, m, false, in, out);
    }
    riskd_count_fill(x, m, in, out);
    x->counters[RISKD_fills]++;
    x->counters[RISKD_fills_late] += late;
    x->counters[RISKD_fills_over] += over > 0 && !late;
    if (late) {
        say_odd(x, out, "fill_late", &m->fill_id, "shares", over,
                SEVERITY_high);
    } else if (over > 0) {
        say_odd(x, out, "fill_over", &m->fill_id, "shares", over,
                SEVERITY_high);
    }
}

/* Confirmed: what was due is cash, and the profit is one. */
static void
make_final(struct booking *k, const struct input *in, struct outbox *out)
{
    struct batch *b = &k->x->batch;
    const struct hash *token = &k->m->token;
    batch_owner(b, k->p->grant.strategy, &k->p->grant.event);
    if (k->m->side == SIDE_sell) {
        int64_t due = k->before->due, proceeds = amount_of(k->m);
        batch_add(b, ACCOUNT_due, token, -due);
        batch_add(b, ACCOUNT_realised, token, due - proceeds);
        batch_add(b, ACCOUNT_cash, token, proceeds);
    }
    batch_add(b, ACCOUNT_provisional, token, -k->before->open);
    if (write(k, in, out)) {
        k->x->counters[RISKD_fills_final]++;
        riskd_count_ghost(k->x, k->m, false, in, out);
    }
}

/* The shares leave with what they cost, as far as the lot still carries it;
 * the money is cash again: the order they were of stays dead. */
static bool
lines_of_lost_buy(struct booking *k)
{
    const struct fill *m = k->m;
    struct batch *b = &k->x->batch;
    if (k->lot == NULL || k->lot->qty.micros < m->qty.micros) {
        return false;
    }
    int64_t amount = amount_of(m), cost = k->lot->cost.micros;
    bool all = k->lot->qty.micros == m->qty.micros;
    int64_t basis = all || cost < amount ? cost : amount;
    riskd_own_lot(b, k->p, k->lot);
    batch_add(b, ACCOUNT_position, &m->token, -basis);
    batch_add(b, ACCOUNT_realised, &m->token, basis - amount);
    batch_add(b, ACCOUNT_fees, &m->token, -m->fee.micros);
    batch_add(b, ACCOUNT_shares, &m->token, -m->qty.micros);
    batch_add(b, ACCOUNT_cash, &m->token, amount);
    return true;
}

/* The shares come back at the cost they left with, and are promised to
 * nobody. */
static void
lines_of_lost_sale(struct booking *k)
{
    const struct fill *m = k->m;
    struct batch *b = &k->x->batch;
    int64_t basis = k->before->basis, due = k->before->due;
    batch_owner(b, k->p->grant.strategy, &k->p->grant.event);
    batch_add(b, ACCOUNT_due, &m->token, -due);
    riskd_own_lot(b, k->p, k->lot);
    batch_add(b, ACCOUNT_realised, &m->token, due - basis);
    batch_add(b, ACCOUNT_fees, &m->token, -m->fee.micros);
    batch_add(b, ACCOUNT_position, &m->token, basis);
    batch_add(b, ACCOUNT_shares, &m->token, m->qty.micros);
}

/* Shares that a failed purchase did not bring were sold all the same.  While
 * some sale is not confirmed it may fail too and bring them back: no answer
 * yet.  After that the books and the chain disagree. */
static void
miss_shares(struct booking *k, const struct input *in, struct outbox *out)
{
    struct riskd *x = k->x;
    if (ledger_provisional(k->books->ledger, SIDE_sell).micros > 0) {
        x->counters[RISKD_fills_waiting]++;
        return;
    }
    riskd_stop(x, in, out, "a fill failed whose shares are gone");
    (void)refuse_fill(x, k->m, in, out, REASON_NOT_HELD);
}

/* Heard before anything was booked it leaves a mark, so that an older state
 * that arrives later books nothing either. */
static void
make_void(struct booking *k, const struct input *in, struct outbox *out)
{
    struct riskd *x = k->x;
    const struct fill *m = k->m;
    bool booked = k->before != NULL;
    if (!booked) {
        batch_owner(&x->batch, k->p->grant.strategy, &k->p->grant.event);
        batch_mark(&x->batch, &m->token);
    } else if (m->side == SIDE_sell) {
        lines_of_lost_sale(k);
    } else if (!lines_of_lost_buy(k)) {
        miss_shares(k, in, out);
        return;
    }
    if (booked) {
        batch_owner(&x->batch, k->p->grant.strategy, &k->p->grant.event);
        batch_add(&x->batch, ACCOUNT_provisional, &m->token,
                  -k->before->open);
    }
    if (!write(k, in, out)) {
        return;
    }
    riskd_count_ghost(x, m, true, in, out);
    x->counters[RISKD_fills_undone] += booked;
    say_odd(x, out, "fill_failed", &m->fill_id, "usd",
            booked ? amount_of(m) : 0, SEVERITY_high);
}

/* The same trade as the one booked, but for its state. */
static bool
is_same(const struct booking *k)
{
    const struct booked *r = k->before;
    const struct fill *m = k->m;
    int64_t qty = m->side == SIDE_buy ? m->qty.micros : -m->qty.micros;
    return r->open == provisional_of(m) && r->qty == qty &&
           r->fee == m->fee.micros && uuid_equal(&r->auth, &m->auth) &&
           hash_equal(&r->token, &m->token);
}

/* Its end is known: the other end cannot be true. */
static void
hear_ended(struct booking *k, const struct input *in, struct outbox *out)
{
    bool final = k->before->qty != 0;
    enum fill_state other =
        final ? FILL_STATE_failed : FILL_STATE_confirmed;
    if (k->m->state != other) {
        k->x->counters[RISKD_fills_again]++;
        riskd_ack(in, out, true, REASON_DUPLICATE);
        return;
    }
    riskd_stop(k->x, in, out, "a fill is said to be both confirmed and failed");
    (void)refuse_fill(k->x, k->m, in, out, REASON_CONFLICT);
}

void
riskd_on_fill(struct riskd *x, const struct fill *m, const struct input *in,
              struct outbox *out)
{
    struct booking k = { .x = x, .m = m };
    if (!fill_is_sane(m)) {
        x->counters[RISKD_bad_input]++;
        riskd_ack(in, out, false, REASON_BAD_INPUT);
        return;
    }
    k.books = books_of(x, m->mode);
    k.ref = riskd_fill_ref(&m->fill_id);
    k.before = PLANTED(fill_again) ? NULL
                                   : ledger_ref(k.books->ledger, &k.ref);
    k.p = grants_find(x->grants, &m->auth);
    if (k.before != NULL && k.before->open == 0) {
        hear_ended(&k, in, out);
        return;
    }
    if (k.p == NULL || !fill_fits(m, k.p) ||
        (k.before != NULL && !is_same(&k))) {
        (void)refuse_fill(x, m, in, out, REASON_CONFLICT);
        return;
    }
    k.lot = ledger_lot(k.books->ledger, &m->token, k.p->grant.strategy);
    batch_start(&x->batch, k.books->mode, &k.ref, &k.p->grant.auth, in->wall);
    if (m->state == FILL_STATE_failed && PLANTED(void_ignored)) {
        riskd_ack(in, out, true, REASON_none);
    } else if (m->state == FILL_STATE_failed) {
        make_void(&k, in, out);
    } else if (k.before == NULL) {
        book_new(&k, in, out);
    } else if (m->state == FILL_STATE_confirmed) {
        make_final(&k, in, out);
    } else {
        x->counters[RISKD_fills_again]++;
        riskd_ack(in, out, true, REASON_DUPLICATE);
    }
}
