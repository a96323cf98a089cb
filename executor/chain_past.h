/* chain_past - the transactions we signed, as their facts tell
 *
 * Facts come from the shell through the engine and back to it when they are on
 * disk; after a restart they are all there is.  What is final makes room. */
#ifndef EXECUTOR_CHAIN_PAST_H
#define EXECUTOR_CHAIN_PAST_H

#include "proto/proto.h"

#define CHAIN_RAW_CAP 1024 /* A split has 343 bytes, a Safe's 888.  In words. */

/* A conversion: of each question of its event one token, NO that goes where
 * its bit is set, else YES that comes. */
struct chain_conversion {
    struct hash event;
    uint64_t gone;
    struct qty made;           /* What comes of each. */
    uint32_t count;
    struct hash token[legs_cap];
};

/* What is to be done once, under ref. */
struct chain_errand {
    struct uuid ref;
    enum venue_op op;          /* split, merge, redeem, convert. */
    struct text market;
    struct hash token, pair;
    struct qty qty;
    enum strategy strategy;    /* Whose: pays the gas. */
    struct chain_conversion conversion;
};
bool chain_op_is(enum venue_op op);
/* False when it makes no sense; all zero for what is no conversion. */
MUST_CHECK bool chain_conversion_of(enum venue_op op, const struct hash *event,
                                    uint64_t gone, struct qty made,
                                    const struct tokens *tokens,
                                    struct chain_conversion *v);

/* Shares that a redeem took, and what came for them. */
struct chain_taken {
    struct qty qty;
    struct money cash;
};

/* A chain_tx of a size one can keep. */
struct chain_record {
    struct chain_errand of;
    enum chain_purpose purpose;
    enum chain_state state;
    uint64_t nonce, fee_max;   /* 0: the relayer sends it, and the nonce is
                                  the wallet's own. */
    uint64_t priority, block, paid;
    struct hash tx;
    struct money cash;
    struct chain_taken taken[2]; /* A redeem that was done: of its token, of
                                    its pair, and not booked yet. */
    struct text words;
    uint32_t raw_size;
    uint8_t raw[CHAIN_RAW_CAP];
};
/* False when it makes no sense. */
MUST_CHECK bool chain_record_of(const struct chain_tx *m,
                                struct chain_record *r);
void chain_record_say(const struct chain_record *r, struct chain_tx *m);

struct chain_past;
struct chain_past *chain_past_new(uint32_t cap);
void chain_past_destroy(struct chain_past **p);
/* The latest word about a transaction.  False when there is no room: all are
 * open. */
MUST_CHECK bool chain_past_put(struct chain_past *p,
                               const struct chain_record *r);
/* The one that did what ref is for (confirmed, of its own purpose). */
const struct chain_record *chain_past_done(const struct chain_past *p,
                                           const struct uuid *ref);
/* The same, or one that may still do it: what the engine asks for again is
 * that. */
const struct chain_record *chain_past_out(const struct chain_past *p,
                                          const struct uuid *ref);
/* Whether a fact is of that transaction. */
bool chain_past_knows(const struct chain_past *p, const struct hash *tx);
/* A redeem took shares of that token that nobody booked: how many of them,
 * for what.  NULL: none did. */
const struct chain_record *chain_past_taken(const struct chain_past *p,
                                            const struct hash *token,
                                            struct chain_taken *taken);
/* So many of those of tx are booked now. */
void chain_past_booked(struct chain_past *p, const struct hash *tx,
                       const struct hash *token,
                       const struct chain_taken *booked);
/* Signed, and nothing with its nonce is final; *i goes on from 0.  NULL at
 * the end. */
const struct chain_record *chain_past_open(const struct chain_past *p,
                                           uint32_t *i);
/* Above every nonce that was used, 0 = none was: of the key's account, or of
 * the wallet. */
uint64_t chain_past_nonce(const struct chain_past *p, bool relayed);

#endif /* EXECUTOR_CHAIN_PAST_H */
