/* state - what the files of the engine share; nobody else includes it */
#ifndef EXECUTOR_STATE_H
#define EXECUTOR_STATE_H

#include "common/outbox.h"
#include "common/shape.h"
#include "common/tail.h"
#include "common/universe.h"
#include "executor/chain.h"
#include "executor/executor.h"
#include "executor/filling.h"
#include "executor/lease.h"
#include "executor/live.h"
#include "executor/orders.h"
#include "executor/policy.h"
#include "executor/positions.h"
#include "executor/recent.h"
#include "executor/requests.h"
#include "executor/sale.h"
#include "executor/venue.h"
#include "executor/work.h"

enum {
    GROUP_SLOTS = 16,     /* conf.def: most max_groups. */
    SCANS_CAP = 16384,    /* scan_ids that had their group. */
    AUTHS_CAP = 16384,    /* Grants something went out under. */
    LISTED_CAP = 256,     /* riskd: most of grants_open. */
    ORDERS_CAP = 2 * legs_cap, /* Of a group: those of earlier attempts are
                                  kept until their trades are settled. */
    RESTS_CAP = 64,
    SAMPLES_CAP = 256,
    ALARMS_CAP = 64,
    PENDING_CAP = 8192,
    TURN_FILLS = 256      /* After so many fills in one turn: next turn. */
};

/* Why a group asked for books. */
enum want {
    WANT_none,
    WANT_preflight,       /* To size it again. */
    WANT_fills,           /* To see what its orders got. */
    WANT_patch,           /* To complete it, at up to the patch limit. */
    WANT_hold,            /* To complete it as meant, while held. */
    WANT_unwind           /* To sell the surplus. */
};

/* What one leg of a group bought and sold so far, over all attempts. */
struct leg_sum {
    struct qty bought, sold;
    struct money cost, proceeds, fees_buy, fees_sell;
    struct qty hedged;     /* Of the other half, bought to close it ... */
    struct money hedge_cost;
    struct qty paired;     /* ... and merged with it. */
};

/* Of a group that converts what it buys: convert.c. */
struct convert {
    bool under_way;        /* Nothing is bought any more. */
    bool asked;            /* Somebody is at it. */
    struct uuid auth;      /* The grant whose legs say what it does. */
    struct qty sets;       /* To be converted. */
    struct qty gone, made; /* Of each leg bought, of each sold; 0 = not yet. */
    struct money cash;     /* That came; less than 0: went. */
    uint64_t req;          /* Riskd is told of it under; 0 = it answered. */
};

struct group_slot {
    bool used;
    bool recalled;         /* Found open in the journal. */
    struct group m;        /* As last said. */
    struct nanos until;    /* Mono: the state may last so long. */
    struct nanos next;     /* Mono: when to do the next thing. */
    struct nanos hold_until;
    bool opened_first;     /* Begun by the first word of an opportunity. */
    bool opp_alive;        /* The opportunity was not closed yet. */
    bool resolved;         /* A market of it resolved. */
    bool patched;          /* The one patch was tried. */
    bool held;             /* PARTIAL_HOLD was said. */
    bool no_hedge;         /* riskd said no to one. */
    bool resting;          /* What is missing rests, or is about to. */
    bool rested;           /* That was tried: once a group. */
    uint64_t holds;        /* Deadlines an unwind has missed. */
    struct nanos opened;   /* Wall: of the opportunity. */
    uint64_t trace;

    enum want want;
    bool filling;          /* Books are there, some orders not looked at. */
    uint64_t books_req;
    struct nanos books_until;
    struct book *books;    /* One a leg, and one of its other half. */
    struct hash other[legs_cap]; /* The other halves asked for or bought,
                                    where they are no legs themselves. */

    enum grant_kind kind;
    struct authorize asked; /* As last said. */
    uint64_t asked_req;
    struct nanos asked_at;
    struct uuid auth;      /* Of the orders below, 0 = released. */
    struct uuid allowance; /* The first grant, kept open for a patch. */

    uint32_t orders_count;
    struct placed orders[ORDERS_CAP];
    struct leg_sum sums[legs_cap];

