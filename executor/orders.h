/* orders - the life of one order, as a table of allowed steps */
#ifndef EXECUTOR_ORDERS_H
#define EXECUTOR_ORDERS_H

#include "executor/venue.h"

/* What is known of an order at a live venue, beside its state; times are
 * monotonic.  Nothing here is a fact: after a restart it is learnt again. */
struct track {
    bool accepted;         /* The venue has had it. */
    bool delayed;          /* It holds it back before matching. */
    struct nanos placed;   /* Its last place. */
    bool gone;             /* The venue has it no more: nothing can trade. */
    struct nanos gone_at;
    bool refused;          /* Provably never taken. */
    enum reason why;       /* Of that, or of its end. */
    struct qty said;       /* Matched, as far as the venue said. */
    struct qty traded;     /* In all trades, failed ones too. */
    struct money spent;    /* Given for it, of trades that count. */
    uint32_t unsettled;    /* Trades neither confirmed nor failed. */
    uint32_t sweeps;       /* Complete looks at all trades since gone. */
    uint64_t call;         /* The place under way, 0 = none. */
    uint32_t sends;        /* Places so far. */
    uint64_t look;         /* The look_order under way, 0 = none. */
    struct nanos next;     /* When to look again. */
    struct ms pause;       /* Between looks; grows. */
    struct nanos looked;   /* Asked when its last answer was given. */
    uint32_t missed;       /* Looks that did not find it ... */
    struct nanos quiet;    /* ... since then, with no doubt in between. */
    struct nanos cancel;   /* When to ask for its end again, 0 = not. */
    bool freed;            /* Its reservation was given back. */
};

struct placed {
    struct intent intent;
    struct order order;   /* As last said. */
    uint32_t leg;         /* Of the group (intent.leg counts the grant's). */
    struct track track;   /* Live only. */
    struct order_wait wait; /* Paper only. */
};

bool order_may(enum order_state from, enum order_state to);
bool order_is_final(enum order_state s);
/* Takes the step when it is allowed; false leaves the order alone. */
MUST_CHECK bool order_step(struct placed *p, enum order_state to,
                           enum reason why, struct nanos wall);
/* A new order, intended under a grant. */
void order_begin(struct placed *p, const struct intent *i, uint32_t leg);
/* Adds a fill; false when it is more than was asked, or the order can have
 * none. */
MUST_CHECK bool order_fill(struct placed *p, struct qty q);
/* What a live venue says has traded, whatever was asked: a BUY spends its
 * collateral and may get more shares.  False: it is more than was signed. */
MUST_CHECK bool order_trade(struct placed *p, const struct fill *m);
/* The trade failed: it never was. */
void order_untrade(struct placed *p, const struct fill *m);

#endif /* EXECUTOR_ORDERS_H */
