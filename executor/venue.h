/* venue - what a venue for orders must provide, as pure functions
 *
 * A venue names an order before it is sent, says after how long it is to be
 * asked what became of it, and turns the books of that moment into fills.
 * It opens no connection, reads no clock and keeps only its own memory. */
#ifndef EXECUTOR_VENUE_H
#define EXECUTOR_VENUE_H

#include "common/book.h"
#include "common/fees.h"

#define VENUE_FILLS 32 /* Most fills of one order: one a price level. */

/* What an order's id is made of. */
struct order_key {
    struct uuid group;
    uint64_t leg, attempt, salt;
};

/* An order as its venue sees it. */
struct order_ask {
    struct hash id, token;
    enum side side;
    struct price limit;      /* Worst. */
    struct price meant;      /* Average that was expected. */
    struct qty qty;
    bool whole;              /* FOK: all of it or nothing. */
    bool rests;              /* GTC or GTD, and post-only. */
    struct fee_schedule fees;
    struct nanos sent;       /* Wall time. */
    struct nanos ends;       /* Wall: the venue ends it; 0 = it does not. */
};

/* An order that waits for trades of others: what it met, how it fares. */
struct order_wait {
    bool on;
    bool rests;              /* At its limit, in a queue ... */
    struct qty ahead;        /* ... behind so many shares. */
    int64_t slippage, impact; /* Of one that takes: in bps. */
    struct nanos arrived;    /* Mono: earlier trades are not for it. */
    struct nanos until;      /* Wall, 0 = as long as it may. */
    struct qty matched;      /* Ghosts among it. */
    uint32_t trades;         /* As many. */
};

/* What becomes of an order when it arrives. */
enum order_arrival {
    ORDER_TAKES,             /* What is there now, and ends. */
    ORDER_WAITS,
    ORDER_CROSSES            /* Refused: it may only rest. */
};

struct order_fill {
    struct price price;
    struct qty qty;
    struct money fee;
    struct bps fee_bps, slippage, impact;
    struct ms delay;
    bool ghost;              /* Matched, and then it failed: not ours. */
};

struct fill_model;           /* executor/fill_model.h */

/* The slot. */
struct order_venue {
    const char *name;
    enum mode mode;          /* The mode it serves. */
    void *(*create)(const struct fill_model *model);
    void (*destroy)(void **self);
    void (*name_order)(const struct order_key *key, struct hash *id);
    struct ms (*answers_after)(const void *self, const struct hash *order);
    /* Takes out of b what is displayed but not there for us. */
    void (*adjust)(void *self, const struct hash *token, struct nanos wall,
                   struct book *b);
    /* What a FAK order gets on an adjusted book, best level first; the sum
     * never exceeds ask->qty and no price is worse than ask->limit; ghosts
     * are among them. */
    uint32_t (*match)(void *self, const struct order_ask *ask,
                      const struct book *b, struct nanos wall,
                      struct order_fill out[VENUE_FILLS]);
    /* Before match: an order arrives at an adjusted book.  Where it waits, w
     * says how. */
    enum order_arrival (*arrive)(const void *self,
                                 const struct order_ask *ask,
                                 const struct book *b, struct nanos wall,
                                 struct order_wait *w);
    /* What a waiting order gets of a trade somebody made, of which *left is
     * left; ask->qty is what it lacks.  False: nothing. */
    bool (*trade)(const void *self, const struct order_ask *ask,
                  const struct trade *t, struct nanos wall,
                  struct qty *left, struct order_wait *w,
                  struct order_fill *f);
    /* A fill of an earlier run, made at that wall time. */
    void (*recall)(void *self, const struct hash *token, enum side side,
                   struct price price, struct qty qty, struct nanos wall);
};

/* The venue of a mode, NULL when there is none. */
const struct order_venue *order_venue_for(enum mode mode);

#endif /* EXECUTOR_VENUE_H */