    struct grant granted;  /* Of the split; split.c. */
    uint64_t split_req;    /* Its split is not acked yet, 0 = it is. */
    bool splitting;        /* Its split is on its way to the chain. */
    struct qty split;      /* Dollars turned into pairs to sell. */
    struct qty merged;     /* Full sets turned into dollars. */
    struct convert convert;
    struct nanos naked_since; /* Wall, 0 = not naked. */
    struct ms naked_time;
    struct money naked_most;  /* That stood naked at once. */
};

struct rest {
    struct text event;
    struct nanos until;    /* Wall. */
};

/* Asking feed about the markets of what is held, in rounds: held.c. */
struct held_round {
    bool again;            /* Another one after this. */
    bool failed;           /* Something was missing in this one. */
    uint32_t at;           /* Where the next batch begins. */
    uint32_t failures;     /* Rounds in a row. */
    uint64_t req, heard;   /* Of the batch under way; 0 = none is. */
    struct nanos next;     /* Mono: begin, go on, or wait no longer. */
    struct nanos soonest;  /* Mono: no round begins before. */
};

struct executor {
    struct executor_conf conf;
    struct strategy_conf strategy;
    struct capital_conf capital;
    enum mode most;        /* Configured, and there is a venue for it. */
    enum tif order_type, hold_type;
    uint64_t counters[EXECUTOR_COUNTERS];
    const struct order_venue *venues[mode_end_];
    void *venue_self[mode_end_];
    struct live live;
    struct nodes_state nodes; /* As told last: riskd counts with it. */
    struct chain_past *chain;

    struct universe *universe;
    struct tails tails;
    struct positions *positions;
    struct requests *requests;
    struct recent *scans, *auths; /* Of uuids. */
    struct lease_held lease;
    struct latch_state latch;
    struct risk_state risk;
    bool risk_heard;

    bool started;          /* The first tick came. */
    struct nanos mono;     /* Of the last tick. */
    bool universe_known, universe_due;
    uint64_t universe_req, universe_heard; /* heard: records of its answer. */
    struct nanos universe_next;
    uint64_t feed_run, riskd_run;
    bool reconciled;       /* riskd's list was gone through once. */
    bool list_due;
    uint64_t list_req;
    struct nanos list_next;
    uint32_t listed_count; /* Different grants heard since it was asked. */
    struct uuid listed[LISTED_CAP];
    bool settle_due;
    struct held_round held;
    struct sale_round sale;

    uint64_t ids;          /* Counter of uuids of this run. */
    uint64_t salt;         /* Last used, of all runs. */
    uint32_t turn_fills;
    struct group_slot slots[GROUP_SLOTS];
    uint32_t rests_next;
    struct rest rests[RESTS_CAP];
    uint32_t samples_first, samples_count;
    struct executor_sample samples[SAMPLES_CAP];
    uint32_t alarms_first, alarms_count;
    struct executor_alarm alarms[ALARMS_CAP];
};

/* At most as late as there is: t may be anybody's word. */
static inline struct nanos
after(struct nanos t, struct ms d)
{
    struct nanos then;

    if (__builtin_add_overflow(t.ns, d.ms * 1000000, &then.ns))
        then.ns = INT64_MAX;
    return then;
}

/* Its legs that are bought stand first. */
static inline uint32_t
group_bought(const struct group_slot *g)
{
    return shape_bought(&g->m.legs);
}

/* The legs it is about now: all of them, or, where one kind is bought and
 * then converted into another that is sold, the one or the other. */
static inline uint32_t
group_first(const struct group_slot *g)
{
    uint32_t bought = group_bought(g);

    return g->convert.gone.micros > 0 && bought < g->m.legs.count ? bought
                                                                   : 0;
}

static inline uint32_t
group_last(const struct group_slot *g)
{
    uint32_t bought = group_bought(g);

    return g->convert.gone.micros == 0 && bought > 0 ? bought
                                                     : g->m.legs.count;
}

/* A group that makes what it sells. */
static inline bool
group_sells(const struct group_slot *g)
{
    return g->m.legs.count > 0 &&
           g->m.legs.at[group_first(g)].side == SIDE_sell;
}

/* One that sells what is held (sale.c): of nobody's opportunity, so it has its
 * own id for one. */
static inline bool
group_is_sale(const struct group_slot *g)
{
    return uuid_equal(&g->m.group, &g->m.scan_id);
}

