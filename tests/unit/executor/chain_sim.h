/* chain_sim - a chain of one account, for tests of the machine: typed answers
 * to typed questions, blocks, a pool of one, and everything that can go wrong
 * with a node, by a seed */
#ifndef TESTS_UNIT_EXECUTOR_CHAIN_SIM_H
#define TESTS_UNIT_EXECUTOR_CHAIN_SIM_H

#include <string.h>

#include "common/must.h"
#include "executor/chain.h"
#include "executor/encode/calls.h"
#include "executor/encode/carrier.h"
#include "executor/encode/eip712.h"
#include "tests/unit/executor/chain_event.h"

enum { SIM_REMEMBERS = 1024, SIM_TXS = 512 };

/* A relayer, and what it was handed in. */
struct sim_relayer {
    uint32_t count, submits;
    struct sim_batch {
        struct chain_record said;
        uint8_t signature[RELAY_SIGNATURE_SIZE];
        struct hash tx;                /* Zero: not on the chain yet. */
        bool sent;
    } at[SIM_TXS];
    /* What goes wrong. */
    uint32_t lose, drop, busy;         /* Answers; submissions. */
    bool mute;                         /* Of what it was handed in. */
    bool twice;                        /* Somebody hands them in twice. */
    bool silent, forgets, fails, hides, refuses;
    uint64_t behind;                   /* Its nonce is, by so much. */
    bool crooked, stale;               /* It names a transaction of others; its
                                          first. */
};

struct sim_state {
    int64_t cash, token[2], paid;    /* paid: what a redeem pays a share. */
    int64_t turn[3];                 /* NO of 0 and 1, YES of 2, of an event. */
    bool allowed, approved, resolved;
    uint64_t nonce;
};

struct sim_receipt {
    struct hash tx;
    uint64_t block;
    bool ok;
    bool inside;                     /* Failed inside, and said so. */
    struct rpc_moves moves;
};

struct sim {
    struct sim_state now;
    struct sim_state after[SIM_REMEMBERS]; /* The last blocks. */
    uint64_t height, forks;
    int64_t time, late;              /* Of the latest block, s; behind. */
    bool waits;                      /* Something is in the pool. */
    struct chain_record pool;
    uint32_t receipts, known;
    struct sim_receipt receipt[SIM_TXS];
    struct chain_record said[SIM_TXS]; /* Every record that was said. */
    struct hash id[2];
    struct wallet wallet;            /* Whose account it is. */

    /* What goes wrong. */
    uint64_t chain;
    struct sim_relayer relayer;
    bool disobeys, fails_inside;     /* A wallet that is a contract. */
    bool dumb_wallet;                /* It does not tell its nonce. */
    bool deaf, refuses;              /* To approvals; to calls. */
    bool poor, forgets, silent, no_estimate, no_logs, crooked;
    bool pruned, bare;               /* No past balances; no events. */
    int64_t comes;                   /* NO, by the transaction that redeems. */
    uint64_t questions, bips;        /* Of the event; what it keeps. */
    uint64_t base, priority;         /* gwei */
    uint32_t sends;                  /* Questions of that kind. */
    uint64_t seed;
    uint32_t lost_percent;           /* Of answers, and of questions. */
};

static const struct address sim_owner = { { 1 } };
static const struct address sim_dollar = { { 2 } }, sim_sets = { { 3 } };
static const struct address sim_adapter = { { 4 } }, sim_neg = { { 5 } };
static const struct address sim_backing = { { 6 } }, sim_wrapped = { { 7 } };
#define SIM_CONDITION                                                       \
    "0x1111111111111111111111111111111111111111111111111111111111111111"

static inline struct hash
sim_collection(uint64_t set)
{
    struct hash h = word_of_count(set);

    h.b[0] = 0xcc;
    return h;
}

