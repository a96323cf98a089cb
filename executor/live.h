/* live - what the engine knows of a live venue, and its files share
 *
 * The engine asks with venue_call and hears venue_order, venue_trade,
 * venue_balance and venue_done of its own shell, and venue_status of the user
 * stream.  Nothing of this is a fact: facts are intents, orders, fills and
 * settlements, and after a restart the rest is learnt from the venue. */
#ifndef EXECUTOR_LIVE_H
#define EXECUTOR_LIVE_H

#include "common/outbox.h"
#include "executor/identity.h"
#include "executor/orders.h"
#include "executor/rate.h"
#include "executor/talk.h"
#include "executor/trades.h"

enum {
    LIVE_CALLS = 64,      /* Under way at once. */
    LIVE_ERRANDS = 64,    /* On chain, under way at once. */
    LIVE_TRADES = 8192,
    LIVE_PAST = 8192,
    LIVE_REDEEMED = 4096   /* Tokens. */
};

/* A request under way. */
struct live_call {
    uint64_t call;        /* 0 = free. */
    enum venue_op op;
    struct nanos asked;   /* Mono. */
    uint32_t count;       /* Orders of it. */
    struct hash orders[TALK_ORDERS];
};

/* What is remembered of an order that has ended: a trade may come late, and
 * what rests at the venue must be ours and not have ended. */
struct past_order {
    struct intent intent;
    enum order_state state;
    enum strategy strategy;
    struct text event;
    struct nanos ended;   /* Mono; of an earlier run: 0. */
};

/* Something on its way to the chain; asked again under the same ref until it
 * is done. */
struct live_errand {
    bool used;
    enum venue_op op;     /* split, merge, redeem or convert. */
    struct uuid group;    /* Whose; zero for a redeem. */
    struct settle m;      /* As it will be said. */
    uint64_t call;        /* 0 = not under way. */
    struct nanos since;   /* Mono: not ended since then, or said since. */
    struct nanos next;    /* Mono: when to ask (again), answered or not. */
    struct ms pause;
    uint32_t tries;
};

/* How often a token was redeemed: a late trade brings more of it. */
struct redeemed {
    struct hash token;
    uint64_t times;
};

/* Going through everything at the venue: what rests, what traded, each order
 * that has not ended, what is held. */
enum live_pass { PASS_idle, PASS_open, PASS_trades, PASS_orders, PASS_held };

struct live {
    bool on;                   /* There is an identity, and live is meant. */
    struct order_identity id;
    const struct talk_venue *venue;
    uint64_t calls;            /* The last one. */
    struct live_call call[LIVE_CALLS];
    struct rate orders, cancels, reads, all;
    struct recent *trades;     /* trades.h. */
    struct recent *past;       /* Of past_orders, under their hash. */
    struct recent *redeemed;   /* Of redeemed, under their token. */
    struct live_errand errand[LIVE_ERRANDS];

    bool stream;               /* The user stream is up. */
    bool clock_known;          /* What time it is there: */
    struct ms clock;           /* theirs less ours. */
    bool clean;                /* Gone through once since it came up. */
    enum reason barred;        /* Nothing new until a kill was cleared. */

    enum live_pass pass;
    struct nanos pass_began;   /* Mono. */
    struct nanos pass_next;    /* Mono: when to begin or go on. */
    uint64_t pass_call;
    struct text pass_cursor;
    uint32_t pass_at;          /* The position whose balance is next; 0 =
                                  collateral. */
    bool pass_wrong;           /* Something held does not fit. */

    bool sweep_due;
    bool sweep_lacks;          /* A trade it found was put off. */
    struct nanos fee_waits;    /* Mono: since when for its market's fees. */
    uint64_t sweep_call;
    struct nanos sweep_began, sweep_next, swept; /* Mono; swept: when the
                                  last complete one had begun. */
    struct ms sweep_pause;
    struct text sweep_cursor;
    uint32_t sweep_pages;
    struct nanos sweep_since, sweep_wall; /* Wall: looked for from; begun. */
    struct nanos since;        /* Wall: when the last one had begun. */

    struct nanos beat_next, beat_good; /* Mono. */
    uint64_t beat_out;         /* Asked, not answered. */
    bool beat_broken;          /* The chain of ids broke, begun anew. */
    uint64_t bar_gen;          /* Kills when it was barred. */
    uint64_t kill_gen;         /* The last kill seen ... */
    bool kill_seen;            /* ... if one was. */
    bool killing;              /* Cancels all until nothing rests. */
    bool kill_looks;           /* Cancelled; now it looks. */
    uint64_t kill_call;        /* cancel_all or look_open of it. */
    struct nanos kill_next;
    struct nanos kill_quiet;   /* When to complain that it is not over. */
    uint32_t kill_empty;       /* Looks in a row that found nothing. */
    bool kill_found;           /* This look found something. */
    struct nanos paused;       /* Mono: the venue takes nothing until. */
    struct ms pause;
};

