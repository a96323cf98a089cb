/* related - which followed markets are tied, and what of them always pays
 *
 * Of each component of the approved relations (common/ties.h): where its
 * markets are now, the outcomes that are possible, and the sets of tokens that
 * pay a dollar or more whatever comes.  A relation holds while the text of
 * each of its markets is the one that was reviewed; it is suspended, and its
 * outcomes are possible again, as soon as one is not. */
#ifndef SCANNER_RELATED_H
#define SCANNER_RELATED_H

#include "common/fees.h"
#include "common/linear.h"
#include "common/ties.h"
#include "common/universe.h"

/* Of a component; the smallest first, should there be more. */
enum { RELATED_SETS = 512, RELATED_TOKENS = 2 * TIE_MARKETS };

/* Bits of markets whose YES is in it, and of those whose NO is; dollars that
 * one share of each pays in the worst outcome. */
struct related_set {
    uint8_t yes, no, pays;
};

/* A component, as things are now. */
struct kin {
    uint32_t count;
    uint32_t market[TIE_MARKETS];  /* In the universe; MAP_NONE = unknown. */
    struct hash text[TIE_MARKETS]; /* As they were told last. */
    uint32_t suspended;            /* Relations, for their texts. */
    uint32_t outcomes;
    uint8_t outcome[TIE_OUTCOMES];
    uint32_t sets;                 /* That pay more than their parts do. */
    uint32_t sets_left_out;        /* For want of room. */
    struct related_set set[RELATED_SETS];
};

struct related;
struct related *related_new(uint32_t markets_cap);
/* These from now on, copied: no market is known, each is to be renewed. */
void related_tie(struct related *r, const struct ties *ties);
void related_destroy(struct related **r);
uint32_t related_count(const struct related *r);
const struct kin *related_kin(const struct related *r, uint32_t component);
/* MAP_NONE when the market is tied to none. */
uint32_t related_of(const struct related *r, uint32_t market);
/* Its record changed; it is forgotten, its number will be another's.  Both
 * return its component, or MAP_NONE. */
uint32_t related_renew(struct related *r, const struct universe *u,
                       uint32_t market);
uint32_t related_forget(struct related *r, uint32_t market);

/* Tokens of the set that pay in the worst outcome, counted; whatever its own
 * pays says. */
uint32_t related_pays(const struct kin *k, struct related_set set);

/* --- the best portfolio over depth (related_plan.c) ----------------------- */
/* What of a component is for sale: YES of market i is token 2 * i. */
struct related_offer {
    const struct levels *asks[RELATED_TOKENS]; /* NULL = none. */
    struct fee_schedule fees[TIE_MARKETS];
    struct qty most;                           /* Of one token. */
};

struct related_plan {
    int64_t shares[RELATED_TOKENS];
    struct money cost, fees, least; /* least: paid in the worst outcome. */
};

/* The portfolio whose least payout is most above its cost and fees: a linear
 * program finds it, and it is then worked out again in integers, rounded
 * against us.  False when nothing is left of it. */
MUST_CHECK bool related_best(const struct kin *k,
                             const struct related_offer *o,
                             struct related_plan *out);

#endif /* SCANNER_RELATED_H */
