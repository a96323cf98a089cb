/* settling - positions that end without an order: resolved, redeemed, merged;
 * and the one that begins without: split (split.c) */
/*
 * Booked once per ref, at the cash that came.  The shares leave the lots of
 * their token in the order of the strategies (a merge takes B's first, whose
 * business it is), each lot with its average cost; the cash is shared by
 * shares, rounded down, and the last lot takes the rest.  A merge gives each
 * of its two tokens half of the cash.
 *
 * Shares that an open grant may still sell are not settled away: there is no
 * answer then, and whoever asks will ask again until the grant has ended.
 *
 * Nor is a market settled whose result may still be disputed: what it will
 * pay is not known, and a profit taken back would be none.
 *
 * convert trades tokens for tokens, under a grant (converting.c).
 *
 * Gas is paid in the chain's own coin, which is no account here: it is booked
 * in dollars as capital the owner put in and lost, by strategy, and stands in
 * the fees.  Cash stays what the venue has.
 */
#include "riskd/engine.h"

#include "common/must.h"
#include "common/planted.h"
#include "riskd/recovery.h"

/* The owner pays it from another pocket: capital put in, and lost at once. */
static bool
gas_is_sane(const struct settle *m)
{
    return m->mode == MODE_live && m->qty.micros == 0 && m->cash.micros < 0 &&
           m->cash.micros >= -SIZE_MAX_MICROS && !uuid_is_zero(&m->ref) &&
           uuid_is_zero(&m->auth) && (unsigned)m->strategy < strategy_end_;
}

static void
lines_of_gas(struct batch *b, const struct settle *m)
{
    batch_owner(b, m->strategy, &(struct text){ "" });
    batch_add(b, ACCOUNT_capital, NULL, m->cash.micros);
    batch_add(b, ACCOUNT_realised, NULL, -m->cash.micros);
    batch_add(b, ACCOUNT_fees, NULL, -m->cash.micros);
}

/* A ref equal to its auth would pass for the grant's own lines, which are
 * not remembered. */
static bool
settle_is_sane(const struct settle *m)
{
    bool split = m->kind == SETTLE_KIND_split;
    bool convert = m->kind == SETTLE_KIND_convert;
    bool pair = split || m->kind == SETTLE_KIND_merge;
    bool single =
        m->kind == SETTLE_KIND_resolve || m->kind == SETTLE_KIND_redeem;
    if (m->kind == SETTLE_KIND_gas) {
        return gas_is_sane(m);
    }
    if (m->qty.micros <= 0 || m->qty.micros > SIZE_MAX_MICROS) {
        return false;
    }
    bool cash = m->cash.micros >= 0 && m->cash.micros <= m->qty.micros;
    if (split) {
        cash = m->cash.micros == -m->qty.micros;
    } else if (convert) { /* The dollars are as its grant's legs say. */
        cash = m->made.micros > 0 && m->made.micros <= m->qty.micros;
    }
    return cash && !uuid_is_zero(&m->ref) && !hash_is_zero(&m->token) &&
           (m->mode == MODE_paper || m->mode == MODE_live) &&
           (single || pair || convert) &&
           (convert || pair == !hash_is_zero(&m->pair)) &&
           !hash_equal(&m->token, &m->pair) &&
           (split || convert) == !uuid_is_zero(&m->auth) &&
           !uuid_equal(&m->ref, &m->auth);
}

/* Shares of one lot that no open sell leg may still sell. */
static int64_t
free_shares(const struct riskd *x, const struct lot *lot, enum mode mode)
{
    struct qty selling = grants_selling(x->grants, mode == MODE_live,
                                        &lot->token, lot->strategy);
    return lot->qty.micros - selling.micros;
}

/* The i-th strategy shares are taken from. */
static enum strategy
choose_strategy(enum settle_kind kind, unsigned i)
{
    if (kind != SETTLE_KIND_merge) {
        return (enum strategy)i;
    }
    if (i == 0) {
        return STRATEGY_B;
    }
    return (enum strategy)(i <= STRATEGY_B ? i - 1 : i);
}

static void
lines_of_part(struct batch *b, const struct lot *lot, int64_t part,
              int64_t paid)
{
    int64_t basis = lot_basis(lot, (struct qty){ part }).micros;
    batch_add(b, ACCOUNT_position, &lot->token, -basis);
    batch_add(b, ACCOUNT_realised, &lot->token, basis - paid);
    batch_add(b, ACCOUNT_cash, &lot->token, paid);
}

