/* chain_fees - what a transaction may cost, and the transaction */

/* Twice the next block's base fee leaves room for six full blocks; the
 * priority is what the node proposes, or the least that is configured.  What
 * does not fit under the most that is configured is not signed. */

#include "executor/chain_own.h"

/* Where no node estimates; anvil used half of it at most. */
static const uint64_t gas_table[] = {
    [CHAIN_PURPOSE_split] = 600000,   [CHAIN_PURPOSE_merge] = 450000,
    [CHAIN_PURPOSE_redeem] = 450000,  [CHAIN_PURPOSE_approve] = 100000,
    [CHAIN_PURPOSE_cancel] = 21000,   [CHAIN_PURPOSE_convert] = 3000000,
};

uint64_t
chain_fees_gas(enum chain_purpose purpose)
{
    return gas_table[purpose];
}

/* A node wants a tenth more of both to replace what it has. */
static uint64_t
raised(uint64_t was)
{
    return was > UINT64_MAX / 2 ? UINT64_MAX : was + was / 8 + 1;
}

static bool
make_tx(struct chain *c)
{
    struct going *g = &c->g;
    uint64_t fee, priority = g->priority;

    if (__builtin_mul_overflow(g->base, 2, &fee) ||
        __builtin_add_overflow(fee, priority, &fee))
        return false;
    if (fee > c->t.fee_most && c->t.fee_most >= g->base &&
        c->t.fee_most - g->base >= priority)
        fee = c->t.fee_most; /* Enough for the next block. */
    if (g->versions > 0) {
        const struct version *last = &g->version[g->versions - 1];
        if (fee < raised(last->fee_max))
            fee = raised(last->fee_max);
        if (priority < raised(last->priority))
            priority = raised(last->priority);
    }
    if (fee > c->t.fee_most || priority > fee || fee == 0)
        return false;
    g->tx = (struct tx){
        .chain = c->t.id,
        .nonce = g->nonce,
        .gas_limit = g->cancelling ? chain_fees_gas(CHAIN_PURPOSE_cancel)
                                   : g->gas,
        .fee_max = fee,
        .priority_max = priority,
        .to = g->cancelling ? c->t.wallet.owner : g->outer_to,
        .data = g->outer.b,
        .data_size = g->cancelling ? 0 : g->outer.size,
    };
    return true;
}

void
chain_fees_sign(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    if (make_tx(c)) {
        chain_step(c, STEP_sign);
    } else if (g->versions > 0) {
        g->made = mono; /* Perhaps gas is cheaper later. */
        chain_send_look(c, mono);
    } else {
        chain_end(c, CALL_END_not_sent, REASON_REFUSED,
                  "gas costs more than executor.chain_fee_most");
    }
}
