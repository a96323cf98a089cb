/* chain_relay - an errand of a wallet that obeys only its relayer */

/* What is signed is a batch under the wallet's own nonce, which the chain does
 * at most once, and in no block whose time is after its deadline.  So the same
 * bytes may be handed in again, and two batches of one nonce are never both
 * done; what the relayer says of them only tells which transaction to look at
 * on the chain.  It has no receipt there: it may still come, as it is or by
 * another transaction, until its deadline is past or its nonce is used.  Past
 * and unused, it never was; used by what nobody can name, it is unknown for
 * good.  Past is what a block says that has its confirmations; no clock of ours
 * has a say in it.
 *
 * The fact of a batch has its digest for a transaction's hash, until there is
 * one, and the relayer's id of it for words. */

#include "executor/chain_own.h"

#include "common/must.h"

#include <string.h>

enum {
    SECOND = 1000000000,
    MARGIN = 60,     /* s before its deadline: nobody hands it in any more. */
    USED_LOOKS = 5   /* Of the relayer's, for what used the nonce. */
};

/* By now; a block may be late, and then this is ahead. */
static uint64_t
now_s(const struct chain *c, struct nanos mono)
{
    return c->time + (uint64_t)((mono.ns - c->told.ns) / SECOND);
}

/* Worth a look at the chain's time; what it was in another run is not known. */
static bool
is_late(const struct chain *c, struct nanos mono)
{
    return c->time == 0 || now_s(c, mono) > c->g.batch.deadline;
}

static bool
may_submit(const struct chain *c, struct nanos mono)
{
    int64_t most = c->t.relay_for.ms / 1000;
    uint64_t margin = most / 4 < MARGIN ? (uint64_t)most / 4 : MARGIN;

    return c->time > 0 && now_s(c, mono) + margin < c->g.batch.deadline;
}

static void
later(struct chain *c, struct nanos mono, enum step step)
{
    chain_pause(c, mono, c->t.poll);
    chain_step(c, step);
}

void
chain_relay_look(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    must(g->versions == 1);
    if (g->next.ns < mono.ns)
        g->next = mono;
    chain_step(c, !hash_is_zero(&g->relay_tx) ? STEP_receipt
                  : g->place.s[0] != '\0'     ? STEP_follow
                                              : STEP_recent);
}

void
chain_relay_without(struct chain *c, struct nanos mono, const char *words)
{
    struct going *g = &c->g;

    memset(&g->relay_tx, 0, sizeof g->relay_tx);
    if (words[0] != '\0')
        (void)text_set(&g->words, words);
    later(c, mono, is_late(c, mono)        ? STEP_time
                   : g->place.s[0] != '\0' ? STEP_follow
                                           : STEP_recent);
}

bool
chain_relay_killed(struct chain *c)
{
    struct going *g = &c->g;

    if (g->step != STEP_submit || g->maybe)
        return false;
    g->unwanted = g->again = true;
    (void)text_set(&g->words, "killed");
    chain_step(c, STEP_recent);
    return true;
}

/* --- facts ---------------------------------------------------------------- */
bool
chain_relay_restore(struct chain *c, const struct chain_record *r)
{
    struct going *g = &c->g;

    /* Its data stay those of the past, which outlives this; but a fact that
     * comes later may move them. */
    if (!relay_batch_unpack(r->raw, r->raw_size, &g->batch, g->signature) ||
        g->batch.size > RELAY_DATA_CAP)
        return false;
    memcpy(g->call.b, g->batch.data, g->batch.size);
    g->call.size = g->batch.size;
    g->batch.data = g->call.b;
    g->batch.nonce = r->nonce;
    g->place = r->words;
    return true;
}

void
chain_relay_signed(struct chain *c, const struct signature *sig)
{
    struct going *g = &c->g;
    struct version *v = &g->version[0];

    must(g->versions == 0);
    memset(v, 0, sizeof *v);
    relay_signature(sig, g->signature);
    v->tx = relay_batch_hash(c->t.id, &c->t.wallet.funder, &g->batch);
    v->raw_size = (uint32_t)relay_batch_pack(&g->batch, g->signature, v->raw,
                                             sizeof v->raw);
    must(v->raw_size > 0);
    g->versions = 1;
    chain_send_record(c, v, CHAIN_STATE_signed);
    chain_step(c, STEP_record);
}

