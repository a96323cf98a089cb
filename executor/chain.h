/* chain - splits, merges, redeems, conversions: each done once, and proved
 *
 * A pure machine between the engine's calls and a chain's nodes.  It is asked
 * for what it needs (chain_next) and told what came of it; it opens no
 * connection, reads no clock, signs nothing.  One errand after the other,
 * since one key has one row of nonces:
 *
 *   whose tokens they are -> allowance -> simulated -> gas, fees, nonce ->
 *   signed -> a fact on disk -> sent -> receipt -> deep enough -> effect seen
 *
 * Of a wallet that obeys only its relayer the owner signs a batch instead, and
 * the relayer sends (chain_relay.c); the nonce is the wallet's own.
 * The fact holds the bytes, so whatever dies, the same bytes go out again; an
 * errand is known by its ref and never done twice. */
#ifndef EXECUTOR_CHAIN_H
#define EXECUTOR_CHAIN_H

#include "executor/chain_past.h"
#include "executor/encode/order.h"
#include "executor/encode/tx.h"
#include "executor/relayer.h"
#include "executor/rpc.h"

enum { CHAIN_NODES = 4, CHAIN_ERRANDS = 96, CHAIN_PAST = 512 };

struct chain_terms {
    uint64_t id;                     /* 137 */
    struct wallet wallet;            /* Its owner sends and pays the gas; it
                                        holds. */
    struct address collateral;       /* What is split, and merged into. */
    struct address positions;        /* ConditionalTokens. */
    struct address adapter, neg_adapter; /* What does it: plain, neg-risk. */
    struct address neg_questions;    /* Knows what there is to convert. */
    struct address backing, neg_backing; /* What token ids are made of. */
    uint32_t nodes;                  /* 1..CHAIN_NODES */
    uint64_t confirmations;          /* Blocks, the first is 1. */
    uint64_t priority_least, fee_most; /* wei */
    struct ms poll;                  /* Between looks for a receipt. */
    struct ms again;                 /* The same bytes go out again. */
    struct ms stuck;                 /* Then it is replaced. */
    struct ms retry;                 /* After a node gave no answer. */
    bool approve;                    /* Missing allowances are given. */
    struct ms relay_for;             /* How long a batch that was signed may
                                        still be done. */
    const char *barred;              /* Why nothing is done here, NULL: it is
                                        (carrier_barred). */
};

enum chain_need {
    CHAIN_NEED_answer,   /* Of that node: chain_answered. */
    CHAIN_NEED_relayer,  /* Of the relayer: chain_relayed. */
    CHAIN_NEED_signature, /* chain_signed */
    CHAIN_NEED_record,   /* On disk, then: chain_recorded. */
    CHAIN_NEED_refresh,  /* The venue must look at its balance of token, then:
                            chain_refreshed. */
    CHAIN_NEED_done      /* The engine hears it. */
};

struct chain_work {
    enum chain_need need;
    uint32_t node;
    struct rpc_question question;    /* Its pointers stay valid until the
                                        answer. */
    struct relayer_question relayer; /* Likewise. */
    const struct relay_batch *batch; /* To be signed, */
    struct tx tx;                    /* or, when that is NULL, this. */
    struct chain_record record;
    struct hash token;               /* Zero: collateral. */
    struct venue_done done;
};

struct chain;
/* past outlives it; what is open there goes on. */
struct chain *chain_new(const struct chain_terms *t,
                        const struct chain_past *past);
void chain_destroy(struct chain **c);

/* A split, merge, redeem or conversion, asked by the engine; one venue_done
 * follows, for the last call of its ref.  False when there are too many, or it
 * makes no sense. */
MUST_CHECK bool chain_ask(struct chain *c, const struct venue_call *m);
/* What it needs now; false when it waits for an answer or for time.  latched:
 * nothing is split. */
bool chain_next(struct chain *c, struct nanos mono, bool latched,
                struct chain_work *w);
void chain_answered(struct chain *c, struct nanos mono,
                    const struct rpc_answer *a);
void chain_relayed(struct chain *c, struct nanos mono,
                   const struct relayer_answer *a);
/* NULL: the signer refuses, for that reason. */
void chain_signed(struct chain *c, struct nanos mono,
                  const struct signature *sig, const char *words);
void chain_recorded(struct chain *c, struct nanos mono,
                    const struct hash *tx);
/* Whatever the venue said. */
void chain_refreshed(struct chain *c);
/* How many errands there are, open or waiting. */
uint32_t chain_errands(const struct chain *c);

#endif /* EXECUTOR_CHAIN_H */
