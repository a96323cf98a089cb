/* latch - the kill switch: a file and a kernel lock, no process needed
 *
 * <var>/latch holds one record {magic, version, kill_gen, clear_gen, actor,
 * reason, wall, crc}; latched means kill_gen > clear_gen.  <var>/gate.lock is
 * held shared by whoever may send, exclusively by a killer.  An unreadable,
 * short or forged latch counts as latched. */
#ifndef COMMON_LATCH_H
#define COMMON_LATCH_H

#include "proto/proto.h"
#include "common/why.h"

struct latch {
    bool latched;
    uint64_t kill_gen, clear_gen;
    struct text actor, reason;
    struct nanos since;
};

/* An absent file is a latch that was never pulled. */
void latch_read(const char *var, struct latch *out);

/* Whether a record is older than what is known otherwise: kill_gen kills, the
 * last of them in force or cleared.  Then it is no word that the switch is
 * off, and *l says what is known: latched. */
bool latch_doubt(struct latch *l, bool was_latched, uint64_t kill_gen);

/* Room on disk for one kill more, taken by whoever may be killed, so that a
 * full disk is no reason for a kill to fail. */
MUST_CHECK bool latch_reserve(const char *var, struct why *why);

struct gate; /* One open file description of gate.lock. */
MUST_CHECK struct gate *gate_open(const char *var, struct why *why);
void gate_close(struct gate **g);
void gate_enter(struct gate *g); /* Shared; waits for a killer to finish. */
void gate_leave(struct gate *g);
/* The sender's pid and start time, for a killer that cannot wait. */
MUST_CHECK bool gate_sign(const char *var, struct why *why);

/* Takes the gate exclusively (waits patience, then SIGKILLs the signed
 * holder by pidfd), raises kill_gen durably, lets go.  *out = what now
 * holds. */
MUST_CHECK bool latch_pull(const char *var, const char *actor,
                           const char *reason, struct nanos now,
                           struct ms patience, struct latch *out,
                           struct why *why);
/* The same with a generation above `least`, when the file is absent or knows
 * of less than `least` kills; else only *out = what holds. */
MUST_CHECK bool latch_renew(const char *var, uint64_t least,
                            const char *actor, const char *reason,
                            struct nanos now, struct ms patience,
                            struct latch *out, struct why *why);
/* Sets clear_gen = kill_gen if that is still target. */
MUST_CHECK bool latch_clear(const char *var, uint64_t target,
                            const char *actor, const char *reason,
                            struct nanos now, struct latch *out,
                            struct why *why);

#endif /* COMMON_LATCH_H */