struct executor;
struct executor_conf;
struct universe_market;
struct group_slot;
struct placed;
struct turn;

/* live.c: birth, ticks, whether it may be used. */
void live_init(struct executor *x, const struct order_identity *id);
void live_clear(struct executor *x);
void live_tick(struct executor *x, const struct input *in,
               struct outbox *out);
/* Reconciled, connected, not barred: something new may be sent. */
bool live_is_ready(const struct executor *x);
/* Gone through, or not to be live now. */
bool live_is_clean(const struct executor *x);
/* Why nothing can be split, merged or redeemed at all: no node, or a wallet
 * that does not do what its owner says.  NULL: it can. */
const char *live_no_chain(const struct executor *x);
/* Orders whose outcome nobody knows. */
uint32_t live_unknown(const struct executor *x);
/* Everything is to be gone through before anything new. */
void live_doubt(struct executor *x, struct nanos mono);
/* Nothing new from now on, everything cancelled, somebody told to kill. */
void live_bar(struct executor *x, enum reason why, const char *words);

/* live_calls.c: asking the venue.  The id of the call, 0 when a bucket is
 * empty or too much is under way: ask again later. */
uint64_t live_ask(struct executor *x, struct venue_call *m,
                  const struct input *in, struct outbox *out);
bool live_may_place(const struct executor *x, struct nanos mono,
                    uint32_t orders);
struct live_call *live_find(struct executor *x, uint64_t call);
/* The venue is down or wants us slower. */
void live_throttled(struct executor *x, const struct venue_done *m,
                    struct nanos mono);
/* Calls the shell never answered end as unknown. */
void live_expire(struct executor *x, const struct input *in,
                 struct outbox *out);

/* After a restart: an order that is no group's any more; what a group that had
 * ended left to be done. */
void live_remember(struct executor *x, const struct group_slot *g,
                   const struct placed *p);
void live_recall_done(struct executor *x, struct group_slot *g);
void live_add_merge(struct executor *x, const struct group_slot *g,
                    const struct settle *m);

/* live_orders.c: one order, from its place to its end. */
struct placed *live_order(struct executor *x, const struct hash *id,
                          struct group_slot **g);
/* The order of a call that ended. */
void live_placed(struct executor *x, const struct live_call *c,
                 const struct venue_done *m, const struct input *in,
                 struct outbox *out);
void live_looked(struct executor *x, const struct live_call *c,
                 const struct venue_done *m, const struct input *in);
void live_heard(struct executor *x, struct group_slot *g, struct placed *p,
                const struct venue_order *m, const struct live_call *c,
                const struct input *in, struct outbox *out);
/* Looks, cancels and endings that are due; true when all have ended. */
bool live_work_orders(struct turn *t, bool cancel);
/* Nobody knows any more what became of anything asked before. */
void live_restart_quiet(struct executor *x, struct nanos mono);

/* live_trades.c */
void live_traded(struct executor *x, const struct venue_trade *m,
                 const struct input *in, struct outbox *out);
void live_sweep(struct executor *x, const struct input *in,
                struct outbox *out);
void live_swept(struct executor *x, const struct venue_done *m,
                const struct input *in);

/* live_pass.c */
void live_pass_tick(struct executor *x, const struct input *in,
                    struct outbox *out);
void live_pass_done(struct executor *x, const struct live_call *c,
                    const struct venue_done *m, const struct input *in);
void live_pass_order(struct executor *x, const struct venue_order *m,
                     const struct live_call *c, const struct input *in);
void live_pass_balance(struct executor *x, const struct venue_balance *m);

/* live_safety.c: heartbeat, loss of the lease, kill. */
void live_safety_tick(struct executor *x, const struct input *in,
                      struct outbox *out);
void live_safety_done(struct executor *x, const struct live_call *c,
                      const struct venue_done *m, const struct input *in);

/* live_redeem.c: of a position whose market has resolved; and one such was
 * booked, now or before a restart. */
void live_resolve(struct executor *x, const struct position *p,
                  const struct universe_market *market,
                  const struct input *in, struct outbox *out);
void live_note_redeemed(struct executor *x, const struct settle *m);

/* live_errands.c: what goes to the chain. */
bool live_errand_add(struct executor *x, enum venue_op op,
                     const struct uuid *group, const struct settle *m);
struct live_errand *live_errand_of(struct executor *x,
                                   const struct uuid *ref);
bool live_errand_holds(const struct executor *x, const struct hash *token);
void live_errands_tick(struct executor *x, const struct input *in,
                       struct outbox *out);
/* A split, or anything else, is on its way or about to be. */
bool live_chain_is_busy(const struct executor *x);
void live_errand_done(struct executor *x, const struct venue_done *m,
                      const struct input *in, struct outbox *out);
/* A name for something done once, the same after every restart. */
struct uuid live_ref(const struct uuid *of, enum venue_op op);

#endif /* EXECUTOR_LIVE_H */
