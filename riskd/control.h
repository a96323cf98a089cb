/* control - what operators say: who may, what it does, what is kept of it */
#ifndef RISKD_CONTROL_H
#define RISKD_CONTROL_H

#include "riskd/riskd.h"

struct digest;

/* A part of the business that can be killed by itself: strategy:A ...,
 * venue:polymarket ... */
enum { SCOPES_CAP = strategy_end_ + venue_end_ };
struct scope {
    uint64_t kills, clears; /* Killed: more kills than clears. */
    bool proved;            /* The last clear's probation is over. */
};

/* Everything an operator can set.  Rebuilt from the commands that were
 * accepted, so it outlives a restart. */
struct switches {
    int64_t paused_until;   /* Wall; INT64_MIN = not, INT64_MAX = for good. */
    bool flatten;           /* Wanted: a resume takes it back. */
    bool off[strategy_end_];
    struct ppm size;
    enum mode mode_most;
    uint64_t stage_most;
    struct riskd_rollback rollback; /* The last. */
    struct scope scopes[SCOPES_CAP];
};

/* stage: no more than this without a word that raises it. */
void switches_init(struct switches *s, uint64_t stage);
/* Does what the command says; false, with the reason, when it cannot be.
 * Judged and done by the same words, at once and at every start. */
bool switches_fit(const struct switches *s, const struct command *m,
                  enum role role, enum reason *why, const char **text);
/* "SAME/ALL", of a replay. */
bool measured_read(const struct text *value, uint64_t *same, uint64_t *all);
/* Whether it tells of a drill: of which kill, 0 = it did not pass. */
bool drill_read(const struct command *m, uint64_t *generation);
void switches_apply(struct switches *s, const struct command *m,
                    struct nanos wall);
void switches_digest(const struct switches *s, struct digest *d);

/* stage.c: a stage entered by a sign-off, or taken back by a rule. */
bool stage_is_entered(const struct command *m);
bool stage_is_rolled_back(const struct command *m);

/* "all" or nothing: the latch.  Else a scope's index; SCOPES_CAP when there
 * is none of that name. */
bool target_is_all(const struct text *target);
uint32_t scope_find(const struct text *target);
void scope_name(uint32_t scope, struct text *out);
bool scope_is_killed(const struct scope *s);
bool scope_is_on_probation(const struct scope *s);

/* Numbers of commands heard lately: none is taken twice while it could still
 * be valid.  Full: new ones are refused. */
enum { NONCES_CAP = 4096 };
struct nonces {
    uint64_t nonce[NONCES_CAP];
    int64_t expires[NONCES_CAP]; /* Wall. */
    uint32_t next;
};
bool nonce_is_old(const struct nonces *n, uint64_t nonce);
bool nonces_have_room(const struct nonces *n, struct nanos wall);
void nonce_remember(struct nonces *n, uint64_t nonce, int64_t expires);

/* Commands at once; then five a second. */
enum { WORDS_MOST = 20 };

#endif /* RISKD_CONTROL_H */
