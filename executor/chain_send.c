/* chain_send - from the signature to a receipt that is deep enough */

/* Bytes that may be out are looked for, sent again as they are, and after a
 * while replaced under the same nonce, so that at most one of them can be
 * taken in.  It is over when one of them has a receipt that is still the same
 * some blocks later, or when the nonce was used and no node, asked many times,
 * has a receipt of any of them. */

#include "executor/chain_own.h"

#include "common/must.h"

#include <string.h>

void
chain_send_record(struct chain *c, const struct version *v,
                  enum chain_state state)
{
    struct going *g = &c->g;
    struct chain_record *r = &g->record;

    memset(r, 0, sizeof *r);
    r->of = g->e->of;
    r->purpose = v->cancel ? CHAIN_PURPOSE_cancel : g->purpose;
    r->state = state;
    r->nonce = g->nonce;
    r->fee_max = v->fee_max;
    r->priority = v->priority;
    r->tx = v->tx;
    if (state == CHAIN_STATE_signed) {
        r->raw_size = v->raw_size;
        memcpy(r->raw, v->raw, v->raw_size);
    } else if (state != CHAIN_STATE_gone) {
        r->block = g->receipt.block;
        if (!g->relayed && /* Else the relayer pays. */
            __builtin_mul_overflow(g->receipt.gas_used,
                                   g->receipt.gas_price, &r->paid))
            r->paid = UINT64_MAX;
    }
}

void
chain_send_look(struct chain *c, struct nanos mono)
{
    must(c->g.versions > 0);
    if (c->g.relayed) {
        chain_relay_look(c, mono);
        return;
    }
    c->g.replacing = false;
    c->g.look = c->g.versions - 1;
    if (c->g.next.ns < mono.ns)
        c->g.next = mono;
    chain_step(c, STEP_receipt);
}

void
chain_send_gone(struct chain *c, enum reason reason, const char *words)
{
    struct going *g = &c->g;

    chain_send_record(c, &g->version[g->versions - 1], CHAIN_STATE_gone);
    chain_end(c, CALL_END_refused, reason, words);
    g->record.words = g->words;
    chain_step(c, STEP_close);
}

void
chain_send_signed(struct chain *c, struct nanos mono,
                  const struct signature *sig)
{
    struct going *g = &c->g;
    struct version *v = &g->version[g->versions];
    uint8_t raw[TX_RAW_CAP];
    size_t size;

    (void)mono;
    must(g->versions < VERSIONS_CAP);
    size = tx_signed(&g->tx, sig, raw, &v->tx);
    must(size > 0 && size <= sizeof v->raw);
    memcpy(v->raw, raw, size);
    v->raw_size = (uint32_t)size;
    v->fee_max = g->tx.fee_max;
    v->priority = g->tx.priority_max;
    v->cancel = g->cancelling;
    g->versions++;
    chain_send_record(c, v, CHAIN_STATE_signed);
    chain_step(c, STEP_record);
}

void
chain_send_question(struct chain *c, struct rpc_question *q)
{
    struct going *g = &c->g;
    const struct version *v = &g->version[g->versions - 1];

    if (g->step == STEP_send) {
        q->method = RPC_send;
        q->data = v->raw;
        q->size = v->raw_size;
        q->tx = v->tx;
    } else if (g->step == STEP_mined) {
        q->method = RPC_mined;
    } else if (g->step == STEP_head) {
        q->method = RPC_head;
    } else if (g->step == STEP_time) {
        q->method = RPC_time;
    } else if (g->step == STEP_own) {
        call_nonce(&g->asked);
        q->method = RPC_call;
        q->to = c->t.wallet.funder;
        q->data = g->asked.b;
        q->size = g->asked.size;
    } else {
        q->method = RPC_receipt;
        q->tx = g->relayed
                    ? g->relay_tx
                    : g->version[g->step == STEP_deep ? g->found : g->look].tx;
        q->watch = &g->watch;
    }
}

/* The node was lost in the middle: what was sent may have arrived; what was
 * planned is planned again later; what was looked for is asked of another. */
void
chain_send_lost(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    if (g->step == STEP_send)
        g->maybe = true;
    if (g->step == STEP_send ||
        (g->step > STEP_collection && g->step < STEP_record)) {
        g->made = mono;
        chain_send_look(c, mono);
    } else if (g->step == STEP_check && g->receipt.moves.known &&
               g->failures >= NODE_FAILURES * c->t.nodes) {
        struct rpc_answer none = { .end = RPC_END_refused };
        chain_check_take(c, &none);
    }
}

static void
take_sent(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    g->sent = mono;
    switch (a->taken) {
    case RPC_TAKEN_poor:
        if (!g->maybe && g->versions == 1) {
            chain_send_gone(c, REASON_BALANCE, "no money for gas");
            return;
        }
        break;
    case RPC_TAKEN_unknown:
        chain_other_node(c);
        g->maybe = true;
        break;
    case RPC_TAKEN_yes:
        g->maybe = true;
        break;
    case RPC_TAKEN_nonce_low:
    case RPC_TAKEN_fee_low:
        break;
    }
    chain_pause(c, mono, c->t.poll);
    chain_send_look(c, mono);
}

