/* batch - the lines of one reference, and whether they may be written */
/*
 * Whoever books something puts its lines together here.  ledger_can then
 * looks at the batch as a whole, against the books as they are, and after it
 * said yes no single line can fail.
 */
#include "riskd/ledger.h"

#include <string.h>

#include "common/must.h"

void
batch_start(struct batch *b, enum mode mode, const struct uuid *ref,
            const struct uuid *auth, struct nanos booked)
{
    memset(&b->head, 0, sizeof b->head);
    b->count = 0;
    b->overflow = false;
    b->head.mode = mode;
    b->head.ref = *ref;
    b->head.booked = booked;
    if (auth != NULL) {
        b->head.auth = *auth;
    }
}

void
batch_owner(struct batch *b, enum strategy strategy, const struct text *event)
{
    b->head.strategy = strategy;
    b->head.event = *event;
}

static void
put(struct batch *b, enum account account, const struct hash *token,
    int64_t amount)
{
    if (b->count == BATCH_CAP) {
        b->overflow = true;
        return;
    }
    struct ledger_entry *e = &b->at[b->count++];
    *e = b->head;
    e->account = account;
    e->amount.micros = amount;
    if (token != NULL) {
        e->token = *token;
    }
}

void
batch_add(struct batch *b, enum account account, const struct hash *token,
          int64_t amount)
{
    if (amount != 0) {
        put(b, account, token, amount);
    }
}

void
batch_mark(struct batch *b, const struct hash *token)
{
    put(b, ACCOUNT_shares, token, 0);
}

static bool
no(enum reason *why, enum reason reason)
{
    *why = reason;
    return false;
}

/* After the batch: this line's account of the whole ledger fits, and what
 * must not be negative is not. */
static bool
account_holds(const struct ledger *l, const struct batch *b,
              enum account account, enum reason *why)
{
    wide sum = ledger_account(l, account).micros;
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->at[i].account == account) {
            sum += b->at[i].amount.micros;
        }
        if (sum > INT64_MAX / 4 || sum < INT64_MIN / 4) {
            return no(why, REASON_OVERFLOW);
        }
    }
    if ((account == ACCOUNT_reserved || account == ACCOUNT_position) &&
        sum < 0) {
        return no(why, REASON_CONFLICT);
    }
    return true;
}

/* After the batch: the lot of line i is not negative, in shares or cost.
 * *fresh grows when the batch makes a lot that is not there yet. */
static bool
lot_holds(const struct ledger *l, const struct batch *b, uint32_t i,
          uint32_t *fresh, enum reason *why)
{
    const struct ledger_entry *e = &b->at[i];
    const struct lot *lot = ledger_lot(l, &e->token, e->strategy);
    bool shares = e->account == ACCOUNT_shares;
    wide sum = lot == NULL ? 0 : shares ? lot->qty.micros : lot->cost.micros;
    bool first = lot == NULL;
    for (uint32_t j = 0; j < b->count; j++) {
        const struct ledger_entry *o = &b->at[j];
        if (o->strategy != e->strategy || !hash_equal(&o->token, &e->token) ||
            (o->account != ACCOUNT_shares && o->account != ACCOUNT_position)) {
            continue;
        }
        first = first && j >= i;
        if (o->account != e->account) {
            continue;
        }
        sum += o->amount.micros;
        if (sum < 0 || sum > INT64_MAX / 4) {
            return no(why, sum < 0 ? REASON_NOT_HELD : REASON_OVERFLOW);
        }
    }
    *fresh += first;
    return true;
}

bool
ledger_can(const struct ledger *l, const struct batch *b, enum reason *why)
{
    wide sum = 0;
    uint32_t fresh = 0;
    if (b->overflow) {
        return no(why, REASON_OVERFLOW);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        const struct ledger_entry *e = &b->at[i];
        must((unsigned)e->account < account_end_);
        sum += account_is_memo(e->account) ? 0 : e->amount.micros;
        if (e->account == ACCOUNT_shares || e->account == ACCOUNT_position) {
            if (!lot_holds(l, b, i, &fresh, why)) {
                return false;
            }
        }
    }
    if (sum != 0) {
        return no(why, REASON_CONFLICT);
    }
    for (int a = 0; a < account_end_; a++) {
        if (a != ACCOUNT_shares && !account_holds(l, b, (enum account)a, why)) {
            return false;
        }
    }
    return ledger_has_room(l, b, fresh) || no(why, REASON_OVERFLOW);
}
