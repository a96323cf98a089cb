/* chain_facts - the engine's part in transactions: they become facts */

/* The shell says what it is about to send, or what became of it; the engine
 * says it again, so that it is on disk before the shell sees it said, and
 * remembers it for the shell of the next run. */

#include "executor/state.h"

#include <string.h>

enum { GWEI = 1000000000, GAS_MOST = 100000000 /* $100. */ };

/* What it cost, as a settlement: beside the cash, which it did not touch.  Its
 * ref comes from the transaction, so that it is booked once whoever says it
 * again. */
static bool
gas_of(const struct executor *x, const struct chain_record *r,
       struct settle *m)
{
    uint64_t gwei = r->paid / GWEI + (r->paid % GWEI > 0);
    int64_t dollars;

    *m = (struct settle){ .mode = MODE_live, .kind = SETTLE_KIND_gas,
                          .market = r->of.market, .token = r->of.token,
                          .strategy = r->of.strategy };
    memcpy(m->ref.b, r->tx.b, sizeof m->ref.b);
    m->ref.b[6] = (uint8_t)((m->ref.b[6] & 0x0f) | 0x80); /* Of our making. */
    m->ref.b[8] = (uint8_t)((m->ref.b[8] & 0x3f) | 0x80);
    (void)hash_format(&r->tx, m->evidence.s);
    if (!muldiv_up((int64_t)gwei, x->conf.pol_price.micros, GWEI, &dollars))
        dollars = GAS_MOST;
    m->cash.micros = dollars > GAS_MOST ? -GAS_MOST : -dollars;
    return dollars > 0 && (r->state == CHAIN_STATE_confirmed ||
                           r->state == CHAIN_STATE_reverted);
}

static void
say_gas(struct executor *x, const struct chain_record *r,
        const struct input *in, struct outbox *out)
{
    struct settle m;

    if (!gas_of(x, r, &m))
        return;
    if (requests_room(x->requests) == 0) {
        executor_count(x, EXECUTOR_full);
        executor_alarm(x, false, REASON_OVERFLOW, "gas was not booked");
        return;
    }
    (void)requests_settle(x->requests, &m, in->mono, out);
}

void
executor_on_chain_tx(struct executor *x, const struct chain_tx *m,
                     const struct input *in, struct outbox *out)
{
    struct chain_record r;

    if (!chain_record_of(m, &r)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    say_gas(x, &r, in, out); /* First: a fact that it is over stops it. */
    if (r.state == CHAIN_STATE_signed && r.words.s[0] == '\0')
        executor_count(x, EXECUTOR_chain_txs);
    if (!chain_past_put(x->chain, &r))
        executor_count(x, EXECUTOR_full);
    say_chain_tx(out, m, NULL);
    if (r.state == CHAIN_STATE_confirmed && r.words.s[0] != '\0')
        executor_alarm(x, false, REASON_BALANCE, r.words.s);
}

void
executor_recall_chain_tx(struct executor *x, const struct chain_tx *m,
                         const struct input *in)
{
    struct chain_record r;

    (void)in;
    executor_count(x, EXECUTOR_recalled);
    if (!chain_record_of(m, &r) || !chain_past_put(x->chain, &r))
        executor_count(x, EXECUTOR_recall_refused);
}

const struct chain_past *
executor_chain_past(const struct executor *x)
{
    return x->chain;
}
