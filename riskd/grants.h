/* grants - what was promised, leg by leg, and what of it is left
 *
 * A grant is entered when it is given, drawn on by the ledger lines that
 * carry its auth, and closed leg by leg by releases.  Nothing here ends by
 * time.  An ended grant is kept, so that its key is answered the same way
 * again, until its room is needed: then the oldest ended one is forgotten.
 * When all are open, a new one is refused. */
#ifndef RISKD_GRANTS_H
#define RISKD_GRANTS_H

#include "proto/proto.h"

struct digest;

struct held_leg {
    struct money left;  /* Still reserved for it. */
    struct qty shares;  /* Of its size, not yet filled. */
    bool filled;        /* At least one fill was booked (a split is none). */
    bool closed;        /* Released: no order of it can fill any more. */
    uint32_t pending;   /* Fills of it that are not confirmed. */
    struct money paid;  /* Of a bought one, fees aside, */
    struct qty bought;  /* for so many. */
};

struct promise {
    struct grant grant;        /* As it was answered. */
    struct hash content;       /* Of the request; see grants_content. */
    struct nanos granted;      /* Monotonic. */
    uint64_t serial;           /* Order of entry; 0 = unused slot. */
    bool open;
    struct nanos first;        /* Wall, of its first fill; 0 = none. */
    struct money allowance;    /* For a patch, still reserved. */
    struct money spent;        /* Drawn by fills, and by splits. */
    struct held_leg legs[legs_cap];
};

struct grants;

/* cap of them at all, open_cap of them open. */
struct grants *grants_new(uint32_t cap, uint32_t open_cap);
void grants_destroy(struct grants **g);

/* What two requests with one key must have in common: kind, mode, strategy,
 * event, and of each leg token, side, limit, size and fee.  The books named
 * as evidence may be fresher when it is asked again. */
struct hash grants_content(struct digest *sha, enum grant_kind kind,
                           enum mode mode, enum strategy strategy,
                           const struct text *event, const struct legs *legs);

bool grants_has_room(const struct grants *g);
/* NULL when full.  Nothing is reserved yet: the lines that follow do that. */
struct promise *grants_enter(struct grants *g, const struct grant *grant,
                             const struct hash *content,
                             struct nanos granted);
/* A ledger line that carries an auth.  False when it fits no grant known. */
MUST_CHECK bool grants_apply(struct grants *g, const struct ledger_entry *e);
/* Makes a dollar into two tokens, or into a YES of every outcome, and sells
 * them.  Such a grant reserves a dollar a share; every other sale is of what
 * is held, or of what its conversion gives. */
bool grant_splits(enum grant_kind kind, enum strategy strategy,
                  const struct legs *legs);

/* leg = legs_cap: all of them. */
void grants_close(struct grants *g, struct promise *p, uint64_t leg);

struct promise *grants_find(const struct grants *g, const struct uuid *auth);
const struct promise *grants_find_key(const struct grants *g,
                                      const struct uuid *group,
                                      enum grant_kind kind,
                                      uint64_t attempt);
/* The i-th slot in no order that matters; NULL past the end.  A slot with
 * serial 0 is not in use. */
struct promise *grants_at(const struct grants *g, uint32_t i);
uint32_t grants_open(const struct grants *g);
/* Everything group has drawn or still has reserved. */
struct money grants_group(const struct grants *g, const struct uuid *group);
/* Shares of a lot that open sell legs may still sell, on live's ledger or on
 * paper's.  Of a grant that splits, what it has split. */
struct qty grants_selling(const struct grants *g, bool live,
                          const struct hash *token, enum strategy strategy);
void grants_digest(const struct grants *g, struct digest *d);

#endif /* RISKD_GRANTS_H */
