/* chain_own - what the files of the chain share; nobody else includes it */
#ifndef EXECUTOR_CHAIN_OWN_H
#define EXECUTOR_CHAIN_OWN_H

#include "executor/chain.h"
#include "executor/encode/calls.h"
#include "executor/encode/carrier.h"

enum {
    VERSIONS_CAP = 10,  /* Of one transaction: it and its replacements. */
    CHECKS = 2 * (1 + RPC_WATCHED) + 3, /* Balances before, after; what a
                                           resolution pays. */
    NODE_FAILURES = 3,  /* Of each, before an errand gives up. */
    GONE_LOOKS = 4,     /* Of each node, all without a receipt. */
    GAS_MOST = 5000000  /* As the signer has it. */
};

enum step {
    STEP_begin,
    /* Nothing is signed yet. */
    STEP_collection,    /* Twice: of YES, of NO; or what is converted. */
    STEP_held,
    STEP_allowed,
    STEP_simulate,      /* As the wallet calls. */
    STEP_carry,         /* As its owner sends it, where that is another. */
    STEP_estimate,
    STEP_priority,
    STEP_base,
    STEP_nonce,
    STEP_now,           /* The chain's time, */
    STEP_turn,          /* and the nonce, of a relayed wallet. */
    STEP_sign,
    STEP_record,
    /* Bytes may be out. */
    STEP_send,
    STEP_submit,        /* To the relayer, */
    STEP_note,          /* whose id of it is a fact, */
    STEP_follow,        /* by which it is followed, */
    STEP_recent,        /* or by its signature, */
    STEP_time,          /* until its deadline is behind the chain, */
    STEP_over,          /* and it can never be done any more, */
    STEP_own,           /* as the wallet itself says, where it can. */
    STEP_receipt,
    STEP_mined,
    STEP_head,
    STEP_deep,          /* The receipt, once more. */
    STEP_check,
    STEP_close,         /* The last fact of it. */
    STEP_refresh,
    STEP_done
};

struct version {
    struct hash tx;
    uint64_t fee_max, priority;
    bool cancel;
    uint32_t raw_size;
    uint8_t raw[CHAIN_RAW_CAP];
};

struct errand {
    bool used;
    uint64_t order;            /* Least is next. */
    bool approved;             /* For it, not long ago. */
    uint64_t call;             /* To be answered; 0: nobody asks. */
    struct chain_errand of;
};

/* The errand under way. */
struct going {
    struct errand *e;          /* NULL: none. */
    enum step step;
    bool waiting;              /* For whatever was asked for. */
    struct nanos next;         /* Nothing before. */
    uint32_t failures;         /* Of nodes, in this step. */

    struct hash condition;
    struct hash collection[2];
    uint32_t part;             /* Of a step that has several. */
    bool neg;
    struct address adapter;

    enum chain_purpose purpose;
    struct call call;          /* What the wallet calls, */
    struct address to;
    struct call outer;         /* and what its owner sends for that. */
    struct address outer_to;
    uint64_t gas, base, priority, nonce;
    bool replacing;            /* versions > 0, and one more is made. */
    bool cancelling;

    bool relayed;              /* Not sent by the owner. */
    struct relay_batch batch;  /* Signed, or to be. */
    uint8_t signature[RELAY_SIGNATURE_SIZE];
    struct text place;         /* Its id at the relayer; "" = not known. */
    struct hash relay_tx;      /* That the relayer sent; zero: none known. */
    bool dumb;                 /* Its list does not come, or is too long. */
    uint64_t over;             /* The first block after its deadline; 0: none
                                  is known. */
    bool unwanted, again;      /* It was refused, and so is over when the
                                  relayer knows of none; another may do. */

    struct tx tx;              /* To be signed. */
    uint32_t versions, look, found;
    struct version version[VERSIONS_CAP];
    bool maybe;                /* Bytes of it may be at a node. */
    struct nanos sent, made;   /* Last time; the last version. */
    uint32_t gone;             /* Looks since its nonce was used. */
    struct rpc_watch watch;
    struct rpc_receipt receipt;
    bool checked[CHECKS];
    struct hash check[CHECKS];
    struct call asked;         /* Data of the question under way. */

    struct chain_record record;
    enum call_end end;         /* How it will be told. */
    enum reason reason;
    struct text words;
    struct hash evidence;      /* Zero: none. */
};

