/* chain - the chain under the exchange, as two nodes of it show it
 *
 * Pure.  Its accounts are the desk's: what a transaction splits, merges or
 * redeems is what the exchange knows of that wallet.  Blocks come by the
 * clock; the last of them remember what everybody held.  Contracts are those
 * of production, by address; they refuse with the words ConditionalTokens has
 * on a real EVM (tests/chain). */
#ifndef SIMEX_CHAIN_H
#define SIMEX_CHAIN_H

#include "tests/simex/front.h"

enum {
    CHAIN_NODES = 2,
    CHAIN_TXS = 1024,      /* Kept; the oldest that is mined makes room. */
    CHAIN_BLOCKS = 64,     /* Whose balances are known. */
    CHAIN_DATA = 1024,     /* Most bytes of a call. */
    CHAIN_RAW = 1024
};

struct chain_terms {
    uint64_t id, seed;
    int64_t block_ms;      /* From one block to the next. */
    uint64_t base_fee;     /* wei for a unit of gas, about. */
    uint64_t wei;          /* What each wallet can pay gas from. */
    const char *relayer_key; /* Whoever has it may ask the relayer; NULL or
                                "": nobody may. */
};

/* What goes wrong at nodes; times until which, counts of what is next. */
struct chain_faults {
    int64_t away[CHAIN_NODES], wrong[CHAIN_NODES], behind[CHAIN_NODES];
    uint64_t behind_at[CHAIN_NODES];
    int64_t slow_until, slow_ms, stall;
    uint32_t drop, lose, revert;
    int64_t relay_away;    /* The relayer's. */
    uint32_t relay_lose, relay_drop, relay_busy, relay_fail;
};

struct chain;
struct chain *chain_new(struct desk *d, const struct chain_terms *t);
void chain_destroy(struct chain **c);
struct chain_faults *chain_faults(struct chain *c);
uint64_t chain_head(const struct chain *c);
/* Makes the blocks that are due. */
void chain_tick(struct chain *c);
/* Whether it is a node's path; then answers what was asked of that node. */
bool chain_knows(const struct front_request *r);
void chain_answer(struct chain *c, const struct front_request *r,
                  struct quill *q, struct front_answer *a);

/* Whether it is a path of the relayer of deposit wallets; then does, or tells,
 * what was asked of it. */
bool chain_relays(const struct front_request *r);
void chain_relay(struct chain *c, const struct front_request *r,
                 struct quill *q, struct front_answer *a);

/* The last block with a transaction is undone: it waits again.  Or the nonce
 * of one that waits is used by another.  False when there is none, or what it
 * did cannot be undone any more. */
bool chain_reorg(struct chain *c);
bool chain_steal(struct chain *c);

#endif /* SIMEX_CHAIN_H */