static inline void
sim_begin(struct sim *s, enum wallet_type type)
{
    struct address at;

    memset(s, 0, sizeof *s);
    bool made = carrier_wallet(type, 137, &sim_owner, &at);
    if (type == WALLET_DEPOSIT) { /* Its rule is not known. */
        at = (struct address){ { 11 } };
        made = true;
    }
    must(wallet_make(type, &sim_owner, made ? &at : NULL, &s->wallet, NULL));
    s->chain = 137;
    s->questions = 3;
    s->base = 50;
    s->priority = 25;
    s->height = 100;
    s->now.cash = 1000 * MICROS;
    s->now.nonce = 7;
    for (uint64_t i = 0; i < SIM_REMEMBERS; i++)
        s->after[i] = s->now;
    for (uint64_t i = 0; i < 2; i++) {
        struct hash c = sim_collection(i + 1);
        s->id[i] = position_id(&sim_backing, &c);
    }
}

static inline uint32_t
sim_chance(struct sim *s, uint32_t below)
{
    s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(s->seed >> 33) % below;
}

/* --- what the chain does -------------------------------------------------- */
static inline bool
sim_may(const struct sim_state *s, enum chain_purpose purpose, int64_t q)
{
    switch (purpose) {
    case CHAIN_PURPOSE_split: return s->allowed && s->cash >= q;
    case CHAIN_PURPOSE_merge:
        return s->approved && s->token[0] >= q && s->token[1] >= q;
    case CHAIN_PURPOSE_redeem: return s->approved && s->resolved;
    case CHAIN_PURPOSE_convert:
        return s->approved && s->turn[0] >= q && s->turn[1] >= q;
    case CHAIN_PURPOSE_approve:
    case CHAIN_PURPOSE_cancel: return true;
    case chain_purpose_end_: break;
    }
    return false;
}

static inline void
sim_do(struct sim_state *s, const struct chain_record *r)
{
    int64_t q = r->of.qty.micros;

    switch (r->purpose) {
    case CHAIN_PURPOSE_split:
    case CHAIN_PURPOSE_merge:
        if (r->purpose == CHAIN_PURPOSE_merge)
            q = -q;
        s->cash -= q;
        s->token[0] += q;
        s->token[1] += q;
        return;
    case CHAIN_PURPOSE_redeem:
        s->cash += s->token[0]; /* YES won. */
        s->token[0] = s->token[1] = 0;
        return;
    case CHAIN_PURPOSE_convert:
        s->turn[0] -= q;
        s->turn[1] -= q;
        s->turn[2] += r->of.conversion.made.micros;
        s->cash += r->of.conversion.made.micros;
        return;
    case CHAIN_PURPOSE_approve:
        s->allowed |= r->of.op == VENUE_OP_split;
        s->approved |= r->of.op != VENUE_OP_split;
        return;
    case CHAIN_PURPOSE_cancel:
    case chain_purpose_end_:
        return;
    }
}

static inline void
sim_take_in(struct sim *s, const struct chain_record *r)
{
    struct sim_receipt *to = &s->receipt[s->receipts++];
    struct sim_state was = s->now;

    must(s->receipts < SIM_TXS && r->nonce == s->now.nonce);
    to->tx = r->tx;
    to->block = s->height;
    to->ok = sim_may(&s->now, r->purpose, r->of.qty.micros);
    to->inside = s->fails_inside && r->purpose != CHAIN_PURPOSE_cancel;
    s->now.nonce += to->ok || r->fee_max > 0; /* A batch is undone whole. */
    if (to->ok && !to->inside &&
        !(s->deaf && r->purpose == CHAIN_PURPOSE_approve))
        sim_do(&s->now, r);
    if (to->ok && s->crooked)
        s->now.cash--;
    if (to->ok && r->purpose == CHAIN_PURPOSE_redeem)
        s->now.token[1] += s->comes;
    to->moves = (struct rpc_moves){
        .known = !s->no_logs,
        .cash = { s->now.cash - was.cash },
        .token = { { s->now.token[0] - was.token[0] },
                   { s->now.token[1] - was.token[1] } },
    };
    for (int i = 0; r->of.op == VENUE_OP_convert && i < 3; i++)
        to->moves.token[i].micros = s->now.turn[i] - was.turn[i];
    if (s->bare)
        to->moves = (struct rpc_moves){ .known = true };
}

