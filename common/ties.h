/* ties - the relations between markets that a person approved
 *
 * deploy/relations.yaml: what must hold of the outcomes of two or more
 * markets, who read their texts and when, and the hash of each text as it was
 * read.  Markets that are tied to each other, directly or by others, are a
 * component; its outcomes are the yes and no of all its markets that no tie
 * forbids.  Pure, but for the reading. */
#ifndef COMMON_TIES_H
#define COMMON_TIES_H

#include "common/conf.h"

enum tie_kind {
    TIE_equivalent, /* All yes or all no. */
    TIE_implies,    /* Yes of the first makes the second yes. */
    TIE_exclusive,  /* At most one is yes. */
    TIE_exhaustive, /* At least one is. */
    TIE_nested,     /* Intervals, the narrowest first: yes of each makes the
                       next one yes. */
    tie_kind_end_
};

enum {
    TIE_MARKETS = 8,      /* Of a tie, and of a component. */
    TIE_OUTCOMES = 1 << TIE_MARKETS,
    TIES_CAP = 512
};

struct tie {
    struct text id;
    enum tie_kind kind;
    uint32_t count;
    struct text market[TIE_MARKETS];
    struct hash text[TIE_MARKETS]; /* market.rules when it was read. */
    struct title source, cutoff, voided;
    struct text by, when;
    uint32_t line;                 /* Of the file. */
    uint32_t component;
    uint8_t bit[TIE_MARKETS];      /* Of each market in it. */
};

struct component {
    uint32_t count;
    struct text market[TIE_MARKETS];
};

struct ties {
    uint32_t count, components;
    struct tie at[TIES_CAP];
    struct component component[TIES_CAP];
};

extern const char *const tie_words[tie_kind_end_];

/* All of a file; NULL with complaints, each with file, line, key and what was
 * expected.  A file without a tie is fine. */
MUST_CHECK struct ties *ties_read(const char *file, struct complaints *bad);
void ties_destroy(struct ties **t);
/* One by one, into ties that are all zero; then the end, once.  False: too
 * many, or too many markets tied to each other; what is there is of no use
 * then. */
MUST_CHECK bool ties_add(struct ties *t, const struct tie *tie);
void ties_end(struct ties *t);

/* What a market is resolved by: its question, description and source, each
 * with its end (NULL = "").  All 0 without a description: that is no text. */
struct hash ties_text(const char *question, const char *description,
                      const char *source);

/* False when no tie names that market. */
bool ties_find(const struct ties *t, const struct text *market,
               uint32_t *component, uint32_t *bit);
/* The outcomes of a component, a bit set where its market is yes, as the ties
 * that hold now allow them (holds: one flag a tie; NULL = all of them).
 * Returns how many; with fewer ties there are never fewer. */
uint32_t ties_outcomes(const struct ties *t, uint32_t component,
                       const bool *holds, uint8_t out[TIE_OUTCOMES]);

#endif /* COMMON_TIES_H */