struct chain {
    uint64_t time;             /* Of the chain, in s, 0 = not known; */
    struct nanos told;         /* and when it was told. */
    struct chain_terms t;
    const struct chain_past *past;
    uint64_t questions, orders;
    uint32_t node;
    bool node_good[CHAIN_NODES]; /* It is on our chain. */
    enum rpc_method asked;
    struct errand errands[CHAIN_ERRANDS];
    struct going g;
};

/* chain.c */
void chain_step(struct chain *c, enum step step);
/* It ends; what is open of it was closed. */
void chain_end(struct chain *c, enum call_end end, enum reason reason,
               const char *words);
void chain_pause(struct chain *c, struct nanos mono, struct ms pause);
void chain_other_node(struct chain *c);
bool chain_asks(const struct chain *c);
/* From its facts, where there are some, else from the beginning. */
void chain_begin(struct chain *c, struct nanos mono, struct errand *e);

/* chain_plan.c: up to the signature */
void chain_plan_begin(struct chain *c);
/* The tokens as the errand names them. */
void chain_plan_watch(struct chain *c);
void chain_plan_question(struct chain *c, struct rpc_question *q);
void chain_plan_take(struct chain *c, struct nanos mono,
                     const struct rpc_answer *a);

/* chain_convert.c: whether a conversion is what it is meant to be */
void chain_convert_question(struct chain *c, struct call *q);
/* More is asked, all is well, or it is not that (words). */
enum convert_look { CONVERT_more, CONVERT_good, CONVERT_bad };
enum convert_look chain_convert_take(struct chain *c,
                                     const struct hash *word,
                                     const char **words);
void chain_convert_call(const struct chain_errand *of, struct call *call);
/* Dollars that come of it. */
struct money chain_convert_cash(const struct chain_errand *of);

/* chain_fees.c */
/* Where no node estimates. */
uint64_t chain_fees_gas(enum chain_purpose purpose);
/* Has it signed, with the fees that were heard, where that may cost so
 * much. */
void chain_fees_sign(struct chain *c, struct nanos mono);

/* chain_send.c: from the signature to a receipt deep enough */
void chain_send_question(struct chain *c, struct rpc_question *q);
void chain_send_take(struct chain *c, struct nanos mono,
                     const struct rpc_answer *a);
void chain_send_lost(struct chain *c, struct nanos mono);
void chain_send_signed(struct chain *c, struct nanos mono,
                       const struct signature *sig);
/* As it goes into the next fact. */
void chain_send_record(struct chain *c, const struct version *v,
                       enum chain_state state);
/* It never was, and never will be. */
void chain_send_gone(struct chain *c, enum reason reason, const char *words);
/* Back to looking for its receipt. */
void chain_send_look(struct chain *c, struct nanos mono);

/* chain_relay.c: by the relayer, from the nonce on */
/* What was signed, from its fact; false when that is of another kind. */
bool chain_relay_restore(struct chain *c, const struct chain_record *r);
void chain_relay_question(struct chain *c, struct relayer_question *q);
void chain_relay_take(struct chain *c, struct nanos mono,
                      const struct relayer_answer *a);
void chain_relay_signed(struct chain *c, const struct signature *sig);
/* Its fact is on disk. */
void chain_relay_recorded(struct chain *c, struct nanos mono);
/* No node has a receipt of what the relayer named; or it was reverted, which
 * leaves its nonce unused. */
void chain_relay_without(struct chain *c, struct nanos mono,
                         const char *words);
/* The latest block, and how late it is. */
void chain_relay_now(struct chain *c, struct nanos mono,
                     const struct rpc_answer *a);
void chain_relay_time(struct chain *c, struct nanos mono,
                      const struct rpc_answer *a);
/* The nonce its contract has, if it has that function. */
void chain_relay_own(struct chain *c, struct nanos mono,
                     const struct rpc_answer *a);
/* Under a kill: what nobody took is not handed in (again), true. */
bool chain_relay_killed(struct chain *c);
/* Back to looking for it. */
void chain_relay_look(struct chain *c, struct nanos mono);

/* chain_check.c: what it did */
void chain_check_begin(struct chain *c);
void chain_check_question(struct chain *c, struct rpc_question *q);
void chain_check_take(struct chain *c, const struct rpc_answer *a);

#endif /* EXECUTOR_CHAIN_OWN_H */
