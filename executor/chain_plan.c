/* chain_plan - an errand becomes a transaction that will do what it should */

/* The tokens themselves say which contracts are theirs: their ids are made of
 * the market's condition and of what backs it, so a market that is not what
 * the venue says is refused before anything of it is touched.  Then the exact
 * call is tried on a node.  A replacement goes the same way from the trial on;
 * when that fails by now, what replaces it does nothing. */

#include "executor/chain_own.h"

#include "common/must.h"

#include <stdio.h>
#include <string.h>

static struct money
cash_of(const struct chain *c)
{
    return (struct money){ c->g.e->of.qty.micros };
}

void
chain_plan_watch(struct chain *c)
{
    const struct chain_errand *of = &c->g.e->of;
    struct rpc_watch *w = &c->g.watch;

    w->count = of->op == VENUE_OP_convert ? of->conversion.count : 2;
    w->token[0] = of->token;
    w->token[1] = of->pair;
    for (uint32_t i = 0; i < of->conversion.count; i++)
        w->token[i] = of->conversion.token[i];
}

void
chain_plan_begin(struct chain *c)
{
    struct going *g = &c->g;
    const struct chain_errand *of = &g->e->of;

    g->watch.owner = c->t.wallet.funder;
    g->watch.failure = carrier_failure(&c->t.wallet);
    g->watch.collateral = c->t.collateral;
    g->watch.positions = c->t.positions;
    if (!hash_parse(of->market.s, strlen(of->market.s), &g->condition) ||
        of->qty.micros < 0 ||
        (of->qty.micros == 0 && of->op != VENUE_OP_redeem)) {
        chain_end(c, CALL_END_not_sent, REASON_BAD_INPUT,
                  "not a market of ConditionalTokens, or no amount");
        return;
    }
    chain_step(c, STEP_collection);
}

/* --- questions ------------------------------------------------------------ */
static void
view(struct chain *c, struct rpc_question *q, const struct address *to)
{
    q->method = RPC_call;
    q->to = *to;
    q->data = c->g.asked.b;
    q->size = c->g.asked.size;
}

static void
ask_allowed(struct chain *c, struct rpc_question *q)
{
    struct going *g = &c->g;

    if (g->e->of.op == VENUE_OP_split) {
        call_allowance(&g->asked, &c->t.wallet.funder, &g->adapter);
        view(c, q, &c->t.collateral);
    } else {
        call_is_approved(&g->asked, &c->t.wallet.funder, &g->adapter);
        view(c, q, &c->t.positions);
    }
}

static enum rpc_method
method_of(enum step step)
{
    return step == STEP_estimate   ? RPC_estimate
           : step == STEP_priority ? RPC_priority
           : step == STEP_base     ? RPC_base
           : step == STEP_nonce    ? RPC_pending
           : step == STEP_now      ? RPC_time
                                   : RPC_call;
}

void
chain_plan_question(struct chain *c, struct rpc_question *q)
{
    struct going *g = &c->g;

    if (g->step == STEP_collection && g->e->of.op == VENUE_OP_convert) {
        chain_convert_question(c, &g->asked);
        view(c, q, &c->t.neg_questions);
    } else if (g->step == STEP_collection) {
        call_collection_id(&g->asked, &g->condition, g->part + 1);
        view(c, q, &c->t.positions);
    } else if (g->step == STEP_held) {
        call_position(&g->asked, &c->t.wallet.funder, &g->e->of.token);
        view(c, q, &c->t.positions);
    } else if (g->step == STEP_allowed) {
        ask_allowed(c, q);
    } else {
        bool inside = g->step == STEP_simulate;
        q->method = method_of(g->step);
        q->from = inside ? c->t.wallet.funder : c->t.wallet.owner;
        q->to = inside ? g->to : g->outer_to;
        q->data = inside ? g->call.b : g->outer.b;
        q->size = inside ? g->call.size : g->outer.size;
    }
}

/* --- what is called ------------------------------------------------------- */
static void
make_call(struct chain *c)
{
    struct going *g = &c->g;
    bool split = g->e->of.op == VENUE_OP_split;
    struct hash all;

    g->to = g->adapter;
    switch (g->purpose) {
    case CHAIN_PURPOSE_split:
        call_split(&g->call, &c->t.collateral, &g->condition, cash_of(c));
        return;
    case CHAIN_PURPOSE_merge:
        call_merge(&g->call, &c->t.collateral, &g->condition, cash_of(c));
        return;
    case CHAIN_PURPOSE_redeem:
        call_redeem(&g->call, &c->t.collateral, &g->condition);
        return;
    case CHAIN_PURPOSE_approve:
        memset(all.b, 0xff, sizeof all.b);
        g->to = split ? c->t.collateral : c->t.positions;
        if (split)
            call_approve(&g->call, &g->adapter, &all);
        else
            call_approve_all(&g->call, &g->adapter, true);
        return;
    case CHAIN_PURPOSE_convert:
        chain_convert_call(&g->e->of, &g->call);
        return;
    case CHAIN_PURPOSE_cancel:
    case chain_purpose_end_:
        break;
    }
    must(false);
}