static inline void
sim_mine(struct sim *s)
{
    s->after[s->height % SIM_REMEMBERS] = s->now; /* As tests made it. */
    s->height++;
    if (s->waits && s->pool.nonce == s->now.nonce)
        sim_take_in(s, &s->pool);
    s->waits = s->waits && s->pool.nonce >= s->now.nonce;
    s->after[s->height % SIM_REMEMBERS] = s->now;
}

/* Somebody else with the same key. */
static inline void
sim_mine_other(struct sim *s)
{
    s->now.nonce++;
    s->waits = false;
    sim_mine(s);
}

/* The last block never was; what was in it waits again, or is forgotten. */
static inline void
sim_undo(struct sim *s, bool forget)
{
    struct sim_receipt *last = &s->receipt[s->receipts - 1];

    s->now = s->after[(s->height - 1) % SIM_REMEMBERS];
    s->forks++;
    if (s->receipts > 0 && last->block == s->height) {
        for (uint32_t i = 0; i < s->known && !forget; i++)
            if (hash_equal(&s->said[i].tx, &last->tx)) {
                s->pool = s->said[i];
                s->waits = true;
            }
        s->receipts--;
    }
    s->height--;
}

/* --- what a node says ----------------------------------------------------- */
static inline const struct chain_record *
sim_known(const struct sim *s, const struct hash *tx)
{
    for (uint32_t i = 0; i < s->known; i++)
        if (hash_equal(&s->said[i].tx, tx))
            return &s->said[i];
    return NULL;
}

static inline void
sim_send(struct sim *s, const struct rpc_question *q, struct rpc_answer *a)
{
    const struct chain_record *r = sim_known(s, &q->tx);

    must(r != NULL); /* Nothing goes out before it was said. */
    must(q->size == r->raw_size && memcmp(q->data, r->raw, q->size) == 0);
    s->sends++;
    a->taken = RPC_TAKEN_yes;
    if (r->nonce < s->now.nonce)
        a->taken = RPC_TAKEN_nonce_low;
    else if (s->poor)
        a->taken = RPC_TAKEN_poor;
    else if (s->waits && !hash_equal(&s->pool.tx, &q->tx) &&
             (r->fee_max < s->pool.fee_max / 10 * 11 ||
              r->priority < s->pool.priority / 10 * 11))
        a->taken = RPC_TAKEN_fee_low;
    if (a->taken != RPC_TAKEN_yes) {
        a->end = RPC_END_refused;
        return;
    }
    if (!s->forgets) {
        s->pool = *r;
        s->waits = true;
    }
}

static inline void
sim_receipt(struct sim *s, const struct rpc_question *q,
            struct rpc_answer *a)
{
    a->end = RPC_END_nothing;
    for (uint32_t i = 0; i < s->receipts; i++) {
        const struct sim_receipt *r = &s->receipt[i];
        if (!hash_equal(&r->tx, &q->tx))
            continue;
        a->end = RPC_END_said;
        a->receipt = (struct rpc_receipt){
            .done = r->ok, .block = r->block, .gas_used = 100000,
            .gas_price = 60, .moves = r->moves,
            .block_hash = word_of_count(r->block * 1000 + s->forks),
            .failed = r->inside && !hash_is_zero(&q->watch->failure),
        };
    }
}

static inline enum chain_purpose
sim_purpose(const struct rpc_question *q)
{
    struct call c;
    const struct hash none = { { 0 } };

    call_split(&c, &sim_dollar, &none, (struct money){ 0 });
    if (memcmp(q->data, c.b, 4) == 0)
        return CHAIN_PURPOSE_split;
    call_merge(&c, &sim_dollar, &none, (struct money){ 0 });
    if (memcmp(q->data, c.b, 4) == 0)
        return CHAIN_PURPOSE_merge;
    call_convert(&c, &none, &none, (struct qty){ 0 });
    if (memcmp(q->data, c.b, 4) == 0)
        return CHAIN_PURPOSE_convert;
    call_redeem(&c, &sim_dollar, &none);
    return memcmp(q->data, c.b, 4) == 0 ? CHAIN_PURPOSE_redeem
                                        : CHAIN_PURPOSE_approve;
}

