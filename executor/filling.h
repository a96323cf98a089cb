/* filling - paper's orders: books into fills, and waiting for trades */
#ifndef EXECUTOR_FILLING_H
#define EXECUTOR_FILLING_H

#include "executor/orders.h"

struct group_slot;
struct turn;

/* Books into fills, the work of paper; ends in group_judge. */
void filling_go(struct turn *t);
/* An order as its venue sees it now; false: its market is not known. */
bool filling_ask(const struct turn *t, const struct placed *p,
                 struct order_ask *ask);
/* What it got, its n-th; ghosts are counted only. */
void filling_got(struct turn *t, struct placed *p,
                 const struct order_fill *got, uint32_t n);
void filling_end(struct turn *t, struct placed *p, enum reason why);
/* Once no order waits any more. */
void filling_judge(struct turn *t);
/* Of the slowest of the orders at and after first. */
struct ms filling_latency(const struct turn *t, uint32_t first);
/* What a fill leaves behind: sums, positions, riskd; or, of a trade that
 * failed, does no more. */
void filling_book(struct turn *t, const struct fill *f);
/* The price an order was meant at, on average. */
struct price group_meant(const struct group_slot *g, const struct placed *p);
/* Gives back what the orders did not use; all of them have ended. */
void filling_free(struct turn *t);

/* --- waiting.c ------------------------------------------------------------ */

/* An order met its book: whether it takes what is there, here and now. */
bool waiting_takes(struct turn *t, struct placed *p,
                   const struct order_ask *ask, const struct book *b);
bool waiting_any(const struct group_slot *g);
void waiting_tick(struct turn *t);

#endif /* EXECUTOR_FILLING_H */