/* Adds the lines by which all of qty of token leaves for cash.  False when
 * there are not that many free shares. */
static bool
take_token(struct riskd *x, const struct settle *m, const struct hash *token,
           int64_t cash)
{
    const struct ledger *l = books_of(x, m->mode)->ledger;
    struct batch *b = &x->batch;
    int64_t rest = m->qty.micros, unpaid = cash;
    for (unsigned i = 0; i < strategy_end_ && rest > 0; i++) {
        const struct lot *lot =
            ledger_lot(l, token, choose_strategy(m->kind, i));
        int64_t free = lot == NULL ? 0 : free_shares(x, lot, m->mode);
        int64_t part = free < rest ? free : rest;
        if (part <= 0) {
            continue;
        }
        int64_t paid = unpaid;
        rest -= part;
        if (rest > 0) {
            must(muldiv_down(cash, part, m->qty.micros, &paid));
        }
        unpaid -= paid;
        batch_owner(b, lot->strategy, &lot->event);
        if (m->kind == SETTLE_KIND_merge) {
            lines_of_part(b, lot, part, paid);
        } else {
            recovery_lines(l, b, lot, (struct qty){ part },
                           (struct money){ paid });
        }
        batch_add(b, ACCOUNT_shares, token, -part);
    }
    return rest == 0;
}

static bool
lines_of_settle(struct riskd *x, const struct settle *m, struct nanos booked,
                enum reason *why)
{
    int64_t half = m->cash.micros / 2;
    *why = REASON_NOT_HELD;
    if (m->kind == SETTLE_KIND_split) {
        return riskd_split_lines(x, m, booked, why);
    }
    if (m->kind == SETTLE_KIND_convert) {
        return riskd_convert_lines(x, m, booked, why);
    }
    batch_start(&x->batch, books_of(x, m->mode)->mode, &m->ref, NULL, booked);
    if (m->kind == SETTLE_KIND_gas) {
        lines_of_gas(&x->batch, m);
        return true;
    }
    if (m->kind != SETTLE_KIND_merge) {
        return take_token(x, m, &m->token, m->cash.micros);
    }
    return take_token(x, m, &m->token, half) &&
           take_token(x, m, &m->pair, m->cash.micros - half);
}

/* Enough is held; part of it is promised to sales. */
static bool
is_promised(const struct riskd *x, const struct settle *m,
            const struct hash *token)
{
    const struct ledger *l = x->books[m->mode == MODE_live].ledger;
    wide held = 0;
    for (unsigned i = 0; i < strategy_end_; i++) {
        const struct lot *lot = ledger_lot(l, token, (enum strategy)i);
        held += lot == NULL ? 0 : lot->qty.micros;
    }
    return held >= m->qty.micros;
}

static bool
must_wait(const struct riskd *x, const struct settle *m, enum reason why)
{
    return why == REASON_NOT_HELD && is_promised(x, m, &m->token) &&
           (m->kind != SETTLE_KIND_merge || is_promised(x, m, &m->pair));
}

void
riskd_on_settle(struct riskd *x, const struct settle *m, const struct input *in,
                struct outbox *out)
{
    if (!settle_is_sane(m)) {
        x->counters[RISKD_bad_input]++;
        riskd_ack(in, out, false, REASON_BAD_INPUT);
        return;
    }
    struct books *b = books_of(x, m->mode);
    enum reason why;
    bool ends = m->kind == SETTLE_KIND_resolve || m->kind == SETTLE_KIND_redeem;
    if (ledger_ref(b->ledger, &m->ref) != NULL && !PLANTED(settle_again)) {
        x->counters[RISKD_settles_again]++;
        riskd_ack(in, out, true, REASON_DUPLICATE);
        return;
    }
    if (ends && riskd_is_disputed(x, &m->market)) {
        x->counters[RISKD_settles_waiting]++;
        return;
    }
    if (!lines_of_settle(x, m, in->wall, &why) ||
        !riskd_book(x, b, in, out, &why)) {
        if (m->kind != SETTLE_KIND_split && m->kind != SETTLE_KIND_convert &&
            must_wait(x, m, why)) {
            x->counters[RISKD_settles_waiting]++;
            return;
        }
        x->counters[RISKD_settles_refused]++;
        riskd_ack(in, out, false, why);
        return;
    }
    x->counters[RISKD_settles]++;
    riskd_ack(in, out, true, REASON_none);
}
