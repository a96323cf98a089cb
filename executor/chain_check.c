/* chain_check - whether it did what it was for, to the micro */

/* A receipt says that nothing failed, not what happened.  The balances before
 * and after its block tell, unless something else of ours was settled in the
 * same block or the node forgot that block; then its own events do.  When
 * neither shows the effect, nobody books anything: it is unknown, and its fact
 * says so for good. */

#include "executor/chain_own.h"

#include "common/must.h"

#include <string.h>

/* Cash, then each token: before, after; then what a resolution pays. */
static uint32_t
each(const struct going *g)
{
    return 1 + g->watch.count;
}

static uint32_t
payout_at(const struct going *g)
{
    return 2 * each(g);
}

struct effect {
    int64_t cash, token[RPC_WATCHED];
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
    uint32_t of = g->part % each(g), payout = payout_at(g);

    q->method = RPC_call;
    q->to = c->t.positions;
    q->data = g->asked.b;
    if (g->part >= payout) {
        if (g->part == payout)
            call_payout_denominator(&g->asked, &g->condition);
        else
            call_payout_numerator(&g->asked, &g->condition,
                                  g->part - payout - 1);
    } else {
        q->block = g->receipt.block - (g->part < each(g));
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
balances(const struct going *g, struct effect *before, struct effect *e)
{
    int64_t after;

    if (!amount(g, 0, &before->cash) || !amount(g, each(g), &after))
        return false;
    e->cash = after - before->cash;
    for (uint32_t i = 0; i < g->watch.count; i++) {
        if (!amount(g, 1 + i, &before->token[i]) ||
            !amount(g, each(g) + 1 + i, &after))
            return false;
        e->token[i] = after - before->token[i];
    }
    return true;
}

/* What the resolution pays for these, as the contract rounds it. */
static bool
payout(const struct going *g, const int64_t *held, int64_t *pays)
{
    int64_t whole, part, cash;

    if (!amount(g, payout_at(g), &whole) || whole == 0)
        return false;
    for (uint32_t i = 0; i < 2; i++)
        if (!amount(g, payout_at(g) + 1 + i, &part) || part > whole ||
            !muldiv_down(held[i], part, whole, &pays[i]))
            return false;
    return !__builtin_add_overflow(pays[0], pays[1], &cash);
}

/* Of its token, then of the other: all there was of both. */
static void
take(const struct going *g, const struct effect *did, struct chain_taken *t)
{
    bool other = hash_equal(&g->watch.token[1], &g->e->of.token);
    int64_t held[2], pays[2];

    for (uint32_t i = 0; i < 2; i++)
        held[i] = -did->token[i];
    bool paid = payout(g, held, pays);
    must(paid); /* What was meant is made of it. */
    for (uint32_t i = 0; i < 2; i++) {
        t[i ^ other].qty.micros = held[i];
        t[i ^ other].cash.micros = pays[i];
    }
}

static void
converted(const struct chain_errand *of, struct effect *e)
{
    const struct chain_conversion *v = &of->conversion;

    e->cash = chain_convert_cash(of).micros;
    for (uint32_t i = 0; i < v->count; i++)
        e->token[i] = (v->gone >> i & 1) != 0 ? -of->qty.micros
                                              : v->made.micros;
}

/* held: what there was of both tokens; of what it was for, the effect. */
static bool
meant(const struct going *g, const int64_t *held, struct effect *e)
{
    int64_t q = g->e->of.qty.micros, pays[2];

    *e = (struct effect){ .cash = 0 };
    if (g->purpose == CHAIN_PURPOSE_convert) {
        converted(&g->e->of, e);
        return true;
    }

    if (g->purpose == CHAIN_PURPOSE_split) {
        *e = (struct effect){ -q, { q, q } };
        return true;
    }
    if (g->purpose == CHAIN_PURPOSE_merge) {
        *e = (struct effect){ q, { -q, -q } };
        return true;
    }
    /* It takes; what came to us by the same transaction is not of it. */
    if (held[0] < 0 || held[1] < 0 || !payout(g, held, pays))
        return false;
    *e = (struct effect){ pays[0] + pays[1], { -held[0], -held[1] } };
    return true;
}

/* A redeem without any event of ours took nothing, or they were not told. */
static bool
are_told(const struct going *g)
{
    const struct rpc_moves *m = &g->receipt.moves;

    return m->known &&
           (g->purpose != CHAIN_PURPOSE_redeem || m->token[0].micros != 0 ||
            m->token[1].micros != 0);
}

static bool
is_same(const struct effect *a, const struct effect *b)
{
    return memcmp(a, b, sizeof *a) == 0; /* Numbers, all of one size. */
}

static void
judge(struct chain *c)
{
    struct going *g = &c->g;
    const struct rpc_moves *m = &g->receipt.moves;
    struct effect seen = { 0 }, want = { 0 }, before = { 0 };
    bool good = balances(g, &before, &seen) &&
                meant(g, before.token, &want) && is_same(&seen, &want);

    if (!good && are_told(g)) {
        const int64_t held[2] = { -m->token[0].micros,
                                  -m->token[1].micros };
        seen = (struct effect){ .cash = m->cash.micros };
        for (uint32_t i = 0; i < g->watch.count; i++)
            seen.token[i] = m->token[i].micros;
        good = meant(g, held, &want) && is_same(&seen, &want);
    }
    chain_send_record(c, &g->version[g->found], CHAIN_STATE_confirmed);
    if (good) {
        g->record.cash.micros = want.cash;
        if (g->purpose == CHAIN_PURPOSE_redeem)
            take(g, &want, g->record.taken);
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
    if (g->part == payout_at(g) + (g->purpose == CHAIN_PURPOSE_redeem ? 3 : 0))
        judge(c);
}