static enum chain_purpose
purpose_of(enum venue_op op)
{
    return op == VENUE_OP_split     ? CHAIN_PURPOSE_split
           : op == VENUE_OP_merge   ? CHAIN_PURPOSE_merge
           : op == VENUE_OP_convert ? CHAIN_PURPOSE_convert
                                    : CHAIN_PURPOSE_redeem;
}

static void
try_call(struct chain *c, enum chain_purpose purpose)
{
    struct going *g = &c->g;

    g->purpose = purpose;
    make_call(c);
    const struct carried in = { g->to, g->call.b, g->call.size };
    bool fits = carrier_wrap(&c->t.wallet, &in, &g->outer_to, &g->outer);
    must(fits);
    chain_step(c, STEP_simulate);
}

/* --- answers -------------------------------------------------------------- */
static bool
are_ours(struct chain *c, const struct address *backing)
{
    struct going *g = &c->g;
    struct chain_errand *of = &g->e->of;
    struct hash id[2] = { position_id(backing, &g->collection[0]),
                          position_id(backing, &g->collection[1]) };

    g->watch.count = 2;
    memcpy(g->watch.token, id, sizeof id);
    if (of->op == VENUE_OP_redeem) { /* It takes both. */
        bool no = hash_equal(&id[1], &of->token);
        of->pair = id[!no];
        return no || hash_equal(&id[0], &of->token);
    }
    return hash_equal(&id[0], &of->token) && hash_equal(&id[1], &of->pair);
}

/* A node that is of no use for this; another may be. */
static void
give_up(struct chain *c, struct nanos mono, enum reason reason,
        const char *words)
{
    struct going *g = &c->g;

    if (g->versions > 0 && g->step == STEP_collection) {
        g->part = 0; /* It was good when it was signed: ask another. */
        chain_other_node(c);
        chain_pause(c, mono, c->t.retry);
    } else if (g->versions > 0) {
        chain_send_look(c, mono);
    } else {
        chain_end(c, CALL_END_not_sent, reason, words);
    }
}

/* Its tokens are what they should be: on with it. */
static void
take_known(struct chain *c, struct nanos mono)
{
    struct going *g = &c->g;

    g->adapter = g->neg ? c->t.neg_adapter : c->t.adapter;
    if (g->versions == 0)
        chain_step(c, g->e->of.op == VENUE_OP_redeem ? STEP_held
                                                     : STEP_allowed);
    else if (g->replacing)
        try_call(c, g->purpose);
    else
        chain_send_look(c, mono);
}

static void
take_conversion(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    const char *words = "";

    switch (chain_convert_take(c, &a->word, &words)) {
    case CONVERT_more:
        c->g.part++;
        return;
    case CONVERT_good:
        chain_plan_watch(c);
        c->g.neg = true;
        take_known(c, mono);
        return;
    case CONVERT_bad:
        give_up(c, mono, REASON_SCHEMA, words);
        return;
    }
    must(false);
}

static void
take_collection(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    struct going *g = &c->g;

    g->collection[g->part] = a->word;
    if (++g->part < 2)
        return;
    bool plain = are_ours(c, &c->t.backing);
    if (!plain && !are_ours(c, &c->t.neg_backing)) {
        give_up(c, mono, REASON_SCHEMA,
                "these tokens are not this market's");
        return;
    }
    g->neg = !plain;
    take_known(c, mono);
}

/* An earlier one may have taken them along, for its pair's sake or before
 * their trade was heard of; else they may still be on their way. */
static void
take_held(struct chain *c, const struct rpc_answer *a)
{
    struct going *g = &c->g;
    struct chain_taken taken;
    const struct chain_record *r =
        chain_past_taken(c->past, &g->e->of.token, &taken);
    uint64_t held;

    if (!word_count(&a->word, &held))
        held = UINT64_MAX;
    if (r) {
        g->evidence = r->tx;
        chain_end(c, CALL_END_answered, REASON_none, "");
    } else if (held == 0 || held < (uint64_t)g->e->of.qty.micros) {
        chain_end(c, CALL_END_refused, REASON_BALANCE,
                  "the account holds less of it");
    } else {
        chain_step(c, STEP_allowed);
    }
}