void
chain_relay_recorded(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    if (g->step == STEP_record) {
        g->sent = mono;
        chain_step(c, STEP_submit);
    } else {
        chain_step(c, STEP_follow);
    }
}

/* The relayer's id of it, so that a restart need not look for it. */
static void
note(struct chain *c, const struct text *place)
{
    struct going *g = &c->g;

    if (text_equal(&g->place, place)) {
        chain_step(c, STEP_follow);
        return;
    }
    g->place = *place;
    chain_send_record(c, &g->version[0], CHAIN_STATE_signed);
    g->record.words = *place;
    chain_step(c, STEP_note);
}

/* It was done or not, and nothing says which: never again under this ref. */
static void
end_unknown(struct chain *c)
{
    struct going *g = &c->g;

    memset(&g->receipt, 0, sizeof g->receipt);
    g->evidence = g->version[0].tx;
    chain_send_record(c, &g->version[0], CHAIN_STATE_confirmed);
    chain_end(c, CALL_END_unknown, REASON_BALANCE,
              "its nonce is used, by what the relayer does not say");
    g->record.words = g->words;
    chain_step(c, STEP_close);
}

/* --- questions ------------------------------------------------------------ */
void
chain_relay_question(struct chain *c, struct relayer_question *q)
{
    struct going *g = &c->g;

    q->wallet = &c->t.wallet;
    q->batch = &g->batch;
    q->place = g->place;
    memcpy(q->signature, g->signature, sizeof q->signature);
    q->method = g->step == STEP_submit   ? RELAYER_submit
                : g->step == STEP_follow ? RELAYER_look
                : g->step == STEP_recent ? RELAYER_recent
                                         : RELAYER_nonce;
}

/* --- answers -------------------------------------------------------------- */
void
chain_relay_now(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    c->time = a->count;
    c->told = mono;
    chain_step(c, STEP_turn);
}

/* A block after its deadline that is as deep as a receipt has to be: no block
 * can have it any more. */
void
chain_relay_time(struct chain *c, struct nanos mono,
                 const struct rpc_answer *a)
{
    struct going *g = &c->g;

    c->time = a->count;
    c->told = mono;
    if (a->count <= g->batch.deadline)
        g->over = 0; /* Or not any more. */
    else if (g->over == 0 || a->block < g->over)
        g->over = a->block;
    chain_relay_look(c, mono);
    if (g->over > 0 && a->block - g->over >= c->t.confirmations - 1)
        chain_step(c, STEP_over);
    else
        chain_pause(c, mono, c->t.poll);
}

static void
take_turn(struct chain *c, struct nanos mono, const struct relayer_answer *a)
{
    struct going *g = &c->g;

    bool behind = a->end == RELAYER_END_said &&
                  a->nonce < chain_past_nonce(c->past, true);

    if (a->end == RELAYER_END_said && !behind) {
        g->nonce = a->nonce;
        g->batch = (struct relay_batch){
            .nonce = a->nonce,
            .deadline = now_s(c, mono) + (uint64_t)c->t.relay_for.ms / 1000,
            .to = g->to,
            .data = g->call.b,
            .size = g->call.size,
        };
        chain_step(c, STEP_sign);
    } else if (a->end == RELAYER_END_refused ||
               ++g->failures >= NODE_FAILURES) {
        chain_end(c, CALL_END_not_sent, REASON_VENUE_DOWN,
                  behind ? "the relayer's nonce is behind ours"
                         : a->words.s);
    } else {
        chain_pause(c, mono, c->t.poll);
    }
}

/* Nobody has it, and its signature is known to the relayer alone, which does
 * not want it and knows of none: the next one has the same nonce, should that
 * lie. */
static void
end_refused(struct chain *c)
{
    const struct text words = c->g.words;

    chain_send_gone(c, c->g.again ? REASON_VENUE_DOWN : REASON_REFUSED,
                    words.s);
    if (c->g.again)
        c->g.end = CALL_END_not_sent; /* Whoever wants it asks again. */
}

/* When nothing of it was handed in before; it is looked for all the same. */
static void
refused(struct chain *c, struct nanos mono, const struct relayer_answer *a)
{
    struct going *g = &c->g;

    g->unwanted = !g->maybe;
    g->again = a->end != RELAYER_END_refused;
    (void)text_set(&g->words, a->words.s);
    later(c, mono, STEP_recent);
}

