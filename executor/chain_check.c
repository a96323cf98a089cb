/* chain_check - whether it did what it was for, to the micro */

/* A receipt says that nothing failed, not what happened.  The balances before
 * and after its block tell, unless something else of ours was settled in the
 * same block or the node forgot that block; then its own events do.  When
 * neither shows the effect, nobody books anything: it is unknown, and its fact
 * says so for good. */

#include "executor/chain_own.h"

#include <string.h>

enum { CASH_BEFORE, CASH_AFTER = 3, PAYOUT = 6 };

struct effect {
    int64_t cash, token[2];
};

void
chain_check_begin(struct chain *c)
{
    memset(c->g.checked, 0, sizeof c->g.checked);
    chain_step(c, STEP_check);
}

void
chain_check_question(struct chain *c, struct rpc_question *q)
{
    struct going *g = &c->g;
    uint32_t of = g->part % CASH_AFTER;

    q->method = RPC_call;
    q->to = c->t.positions;
    q->data = g->asked.b;
    if (g->part >= PAYOUT) {
        if (g->part == PAYOUT)
            call_payout_denominator(&g->asked, &g->condition);
        else
            call_payout_numerator(&g->asked, &g->condition,
                                  g->part - PAYOUT - 1);
    } else {
        q->block = g->receipt.block - (g->part < CASH_AFTER);
        if (of == 0) {
            call_balance(&g->asked, &c->t.wallet.funder);
            q->to = c->t.collateral;
        } else {
            call_position(&g->asked, &c->t.wallet.funder,
                          &g->watch.token[of - 1]);
        }
    }
    q->size = g->asked.size;
}

static bool
amount(const struct going *g, uint32_t i, int64_t *n)
{
    uint64_t u;

    if (!g->checked[i] || !word_count(&g->check[i], &u) || u > INT64_MAX)
        return false;
    *n = (int64_t)u;
    return true;
}

static bool
balances(const struct going *g, int64_t before[3], struct effect *e)
{
    int64_t after[3];

    for (uint32_t i = 0; i < 3; i++)
        if (!amount(g, CASH_BEFORE + i, &before[i]) ||
            !amount(g, CASH_AFTER + i, &after[i]))
            return false;
    *e = (struct effect){ after[0] - before[0],
                          { after[1] - before[1], after[2] - before[2] } };
    return true;
}

/* What the resolution pays for these, as the contract rounds it. */
static bool
payout(const struct going *g, const int64_t held[2], int64_t *cash)
{
    int64_t whole, part, pays;

    *cash = 0;
    if (!amount(g, PAYOUT, &whole) || whole == 0)
        return false;
    for (uint32_t i = 0; i < 2; i++)
        if (!amount(g, PAYOUT + 1 + i, &part) ||
            !muldiv_down(held[i], part, whole, &pays) ||
            __builtin_add_overflow(*cash, pays, cash))
            return false;
    return true;
}

/* held: what there was of both tokens; of what it was for, the effect. */
static bool
meant(const struct going *g, const int64_t held[2], struct effect *e)
{
    int64_t q = g->e->of.qty.micros;

    if (g->purpose == CHAIN_PURPOSE_split) {
        *e = (struct effect){ -q, { q, q } };
        return true;
    }
    if (g->purpose == CHAIN_PURPOSE_merge) {
        *e = (struct effect){ q, { -q, -q } };
        return true;
    }
    *e = (struct effect){ 0, { -held[0], -held[1] } };
    return payout(g, held, &e->cash);
}

static bool
is_same(const struct effect *a, const struct effect *b)
{
    return a->cash == b->cash && a->token[0] == b->token[0] &&
           a->token[1] == b->token[1];
}

static void
judge(struct chain *c)
{
    struct going *g = &c->g;
    const struct rpc_moves *m = &g->receipt.moves;
    struct effect seen, want = { 0 };
    int64_t before[3];
    bool good = balances(g, before, &seen) && meant(g, &before[1], &want) &&
                is_same(&seen, &want);

    if (!good && m->known) {
        const int64_t held[2] = { -m->token[0].micros,
                                  -m->token[1].micros };
        seen = (struct effect){ m->cash.micros, { m->token[0].micros,
                                                  m->token[1].micros } };
        good = meant(g, held, &want) && is_same(&seen, &want);
    }
    chain_send_record(c, &g->version[g->found], CHAIN_STATE_confirmed);
    if (good) {
        g->record.cash.micros = want.cash;
        chain_end(c, CALL_END_answered, REASON_none, "");
    } else {
        chain_end(c, CALL_END_unknown, REASON_BALANCE,
                  "taken in, but the balances did not move as they should");
        g->record.words = g->words;
    }
    chain_step(c, STEP_close);
}

void
chain_check_take(struct chain *c, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    g->checked[g->part] = a->end == RPC_END_said && a->count > 0;
    g->check[g->part] = a->word;
    if (g->checked[g->part])
        g->failures = 0;
    g->part++;
    if (g->part == CHECKS ||
        (g->part == PAYOUT && g->purpose != CHAIN_PURPOSE_redeem))
        judge(c);
}
