/* chain_heard - what came of what the chain needed */

/* Answers go to the file that asked; a node that gives none is asked which
 * chain it is on before it is believed again, and meanwhile another is asked.
 * What comes late, or twice, is nobody's. */

#include "executor/chain_own.h"

#include "common/must.h"

static void
node_lost(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    c->node_good[c->node] = false;
    chain_other_node(c);
    chain_pause(c, mono, c->t.retry);
    g->failures++;
    if (g->step > STEP_record || g->versions > 0) {
        chain_send_lost(c, mono);
        return;
    }
    if (g->failures >= NODE_FAILURES * c->t.nodes)
        chain_end(c, CALL_END_not_sent, REASON_VENUE_DOWN, a->words.s);
}

static void
take_chain(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct rpc_answer wrong = *a;

    if (a->end == RPC_END_said && a->count == c->t.id) {
        c->node_good[c->node] = true;
        return;
    }
    if (a->end == RPC_END_said)
        (void)why_set(&wrong.words, "a node of chain %llu, not %llu",
                      (unsigned long long)a->count,
                      (unsigned long long)c->t.id);
    node_lost(c, mono, &wrong);
}

void
chain_answered(struct chain *c, struct nanos mono,
               const struct rpc_answer *a)
{
    struct going *g = &c->g;

    if (!g->e || !g->waiting || a->id != c->questions)
        return;
    g->waiting = false;
    if (c->asked == RPC_chain) {
        take_chain(c, mono, a);
        return;
    }
    if (a->end == RPC_END_lost) {
        node_lost(c, mono, a);
        return;
    }
    if (g->step < STEP_record)
        chain_plan_take(c, mono, a);
    else if (g->step < STEP_check)
        chain_send_take(c, mono, a);
    else
        chain_check_take(c, a);
}

void
chain_relayed(struct chain *c, struct nanos mono,
              const struct relayer_answer *a)
{
    if (!c->g.e || !c->g.waiting || a->id != c->questions)
        return;
    c->g.waiting = false;
    chain_relay_take(c, mono, a);
}

void
chain_signed(struct chain *c, struct nanos mono,
             const struct signature *sig, const char *words)
{
    must(c->g.e && c->g.waiting && c->g.step == STEP_sign);
    c->g.waiting = false;
    if (sig && c->g.relayed) {
        chain_relay_signed(c, sig);
    } else if (sig) {
        chain_send_signed(c, mono, sig);
    } else if (c->g.versions > 0) {
        c->g.made = mono;
        chain_send_look(c, mono);
    } else {
        chain_end(c, CALL_END_not_sent, REASON_SIGNATURE, words);
    }
}

void
chain_refreshed(struct chain *c)
{
    if (!c->g.e || !c->g.waiting || c->g.step != STEP_refresh)
        return;
    c->g.waiting = false;
    if (++c->g.part == 1 + c->g.watch.count)
        chain_end(c, CALL_END_answered, REASON_none, "");
}

void
chain_recorded(struct chain *c, struct nanos mono, const struct hash *tx)
{
    struct going *g = &c->g;

    if (!g->e || !g->waiting ||
        (g->step != STEP_record && g->step != STEP_note &&
         g->step != STEP_close) ||
        !hash_equal(tx, &g->record.tx))
        return;
    g->waiting = false;
    if (g->step == STEP_note || (g->step == STEP_record && g->relayed)) {
        chain_relay_recorded(c, mono);
    } else if (g->step == STEP_record) {
        g->sent = g->made = mono;
        chain_step(c, STEP_send);
    } else if (g->record.purpose == CHAIN_PURPOSE_approve &&
               g->record.state == CHAIN_STATE_confirmed &&
               chain_asks(c)) {
        g->e->approved = true;
        chain_begin(c, mono, g->e);
    } else if (g->end == CALL_END_answered &&
               g->record.purpose != CHAIN_PURPOSE_approve) {
        chain_step(c, STEP_refresh);
    } else {
        chain_step(c, STEP_done);
    }
}
