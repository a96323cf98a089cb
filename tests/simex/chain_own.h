/* chain_own - what the files of the chain share; nobody else includes it */
#ifndef SIMEX_CHAIN_OWN_H
#define SIMEX_CHAIN_OWN_H

#include "tests/simex/chain.h"

/* A signed transaction (EIP-1559), as its bytes say. */
struct raw_tx {
    uint8_t hash[32];
    struct address from, to;
    uint64_t chain, nonce, priority, fee, gas, value;
    uint8_t data[CHAIN_DATA];
    size_t size;
};
/* False and the words a node has for it. */
bool raw_read(const uint8_t *bytes, size_t size, struct raw_tx *tx,
              const char **words);

/* Who may be called. */
enum place { PLACE_CASH, PLACE_SETS, PLACE_PLAIN, PLACE_NEG, PLACES,
             PLACE_NONE = PLACES };
extern const char *const chain_places[PLACES];
enum place chain_place(const struct address *a);

/* What a call does, or did. */
enum deed { DEED_none, DEED_split, DEED_merge, DEED_redeem, DEED_approve,
            DEED_approve_all };
/* By whom: the sender himself, or a contract of his (chain_carry.c). */
enum carried { CARRIED_not, CARRIED_proxy, CARRIED_safe,
               CARRIED_failed /* A Safe, which says so. */ };
struct effect {
    enum deed deed;
    enum carried carried;
    uint8_t safe_tx[32];
    enum place by;            /* The adapter. */
    uint32_t wallet, market;  /* Whose; not always who sent it. */
    int64_t cash;             /* In; less than 0: out. */
    int64_t shares[2];        /* Likewise. */
    uint64_t now, before;     /* Allowances. */
    uint64_t gas;
};

enum tx_state { TX_FREE, TX_WAITS, TX_MINED };

struct chain_tx {
    enum tx_state state;
    struct raw_tx raw;
    uint32_t wallet;
    uint64_t order, block, index, used, price;
    uint8_t block_hash[32];
    bool done;                /* Not reverted. */
    bool relayed;             /* By the relayer: nobody pays, and one that is
                                 reverted leaves the wallet's nonce. */
    int64_t end_s;            /* Of a relayed one. */
    struct effect effect;
};

/* What the relayer was handed in. */
struct relayed {
    char id[37], signature[133], words[96];
    uint32_t person, wallet;
    uint64_t nonce;
    int64_t at_ms;
    uint8_t hash[32];         /* Of its transaction; zero: it has none. */
};
enum { RELAYED = 512 };       /* Kept. */

/* Of a wallet. */
struct chain_account {
    bool known;
    uint64_t wei, nonce;      /* A Safe's nonce is its own. */
    uint64_t allowance[2];    /* Plain, neg-risk; UINT64_MAX = no end. */
    bool approved[2];
};

struct block {
    uint64_t number, txs;
    uint8_t hash[32];
    int64_t *held;            /* [wallet][1 + 2 * markets]: cash, shares. */
};

struct chain {
    struct desk *desk;
    struct chain_terms terms;
    struct chain_faults faults;
    struct block blocks[CHAIN_BLOCKS];
    uint64_t head, forks, orders;
    int64_t next_ms;
    struct chain_account accounts[DESK_PEOPLE_CAP];
    struct chain_tx *txs;
    struct relayed *relayed;
    uint64_t relayed_count;   /* Ever. */
};

/* --- chain.c --- */
struct chain_account *chain_account(struct chain *c, uint32_t wallet);
/* Wallet of a key's own address; DESK_NONE when it has none. */
uint32_t chain_wallet(const struct chain *c, const struct address *a);
const struct block *chain_block(const struct chain *c, uint64_t number);
struct chain_tx *chain_find(struct chain *c, const uint8_t hash[32]);
uint64_t chain_base_fee(const struct chain *c, uint64_t block);
/* A place for one more; NULL: there is none. */
struct chain_tx *chain_place_for(struct chain *c);
/* Takes a transaction in, to wait; "" or the words of the refusal. */
const char *chain_take(struct chain *c, const struct raw_tx *tx);
/* Above the nonces that were used, and those that wait in a row. */
uint64_t chain_next_nonce(struct chain *c, uint32_t wallet, bool pending,
                          uint64_t until);

/* --- chain_call.c --- */
/* What it would do now: NULL, or why it reverts. */
const char *call_try(struct chain *c, uint32_t wallet,
                     const struct address *to, const uint8_t *data,
                     size_t size, struct effect *e);
bool call_do(struct chain *c, const struct effect *e);
bool call_undo(struct chain *c, const struct effect *e);

/* --- chain_carry.c --- */
/* Whether anybody is there to be called. */
bool carry_knows(const struct chain *c, const struct address *a);
/* As call_try, of what may be sent to a wallet that is a contract as well. */
const char *carry_try(struct chain *c, uint32_t wallet,
                      const struct address *to, const uint8_t *data,
                      size_t size, struct effect *e);
bool carry_do(struct chain *c, const struct effect *e);
bool carry_undo(struct chain *c, const struct effect *e);

/* --- chain_receipt.c --- */
void chain_hex(struct quill *q, const uint8_t *b, size_t size);
void chain_receipt(const struct chain *c, const struct chain_tx *t,
                   struct quill *q);

/* --- chain_view.c --- */
/* A view, as of a block; false when it is none. */
bool abi_view(struct chain *c, const struct address *to, const uint8_t *data,
              size_t size, uint64_t block, uint8_t word[32]);

/* --- chain_abi.c: data is a function and words --- */
struct abi_call { const uint8_t *data; size_t size; };
bool abi_is(const struct abi_call *c, const char *signature);
bool abi_word(const struct abi_call *c, size_t i, uint8_t out[32]);
/* UINT64_MAX stands for all that is more. */
bool abi_number(const struct abi_call *c, size_t i, uint64_t *n);
bool abi_address(const struct abi_call *c, size_t i, struct address *a);
bool abi_is_number(const struct abi_call *c, size_t i, uint64_t want);
/* The market of a condition, when it is ConditionalTokens'; MAP_NONE. */
uint32_t abi_market(const struct chain *c, const struct abi_call *in,
                    size_t i);
void abi_topic(const char *text, uint8_t out[32]);
void word_number(uint64_t n, uint8_t word[32]);
void word_address(const struct address *a, uint8_t word[32]);

#endif /* SIMEX_CHAIN_OWN_H */