static bool
is_over(struct nanos since, struct ms most, struct nanos mono)
{
    return mono.ns - since.ns >= most.ms * 1000000;
}

/* No receipt of any version, and its nonce is not used. */
static void
wait_on(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    if (is_over(g->made, c->t.stuck, mono) && g->versions < VERSIONS_CAP) {
        g->replacing = true;
        if (g->cancelling)
            chain_step(c, STEP_priority);
        else
            chain_step(c, g->call.size == 0 ? STEP_collection
                                            : STEP_simulate);
    } else if (is_over(g->sent, c->t.again, mono)) {
        chain_step(c, STEP_send);
    } else {
        chain_pause(c, mono, c->t.poll);
        chain_send_look(c, mono);
    }
}

/* As many looks as blocks make a thing certain: what took its nonce must not
 * be undone either. */
static uint64_t
looks_most(const struct chain *c)
{
    uint64_t most = GONE_LOOKS * (uint64_t)c->t.nodes;

    return most > c->t.confirmations ? most : c->t.confirmations;
}

static void
take_mined(struct chain *c, struct nanos mono, uint64_t mined)
{
    struct going *g = &c->g;

    if (mined <= g->nonce) {
        g->gone = 0;
        wait_on(c, mono);
    } else if (++g->gone >= looks_most(c)) {
        chain_send_gone(c, REASON_REFUSED, "another took its nonce");
    } else { /* The receipt may lag behind, at that node. */
        chain_other_node(c);
        chain_pause(c, mono, c->t.poll);
        chain_send_look(c, mono);
    }
}

static void
conclude(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;
    struct version *v = &g->version[g->found];

    if (g->relayed && !g->receipt.done) {
        chain_relay_without(c, mono, "reverted on chain");
        return;
    }
    if (g->relayed)
        v->tx = g->relay_tx; /* The one that did it. */
    g->evidence = v->tx;
    if (!g->receipt.done || g->receipt.failed) {
        chain_send_record(c, v, CHAIN_STATE_reverted);
        chain_end(c, CALL_END_refused, REASON_REFUSED,
                  g->receipt.done ? "failed inside of the wallet's call"
                                  : "reverted on chain");
        g->record.words = g->words;
        chain_step(c, STEP_close);
    } else if (v->cancel) {
        chain_send_record(c, v, CHAIN_STATE_confirmed);
        chain_end(c, CALL_END_refused, REASON_REFUSED,
                  "cancelled: it would have reverted");
        chain_step(c, STEP_close);
    } else if (g->purpose == CHAIN_PURPOSE_approve) {
        chain_send_record(c, v, CHAIN_STATE_confirmed);
        chain_end(c, CALL_END_answered, REASON_none, "");
        chain_step(c, STEP_close);
    } else {
        chain_check_begin(c);
    }
}

static void
take_receipt(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    if (a->end == RPC_END_said) {
        g->found = g->look;
        g->receipt = a->receipt;
        chain_step(c, STEP_head);
    } else if (g->relayed) {
        chain_relay_without(c, mono, "");
    } else if (g->look > 0) {
        g->look--;
    } else {
        (void)mono;
        chain_step(c, STEP_mined);
    }
}

/* The chain may have been another one, shortly. */
static void
take_deep(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    if (a->end == RPC_END_said && a->receipt.block == g->receipt.block &&
        hash_equal(&a->receipt.block_hash, &g->receipt.block_hash)) {
        g->receipt = a->receipt;
        conclude(c, mono);
        return;
    }
    chain_pause(c, mono, c->t.poll);
    chain_send_look(c, mono);
}

void
chain_send_take(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    struct going *g = &c->g;
    uint64_t deep;

    if (g->step == STEP_send) {
        take_sent(c, mono, a);
    } else if (g->step == STEP_own && a->end != RPC_END_refused) {
        chain_relay_own(c, mono, a);
    } else if (a->end == RPC_END_refused || a->end == RPC_END_reverted) {
        chain_other_node(c); /* It does not want to say. */
        chain_pause(c, mono, c->t.retry);
    } else if (g->step == STEP_time) {
        chain_relay_time(c, mono, a);
    } else if (g->step == STEP_receipt) {
        take_receipt(c, mono, a);
    } else if (g->step == STEP_mined) {
        take_mined(c, mono, a->count);
    } else if (g->step == STEP_head) {
        deep = g->receipt.block + c->t.confirmations - 1;
        if (deep >= g->receipt.block && a->count >= deep)
            chain_step(c, STEP_deep);
        else
            chain_pause(c, mono, c->t.poll);
    } else {
        take_deep(c, mono, a);
    }
}
