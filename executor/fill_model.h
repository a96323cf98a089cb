/* fill_model - what is assumed of orders nobody takes: paper's one contract
 *
 * Paper, replay and sweeps fill by this and by nothing else; the settings
 * executor.fill_model_* say all of it.  Pure, and without chance: what is
 * drawn is drawn from the order's id, so the same order fares the same. */
#ifndef EXECUTOR_FILL_MODEL_H
#define EXECUTOR_FILL_MODEL_H

#include "common/why.h"
#include "executor/venue.h"

struct executor_conf;

enum fill_basis {
    FILL_BASIS_book,
    FILL_BASIS_mid,
    FILL_BASIS_limit,
    FILL_BASIS_next_trade
};

/* Steps, ascending: from x on it is y; 0 before the first. */
struct steps {
    uint32_t count;
    struct { int64_t from, is; } at[16];
};

struct fill_model {
    enum fill_basis basis;
    struct ms latency, memory, wait;
    struct ppm share, ghost;
    struct steps latencies;  /* Of parts of all orders: ms. */
    struct steps slippage;   /* Of the book's spread: bps. */
    struct steps impact;     /* Of our part of what is displayed: bps. */
};

MUST_CHECK bool fill_model_read(const struct executor_conf *c,
                                struct fill_model *m, struct why *why);
/* From sending this order to the book that fills it. */
struct ms fill_model_latency(const struct fill_model *m,
                             const struct hash *order);
/* The n-th trade of this order fails after it was matched. */
bool fill_model_is_ghost(const struct fill_model *m, const struct hash *order,
                         uint32_t n);

/* What an order meets: made once for a book, then asked level by level. */
struct fill_offer {
    const struct fill_model *model;
    const struct order_ask *ask;
    const struct levels *levels; /* Of the side it takes from. */
    int64_t mid;                 /* 0 = there is none. */
    int64_t slippage, impact;    /* In bps. */
};
struct fill_offer fill_model_offer(const struct fill_model *m,
                                   const struct order_ask *ask,
                                   const struct book *b);
/* The price of a fill at a level, and what it costs; f->qty is given.  False
 * when it is beyond the order's limit, or the fee is not to be had. */
MUST_CHECK bool fill_model_price(const struct fill_offer *o,
                                 const struct level *l, struct nanos wall,
                                 struct order_fill *f);
/* What becomes of an order that meets this book; how it waits, where it does:
 * for the next trades, or in a queue. */
enum order_arrival fill_model_arrive(const struct fill_model *m,
                                     const struct order_ask *ask,
                                     const struct book *b, struct nanos wall,
                                     struct order_wait *w);
/* What it gets of a trade somebody made: venue.h. */
MUST_CHECK bool fill_model_trade(const struct fill_model *m,
                                 const struct order_ask *ask,
                                 const struct trade *t, struct nanos wall,
                                 struct qty *left, struct order_wait *w,
                                 struct order_fill *f);
/* Would a fill at that level be within the limit? */
bool fill_model_reaches(const struct fill_offer *o, const struct level *l);

#endif /* EXECUTOR_FILL_MODEL_H */