static void
take_refusal(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;

    if (a->end == RPC_END_reverted && g->replacing) {
        g->cancelling = true;
        chain_step(c, STEP_priority);
    } else if (a->end == RPC_END_reverted) {
        chain_end(c, CALL_END_refused, REASON_REFUSED, a->words.s);
    } else if (g->step == STEP_estimate) {
        g->gas = chain_fees_gas(g->purpose) + carrier_gas(&c->t.wallet);
        chain_step(c, STEP_priority);
    } else if (g->step == STEP_priority) {
        g->priority = c->t.priority_least;
        chain_step(c, STEP_base);
    } else {
        chain_other_node(c);
        chain_pause(c, mono, c->t.retry);
        if (++g->failures >= NODE_FAILURES * c->t.nodes)
            give_up(c, mono, REASON_VENUE_DOWN, a->words.s);
    }
}

/* Once for an errand: a node that does not show it yet lags behind. */
static void
take_allowed(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;
    bool split = g->e->of.op == VENUE_OP_split;
    uint64_t n;
    bool enough = !word_count(&a->word, &n) ||
                  (split ? n >= (uint64_t)g->e->of.qty.micros : n != 0);
    struct rpc_answer behind = { .end = RPC_END_refused };

    if (enough) {
        try_call(c, purpose_of(g->e->of.op));
    } else if (g->e->approved) {
        (void)why_set(&behind.words, "it was approved, and no node shows it");
        take_refusal(c, mono, &behind);
    } else if (c->t.approve) {
        try_call(c, CHAIN_PURPOSE_approve);
    } else {
        chain_end(c, CALL_END_refused, REASON_BALANCE,
                  "the adapter is not approved");
    }
}

/* It would do what it should; does its wallet obey? */
static void
take_trial(struct chain *c, struct nanos mono, const struct rpc_answer *a)
{
    struct going *g = &c->g;
    struct rpc_answer no = { .end = RPC_END_reverted };

    if (g->step == STEP_simulate &&
        !address_equal(&c->t.wallet.owner, &c->t.wallet.funder)) {
        chain_step(c, g->relayed ? STEP_now : STEP_carry);
    } else if (g->step == STEP_carry &&
               (a->end != RPC_END_said ||
                !carrier_went_well(&c->t.wallet, a->count, &a->word))) {
        (void)why_set(&no.words, "the wallet does not obey this key: %s",
                      a->end == RPC_END_said ? "it says no, or is not there"
                                             : a->words.s);
        take_refusal(c, mono, &no);
    } else {
        chain_step(c, g->gas == 0 ? STEP_estimate : STEP_priority);
    }
}

static void
take_number(struct chain *c, struct nanos mono, uint64_t n)
{
    struct going *g = &c->g;

    switch (g->step) {
    case STEP_estimate:
        g->gas = n >= GAS_MOST / 5 * 4 ? GAS_MOST : n + n / 4;
        chain_step(c, STEP_priority);
        return;
    case STEP_priority:
        g->priority = n > c->t.priority_least ? n : c->t.priority_least;
        chain_step(c, STEP_base);
        return;
    case STEP_base:
        g->base = n;
        if (g->versions > 0)
            chain_fees_sign(c, mono);
        else
            chain_step(c, STEP_nonce);
        return;
    case STEP_nonce:
        g->nonce = chain_past_nonce(c->past, false);
        if (n > g->nonce)
            g->nonce = n;
        chain_fees_sign(c, mono);
        return;
    case STEP_begin: case STEP_collection: case STEP_held:
    case STEP_allowed: case STEP_simulate: case STEP_carry: case STEP_sign:
    case STEP_record: case STEP_send: case STEP_receipt: case STEP_mined:
    case STEP_now: case STEP_turn: case STEP_submit: case STEP_note:
    case STEP_follow: case STEP_recent: case STEP_time: case STEP_over:
    case STEP_own:
    case STEP_head: case STEP_deep: case STEP_check: case STEP_close:
    case STEP_refresh: case STEP_done:
        break;
    }
    must(false);
}

void
chain_plan_take(struct chain *c, struct nanos mono,
                const struct rpc_answer *a)
{
    struct going *g = &c->g;
    bool empty = g->step < STEP_simulate && a->count == 0;
    struct rpc_answer none;

    if (a->end != RPC_END_said &&
        (a->end != RPC_END_reverted || g->step != STEP_carry)) {
        take_refusal(c, mono, a);
    } else if (empty) { /* A view has a word, where there is a contract. */
        none = *a;
        none.end = RPC_END_refused;
        (void)why_set(&none.words, "there is no such contract");
        take_refusal(c, mono, &none);
    } else if (g->step == STEP_collection &&
               g->e->of.op == VENUE_OP_convert) {
        take_conversion(c, mono, a);
    } else if (g->step == STEP_collection) {
        take_collection(c, mono, a);
    } else if (g->step == STEP_held) {
        take_held(c, a);
    } else if (g->step == STEP_allowed) {
        take_allowed(c, mono, a);
    } else if (g->step <= STEP_carry) {
        take_trial(c, mono, a);
    } else if (g->step == STEP_now) {
        chain_relay_now(c, mono, a);
    } else {
        take_number(c, mono, a->count);
    }
}
