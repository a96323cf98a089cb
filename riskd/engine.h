/* engine - what riskd's own files share: its state and its inner steps */
#ifndef RISKD_ENGINE_H
#define RISKD_ENGINE_H

#include "common/daemon.h"
#include "common/mac_key.h"
#include "common/tail.h"
#include "riskd/alerts.h"
#include "riskd/check.h"
#include "riskd/control.h"
#include "riskd/grants.h"
#include "riskd/health.h"
#include "riskd/ledger.h"
#include "riskd/riskd.h"
#include "riskd/ruling.h"
#include "riskd/worth.h"

/* One set of books for paper (shadow looks at it too), one for live. */
struct books {
    enum mode mode;             /* Written into its lines. */
    struct ledger *ledger;
    uint64_t failures;          /* Executions in ERROR in a row. */
    struct nanos paused_until;  /* Wall time. */
    struct text last_failure;   /* The scope it was said with. */
    int64_t halt_day;           /* UTC day that is halted. */
    struct mark mark;           /* As last said; day 0 = never. */
    uint32_t naked_looks;       /* Marks in a row with too much of it. */
    struct money naked;         /* 0 = not too much for too long. */
};

/* What feed told us, and what we asked it (marks.c). */
struct marks {
    struct universe *universe;
    struct quote *quotes;       /* By token. */
    bool *disputed;             /* By market: resolved, and not for good. */
    struct worth_desk *desk;
    bool *wanted;               /* By token: scratch of one round. */
    uint64_t asks;              /* Requests of this run. */
    uint64_t universe_req;      /* 0 = answered, or not asked. */
    uint64_t universe_run;      /* Feed's run that answered. */
    bool universe_due;
    struct nanos universe_asked;
    uint64_t first, last;       /* Requests of the round under way. */
    uint32_t waiting;           /* Of them without an answer. */
    bool round;
    struct nanos began;         /* Of the last round; monotonic. */
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
enum { KILLS_CAP = 8 };
struct asked_kill {
    struct to to;
    struct nanos asked;
};

/* Orders that ended otherwise than booked so far: a fill may be on its way
 * (counting.c).  Full, or by a restart, the oldest is not waited for. */
enum { ENDS_CAP = 64 };
struct ended_order {
    bool used;
    struct hash order;
    struct uuid auth;
    uint64_t leg;
    int64_t filled;             /* As told. */
    struct nanos since;         /* Monotonic. */
};

/* Groups of one strategy granted lately. */
struct opened {
    struct nanos since;         /* Wall. */
    uint64_t count;
};

struct probation {
    struct nanos since;         /* Monotonic, 0 = not on. */
    uint64_t ended;             /* Executions since. */
};

struct riskd {
    struct riskd_conf conf;
    enum mode mode;             /* common.mode */
    struct money capital;
    struct ppm cash_rate;
    struct strategy_conf strategy;
    struct tails tails;

    struct books books[2];
    struct grants *grants;
    struct digest *sha;
    struct mac_key mac_key;
    bool keyed;
    bool broken;                /* A fact of our own did not fit. */
    bool opened;

    bool latch_known;
    struct latch_state latch;
    uint64_t kill_said;         /* The latch as the last risk_event told it: */
    bool kill_on;               /* how many kills, the last of them in force. */
    bool stopping;              /* A kill was written down, the latch is not
                                 * seen to be pulled since. */
    struct nanos stop_said;     /* Monotonic, 0 = not in this run. */

    uint64_t epoch;             /* The newest executor run known. */
    bool leased;
    struct nanos lease_end;     /* Monotonic. */
    struct lease_request held;  /* What its holder said last. */

    struct marks marks;
    struct nanos slow_until;    /* Monotonic. */
    struct ruling *ruling;
    struct wallet wallet;
    struct nodes nodes;
    struct looks looks;
    struct nanos partial;       /* Of the last look; see metric_view. */
    uint64_t found[strategy_end_]; /* Opened since the hour began. */
    struct { int64_t at, ms; } detect; /* The slowest of them, lately. */
    struct reload *reload;
    struct live live;
    struct ended_order ends[ENDS_CAP];
    struct opened lately[strategy_end_];

    struct refused refused[DENIALS_CAP];
    uint32_t refused_next;
    struct asked_kill kills[KILLS_CAP];
    uint32_t kills_count;
    struct asked_kill scope_kills[KILLS_CAP];
    uint32_t scope_kills_count;
    bool clearing;              /* A clear is on its way to the latch. */
    struct to clear_to;
    struct nanos clear_asked;

