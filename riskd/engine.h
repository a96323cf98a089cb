/* engine - what riskd's own files share: its state and its inner steps */
#ifndef RISKD_ENGINE_H
#define RISKD_ENGINE_H

#include "common/daemon.h"
#include "riskd/check.h"
#include "riskd/grants.h"
#include "riskd/ledger.h"
#include "riskd/riskd.h"

/* One set of books for paper (shadow looks at it too), one for live. */
struct books {
    enum mode mode;             /* Written into its lines. */
    struct ledger *ledger;
    uint64_t failures;          /* Executions in ERROR in a row. */
    struct nanos paused_until;  /* Wall time. */
    struct text last_failure;   /* The scope it was said with. */
    int64_t halt_day;           /* UTC day that is halted. */
};

/* A denial promises nothing; it is remembered only so that the same request
 * gets the same answer.  Full: the oldest is forgotten. */
enum { DENIALS_CAP = 256 };
struct refused {
    bool used;
    enum grant_kind kind;
    struct hash content;
    struct denial denial;
};

/* Kills asked for, to be answered once the latch is seen to be on.  Full:
 * the rest get no answer of their own; the latch is pulled all the same. */
enum { KILLS_CAP = 8, NONCES_CAP = 64 };
struct asked_kill {
    struct to to;
    struct nanos asked;
};

struct riskd {
    struct riskd_conf conf;
    enum mode mode;             /* common.mode */
    struct money capital;
    struct strategy_conf strategy;

    struct books books[2];
    struct grants *grants;
    struct digest *sha;
    bool broken;                /* A fact of our own did not fit. */
    bool opened;

    bool latch_known;
    struct latch_state latch;
    uint64_t kill_said;         /* The latch as the last risk_event told it: */
    bool kill_on;               /* how many kills, the last of them in force. */

    uint64_t epoch;             /* The newest executor run known. */
    bool leased;
    struct nanos lease_end;     /* Monotonic. */
    struct lease_request held;  /* What its holder said last. */

    struct nanos slow_until;    /* Monotonic. */

    struct refused refused[DENIALS_CAP];
    uint32_t refused_next;
    struct asked_kill kills[KILLS_CAP];
    uint32_t kills_count;
    uint64_t nonces[NONCES_CAP];
    uint32_t nonces_next;
    struct text last_refused;   /* Fill: said aloud once, not each time. */

    struct risk_state said;
    struct nanos said_at;       /* Monotonic; of the last of any route. */
    bool said_once;

    uint64_t ids;
    struct batch batch;         /* Scratch of one booking. */
    uint64_t counters[RISKD_counters_];
};

/* riskd.c */
struct books *books_of(struct riskd *x, enum mode mode);
struct uuid riskd_id(struct riskd *x, const struct input *in);
/* Starts the paper books once; before anything is judged. */
void riskd_open(struct riskd *x, const struct input *in, struct outbox *out);
/* Books x->batch: judged whole, then each line applied and said.  False with
 * the reason, and nothing happened. */
MUST_CHECK bool riskd_book(struct riskd *x, struct books *b,
                           const struct input *in, struct outbox *out,
                           enum reason *why);
struct risk_event_says {
    const char *rule, *metric, *scope;
    int64_t value, threshold;
    enum severity severity;
    enum action action;
};
void riskd_say_event(struct riskd *x, struct outbox *out,
                     const struct risk_event_says *says);
void riskd_ack(const struct input *in, struct outbox *out, bool ok,
               enum reason reason);
bool text_is_sane(const struct text *t);

/* booking.c: whose the lines about a lot are.  Where shares of its token
 * already lie for this strategy, they keep the event they were first booked
 * under; lot is NULL when none do. */
void riskd_own_lot(struct batch *b, const struct promise *p,
                   const struct lot *lot);

/* split.c */
/* How qty dollars are divided between the two legs of a split. */
void riskd_divide(const struct legs *legs, struct qty qty,
                  struct money part[2]);
/* Puts the split's lines into x->batch.  False with CONFLICT (no such grant
 * of these tokens is open) or CAPITAL (it has not that much left). */
MUST_CHECK bool riskd_split_lines(struct riskd *x, const struct settle *m,
                                  struct nanos booked, enum reason *why);

/* breakers.c */
void riskd_watch_loss(struct riskd *x, struct books *b,
                      const struct input *in, struct outbox *out);
bool riskd_is_paused(const struct books *b, struct nanos wall);
bool riskd_is_halted(const struct riskd *x, const struct books *b,
                     struct nanos wall);

/* state.c */
/* What configuration and stage allow, whatever the state. */
enum mode riskd_mode_max(const struct riskd *x);
bool riskd_is_latched(const struct riskd *x);
bool riskd_is_sound(const struct riskd *x);
void riskd_say_state(struct riskd *x, const struct input *in,
                     struct outbox *out);

/* kill.c */
void riskd_answer_kills(struct riskd *x, const struct input *in,
                        struct outbox *out);
void riskd_remember_nonce(struct riskd *x, uint64_t nonce);

#endif /* RISKD_ENGINE_H */
