/* wiring_chain - where splits, merges and redeems leave for the chain
 *
 * Carries what the machine (chain.h) needs: questions to nodes over HTTP,
 * transactions to the signer, facts to the engine and back, and the venue_done
 * of each call. */
#ifndef EXECUTOR_WIRING_CHAIN_H
#define EXECUTOR_WIRING_CHAIN_H

#include "common/outbox.h"
#include "executor/chain.h"
#include "executor/executor.h"
#include "executor/signer_ask.h"
#include "executor/wiring_nodes.h"

struct loop;
struct chain_desk;

struct chain_desk_options {
    struct loop *loop;
    const struct executor_conf *conf;
    struct signer_line *signer;
    struct nodes *nodes;           /* Of conf; outlives it. */
    const struct chain_past *past; /* executor_chain_past */

    void *arg;                     /* Of all below. */
    /* As the desk's: words between begin and end are one turn. */
    void (*begin)(void *arg);
    void (*hear)(void *arg, const struct schema *sc, const void *m);
    void (*end)(void *arg);
    bool (*latched)(void *arg);
    /* Tokens moved (zero: collateral): the venue must look at its balance of
     * them anew (talk.h, write_refresh).  True: chain_desk_refreshed will be
     * called, later. */
    bool (*refresh)(void *arg, const struct hash *token);
};

/* NULL when there is no chain_rpc, or, and then words say it, a setting is not
 * as it must be. */
struct chain_desk *chain_desk_new(const struct chain_desk_options *o,
                                  struct why *why);
void chain_desk_destroy(struct chain_desk **k);
/* What the engine said, in the turn that said it.  True: it was the chain's
 * (a split, merge, redeem, or a transaction's fact), and it is being done. */
bool chain_desk_said(struct chain_desk *k, const struct said *said);

void chain_desk_refreshed(struct chain_desk *k);

struct desk;
/* What refresh above does at a venue's desk (wiring_refresh.c): asks until it
 * has; done is called once, later.  One at a time. */
void desk_refresh(struct desk *k, const struct hash *token,
                  void (*done)(void *arg), void *arg);

#endif /* EXECUTOR_WIRING_CHAIN_H */
