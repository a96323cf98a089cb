/* chain_facts - the engine's part in transactions: they become facts */

/* The shell says what it is about to send, or what became of it; the engine
 * says it again, so that it is on disk before the shell sees it said, and
 * remembers it for the shell of the next run. */

#include "executor/state.h"

void
executor_on_chain_tx(struct executor *x, const struct chain_tx *m,
                     const struct input *in, struct outbox *out)
{
    struct chain_record r;

    (void)in;
    if (!chain_record_of(m, &r)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    if (r.state == CHAIN_STATE_signed)
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