/* Told no, it ends: nothing was traded under it. */
static inline bool
group_is_single(const struct group_slot *g, enum grant_kind kind)
{
    return kind == GRANT_KIND_normal || group_is_sale(g);
}

/* Everything a group's handlers need, in one argument. */
struct turn {
    struct executor *x;
    struct group_slot *g;
    const struct input *in;
    struct outbox *out;
};

/* executor.c */
void executor_count(struct executor *x, enum executor_counter c);
void executor_sample(struct executor *x, enum executor_hop hop, int64_t ns);
struct uuid executor_id(struct executor *x, const struct input *in);
/* Somebody must hear of it; kill: and everything must stop. */
void executor_alarm(struct executor *x, bool kill, enum reason reason,
                    const char *words);
struct group_slot *executor_group(struct executor *x, const struct uuid *id);
struct group_slot *executor_free_slot(struct executor *x);
/* What may be begun at that time. */
enum mode executor_mode_at(const struct executor *x, struct nanos mono);
bool executor_is_latched(const struct executor *x);
/* killed.c: its strategy, or the venue, by itself. */
bool executor_is_killed(const struct executor *x, enum strategy strategy);
/* The market of a token, NULL when it is not known. */
const struct universe_market *executor_market(const struct executor *x,
                                              const struct hash *token);
/* The other half of its market, 0 when that is not known. */
struct hash executor_half(const struct executor *x, const struct hash *token);

#include "executor/convert.h"

/* group.c: the life of a group */
bool group_may(enum group_state from, enum group_state to);
void group_init(struct executor *x, struct group_slot *g);
void group_begin(struct turn *t, const struct opportunity *m,
                 enum mode mode);
void group_step(struct turn *t, enum group_state to, enum branch branch,
                struct nanos until);
void group_tick(struct turn *t);
void group_ask_books(struct turn *t, enum want want, bool prove);
/* Of a leg, or of the other half of one; NULL when it is neither. */
struct book *group_book(const struct group_slot *g, const struct hash *token);
void group_books_ready(struct turn *t);
/* Asks riskd; keeps the group where it is when there is no lease. */
void group_authorize(struct turn *t, enum grant_kind kind,
                     const struct legs *legs);

/* judge.c: what next */
struct stand group_stand(const struct group_slot *g);
/* All its orders have ended. */
bool group_has_ended(const struct group_slot *g);
/* Nothing of its orders can trade any more. */
void group_judge(struct turn *t);
/* Waits for better books, always with a deadline. */
void group_hold(struct turn *t, enum branch branch);
void group_begin_branch(struct turn *t, enum branch branch, enum want want);
/* Adds up how long and with how much legs stood naked; what does now. */
struct money group_track_naked(struct turn *t);
/* For too long, or with too much: no more waiting. */
bool group_is_late(const struct turn *t);
bool group_is_pressed(const struct turn *t);

/* ending.c: how a group ends */
void group_finish(struct turn *t, enum exec_status status, enum reason why,
                  const char *error);
void group_say_execution(struct turn *t, enum exec_status status,
                         enum reason why, const char *error);
/* Shares of a leg held: bought or split, not sold, nor closed by its other
 * half.  Less than 0: owed, as a purchase failed after that. */
struct qty group_held(const struct group_slot *g, uint32_t leg);
/* Of what was meant: bought and kept, or, of a group that sells, sold. */
struct qty group_done(const struct group_slot *g, uint32_t leg);
/* Full sets held; those merged are still among them. */
struct qty group_sets(const struct group_slot *g);
/* Shares of a leg that its other half, bought, has closed. */
struct qty group_pairs(const struct group_slot *g, uint32_t leg);

/* preflight.c: the opportunity again, on fresh books */
void preflight_decide(struct turn *t);

/* wayout.c: the ways out, priced on fresh books, and which is taken */
void wayout_complete(struct turn *t, bool within_patch_limit);
void wayout_back(struct turn *t);

/* sending.c: grants into orders, and what gives reservations back */
void sending_grant(struct turn *t, const struct grant *m);
/* Why a grant may not be used now. */
enum reason sending_check(const struct turn *t, const struct grant *m);
/* How a group ends that could not use its grant. */
enum exec_status sending_status(enum reason why);
/* The orders of a grant in use: intents, then all of them at once.  Why
 * nothing was said and none was made. */