    uint64_t config;            /* Of what it runs with; build empty = */
    struct text build;          /* nobody told: no stage is entered. */
    struct title gate_words;    /* Of the last answer about a gate. */

    struct switches switches;
    struct nonces nonces;
    struct { uint64_t n; struct hash chain; bool torn; } audit;
    int64_t words;              /* Commands that may still come at once. */
    struct nanos words_at;
    struct health health;
    struct probation probation[SCOPES_CAP + 1]; /* The last: of all. */
    uint64_t proved_gen;        /* Its probation is over. */
    struct alerts alerts;
    bool alarm;                 /* Of severity high, since the last tick. */
    struct nanos began;         /* Monotonic, of the first tick. */
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
    const char *unit;         /* Of both, which are millionths of it. */
    int64_t value, threshold;
    enum severity severity;
    enum action action;
    bool ruled;               /* By a rule of deploy/rules. */
};
void riskd_say_event(struct riskd *x, struct outbox *out,
                     const struct risk_event_says *says);
/* In millionths, the most there are at most. */
int64_t riskd_whole(uint64_t n);
/* And back, of an event said by any release. */
uint64_t riskd_event_count(const struct risk_event *m);
void riskd_ack(const struct input *in, struct outbox *out, bool ok,
               enum reason reason);
bool text_is_sane(const struct text *t);

/* fills.c: whose the lines about a lot are.  Where shares of its token
 * already lie for this strategy, they keep the event they were first booked
 * under; lot is NULL when none do. */
void riskd_own_lot(struct batch *b, const struct promise *p,
                   const struct lot *lot);

/* split.c */
/* How money is divided between the legs from first on, as their limits are;
 * part has a place for each leg, those before first are not touched. */
void riskd_divide(const struct legs *legs, uint32_t first, struct money whole,
                  struct money *part);
/* Each leg's reservation pays its part; what rounding over more than one
 * settlement leaves it short of, the others' do. */
void riskd_draw_lines(struct batch *b, const struct promise *p,
                      const struct money *part);
/* Puts the split's lines into x->batch.  False with CONFLICT (no such grant
 * of these tokens is open) or CAPITAL (it has not that much left). */
MUST_CHECK bool riskd_split_lines(struct riskd *x, const struct settle *m,
                                  struct nanos booked, enum reason *why);

/* converting.c: the lines of a conversion into x->batch.  False with CONFLICT
 * (no such grant), BAD_INPUT (other dollars than it must give), NOT_HELD or
 * CAPITAL. */
MUST_CHECK bool riskd_convert_lines(struct riskd *x, const struct settle *m,
                                    struct nanos booked, enum reason *why);

/* bonds.c: what F has already that is like this. */
void riskd_look_at_bonds(const struct riskd *x, struct question *a);
/* How sure a tail of G is, by what we heard ourselves. */
void riskd_look_at_tail(const struct riskd *x, struct question *a,
                        struct nanos wall);
/* What is expected of the one asked for, for the rules. */
void riskd_tell_bond(const struct riskd *x, const struct question *a,
                     struct nanos wall, struct metric_order *o);

/* marks.c */
void marks_init(struct marks *k, uint32_t markets_cap);
void marks_clear(struct marks *k);
void riskd_mark_on_tick(struct riskd *x, const struct input *in,
                        struct outbox *out);
/* What limits are shares of: the equity at cost or as marked, whichever is
 * less. */
struct money riskd_capital(const struct books *b);
/* Equity as last marked; at cost while nothing was. */
struct money riskd_marked(const struct books *b);
/* Whether what this market pays may still change. */
bool riskd_is_disputed(const struct riskd *x, const struct text *market);

/* breakers.c */
/* What the day has lost, booked or marked, whichever is more. */
int64_t riskd_day_loss(const struct books *b, struct nanos wall);
void riskd_watch_loss(struct riskd *x, struct books *b,
                      const struct input *in, struct outbox *out);
bool riskd_is_paused(const struct books *b, struct nanos wall);
/* An operator's resume ends the pauses for failures too. */
void riskd_end_pauses(struct riskd *x);
bool riskd_is_halted(const struct riskd *x, const struct books *b,
                     struct nanos wall);

/* state.c */
/* What configuration and stage allow, whatever the state. */
enum mode riskd_mode_max(const struct riskd *x);
uint64_t riskd_stage(const struct riskd *x);
bool riskd_is_latched(const struct riskd *x);
bool riskd_is_sound(const struct riskd *x);
void riskd_say_state(struct riskd *x, const struct input *in,
                     struct outbox *out);

/* authorize.c: configured, and not switched off. */
bool riskd_runs(const struct riskd *x, enum strategy strategy);

/* paid.c */
void riskd_look_at_paid(const struct riskd *x, struct question *a);

/* around.c */
/* What markets and open grants say about the legs asked for. */
void riskd_look_around(const struct riskd *x, struct question *a);
/* After a grant: too many of one strategy switch it off. */
void riskd_recall_opened(struct riskd *x, const struct grant *m,
                         const struct input *in);
void riskd_count_opened(struct riskd *x, const struct authorize *m,
                        const struct input *in, struct outbox *out);

/* stop.c */
void riskd_stop(struct riskd *x, const struct input *in, struct outbox *out,
                const char *reason);
void riskd_stop_again(struct riskd *x, const struct input *in,
                      struct outbox *out);

/* kill.c */
bool riskd_is_new_kill(const struct riskd *x, bool on, uint64_t kill_gen);
void riskd_ask_kill(struct riskd *x, const struct command *m,
                    const struct input *in, struct outbox *out);
void riskd_answer_kills(struct riskd *x, const struct input *in,
                        struct outbox *out);

/* clear.c */
bool riskd_may_clear(struct riskd *x, const struct command *m,
                     const struct input *in, enum reason *why,
                     const char **text);
void riskd_ask_clear(struct riskd *x, const struct input *in);
void riskd_answer_clear(struct riskd *x, const struct input *in,
                        struct outbox *out);
void riskd_ask_scope_kill(struct riskd *x, const struct input *in);
void riskd_answer_scope_kills(struct riskd *x, const struct input *in,
                              struct outbox *out);
void riskd_watch_lease(struct riskd *x, const struct input *in,
                       struct outbox *out);

/* probation.c */
bool riskd_is_on_probation(const struct riskd *x); /* After a kill of all. */
bool riskd_is_any_on_probation(const struct riskd *x);
/* The share of a normal size that is allowed: of anything, of a strategy. */
struct ppm riskd_size(const struct riskd *x);
struct ppm riskd_size_of(const struct riskd *x, enum strategy strategy);
void riskd_count_probation(struct riskd *x, const struct execution *m);
void riskd_watch_probation(struct riskd *x, const struct input *in,
                           struct outbox *out);
void riskd_recall_probation(struct riskd *x, const struct risk_event *m);
void riskd_recall_alarm(struct riskd *x, const struct risk_event *m);

/* stage.c */
/* Whether this sign-off lets the stage begin. */
bool riskd_may_enter(struct riskd *x, const struct command *m,
                     const struct input *in, enum reason *why,
                     const char **text);
/* A rule says: the stage before, and shadow. */
void riskd_roll_back(struct riskd *x, const struct rule_step_taken *s,
                     const struct input *in, struct outbox *out);

/* criteria.c: the first requirement of these gates that does not pass; no
 * verdict when they ask nothing. */
const struct rule *riskd_gate_shut(const struct riskd *x, uint32_t gates,
                                   struct nanos wall, const char **verdict);
/* The same of the gate of a clear, asked for with such a reason; letters are
 * those of it. */
const struct rule *riskd_clear_shut(const struct riskd *x,
                                    const struct command *m, uint64_t letters,
                                    struct nanos wall, const char **verdict);
/* Which rule that was, in words that are x's own until the next question. */
const char *riskd_say_gate(struct riskd *x, const struct rule *r,
                           const char *verdict);
/* reload.c */
void riskd_ask_reload(struct riskd *x, const struct input *in,
                      struct outbox *out);
void riskd_say_left(struct riskd *x, struct outbox *out);

/* alerting.c */
void riskd_alert_init(struct riskd *x);
void riskd_alert_on_tick(struct riskd *x, const struct input *in,
                         struct outbox *out);
bool riskd_alert_fits(const struct riskd *x, const struct command *m,
                      enum reason *why, const char **text);
void riskd_alert_ack(struct riskd *x, const struct command *m,
                     const struct input *in, struct outbox *out);
void riskd_tell_alerts(struct riskd *x, const struct input *in,
                       struct outbox *out);

/* control.c, audit.c, telling.c */
struct command_reply riskd_make_reply(const struct riskd *x,
                                      enum reason reason, const char *text);
void riskd_audit(struct riskd *x, const struct command *m,
                 enum reason refused, struct outbox *out);
void riskd_tell_status(struct riskd *x, const struct input *in,
                       struct outbox *out);
void riskd_tell_limits(struct riskd *x, const struct input *in,
                       struct outbox *out);
void riskd_tell_positions(struct riskd *x, const struct input *in,
                          struct outbox *out);

#endif /* RISKD_ENGINE_H */