/* The last word of the argument list that is given. */
static inline uint64_t
sim_argument(const struct rpc_question *q, size_t i)
{
    struct hash word;
    uint64_t n = 0;

    must(abi_word(q->data + 4, q->size - 4, i, &word));
    (void)(word_count(&word, &n) || n == 0);
    return n;
}

static inline void
sim_try(struct sim *s, const struct rpc_question *q, struct rpc_answer *a)
{
    enum chain_purpose p = sim_purpose(q);
    bool sets = p == CHAIN_PURPOSE_split || p == CHAIN_PURPOSE_merge;
    uint64_t amount = sets                          ? sim_argument(q, 4)
                      : p == CHAIN_PURPOSE_convert ? sim_argument(q, 2)
                                                    : 0;

    if (p == CHAIN_PURPOSE_convert && sim_argument(q, 1) != 3)
        a->end = RPC_END_reverted;
    else if (sim_may(&s->now, p, (int64_t)amount))
        return;
    a->end = RPC_END_reverted;
    (void)why_set(&a->words, "reverted: the sim says so");
}

/* As the owner sends it: what his wallet answers. */
static inline void
sim_carry(struct sim *s, const struct rpc_question *q, struct rpc_answer *a)
{
    const struct carried sent = { q->to, q->data, q->size };
    struct rpc_question inside = *q;
    struct carried in;

    must(carrier_unwrap(&s->wallet, &sent, &in));
    must(address_equal(&q->from, &sim_owner));
    inside.data = in.data;
    inside.size = in.size;
    sim_try(s, &inside, a);
    if (s->disobeys) {
        a->end = RPC_END_reverted;
        (void)why_set(&a->words, "reverted: GS026");
    }
    a->count = 1;
    a->word = word_of_count(1);
}

static inline void
sim_view(struct sim *s, const struct rpc_question *q, struct rpc_answer *a)
{
    const struct sim_state *at =
        q->block > 0 ? &s->after[q->block % SIM_REMEMBERS] : &s->now;
    struct call c;
    uint64_t n = 0;

    if (q->block > 0 &&
        (s->pruned || q->block + SIM_REMEMBERS <= s->height)) {
        a->end = RPC_END_refused; /* Forgotten: ask an archive. */
        return;
    }
    a->count = 1;
    call_allowance(&c, &s->wallet.funder, &sim_adapter);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = at->allowed ? UINT64_MAX : 0;
    call_is_approved(&c, &s->wallet.funder, &sim_adapter);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = at->approved;
    call_is_approved(&c, &s->wallet.funder, &sim_neg);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = at->approved;
    call_balance(&c, &s->wallet.funder);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = (uint64_t)at->cash;
    for (int i = 0; i < 2; i++) {
        call_position(&c, &s->wallet.funder, &s->id[i]);
        if (memcmp(q->data, c.b, c.size) == 0)
            n = (uint64_t)at->token[i];
    }
    for (uint64_t i = 0; i < 3; i++) {
        struct hash token = sim_turned(i, i == 2);
        call_position(&c, &s->wallet.funder, &token);
        if (memcmp(q->data, c.b, c.size) == 0)
            n = (uint64_t)at->turn[i];
    }
    struct hash condition;
    must(hash_parse(SIM_CONDITION, 66, &condition));
    call_payout_denominator(&c, &condition);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = s->now.resolved;
    call_payout_numerator(&c, &condition, 0);
    if (memcmp(q->data, c.b, c.size) == 0)
        n = s->now.resolved;
    a->word = word_of_count(n);
    call_collection_id(&c, &condition, 1);
    if (memcmp(q->data, c.b, 4) == 0)
        a->word = sim_collection(sim_argument(q, 2));
}

#endif /* TESTS_UNIT_EXECUTOR_CHAIN_SIM_H */