enum reason sending_orders(struct turn *t, const struct grant *m,
                           const struct legs *legs);
void sending_release(struct executor *x, const struct uuid *auth,
                     enum evidence evidence, const struct input *in,
                     struct outbox *out);
/* Gives back what is still reserved for a group's completion. */
void sending_free(struct turn *t);
uint32_t group_leg(const struct group_slot *g, const struct hash *token);
/* The leg a token closes as its other half, MAP_NONE when it does not. */
uint32_t group_closes(const struct group_slot *g, const struct hash *token);

/* split.c: dollars into pairs, before both sides are sold */
/* Why none may begin in this mode. */
enum reason split_check(const struct executor *x, const struct opportunity *m,
                        enum mode mode);
void split_begin(struct turn *t, const struct grant *m);
void split_tick(struct turn *t);
/* After a restart, when nobody knows how far it came. */
void split_again(struct turn *t, const struct grant *m);
/* After a restart, and riskd does not know its grant: it may do nothing. */
void split_lost(struct turn *t, enum reason why, const char *words);
/* Its dollars are pairs now, or they are not and never will be. */
void split_done(struct turn *t, const struct uuid *ref, const char *evidence);
void split_failed(struct turn *t, enum reason why);
/* riskd has, or refused, what it was asked; nothing where that is no split. */
void split_acked(struct executor *x, const struct ack *m,
                 const struct input *in, struct outbox *out);

/* settle.c: splits, merges and resolutions */
/* The settlement of a group's pair: its two tokens, and what they share. */
struct settle settle_of(const struct turn *t, enum settle_kind kind,
                        struct qty sets);
/* It is done: booked here, told riskd; the id of the request it acks. */
uint64_t settle_say(struct executor *x, const struct settle *m,
                    const struct input *in, struct outbox *out);
/* Merges what of the group's full sets, of its hedged legs, is not yet. */
void settle_merges(struct turn *t);
void settle_resolved(struct executor *x, const struct input *in,
                     struct outbox *out);
/* What of the group's sets, or of a leg with the other half that closed it,
 * was merged; what is left to be. */
struct qty *settle_merged(struct group_slot *g, const struct settle *m);
struct qty settle_left(const struct group_slot *g, const struct settle *m);
/* What a resolution pays for all we hold of a token. */
bool settle_payout(const struct position *p,
                   const struct universe_market *market, struct money *cash);
/* Books it without asking anybody: paper, and what pays nothing. */
void settle_resolve(struct executor *x, const struct position *p,
                    const struct universe_market *market,
                    const struct input *in, struct outbox *out);
/* An open group decides first about its shares in this market. */
bool settle_waits(const struct executor *x, const struct market *m);
MUST_CHECK bool settle_book(struct executor *x, const struct settle *m);
/* The open group with a leg in it, NULL when there is none. */
struct group_slot *settle_group(struct executor *x, const struct settle *m);

/* reconcile.c: leases, the universe, and riskd's list against ours */
void reconcile_lease(struct executor *x, const struct input *in,
                     struct outbox *out);
void reconcile_tick(struct executor *x, const struct input *in,
                    struct outbox *out);
void reconcile_listed(struct executor *x, const struct grant *m,
                      const struct input *in, struct outbox *out);
/* The list is said to be complete, with so many of them. */
void reconcile_end(struct executor *x, uint64_t sent, const struct input *in,
                   struct outbox *out);

/* held.c: what became of the markets of what we hold */
void held_tick(struct executor *x, const struct input *in,
               struct outbox *out);
/* feed may have told something we missed; it forgot what it was asked. */
void held_renew(struct executor *x);
void held_forget(struct executor *x);
/* A record of an answer, its end; false when it is not to us. */
void held_heard(struct executor *x, const struct input *in);
bool held_end(struct executor *x, const struct snapshot_end *m,
              const struct input *in);

/* recall.c */
void recall_resume(struct executor *x, const struct input *in,
                   struct outbox *out);
void recall_add(struct group_slot *g, const struct fill *m);
/* Its trade failed: as if it had never been added. */
void recall_sub(struct group_slot *g, const struct fill *m);

#endif /* EXECUTOR_STATE_H */