static void
take_submit(struct chain *c, struct nanos mono,
            const struct relayer_answer *a)
{
    struct going *g = &c->g;

    g->sent = mono;
    switch (a->end) {
    case RELAYER_END_said:
        g->maybe = true;
        note(c, &a->place);
        return;
    case RELAYER_END_busy:
        if (!g->maybe && may_submit(c, mono))
            later(c, mono, STEP_submit);
        else
            refused(c, mono, a);
        return;
    case RELAYER_END_used:
    case RELAYER_END_refused:
        refused(c, mono, a);
        return;
    case RELAYER_END_nothing:
    case RELAYER_END_lost:
        g->maybe = true;
        later(c, mono, STEP_recent);
        return;
    }
}

/* A transaction to look at, or what it says of having none.  One that did
 * another of our errands, or gave leave for this one, does not prove it. */
static void
take_state(struct chain *c, struct nanos mono, const struct relayer_answer *a)
{
    struct going *g = &c->g;
    bool failed = a->state == RELAYER_STATE_failed ||
                  a->state == RELAYER_STATE_invalid;

    if (failed)
        (void)text_set(&g->words, a->words.s[0] ? a->words.s
                                                : "the relayer gave it up");
    if (!hash_is_zero(&a->tx) && !chain_past_knows(c->past, &a->tx)) {
        g->relay_tx = a->tx;
        chain_pause(c, mono, c->t.poll);
        chain_step(c, STEP_receipt);
    } else {
        later(c, mono, is_late(c, mono) ? STEP_time : STEP_follow);
    }
}

static void
take_follow(struct chain *c, struct nanos mono,
            const struct relayer_answer *a)
{
    if (a->end == RELAYER_END_said)
        take_state(c, mono, a);
    else if (a->end == RELAYER_END_nothing || a->end == RELAYER_END_refused)
        later(c, mono, STEP_recent); /* It forgot the id. */
    else
        later(c, mono, is_late(c, mono) ? STEP_time : STEP_follow);
}

static void
take_recent(struct chain *c, struct nanos mono,
            const struct relayer_answer *a)
{
    struct going *g = &c->g;
    bool rested = mono.ns - g->sent.ns >= c->t.again.ms * 1000000;

    g->dumb = a->end == RELAYER_END_lost || a->end == RELAYER_END_busy;
    if (a->end == RELAYER_END_said)
        g->unwanted = false;
    if (a->end == RELAYER_END_said && !hash_is_zero(&a->tx))
        take_state(c, mono, a);
    else if (g->unwanted && (a->end == RELAYER_END_nothing ||
                             a->end == RELAYER_END_refused))
        end_refused(c);
    else if (a->end == RELAYER_END_said && !is_late(c, mono))
        note(c, &a->place);
    else if (is_late(c, mono))
        later(c, mono, STEP_time);
    else if (a->end == RELAYER_END_nothing && rested && may_submit(c, mono))
        chain_step(c, STEP_submit); /* The same bytes. */
    else
        chain_pause(c, mono, c->t.poll);
}

/* Without the relayer's list nobody knows by what. */
static void
is_used(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    if (!g->dumb && ++g->gone >= USED_LOOKS)
        end_unknown(c);
    else
        later(c, mono, STEP_recent);
}

static void
take_over(struct chain *c, struct nanos mono, const struct relayer_answer *a)
{
    if (a->end != RELAYER_END_said)
        chain_pause(c, mono, c->t.poll);
    else if (a->nonce <= c->g.nonce)
        chain_step(c, STEP_own);
    else
        is_used(c, mono);
}

/* A contract without that function says nothing; the relayer's word stands. */
void
chain_relay_own(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    struct going *g = &c->g;
    const struct text said = g->words;
    uint64_t nonce;

    if (a->end == RPC_END_said && a->count > 0 &&
        (!word_count(&a->word, &nonce) || nonce > g->nonce))
        is_used(c, mono);
    else
        chain_send_gone(c, REASON_REFUSED,
                        said.s[0] != '\0' ? said.s
                                          : "the relayer never brought it");
}

void
chain_relay_take(struct chain *c, struct nanos mono,
                 const struct relayer_answer *a)
{
    struct going *g = &c->g;

    if (g->step == STEP_turn)
        take_turn(c, mono, a);
    else if (g->step == STEP_submit)
        take_submit(c, mono, a);
    else if (g->step == STEP_follow)
        take_follow(c, mono, a);
    else if (g->step == STEP_recent)
        take_recent(c, mono, a);
    else
        take_over(c, mono, a);
}
